// SPDX-License-Identifier: Apache-2.0
#include "format/xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::string_view kXmlNameSpace = "http://www.w3.org/XML/1998/namespace";
constexpr std::size_t kMaxDepth = 256;

pugi::xml_node node_of(pugi::xml_node_struct* node) { return pugi::xml_node(node); }

struct Name {
  std::string_view prefix;
  std::string_view local;
};

Name split_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? Name{{}, name} : Name{name.substr(0, colon), name.substr(colon + 1)};
}

/// What a prefix stands for at a node: the nearest declaration upwards.
std::string_view uri_of(pugi::xml_node node, std::string_view prefix) {
  if (prefix == "xml") return kXmlNameSpace;
  for (; node && node.type() == pugi::node_element; node = node.parent()) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const Name name = split_name(attribute.name());
      if (prefix.empty() ? (name.prefix.empty() && name.local == "xmlns")
                         : (name.prefix == "xmlns" && name.local == prefix)) {
        return attribute.value();
      }
    }
  }
  return {};
}

XmlElement element_from(pugi::xml_node node) {
  while (node && node.type() != pugi::node_element) node = node.next_sibling();
  return XmlElement(node.internal_object());
}

}  // namespace

std::string_view XmlElement::local_name() const { return split_name(node_of(node_).name()).local; }

std::string_view XmlElement::name_space() const {
  const pugi::xml_node node = node_of(node_);
  return uri_of(node, split_name(node.name()).prefix);
}

bool XmlElement::is(std::string_view name_space, std::string_view local) const {
  return node_ != nullptr && local_name() == local && this->name_space() == name_space;
}

std::optional<std::string_view> XmlElement::attribute(std::string_view name) const {
  for (const pugi::xml_attribute& attribute : node_of(node_).attributes()) {
    if (name == attribute.name()) return attribute.value();
  }
  return std::nullopt;
}

std::optional<std::string_view> XmlElement::attribute(std::string_view name_space, std::string_view local) const {
  const pugi::xml_node node = node_of(node_);
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    const Name name = split_name(attribute.name());
    if (name.local == local && !name.prefix.empty() && uri_of(node, name.prefix) == name_space)
      return attribute.value();
  }
  return std::nullopt;
}

XmlElement XmlElement::first() const { return element_from(node_of(node_).first_child()); }
XmlElement XmlElement::next() const { return element_from(node_of(node_).next_sibling()); }

XmlElement XmlElement::child(std::string_view name_space, std::string_view local) const {
  for (XmlElement child = first(); child; child = child.next()) {
    if (child.is(name_space, local)) return child;
  }
  return {};
}

XmlElement XmlElement::next_inside(const XmlElement& top) const {
  if (const XmlElement inner = first()) return inner;
  for (XmlElement at = *this; at && at != top; at = XmlElement(node_of(at.node_).parent().internal_object())) {
    if (const XmlElement sibling = at.next()) return sibling;
  }
  return {};
}

std::string XmlElement::text() const {
  std::string text;
  for (const pugi::xml_node& child : node_of(node_).children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
  }
  return std::string(trim(text));
}

std::size_t XmlElement::offset() const {
  const std::ptrdiff_t offset = node_of(node_).offset_debug();
  return offset < 0 ? 0 : static_cast<std::size_t>(offset);
}

struct XmlDocument::State {
  std::string text;  ///< the parser writes into it
  std::vector<std::size_t> line_starts{0};
  pugi::xml_document document;

  [[nodiscard]] std::uint32_t line_at(std::size_t offset) const {
    return static_cast<std::uint32_t>(std::ranges::upper_bound(line_starts, offset) - line_starts.begin());
  }
};

XmlDocument::XmlDocument(std::unique_ptr<State> state) : state_(std::move(state)) {}
XmlDocument::~XmlDocument() = default;

XmlElement XmlDocument::root() const { return XmlElement(state_->document.document_element().internal_object()); }
std::uint32_t XmlDocument::line_of(const XmlElement& element) const { return state_->line_at(element.offset()); }

Result<std::shared_ptr<const XmlDocument>> XmlDocument::read(const std::filesystem::path& path, std::size_t max_bytes) {
  Result<std::string> text = read_file(path, max_bytes);
  if (!text) return std::unexpected(text.error());
  return parse(*std::move(text), path.string());
}

Result<std::shared_ptr<const XmlDocument>> XmlDocument::parse(std::string text, std::string_view name) {
  auto state = std::make_unique<State>();
  state->text = std::move(text);
  std::string& bytes = state->text;
  const auto refuse = [&](std::string_view why, std::size_t offset, std::string_view hint = {}) {
    const std::uint32_t line = state->line_at(offset);
    return std::unexpected(
        Error{.kind = ErrorKind::invalid_input,
              .message = fmt::format("not readable as XML: {}", why),
              .place = {.file = std::string(name),
                        .line = line,
                        .column = static_cast<std::uint32_t>(offset - state->line_starts[line - 1] + 1)},
              .hint = std::string(hint)});
  };
  if (bytes.find('\0') != std::string::npos || bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return refuse("it is not UTF-8", 0, "convert it to UTF-8");
  }
  for (std::size_t at = bytes.find('\n'); at != std::string::npos; at = bytes.find('\n', at + 1))
    state->line_starts.push_back(at + 1);
  // A document type can define entities; no format that is read here has one.
  if (const std::size_t at = bytes.find("<!DOCTYPE"); at != std::string::npos) {
    return refuse("it has a document type, which is refused", at, "remove the DOCTYPE");
  }
  const pugi::xml_parse_result result =
      state->document.load_buffer_inplace(bytes.data(), bytes.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!result)
    return refuse(result.description(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)));
  std::size_t depth = 0;
  for (pugi::xml_node node = state->document.first_child(); node;) {
    if (node.first_child()) {
      node = node.first_child();
      if (++depth > kMaxDepth) return refuse(fmt::format("elements are nested more than {} deep", kMaxDepth), 0);
      continue;
    }
    while (node && !node.next_sibling()) {
      node = node.parent();
      if (depth > 0) --depth;
    }
    if (node) node = node.next_sibling();
  }
  return std::shared_ptr<const XmlDocument>(new XmlDocument(std::move(state)));
}

}  // namespace ehdscan
