// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "format/document_builder.h"
#include "format/yaml_errors.h"
#include "format/yaml_functions.h"
#include "format/yaml_scalar.h"

namespace ehdscan {
namespace {

std::string_view view(const yaml_char_t* text, std::size_t size) { return {reinterpret_cast<const char*>(text), size}; }
std::string_view view(const yaml_char_t* text) { return reinterpret_cast<const char*>(text); }
std::string_view view(const char* text) { return text == nullptr ? std::string_view{} : text; }

/// libyaml's parser over a text that outlives it.
struct Parser {
  yaml_parser_t raw{};
  bool usable;
  explicit Parser(std::string_view text) : usable(yaml_parser_initialize(&raw) == 1) {
    if (!usable) return;
    yaml_parser_set_encoding(&raw, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&raw, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Parser() {
    if (usable) yaml_parser_delete(&raw);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
};

struct Event {
  yaml_event_t raw{};
  Event() = default;
  ~Event() { yaml_event_delete(&raw); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
};

/// Turns libyaml's marks, which count characters, into byte offsets. Marks come almost in order, so the way from the
/// last one is short, however long the line is.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  std::size_t offset(const yaml_mark_t& mark) {
    while (character_ < mark.index && offset_ < text_.size()) {
      ++offset_;
      while (offset_ < text_.size() && continues(offset_)) ++offset_;
      ++character_;
    }
    while (character_ > mark.index && offset_ > 0) {
      --offset_;
      while (offset_ > 0 && continues(offset_)) --offset_;
      --character_;
    }
    return offset_;
  }

 private:
  [[nodiscard]] bool continues(std::size_t at) const {
    return (static_cast<unsigned char>(text_[at]) & 0xC0U) == 0x80U;
  }

  std::string_view text_;
  std::size_t offset_ = 0;
  std::size_t character_ = 0;
};

class YamlReader {
 public:
  YamlReader(DocumentBuilder& builder, bool functions)
      : builder_(builder), cursor_(builder.text()), parser_(builder.text()), functions_(functions) {}

  void read() {
    if (!parser_.usable) {
      builder_.fail({}, "out of memory", {}, ErrorKind::limit);
      return;
    }
    bool more = true;
    while (more) {
      Event event;
      if (yaml_parser_parse(&parser_.raw, &event.raw) != 1) {
        refuse_syntax();
        return;
      }
      more = event.raw.type != YAML_STREAM_END_EVENT && take(event.raw);
    }
  }

 private:
  [[nodiscard]] Position position(const yaml_mark_t& mark) {
    const std::size_t offset = cursor_.offset(mark);
    const std::size_t start = builder_.line_start(mark.line + 1);
    return {.line = static_cast<std::uint32_t>(mark.line + 1),
            .column = static_cast<std::uint32_t>(offset - std::min(start, offset) + 1)};
  }

  bool take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_NO_EVENT:
      case YAML_STREAM_START_EVENT:
      case YAML_STREAM_END_EVENT:
      case YAML_DOCUMENT_END_EVENT:
        return true;
      case YAML_DOCUMENT_START_EVENT:
        return document_start(event);
      case YAML_ALIAS_EVENT:
        return builder_.fail(position(event.start_mark),
                             fmt::format("alias `*{}` is not allowed", view(event.data.alias.anchor)),
                             "write the value out, or put it in quotes if it is a text");
      case YAML_SCALAR_EVENT:
        return scalar(event);
      case YAML_SEQUENCE_START_EVENT:
        return begin(event, Node::Kind::sequence, event.data.sequence_start.anchor, event.data.sequence_start.tag);
      case YAML_MAPPING_START_EVENT:
        return begin(event, Node::Kind::mapping, event.data.mapping_start.anchor, event.data.mapping_start.tag);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return end();
    }
    return false;
  }

  bool document_start(const yaml_event_t& event) {
    const auto& start = event.data.document_start;
    const Position at = position(event.start_mark);
    if (std::exchange(started_, true)) {
      return builder_.fail(at, "a second document starts here", "keep one document in a file");
    }
    if (start.version_directive != nullptr && start.version_directive->minor != 2) {
      return builder_.fail(at, fmt::format("the document asks for YAML 1.{}", start.version_directive->minor),
                           "remove the `%YAML` line; YAML 1.2 is read");
    }
    if (start.tag_directives.start != start.tag_directives.end) {
      return builder_.fail(at, "`%TAG` is not allowed", "remove the line");
    }
    return true;
  }

  /// No anchor and no tag.
  bool plain(const yaml_event_t& event, const yaml_char_t* anchor, const yaml_char_t* tag) {
    if (anchor != nullptr) {
      return builder_.fail(position(event.start_mark), fmt::format("anchor `&{}` is not allowed", view(anchor)),
                           "write the value out where it is needed, or put it in quotes if it is a text");
    }
    if (tag != nullptr) {
      return builder_.fail(position(event.start_mark), fmt::format("tag `{}` is not allowed", view(tag)),
                           "remove the tag, or put the value in quotes if it is a text");
    }
    return true;
  }

  /// `!Name` where functions are read: a mapping with the one key `Fn::Name` begins. `began` says whether it did.
  bool begin_function(const yaml_event_t& event, const yaml_char_t* anchor, const yaml_char_t* tag, bool& began) {
    const std::string_view name = tag == nullptr ? std::string_view{} : view(tag);
    began = functions_ && name.size() > 1 && name[0] == '!' && name[1] != '!';
    if (!began) return plain(event, anchor, tag);
    if (!plain(event, anchor, nullptr)) return false;
    const Position at = position(event.start_mark);
    const std::string_view function = name.substr(1);
    const bool bare = function == "Ref" || function == "Condition";
    return builder_.begin(Node::Kind::mapping, at) &&
           builder_.scalar(Node::Kind::text, (bare ? "" : "Fn::") + std::string(function), 0, at);
  }

  bool begin(const yaml_event_t& event, Node::Kind kind, const yaml_char_t* anchor, const yaml_char_t* tag) {
    bool function = false;
    if (!begin_function(event, anchor, tag, function)) return false;
    if (functions_) open_functions_.push_back(function);
    return builder_.begin(kind, position(event.start_mark));
  }

  bool end() {
    if (!builder_.end()) return false;
    if (!functions_) return true;
    const bool function = open_functions_.back();
    open_functions_.pop_back();
    return !function || builder_.end();
  }

  bool scalar(const yaml_event_t& event) {
    const auto& value = event.data.scalar;
    bool function = false;
    if (!begin_function(event, value.anchor, value.tag, function)) return false;
    return scalar_value(event) && (!function || builder_.end());
  }

  bool scalar_value(const yaml_event_t& event) {
    const auto& value = event.data.scalar;
    const Position at = position(event.start_mark);
    const std::string_view text = view(value.value, value.length);
    const bool unquoted = value.style == YAML_PLAIN_SCALAR_STYLE;
    // Behind the quote; where a block scalar's text stands is not worth knowing, it is copied.
    const std::size_t offset = cursor_.offset(event.start_mark) + (unquoted ? 0 : 1);
    return builder_.scalar(unquoted ? plain_scalar_kind(text) : Node::Kind::text, text,
                           std::min(offset, builder_.text().size()), at);
  }

  void refuse_syntax() {
    const yaml_parser_t& raw = parser_.raw;
    if (raw.error == YAML_MEMORY_ERROR) {
      builder_.fail({}, "out of memory", {}, ErrorKind::limit);
      return;
    }
    const std::size_t offset = cursor_.offset(raw.problem_mark);
    YamlTrouble trouble = explain_yaml(view(raw.problem), view(raw.context), builder_.text().substr(offset));
    const bool has_context = raw.context != nullptr;
    builder_.fail(position(trouble.at_context && has_context ? raw.context_mark : raw.problem_mark),
                  std::move(trouble.message), std::move(trouble.hint));
  }

  DocumentBuilder& builder_;
  Cursor cursor_;
  Parser parser_;
  bool functions_;
  bool started_ = false;
  std::vector<bool> open_functions_;  ///< of every open list and mapping, whether a function began it
};

}  // namespace

Result<std::shared_ptr<const Document>> read_yaml(DocumentBuilder builder) {
  if (builder.prepare(Characters::yaml)) YamlReader(builder, false).read();
  return std::move(builder).finish();
}

Result<std::shared_ptr<const Document>> parse_yaml_with_functions(std::string_view text, std::string name,
                                                                  const DocumentLimits& limits) {
  DocumentBuilder builder(text, std::move(name), limits);
  if (builder.prepare(Characters::yaml)) YamlReader(builder, true).read();
  return std::move(builder).finish();
}

}  // namespace ehdscan
