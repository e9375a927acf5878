// SPDX-License-Identifier: Apache-2.0
#include "format/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time.h"

namespace ehdscan {

Fields::Fields(Node node, std::optional<Error>& error, std::initializer_list<std::string_view> known)
    : node_(node), error_(&error) {
  if (const auto ok = node.expect_keys(known); !ok) refuse(ok.error());
}

void Fields::refuse(const Error& error) {
  if (!*error_) *error_ = error;
}

std::optional<Node> Fields::find(std::string_view key) {
  if (*error_) return std::nullopt;
  return node_.find(key);
}

std::optional<Node> Fields::require(std::string_view key) {
  if (*error_) return std::nullopt;
  auto found = node_.require(key);
  if (!found) {
    refuse(found.error());
    return std::nullopt;
  }
  return *found;
}

Node Fields::at(std::string_view key) const { return node_.find(key).value_or(node_); }

std::string Fields::read_text(const Node& node) {
  const auto value = node.as_text();
  if (!value) {
    refuse(value.error());
    return {};
  }
  return std::string(*value);
}

std::vector<std::string> Fields::read_texts(const Node& node) {
  std::vector<std::string> texts;
  if (!node.is(Node::Kind::sequence)) {
    refuse(node.error("expected a list of texts"));
    return texts;
  }
  for (std::size_t i = 0; i < node.size() && !*error_; ++i) texts.push_back(read_text(node[i]));
  return texts;
}

std::string Fields::text(std::string_view key) {
  const auto node = require(key);
  if (!node) return {};
  std::string value = read_text(*node);
  if (!*error_ && trim(value).empty()) refuse(node->error(fmt::format("`{}` is empty", key)));
  return value;
}

std::string Fields::word(std::string_view key) {
  std::string value = text(key);
  if (!*error_ && value.find_first_of(" \t\r\n") != std::string::npos) {
    refuse(at(key).error(fmt::format("`{}` must be one word, not `{}`", key, value)));
  }
  return value;
}

std::string Fields::day(std::string_view key) {
  const auto node = require(key);
  if (!node) return {};
  const auto value = node->as_day();
  if (!value) {
    refuse(value.error());
    return {};
  }
  return to_string(*value);
}

std::int64_t Fields::integer(std::string_view key) {
  const auto node = require(key);
  if (!node) return 0;
  const auto value = node->as_integer();
  if (!value) {
    refuse(value.error());
    return 0;
  }
  return *value;
}

bool Fields::boolean(std::string_view key) {
  const auto node = require(key);
  if (!node) return false;
  const auto value = node->as_boolean();
  if (!value) {
    refuse(value.error());
    return false;
  }
  return *value;
}

std::vector<std::string> Fields::texts(std::string_view key) {
  const auto node = require(key);
  return node ? read_texts(*node) : std::vector<std::string>{};
}

std::string Fields::choice(std::string_view key, std::initializer_list<std::string_view> values) {
  std::string value = text(key);
  if (*error_ || std::ranges::find(values, value) != values.end()) return value;
  const std::string_view near = nearest(value, {values.begin(), values.size()});
  refuse(at(key).error(fmt::format("`{}` cannot be `{}`", key, value),
                       near.empty() ? fmt::format("one of: {}", fmt::join(values, ", "))
                                    : fmt::format("did you mean `{}`?", near)));
  return value;
}

std::optional<Node> Fields::sequence(std::string_view key) {
  const auto node = require(key);
  if (node && !node->is(Node::Kind::sequence)) {
    refuse(node->error(fmt::format("`{}` must be a list", key)));
    return std::nullopt;
  }
  return node;
}

std::optional<Node> Fields::mapping(std::string_view key) {
  const auto node = require(key);
  if (node && !node->is(Node::Kind::mapping)) {
    refuse(node->error(fmt::format("`{}` must be a mapping", key)));
    return std::nullopt;
  }
  return node;
}

std::string Fields::text_if(std::string_view key) {
  const auto node = find(key);
  return node ? read_text(*node) : std::string{};
}

std::vector<std::string> Fields::texts_if(std::string_view key) {
  const auto node = find(key);
  return node ? read_texts(*node) : std::vector<std::string>{};
}

}  // namespace ehdscan
