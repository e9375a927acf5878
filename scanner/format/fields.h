// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/document.h"

namespace ehdscan {

/// Reads the members of one mapping, so that a loader reads like the list of its fields.
///
/// The first thing that is wrong is kept in `error` and everything after it yields empty values; look at `error` once at
/// the end. Several Fields may share one `error`.
///
///     std::optional<Error> error;
///     Fields fields(node, error, {"id", "title", "weight"});
///     Domain domain{.id = fields.text("id"), .title = fields.text("title")};
///     if (error) return std::unexpected(*error);
class Fields {
 public:
  /// Unknown keys are an error, and so is a node that is not a mapping.
  Fields(Node node, std::optional<Error>& error, std::initializer_list<std::string_view> known);

  // Required members.
  std::string text(std::string_view key);       ///< not empty
  std::string word(std::string_view key);       ///< not empty, no blank
  std::string day(std::string_view key);        ///< "2026-11-23"
  std::int64_t integer(std::string_view key);
  bool boolean(std::string_view key);
  std::vector<std::string> texts(std::string_view key);  ///< a sequence of texts, may be empty
  /// One of `values`; errors name the nearest.
  std::string choice(std::string_view key, std::initializer_list<std::string_view> values);
  std::optional<Node> sequence(std::string_view key);
  std::optional<Node> mapping(std::string_view key);

  // Members that may be missing.
  std::string text_if(std::string_view key);
  std::vector<std::string> texts_if(std::string_view key);
  std::optional<Node> find(std::string_view key);

  /// Place of a member's value, or of the mapping if it is missing.
  [[nodiscard]] Node at(std::string_view key) const;
  /// Keeps the error unless there is one already.
  void refuse(const Error& error);

 private:
  std::optional<Node> require(std::string_view key);
  std::string read_text(const Node& node);
  std::vector<std::string> read_texts(const Node& node);

  Node node_;
  std::optional<Error>* error_;
};

}  // namespace ehdscan
