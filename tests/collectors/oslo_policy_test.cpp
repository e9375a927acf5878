// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/oslo_policy.h"

#include <doctest/doctest.h>

#include <filesystem>

using namespace ehdscan;

namespace {

const std::filesystem::path kDecisions =
    std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/openstack/oslo_decisions.json";

/// As Python's str() writes a JSON value.
std::string written(const Node& value) {
  if (value.is(Node::Kind::null)) return "None";
  if (value.is(Node::Kind::boolean)) return value.scalar() == "true" ? "True" : "False";
  return std::string(value.scalar());
}

OsloCredentials credentials_of(const Node& node) {
  OsloCredentials all;
  for (std::size_t i = 0; i < node.size(); ++i) {
    std::vector<std::string>& values = all[std::string(node.key_at(i).scalar())];
    if (!node[i].is(Node::Kind::sequence)) {
      values.push_back(written(node[i]));
      continue;
    }
    for (std::size_t j = 0; j < node[i].size(); ++j) values.push_back(written(node[i][j]));
  }
  return all;
}

bool allowed(std::string_view rule, const OsloCredentials& credentials = {}, const OsloTarget& target = {}) {
  OsloPolicy policy;
  policy.add("act", rule);
  return policy.allows("act", credentials, target);
}

}  // namespace

TEST_CASE("oslo policy: four hundred decisions of oslo.policy itself") {
  const auto document = Document::read(kDecisions);
  REQUIRE_MESSAGE(document, document.error().message);
  const Node root = (*document)->root();
  const Node decisions = *root.find("decisions");
  REQUIRE(decisions.size() == 400);
  std::size_t yes = 0;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const auto index = [&](std::size_t part) { return static_cast<std::size_t>(*decisions[i][part].as_integer()); };
    const Node rules = (*root.find("rules"))[index(0)];
    OsloPolicy policy;
    REQUIRE(policy.add(rules));
    OsloTarget target;
    const Node fields = (*root.find("targets"))[index(2)];
    for (std::size_t j = 0; j < fields.size(); ++j) target[std::string(fields.key_at(j).scalar())] = written(fields[j]);
    const bool answer = policy.allows("act", credentials_of((*root.find("creds"))[index(1)]), target);
    CHECK_MESSAGE(answer == (index(3) == 1), "decision ", i, ": ", std::string(rules.find("act")->scalar()));
    yes += answer ? 1 : 0;
  }
  CHECK(yes == 288);
}

TEST_CASE("oslo policy: what cannot be read denies") {
  for (const char* rule : {"and", "role:a and", "( @", "@ )", "not", "@ @", "'@'", "nonsense", "or @", "()",
                           "http://example/x", "field:networks:shared=True", "role:%(missing)s", "x:%(y"}) {
    CAPTURE(rule);
    CHECK_FALSE(allowed(rule, {{"roles", {"a"}}}));
  }
  CHECK(allowed(""));
  CHECK_FALSE(allowed("@ or ()@"));
  CHECK(allowed("not not @"));
  CHECK(allowed("((@))"));
  CHECK(allowed("not (! and @) AND role:A", {{"roles", {"a"}}}));
  CHECK(allowed("! and ! or @"));
  CHECK_FALSE(allowed("! and (! or @)"));
  CHECK(allowed("user.domain.id:%(d)s", {{"user.domain.id", {"x"}}}, {{"d", "x"}}));
  CHECK(allowed("groups:b", {{"groups", {"a", "b"}}}));
  CHECK(allowed("5:%(n)s", {}, {{"n", "5"}}));
}

TEST_CASE("oslo policy: rings and rules that multiply end, and never in a yes") {
  OsloPolicy policy;
  policy.add("a", "rule:b");
  policy.add("b", "not rule:a");
  policy.add("c", "rule:c");
  policy.add("n0", "!");
  for (int i = 1; i < 90; ++i) {
    const std::string below = "rule:n" + std::to_string(i - 1);
    policy.add("n" + std::to_string(i), below + " or " + below);
  }
  CHECK_FALSE(policy.allows("c", {}, {}));
  CHECK_FALSE(policy.allows("n89", {}, {}));
  policy.add("turned", "not rule:n89");
  CHECK_FALSE(policy.allows("turned", {}, {}));
}

TEST_CASE("oslo policy: the default rule stands in for one that is not there") {
  OsloPolicy policy;
  CHECK_FALSE(policy.allows("x", {}, {}));
  policy.add("default", "role:admin");
  CHECK(policy.allows("x", {{"roles", {"admin"}}}, {}));
  policy.add("y", "rule:x");
  CHECK(policy.allows("y", {{"roles", {"Admin"}}}, {}));
  CHECK_FALSE(policy.allows("y", {{"roles", {"reader"}}}, {}));
}

TEST_CASE("oslo policy: files that are none are refused with their place") {
  for (const char* text : {"[1]", "a: {b: c}", "a: 5", "a: [[5]]"}) {
    CAPTURE(text);
    OsloPolicy policy;
    const auto document = Document::parse_yaml(text, "policy.yaml");
    REQUIRE(document);
    const auto added = policy.add((*document)->root());
    REQUIRE_FALSE(added);
    CHECK(added.error().kind == ErrorKind::invalid_input);
  }
}
