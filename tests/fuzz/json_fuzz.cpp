// SPDX-License-Identifier: Apache-2.0
// Both JSON readers: the one with places and the fast one for lines.
#include "base/line_reader.h"
#include "format/json_lines.h"
#include "walk.h"

using namespace ehdscan;

namespace {

void same(const Node& slow, std::span<const JsonMember> fast, bool object);

void same(const Node& slow, const JsonMember& fast) {
  using fuzz::must;
  switch (slow.kind()) {
    case Node::Kind::null:
      return must(fast.kind == JsonMember::Kind::null, "null is null");
    case Node::Kind::boolean:
      return must(fast.kind == JsonMember::Kind::boolean && (fast.integer == 1) == *slow.as_boolean(), "same boolean");
    case Node::Kind::integer:
      return must(fast.kind == JsonMember::Kind::integer && slow.as_integer().value_or(-1) == fast.integer,
                  "same integer");
    case Node::Kind::real:
      return must(fast.kind == JsonMember::Kind::real, "same real");
    case Node::Kind::text:
      return must(fast.kind == JsonMember::Kind::text && fast.text == slow.scalar(), "same text");
    case Node::Kind::sequence:
      must(fast.kind == JsonMember::Kind::list, "same list");
      return same(slow, fast.children, false);
    case Node::Kind::mapping:
      must(fast.kind == JsonMember::Kind::object, "same object");
      return same(slow, fast.children, true);
  }
}

void same(const Node& slow, std::span<const JsonMember> fast, bool object) {
  fuzz::must(slow.size() == fast.size(), "same size");
  for (std::size_t i = 0; i < fast.size(); ++i) {
    if (object) fuzz::must(slow.key_at(i).scalar() == fast[i].key, "same key");
    same(slow[i], fast[i]);
  }
}

}  // namespace

FUZZ_TARGET(data, size) {
  const std::string_view text = fuzz::text_of(data, size);
  DocumentLimits limits;
  limits.max_nodes = 10'000;
  const auto document = Document::parse_json(text, "f.json", limits);
  if (document) {
    fuzz::walk(**document, (*document)->root());
  } else {
    fuzz::check_error(document.error());
  }

  static JsonLineParser parser;
  std::string line(text);
  line.append(LineReader::kPadding, '"');
  const auto members = parser.parse(std::string_view(line).substr(0, size));
  if (!members) fuzz::check_error(members.error());
  // A byte order mark is dropped by one and refused by the other.
  if (members && document && !text.starts_with("\xEF\xBB\xBF")) same((*document)->root(), *members, true);
  return 0;
}
