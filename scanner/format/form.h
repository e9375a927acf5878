// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/document.h"

namespace ehdscan {

enum class Need : std::uint8_t { must, may };

/// Reads the members of one mapping that a person filled in, and keeps every mistake, so that all are shown at once.
/// (Fields stops at the first: it is for files where the rest makes no sense after it.)
///
/// A member that is missing or wrong yields an empty value; whoever uses the values asks first whether there are mistakes.
class Form {
 public:
  /// Unknown keys are mistakes, and so is a node that is not a mapping.
  Form(Node node, std::vector<Error>& mistakes, std::initializer_list<std::string_view> known);

  std::optional<std::string> text(std::string_view key, Need need = Need::must);  ///< not empty
  std::optional<Day> day(std::string_view key, Need need = Need::must);
  std::optional<Instant> instant(std::string_view key, Need need = Need::must);
  std::optional<std::int64_t> integer(std::string_view key, Need need = Need::must);
  std::optional<bool> boolean(std::string_view key, Need need = Need::must);
  std::vector<std::string> texts(std::string_view key, Need need = Need::must);  ///< may be empty
  std::vector<Node> list(std::string_view key, Need need = Need::must);          ///< elements; may be empty
  std::optional<std::string> choice(std::string_view key, std::span<const std::string_view> values, Need need = Need::must);
  std::optional<Node> mapping(std::string_view key, Need need = Need::must);

  [[nodiscard]] bool has(std::string_view key) const;
  /// A mistake at a member's value, or at the mapping if the member is missing.
  void refuse(std::string_view key, std::string message, std::string hint = {});
  [[nodiscard]] std::uint32_t line() const { return node_.place().line; }

 private:
  std::optional<Node> member(std::string_view key, Need need);
  template <typename T>
  std::optional<T> keep(Result<T> value);

  Node node_;
  std::vector<Error>* mistakes_;
};

}  // namespace ehdscan
