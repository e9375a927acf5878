// SPDX-License-Identifier: Apache-2.0
#include "format/document.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "base/diagnostic.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

std::shared_ptr<const Document> parse(std::string_view text) {
  auto document = Document::parse_yaml(text, "f.yaml");
  if (!document) FAIL(render(document.error()));
  return *document;
}

/// "message" or "message; hint" of a typed reading of the value.
template <typename T>
std::string refusal(Result<T> (Node::*read)() const, std::string_view value) {
  const auto document = parse("v: " + std::string(value));
  const Result<T> result = (document->root()[0].*read)();
  if (result) return "accepted";
  return result.error().message + (result.error().hint.empty() ? "" : "; " + result.error().hint);
}

}  // namespace

TEST_CASE("document: typed reading says what was expected and what is there") {
  CHECK(refusal(&Node::as_text, "5") == "expected a text, found the number `5`; write it in quotes: \"5\"");
  CHECK(refusal(&Node::as_text, "true") == "expected a text, found the boolean `true`; write it in quotes: \"true\"");
  CHECK(refusal(&Node::as_text, "") == "expected a text, found nothing");
  CHECK(refusal(&Node::as_text, "~") == "expected a text, found `~`");
  CHECK(refusal(&Node::as_text, "[a]") == "expected a text, found a list");
  CHECK(refusal(&Node::as_text, "{}") == "expected a text, found a mapping");
  CHECK(refusal(&Node::as_integer, "'5'") == "expected an integer, found the text `5`; remove the quotes");
  CHECK(refusal(&Node::as_integer, "5.0") == "expected an integer, found the number `5.0`");
  CHECK(refusal(&Node::as_integer, "99999999999999999999") == "`99999999999999999999` does not fit into 64 bits");
  CHECK(refusal(&Node::as_integer, "0755") ==
        "`0755` starts with a zero, which some readers take for octal; write `0o…` for octal, no leading zero for "
        "decimal, "
        "quotes for a text");
  CHECK(refusal(&Node::as_boolean, "no") == "expected true or false, found the text `no`");
  CHECK(refusal(&Node::as_boolean, "1") == "expected true or false, found the number `1`");
  CHECK(refusal(&Node::as_day, "2026-02-30") ==
        "expected a day like \"2026-11-23\", found the text `2026-02-30`; a day that the "
        "calendar has: year-month-day");
  CHECK(refusal(&Node::as_instant, "2026-11-23") ==
        "expected an instant like \"2026-11-23T08:00:00Z\", found the text `2026-11-23`; day and time, with Z for UTC "
        "or an offset");
  CHECK(refusal(&Node::as_text, "accepted") == "accepted");
}

TEST_CASE("document: integers of all spellings and sizes") {
  const auto document = parse("[9223372036854775807, -9223372036854775808, +5, 0x1F, 0o17, 0, -0]");
  const Node root = document->root();
  CHECK(root[0].as_integer() == INT64_MAX);
  CHECK(root[1].as_integer() == INT64_MIN);
  CHECK(root[2].as_integer() == 5);
  CHECK(root[3].as_integer() == 31);
  CHECK(root[4].as_integer() == 15);
  CHECK(root[5].as_integer() == 0);
  CHECK(root[6].as_integer() == 0);
}

TEST_CASE("document: dates and instants") {
  const auto document = parse("a: 2026-11-23\nb: \"2026-11-23T08:00:00Z\"\n");
  CHECK(document->root()[0].as_day() == Day{2026, 11, 23});
  CHECK(to_string(*document->root()[1].as_instant()) == "2026-11-23T08:00:00Z");
}

TEST_CASE("document: unknown and missing keys are explained") {
  const auto document = parse("id: a\npas: true\n");
  const Node root = document->root();
  CHECK(render(root.expect_keys({"id", "pass", "warn"}).error()) ==
        "error: unknown key `pas`\n"
        "  --> f.yaml:2:1\n"
        "   |\n"
        " 2 | pas: true\n"
        "   | ^\n"
        "  hint: did you mean `pass`?\n");
  CHECK(root.expect_keys({"id", "severity"}).error().hint == "known keys: id, severity");
  CHECK(root.expect_keys({"id", "pas"}));
  CHECK(root[0].expect_keys({"id"}).error().message == "expected a mapping, found the text `a`");
  CHECK(render(root.require("title").error()) ==
        "error: missing key `title`\n"
        "  --> f.yaml:1:1\n"
        "   |\n"
        " 1 | id: a\n"
        "   | ^\n");
  CHECK(root.require("id")->scalar() == "a");
  CHECK(root[0].require("x").error().message == "expected a mapping with the key `x`, found the text `a`");
  CHECK_FALSE(root.find("none"));
  CHECK(root[0].size() == 0);
}

TEST_CASE("document: files are read by extension") {
  const TemporaryFolder folder;
  std::ofstream(folder.path / "a.json") << "{\"a\": 1}";
  std::ofstream(folder.path / "b.yaml") << "a: 1";
  std::ofstream(folder.path / "c.json") << "a: 1";
  CHECK(Document::read(folder.path / "a.json"));
  CHECK((*Document::read(folder.path / "b.yaml"))->name() == (folder.path / "b.yaml").string());
  CHECK_FALSE(Document::read(folder.path / "c.json"));
  CHECK(Document::read(folder.path / "none.yaml").error().kind == ErrorKind::not_found);
}
