// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pugi {
struct xml_node_struct;  // NOLINT(readability-identifier-naming): as pugixml names it
}

namespace ehdscan {

/// One element of an XML document, with names resolved by Namespaces in XML 1.0. Valid while its document lives.
class XmlElement {
 public:
  XmlElement() = default;
  explicit XmlElement(pugi::xml_node_struct* node) : node_(node) {}
  explicit operator bool() const { return node_ != nullptr; }

  [[nodiscard]] std::string_view local_name() const;
  /// URI of the element's name space; empty if it has none or its prefix is not declared.
  [[nodiscard]] std::string_view name_space() const;
  [[nodiscard]] bool is(std::string_view name_space, std::string_view local_name) const;

  /// Value of an attribute without prefix; empty optional if it is not there.
  [[nodiscard]] std::optional<std::string_view> attribute(std::string_view name) const;
  /// Value of an attribute of a name space.
  [[nodiscard]] std::optional<std::string_view> attribute(std::string_view name_space,
                                                          std::string_view local_name) const;

  /// First child element, next sibling element; false at the end.
  [[nodiscard]] XmlElement first() const;
  [[nodiscard]] XmlElement next() const;
  /// First child of that name.
  [[nodiscard]] XmlElement child(std::string_view name_space, std::string_view local_name) const;
  /// Next element in document order inside `top`, children first; for loops over a whole subtree without recursion.
  [[nodiscard]] XmlElement next_inside(const XmlElement& top) const;

  /// Text of the element's own text nodes, trimmed.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::size_t offset() const;  ///< of its name, in bytes

  friend bool operator==(const XmlElement&, const XmlElement&) = default;

 private:
  pugi::xml_node_struct* node_ = nullptr;
};

/// Calls `visit` with every child element of that name.
template <typename Visit>
void for_each_child(const XmlElement& parent, std::string_view name_space, std::string_view local_name, Visit visit) {
  for (XmlElement child = parent.first(); child; child = child.next()) {
    if (child.is(name_space, local_name)) visit(child);
  }
}

/// A whole XML document in memory: about three times the file. Document types and entities beside the five of XML are
/// not read, nothing outside is ever fetched.
class XmlDocument {
 public:
  /// Errors: as read_file(); invalid_input with line and column for what is not well-formed, a document type, or other
  /// encodings than UTF-8 (limit: more than `max_bytes`).
  static Result<std::shared_ptr<const XmlDocument>> read(const std::filesystem::path& path, std::size_t max_bytes);
  /// `name` is the file that errors name.
  static Result<std::shared_ptr<const XmlDocument>> parse(std::string text, std::string_view name);
  ~XmlDocument();
  XmlDocument(const XmlDocument&) = delete;
  XmlDocument& operator=(const XmlDocument&) = delete;

  [[nodiscard]] XmlElement root() const;
  [[nodiscard]] std::uint32_t line_of(const XmlElement& element) const;  ///< from 1

 private:
  struct State;
  explicit XmlDocument(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ehdscan
