// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/document.h"

namespace ehdscan {

/// Who asks: attribute to values, each as Python's str() writes it (`None`, `True`). Attributes of an attribute are
/// joined by dots; `roles` holds names.
using OsloCredentials = std::map<std::string, std::vector<std::string>, std::less<>>;
/// What is asked for: attribute to value, names as rules write them (`target.user.id`).
using OsloTarget = std::map<std::string, std::string, std::less<>>;

/// Rules of a service's policy.yaml as oslo.policy reads and decides them: text and list form, `and` before `or`,
/// `role:`, `rule:`, `%(…)s`, literals, `@`, `!`, the default rule. What oslo.policy cannot read denies; `http:` and
/// `field:` rules ask something outside and deny here.
/// Source: oslo.policy, "The policy.yaml file" (docs.openstack.org/oslo.policy) and its decisions.
class OsloPolicy {
 public:
  /// A mapping of rule names to rules. Rules that are there already are replaced, as a file replaces defaults.
  /// Errors: invalid_input if it is no mapping, or a rule is neither text nor list, or it is too large.
  Result<void> add(const Node& rules);
  void add(std::string name, std::string_view rule);

  /// Whether the rule allows it; one that is not there goes by the rule `default`, and denies without one.
  [[nodiscard]] bool allows(std::string_view rule, const OsloCredentials& credentials, const OsloTarget& target) const;
  [[nodiscard]] bool has(std::string_view rule) const { return rules_.contains(rule); }

 private:
  struct Check {
    enum class Kind : std::uint8_t { yes, no, all, any, invert, rule, role, compare };
    Kind kind = Kind::no;
    std::string left, match;     ///< of a comparison: attribute or literal, and text with %(…)s
    std::vector<Check> parts{};  ///< of all, any, invert
  };
  struct Token;
  struct Question;

  static Check parse_one(std::string_view text);
  static Check parse_text(std::string_view text);
  static Result<Check> parse_list(const Node& list);
  static Check reduce(std::vector<Token> tokens);
  static bool decide(const Check& check, Question& question, int depth);
  [[nodiscard]] const Check* find(std::string_view rule) const;

  std::map<std::string, Check, std::less<>> rules_;
};

}  // namespace ehdscan
