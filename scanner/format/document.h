// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace ehdscan {

/// Limits that keep hostile documents harmless.
struct DocumentLimits {
  std::size_t max_bytes = std::size_t{16} << 20;
  std::size_t max_depth = 64;
  std::size_t max_nodes = 4'000'000;
};

/// A parsed YAML or JSON document in which every value knows its place.
///
/// YAML is read strictly: YAML 1.2 core schema for plain scalars (true/false/null/integers; `no`, `on` and dates are
/// texts), quoted scalars are always texts, duplicate keys, anchors, aliases, tags and several documents are errors.
class Document;

/// One value. A light handle that stays valid as long as its Document.
class Node {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, sequence, mapping };

  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool is(Kind kind) const { return this->kind() == kind; }
  [[nodiscard]] Place place() const;

  /// The text of any scalar as written, without quotes; empty for sequences and mappings.
  [[nodiscard]] std::string_view scalar() const;

  // Typed reading. Errors: invalid_input at this place, naming what was expected and what is there.
  [[nodiscard]] Result<std::string_view> as_text() const;  ///< text only; a plain `5` or `true` is not a text
  [[nodiscard]] Result<std::int64_t> as_integer() const;
  [[nodiscard]] Result<bool> as_boolean() const;
  [[nodiscard]] Result<Day> as_day() const;          ///< a text "2026-11-23"
  [[nodiscard]] Result<Instant> as_instant() const;  ///< a text "2026-11-23T08:00:00Z"

  /// Elements of a sequence; empty for every other kind.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] Node operator[](std::size_t index) const;  ///< element, or value of the member with that index

  /// Members of a mapping, in the order of the file.
  [[nodiscard]] Node key_at(std::size_t index) const;
  [[nodiscard]] std::optional<Node> find(std::string_view key) const;
  /// Errors: invalid_input "missing key `…`" at the place of this mapping.
  [[nodiscard]] Result<Node> require(std::string_view key) const;

  /// Errors at the first key that is not in `known`, with "did you mean"; also if this is not a mapping.
  [[nodiscard]] Result<void> expect_keys(std::initializer_list<std::string_view> known) const;

  /// An error at this place: message, source line with caret, hint.
  [[nodiscard]] Error error(std::string message, std::string hint = {}) const;

 private:
  friend class Document;
  Node(const Document* document, std::uint32_t index) : document_(document), index_(index) {}
  const Document* document_;
  std::uint32_t index_;
};

class Document {
 public:
  /// `name` is how places name the document, usually the path.
  static Result<std::shared_ptr<const Document>> parse_yaml(std::string_view text, std::string name,
                                                            const DocumentLimits& limits = {});
  static Result<std::shared_ptr<const Document>> parse_json(std::string_view text, std::string name,
                                                            const DocumentLimits& limits = {});
  /// By extension: .json is JSON, everything else YAML.
  static Result<std::shared_ptr<const Document>> read(const std::filesystem::path& path,
                                                      const DocumentLimits& limits = {});

  [[nodiscard]] Node root() const;
  [[nodiscard]] std::string_view text() const;
  [[nodiscard]] const std::string& name() const;

  ~Document();
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

 private:
  friend class Node;
  friend class DocumentBuilder;
  struct Data;
  explicit Document(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace ehdscan
