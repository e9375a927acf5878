// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/value.h"

#include "base/text.h"

namespace ehdscan {
namespace {

bool is_true(const std::optional<Node>& node) {
  return node && node->is(Node::Kind::boolean) && node->as_boolean().value_or(false);
}

std::optional<Node> member(const std::optional<Node>& node, std::string_view key) {
  return node && node->is(Node::Kind::mapping) ? node->find(key) : std::nullopt;
}

std::optional<Node> element(const std::optional<Node>& node, std::size_t index) {
  return node && node->is(Node::Kind::sequence) && index < node->size() ? std::optional((*node)[index]) : std::nullopt;
}

bool is_template(const Node& node) {
  return node.is(Node::Kind::text) && node.scalar().find("${") != std::string_view::npos;
}

}  // namespace

TfValue::TfValue(std::optional<Node> after, std::optional<Node> unknown, std::optional<Node> sensitive, bool written)
    : after_(after), unknown_(unknown), sensitive_(sensitive), written_(written) {
  const bool found_template = written && after_ && is_template(*after_);
  if (is_true(unknown_) || (found_template && !is_true(sensitive_))) {
    state_ = State::unknown;
  } else if (is_true(sensitive_)) {
    state_ = State::hidden;
  } else if (!after_ && !written) {
    state_ = State::absent;
  } else if (!after_ || after_->is(Node::Kind::null)) {
    state_ = State::null;
  } else {
    state_ = State::known;
  }
}

TfValue TfValue::nothing() {
  TfValue value;
  value.state_ = State::null;
  return value;
}

bool TfValue::unset() const {
  if (state_ == State::null) return true;
  if (state_ != State::known) return false;
  if (after_->is(Node::Kind::text)) return trim(after_->scalar()).empty();
  return (after_->is(Node::Kind::sequence) || after_->is(Node::Kind::mapping)) && after_->size() == 0;
}

bool TfValue::is_set() const {
  return state_ == State::unknown || state_ == State::hidden || (state_ == State::known && !unset());
}

TfValue TfValue::operator[](std::string_view key) const {
  if (state_ == State::null) return nothing();
  if (state_ == State::unknown || state_ == State::hidden) return *this;
  if (state_ == State::absent) return {};
  if (after_->is(Node::Kind::sequence)) {
    if (after_->size() == 0) return nothing();
    if (after_->size() > 1) return {};
    return TfValue((*after_)[0], element(unknown_, 0), element(sensitive_, 0), written_)[key];
  }
  if (!after_->is(Node::Kind::mapping)) return {};
  return {after_->find(key), member(unknown_, key), member(sensitive_, key), written_};
}

std::optional<std::vector<TfValue>> TfValue::blocks() const {
  std::vector<TfValue> found;
  if (state_ == State::null) return found;
  if (state_ != State::known) return std::nullopt;
  if (!after_->is(Node::Kind::sequence)) {
    found.push_back(*this);
    return found;
  }
  for (std::size_t i = 0; i < after_->size(); ++i) {
    found.emplace_back((*after_)[i], element(unknown_, i), element(sensitive_, i), written_);
  }
  // A list may end in elements of which nothing is known.
  if (unknown_ && unknown_->is(Node::Kind::sequence)) {
    for (std::size_t i = after_->size(); i < unknown_->size(); ++i) {
      found.emplace_back(std::nullopt, (*unknown_)[i], std::nullopt, written_);
    }
  }
  return found;
}

std::vector<std::string> TfValue::keys() const {
  std::vector<std::string> found;
  if (state_ != State::known || !after_->is(Node::Kind::mapping)) return found;
  for (std::size_t i = 0; i < after_->size(); ++i) found.emplace_back(after_->key_at(i).scalar());
  return found;
}

std::vector<std::string> TfValue::keys_with_unknown() const {
  std::vector<std::string> found = keys();
  if (state_ != State::known || !unknown_ || !unknown_->is(Node::Kind::mapping)) return found;
  for (std::size_t i = 0; i < unknown_->size(); ++i) {
    const std::string_view key = unknown_->key_at(i).scalar();
    if (!after_ || !after_->is(Node::Kind::mapping) || !after_->find(key)) found.emplace_back(key);
  }
  return found;
}

bool TfValue::is_mapping() const { return state_ == State::known && after_->is(Node::Kind::mapping); }
bool TfValue::is_list() const { return state_ == State::known && after_->is(Node::Kind::sequence); }
bool TfValue::is_text() const { return state_ == State::known && after_->is(Node::Kind::text); }
std::string_view TfValue::written_text() const {
  return state_ == State::known ? after_->scalar() : std::string_view{};
}

std::optional<std::string> TfValue::text() const {
  if (state_ != State::known || after_->is(Node::Kind::sequence) || after_->is(Node::Kind::mapping))
    return std::nullopt;
  const std::string_view written = trim(after_->scalar());
  return written.empty() ? std::nullopt : std::optional<std::string>(written);
}

std::optional<bool> TfValue::boolean() const {
  const auto word = text();
  if (!word) return std::nullopt;
  if (*word == "true") return true;
  if (*word == "false") return false;
  return std::nullopt;
}

std::optional<std::int64_t> TfValue::integer() const {
  const auto word = text();
  return word ? parse_integer(*word) : std::nullopt;
}

std::optional<std::vector<std::string>> TfValue::texts() const {
  std::vector<std::string> found;
  const auto elements = blocks();
  if (!elements) return std::nullopt;
  for (const TfValue& one : *elements) {
    const auto text = one.text();
    if (!text) return std::nullopt;
    found.push_back(*text);
  }
  return found;
}

std::optional<std::string> TfValue::text_or(std::string_view fallback) const {
  return unset() ? std::optional<std::string>(fallback) : text();
}
std::optional<bool> TfValue::boolean_or(bool fallback) const { return unset() ? std::optional(fallback) : boolean(); }
std::optional<std::int64_t> TfValue::integer_or(std::int64_t fallback) const {
  return unset() ? std::optional(fallback) : integer();
}

std::string_view TfValue::written_template() const {
  return written_ && state_ == State::unknown && after_ ? after_->scalar() : std::string_view{};
}

}  // namespace ehdscan
