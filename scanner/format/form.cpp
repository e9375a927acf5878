// SPDX-License-Identifier: Apache-2.0
#include "format/form.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"

namespace ehdscan {

Form::Form(Node node, std::vector<Error>& mistakes, std::initializer_list<std::string_view> known)
    : node_(node), mistakes_(&mistakes) {
  if (!node.is(Node::Kind::mapping)) {
    mistakes.push_back(node.error("expected a mapping", fmt::format("with the keys {}", fmt::join(known, ", "))));
    return;
  }
  for (std::size_t i = 0; i < node.size(); ++i) {
    const Node key = node.key_at(i);
    if (std::ranges::find(known, key.scalar()) != known.end()) continue;
    const std::string_view near = nearest(key.scalar(), known);
    mistakes.push_back(key.error(fmt::format("unknown key `{}`", key.scalar()),
                                 near.empty() ? fmt::format("known keys: {}", fmt::join(known, ", "))
                                              : fmt::format("did you mean `{}`?", near)));
  }
}

bool Form::has(std::string_view key) const { return node_.is(Node::Kind::mapping) && node_.find(key).has_value(); }

void Form::refuse(std::string_view key, std::string message, std::string hint) {
  mistakes_->push_back((has(key) ? *node_.find(key) : node_).error(std::move(message), std::move(hint)));
}

std::optional<Node> Form::member(std::string_view key, Need need) {
  if (!node_.is(Node::Kind::mapping)) return std::nullopt;  // said once, by the constructor
  if (auto found = node_.find(key)) return found;
  if (need == Need::must)
    mistakes_->push_back(node_.error(fmt::format("missing key `{}`", key), fmt::format("add the line `{}: …`", key)));
  return std::nullopt;
}

template <typename T>
std::optional<T> Form::keep(Result<T> value) {
  if (value) return *std::move(value);
  mistakes_->push_back(std::move(value).error());
  return std::nullopt;
}

std::optional<std::string> Form::text(std::string_view key, Need need) {
  const auto node = member(key, need);
  if (!node) return std::nullopt;
  const auto value = keep(node->as_text());
  if (!value) return std::nullopt;
  if (!trim(*value).empty()) return std::string(*value);
  refuse(key, fmt::format("`{}` is empty", key), "write what it is");
  return std::nullopt;
}

std::optional<Day> Form::day(std::string_view key, Need need) {
  const auto node = member(key, need);
  return node ? keep(node->as_day()) : std::nullopt;
}

std::optional<Instant> Form::instant(std::string_view key, Need need) {
  const auto node = member(key, need);
  return node ? keep(node->as_instant()) : std::nullopt;
}

std::optional<std::int64_t> Form::integer(std::string_view key, Need need) {
  const auto node = member(key, need);
  return node ? keep(node->as_integer()) : std::nullopt;
}

std::optional<bool> Form::boolean(std::string_view key, Need need) {
  const auto node = member(key, need);
  return node ? keep(node->as_boolean()) : std::nullopt;
}

std::vector<Node> Form::list(std::string_view key, Need need) {
  std::vector<Node> elements;
  const auto node = member(key, need);
  if (!node) return elements;
  if (!node->is(Node::Kind::sequence)) {
    refuse(key, fmt::format("`{}` takes a list", key), "`[]` says that there are none");
    return elements;
  }
  for (std::size_t i = 0; i < node->size(); ++i) elements.push_back((*node)[i]);
  return elements;
}

std::vector<std::string> Form::texts(std::string_view key, Need need) {
  std::vector<std::string> values;
  for (const Node& element : list(key, need)) {
    if (const auto value = keep(element.as_text())) values.emplace_back(*value);
  }
  return values;
}

std::optional<std::string> Form::choice(std::string_view key, std::span<const std::string_view> values, Need need) {
  auto value = text(key, need);
  if (!value || std::ranges::find(values, *value) != values.end()) return value;
  const std::string_view near = nearest(*value, values);
  refuse(key, fmt::format("`{}` takes no `{}`", key, *value),
         near.empty() ? fmt::format("one of: {}", fmt::join(values, ", ")) : fmt::format("did you mean `{}`?", near));
  return std::nullopt;
}

std::optional<Node> Form::mapping(std::string_view key, Need need) {
  const auto node = member(key, need);
  if (!node || node->is(Node::Kind::mapping)) return node;
  refuse(key, fmt::format("`{}` takes a mapping", key), "`key: value` lines below it, indented");
  return std::nullopt;
}

}  // namespace ehdscan
