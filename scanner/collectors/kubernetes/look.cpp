// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/look.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/label_selector.h"
#include "base/text.h"

namespace ehdscan::kube {
namespace {

enum class Presence : std::uint8_t { absent, present, broken };

Presence walk(const Node& node, Path path, std::optional<Node>& found) {
  found = node;
  for (const std::string_view key : path) {
    if (!found->is(Node::Kind::mapping)) return Presence::broken;
    found = found->find(key);
    if (!found || found->is(Node::Kind::null)) return Presence::absent;
  }
  return Presence::present;
}

std::optional<bool> boolean_of(const Node& node) {
  if (const Result<bool> value = node.as_boolean()) return *value;
  // Unquoted in YAML 1.1, which sigs.k8s.io/yaml reads.
  constexpr std::array<std::string_view, 11> kTrue{"y",  "Y",  "yes",  "Yes",  "YES", "on",
                                                   "On", "ON", "true", "True", "TRUE"};
  constexpr std::array<std::string_view, 11> kFalse{"n",   "N",   "no",    "No",    "NO",   "off",
                                                    "Off", "OFF", "false", "False", "FALSE"};
  if (std::ranges::find(kTrue, node.scalar()) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, node.scalar()) != kFalse.end()) return false;
  return std::nullopt;
}

std::optional<std::string> member(const Node& object, Path path, std::string_view key) {
  const std::optional<Node> mapping = at(object, path);
  const std::optional<Node> found = mapping && mapping->is(Node::Kind::mapping) ? mapping->find(key) : std::nullopt;
  return found && !found->is(Node::Kind::null) ? std::optional<std::string>(found->scalar()) : std::nullopt;
}

}  // namespace

std::optional<Node> at(const Node& node, Path path) {
  std::optional<Node> found;
  return walk(node, path, found) == Presence::present ? found : std::nullopt;
}

std::string text_at(const Node& node, Path path) {
  const std::optional<Node> found = at(node, path);
  return found ? std::string(found->scalar()) : std::string();
}

std::optional<std::string> some_text_at(const Node& node, Path path) {
  std::string text = text_at(node, path);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

Flag maybe_flag_at(const Node& node, Path path) {
  std::optional<Node> found;
  switch (walk(node, path, found)) {
    case Presence::absent:
      return {};
    case Presence::broken:
      return {.value = {}, .present = true};
    case Presence::present:
      break;
  }
  return {.value = boolean_of(*found), .present = true};
}

std::optional<bool> flag_at(const Node& node, Path path, bool unless_set) {
  const Flag flag = maybe_flag_at(node, path);
  return flag.present ? flag.value : std::optional(unless_set);
}

std::vector<Node> items_at(const Node& node, Path path) {
  std::vector<Node> items;
  const std::optional<Node> found = at(node, path);
  if (!found || !found->is(Node::Kind::sequence)) return items;
  for (std::size_t i = 0; i < found->size(); ++i) items.push_back((*found)[i]);
  return items;
}

std::vector<std::string> texts_at(const Node& node, Path path) {
  std::vector<std::string> texts;
  for (const Node& item : items_at(node, path)) texts.emplace_back(item.scalar());
  return texts;
}

std::optional<std::vector<std::string>> list_at(const Node& node, Path path) {
  std::optional<Node> found;
  const Presence presence = walk(node, path, found);
  if (presence == Presence::absent) return std::vector<std::string>{};
  if (presence == Presence::broken || !found->is(Node::Kind::sequence)) return std::nullopt;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < found->size(); ++i) {
    const Node item = (*found)[i];
    if (item.is(Node::Kind::sequence) || item.is(Node::Kind::mapping) || item.is(Node::Kind::null)) return std::nullopt;
    texts.emplace_back(item.scalar());
  }
  return texts;
}

bool is_unreadable(const Node& node, Path path, Node::Kind kind) {
  std::optional<Node> found;
  const Presence presence = walk(node, path, found);
  return presence == Presence::broken || (presence == Presence::present && !found->is(kind));
}

std::vector<std::string> pairs_of(const std::optional<Node>& mapping) {
  std::vector<std::string> pairs;
  if (!mapping || !mapping->is(Node::Kind::mapping)) return pairs;
  for (std::size_t i = 0; i < mapping->size(); ++i) {
    pairs.push_back(fmt::format("{}={}", mapping->key_at(i).scalar(), (*mapping)[i].scalar()));
  }
  std::ranges::sort(pairs);
  return pairs;
}

std::optional<std::string> label_of(const Node& object, std::string_view key) {
  return member(object, {"metadata", "labels"}, key);
}

std::optional<std::string> annotation_of(const Node& object, std::string_view key) {
  return member(object, {"metadata", "annotations"}, key);
}

std::optional<Instant> instant_at(const Node& node, Path path) {
  const Result<Instant> instant = parse_instant(text_at(node, path));
  return instant ? std::optional(*instant) : std::nullopt;
}

std::vector<std::string> selector_of(const std::optional<Node>& node) {
  if (!node) return {};
  std::vector<std::string> texts = pairs_of(at(*node, {"matchLabels"}));
  for (const Node& expression : items_at(*node, {"matchExpressions"})) {
    std::vector<std::string> values = texts_at(expression, {"values"});
    std::ranges::sort(values);
    texts.push_back(fmt::format("{} {} ({})", text_at(expression, {"key"}), text_at(expression, {"operator"}),
                                fmt::join(values, ",")));
  }
  std::ranges::sort(texts);
  return texts;
}

std::optional<bool> selects(const std::vector<std::string>& selector, const std::vector<std::string>& labels) {
  return label_selector_matches(selector, labels);
}

}  // namespace ehdscan::kube
