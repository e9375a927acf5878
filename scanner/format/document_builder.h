// SPDX-License-Identifier: Apache-2.0
// What the YAML and the JSON reader share: limits, duplicate keys, character checks, storage. Internal to format/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/document_data.h"

namespace ehdscan {

/// Which characters a text may hold outside escapes.
enum class Characters : std::uint8_t {
  json,  ///< any UTF-8 except NUL; the grammar refuses the rest
  yaml,  ///< the printable ones of YAML 1.2, minus those that YAML 1.1 readers take for line ends, minus inner BOMs
};

/// Builds a Document from a stream of values.
///
/// Every function that can fail returns false and keeps the first error; the reader then stops and calls finish().
class DocumentBuilder {
 public:
  DocumentBuilder(std::string_view text, std::string name, const DocumentLimits& limits);

  /// Checks size, encoding and characters and finds the lines. A leading UTF-8 byte order mark is dropped.
  /// Must come before anything else.
  bool prepare(Characters characters);

  [[nodiscard]] std::string_view text() const { return data_->text; }
  /// Offset of a line of text(), or its end for lines behind the last one. `line` counts from 1.
  [[nodiscard]] std::size_t line_start(std::size_t line) const;
  /// Position of an offset into text(), by search; for errors.
  [[nodiscard]] Position position_of(std::size_t offset) const;

  /// `value` is the scalar's content; if the same bytes stand in text() at `offset`, they are not copied.
  /// In the place of a key every kind is stored as text.
  bool scalar(Node::Kind kind, std::string_view value, std::size_t offset, Position at);
  bool begin(Node::Kind kind, Position at);
  bool end();

  /// True if the next value is the key of a mapping.
  [[nodiscard]] bool expects_key() const;
  [[nodiscard]] std::size_t depth() const { return open_.size(); }
  [[nodiscard]] Node::Kind open_kind() const { return data_->items[open_.back().item].kind; }

  /// Keeps the error unless there is one already. Always false.
  bool fail(Position at, std::string message, std::string hint = {}, ErrorKind kind = ErrorKind::invalid_input);
  [[nodiscard]] bool failed() const { return error_.has_value(); }

  /// The document, or the first error; "the document is empty" if no value came.
  Result<std::shared_ptr<const Document>> finish() &&;

 private:
  struct Open {
    std::uint32_t item;
    std::size_t first;  ///< its children so far are children_[first..]
  };

  bool add(Document::Data::Item item);
  bool check_characters(Characters characters);
  bool check_duplicates(std::span<const std::uint32_t> members);
  [[nodiscard]] std::string_view key_text(std::uint32_t item) const { return data_->scalar(data_->items[item]); }

  std::unique_ptr<Document::Data> data_;
  DocumentLimits limits_;
  std::vector<Open> open_;
  std::vector<std::uint32_t> children_;
  std::vector<std::uint32_t> order_;  ///< scratch memory of check_duplicates
  std::optional<Error> error_;
};

Result<std::shared_ptr<const Document>> read_yaml(DocumentBuilder builder);
Result<std::shared_ptr<const Document>> read_json(DocumentBuilder builder);

}  // namespace ehdscan
