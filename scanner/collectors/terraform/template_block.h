// SPDX-License-Identifier: Apache-2.0
// How templates of clouds become what a plan tells, so that the readers of plans read them too.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/document.h"

namespace ehdscan {

/// `"…"` with what JSON wants escaped.
std::string tf_json_text(std::string_view text);

/// What a value that is computed when the template is deployed is made of.
struct TemplateValue {
  bool computed = false;
  bool removed = false;  ///< `AWS::NoValue`: as if it were not written
  std::string resource;  ///< `type.name` of the one resource that it names; empty if it names none, or more
};
using ReadTemplateValue = std::function<TemplateValue(const Node&)>;

/// Attributes on their way into `after`, `after_unknown` and the configuration of a plan.
class TemplateBlock {
 public:
  explicit TemplateBlock(const ReadTemplateValue& read) : read_(read) {}

  /// A scalar, or a list of them. What is computed at deployment is unknown; nothing or null is left out.
  void set(std::string_view key, const std::optional<Node>& value);
  void set_text(std::string_view key, std::string_view text) { known(key, tf_json_text(text)); }
  /// A list with this one value.
  void set_only(std::string_view key, const std::optional<Node>& value);
  void known(std::string_view key, std::string_view json);
  /// Set by the platform to something that the template does not tell: no documented default may stand for it.
  void unknown(std::string_view key, const std::string& resource = {});
  void blocks(std::string_view key, const std::vector<TemplateBlock>& blocks);

  /// Whether the key is known, or known to be unknown.
  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] std::string after() const { return "{" + after_ + "}"; }
  [[nodiscard]] std::string after_unknown() const { return "{" + unknown_ + "}"; }
  [[nodiscard]] std::string expressions() const { return "{" + expressions_ + "}"; }
  [[nodiscard]] TemplateBlock fresh() const { return TemplateBlock(read_); }

 private:
  static void add(std::string& out, std::string_view key, std::string_view json);

  ReadTemplateValue read_;
  std::string after_, unknown_, expressions_;
};

struct TemplateResource {
  std::string address, type, name;
  std::uint32_t line = 0;
  TemplateBlock block;
};

/// A template as a plan in JSON.
struct TranslatedTemplate {
  std::string plan;
  std::vector<std::pair<std::string, std::uint32_t>> lines;  ///< address → line in the template
  std::vector<std::string> troubles;                         ///< why it is not whole
};

TranslatedTemplate plan_of_template(const std::vector<TemplateResource>& resources, std::vector<std::string> troubles);

/// `AWS::EC2::NetworkAcl` → `aws_ec2_network_acl`, for types that have no counterpart.
std::string plain_type(std::string_view written);

/// A CloudFormation template (AWS CloudFormation user guide, "Template reference"), YAML or JSON.
/// Errors: invalid_input with place.
Result<TranslatedTemplate> read_cloudformation(std::string_view text, const std::string& name);
/// A template of Azure Resource Manager ("Understand the structure and syntax of ARM templates"), JSON.
Result<TranslatedTemplate> read_arm_template(std::string_view text, const std::string& name);

}  // namespace ehdscan
