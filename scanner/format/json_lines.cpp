// SPDX-License-Identifier: Apache-2.0
#include "format/json_lines.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>
#include <vector>

#include "base/line_reader.h"
#include "format/document.h"

namespace ehdscan {

static_assert(LineReader::kPadding >= simdjson::SIMDJSON_PADDING);

namespace {

using Kind = JsonMember::Kind;
namespace dom = simdjson::dom;

/// Levels: members of the line, members of an object or list in it, elements of a list in that.
constexpr std::size_t kLevels = 3;

}  // namespace

// simdjson's tree rather than its on-demand reader: the tree is built by the code that suits the processor at run time
// and is checked to its end before anything is taken from it.
struct JsonLineParser::State {
  dom::parser parser;
  std::array<std::vector<JsonMember>, kLevels> levels;
  struct Link {
    std::size_t level;  ///< of the parent
    std::size_t index;
    std::size_t first;  ///< of its children one level down
    std::size_t count;
  };
  std::vector<Link> links;
  std::string_view refusal;  ///< what we refuse although it is JSON

  bool refuse(std::string_view why) {
    refusal = why;
    return false;
  }

  bool members(dom::object object, std::size_t level) {
    for (const dom::key_value_pair member : object) {
      if (!value(member.key, member.value, level)) return false;
    }
    return true;
  }

  bool value(std::string_view key, dom::element element, std::size_t level) {
    JsonMember member{.key = key};
    switch (element.type()) {
      case dom::element_type::NULL_VALUE:
        break;
      case dom::element_type::BOOL:
        member.kind = Kind::boolean;
        member.integer = bool{element.get_bool().value_unsafe()} ? 1 : 0;
        break;
      case dom::element_type::INT64:
        member.kind = Kind::integer;
        member.integer = element.get_int64().value_unsafe();
        break;
      case dom::element_type::UINT64:  // only what is too large for int64
        return refuse("a number does not fit into 64 bits");
      case dom::element_type::DOUBLE:
        member.kind = Kind::real;
        break;
      case dom::element_type::STRING:
        member.kind = Kind::text;
        member.text = element.get_string().value_unsafe();
        break;
      case dom::element_type::ARRAY:
        member.kind = Kind::list;
        return container(member, element, level);
      case dom::element_type::OBJECT:
        member.kind = Kind::object;
        return container(member, element, level);
    }
    levels[level].push_back(member);
    return true;
  }

  bool container(const JsonMember& member, dom::element element, std::size_t level) {
    if (level + 1 == kLevels) return refuse("nested too deep");
    const std::size_t index = levels[level].size();
    levels[level].push_back(member);
    const std::size_t first = levels[level + 1].size();
    if (member.kind == Kind::object) {
      if (!members(element.get_object().value_unsafe(), level + 1)) return false;
    } else {
      const dom::array children = element.get_array().value_unsafe();
      for (const dom::element child : children) {
        if (!value({}, child, level + 1)) return false;
      }
    }
    links.push_back({level, index, first, levels[level + 1].size() - first});
    return true;
  }

  simdjson::error_code read(std::string_view line) {
    for (auto& level : levels) level.clear();
    links.clear();
    refusal = {};
    dom::element root;
    constexpr bool kCopyFirst = false;  // the padding is there
    if (const auto error = parser.parse(line.data(), line.size(), kCopyFirst).get(root)) return error;
    dom::object object;
    if (root.get_object().get(object) != simdjson::SUCCESS) {
      refusal = "expected an object `{…}`";
    } else {
      members(object, 0);
    }
    return refusal.empty() ? simdjson::SUCCESS : simdjson::INCORRECT_TYPE;
  }
};

std::string_view describe(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "a boolean";
    case Kind::integer:
      return "an integer";
    case Kind::real:
      return "a number with a fraction";
    case Kind::text:
      return "a text";
    case Kind::list:
      return "a list";
    case Kind::object:
      return "an object";
  }
  return "something";
}

JsonLineParser::JsonLineParser() : state_(std::make_unique<State>()) {}
JsonLineParser::~JsonLineParser() = default;
JsonLineParser::JsonLineParser(JsonLineParser&&) noexcept = default;
JsonLineParser& JsonLineParser::operator=(JsonLineParser&&) noexcept = default;

Result<std::span<const JsonMember>> JsonLineParser::parse(std::string_view line) {
  State& state = *state_;
  if (const simdjson::error_code error = state.read(line)) {
    // The slow reader of hand-written files knows what is wrong and where. It refuses a little more (duplicate keys).
    if (state.refusal.empty()) {
      auto document = Document::parse_json(line, "");
      if (!document) return std::unexpected(std::move(document).error());
    }
    return std::unexpected(Error{.kind = ErrorKind::invalid_input,
                                 .message = state.refusal.empty()
                                                ? fmt::format("not JSON: {}", simdjson::error_message(error))
                                                : std::string(state.refusal),
                                 .place = {.file = {}, .line = 1, .column = 1}});
  }
  for (const State::Link& link : state.links) {
    state.levels[link.level][link.index].children =
        std::span<const JsonMember>(state.levels[link.level + 1]).subspan(link.first, link.count);
  }
  return std::span<const JsonMember>(state.levels[0]);
}

}  // namespace ehdscan
