// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/oslo_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr int kDeepest = 400;  ///< rules that name rules; rings end here
constexpr std::size_t kLongestRule = 100'000;
constexpr std::size_t kMostParentheses = 200;
constexpr std::size_t kMostSteps = 100'000;  ///< of one decision: rules that name each other can multiply

bool quoted(std::string_view text) {
  return text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.front() == text.back();
}

/// `%(name)s` from the target, as Python's % does. Nothing if an attribute is missing or the text is no format.
std::optional<std::string> filled(std::string_view match, const OsloTarget& target) {
  std::string out;
  for (std::size_t i = 0; i < match.size(); ++i) {
    if (match[i] != '%') {
      out += match[i];
      continue;
    }
    if (match.substr(i).starts_with("%%")) {
      out += match[i++];
      continue;
    }
    const std::size_t close = match.find(')', i);
    if (!match.substr(i).starts_with("%(") || close == std::string_view::npos || close + 1 >= match.size() ||
        match[close + 1] != 's')
      return std::nullopt;
    const auto value = target.find(match.substr(i + 2, close - i - 2));
    if (value == target.end()) return std::nullopt;
    out += value->second;
    i = close + 1;
  }
  return out;
}

/// A Python literal on the left of a comparison: None, True, False, a number, a quoted text.
std::optional<std::string> literal(std::string_view text) {
  constexpr std::array<std::string_view, 3> kWords{"None", "True", "False"};
  if (std::ranges::find(kWords, text) != kWords.end()) return std::string(text);
  if (quoted(text)) return std::string(text.substr(1, text.size() - 2));
  if (const auto number = parse_integer(text)) return std::to_string(*number);
  return std::nullopt;
}

}  // namespace

struct OsloPolicy::Token {
  enum class Kind : std::uint8_t { open, close, word_and, word_or, word_not, text, check };
  Kind kind;
  Check check{};
};

struct OsloPolicy::Question {
  const OsloPolicy& policy;
  const OsloCredentials& credentials;
  const OsloTarget& target;
  std::size_t steps = 0;
  bool endless = false;
};

OsloPolicy::Check OsloPolicy::parse_one(std::string_view text) {
  if (text == "!") return {.kind = Check::Kind::no, .left = {}, .match = {}};
  if (text == "@") return {.kind = Check::Kind::yes, .left = {}, .match = {}};
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view left = text.substr(0, colon);
  const std::string match(text.substr(colon + 1));
  if (left == "rule") return {.kind = Check::Kind::rule, .left = {}, .match = match};
  if (left == "role") return {.kind = Check::Kind::role, .left = {}, .match = match};
  if (left == "http" || left == "https" || left == "field") return {};
  return {.kind = Check::Kind::compare, .left = std::string(left), .match = match};
}

/// `and` binds before `or`, `not` before both; whatever is left over denies.
OsloPolicy::Check OsloPolicy::reduce(std::vector<Token> tokens) {
  std::size_t at = 0;
  std::size_t depth = 0;
  bool broken = false;
  // Each of the three returns what stands at `at` and moves on.
  const auto parse = [&](const auto& self, int level) -> Check {
    using Kind = Token::Kind;
    const auto next_is = [&](Kind kind) { return at < tokens.size() && tokens[at].kind == kind; };
    if (level < 2) {
      Check joined{.kind = level == 0 ? Check::Kind::any : Check::Kind::all, .left = {}, .match = {}};
      joined.parts.push_back(self(self, level + 1));
      while (!broken && next_is(level == 0 ? Kind::word_or : Kind::word_and)) {
        ++at;
        joined.parts.push_back(self(self, level + 1));
      }
      if (joined.parts.size() == 1) return Check(std::move(joined.parts.front()));
      return joined;
    }
    if (next_is(Kind::word_not)) {
      bool inverting = false;
      for (; next_is(Kind::word_not); ++at) inverting = !inverting;
      Check plain = self(self, level);
      if (!inverting) return plain;
      Check inverted{.kind = Check::Kind::invert, .left = {}, .match = {}};
      inverted.parts.push_back(std::move(plain));
      return inverted;
    }
    if (next_is(Kind::check)) return std::move(tokens[at++].check);
    if (next_is(Kind::open) && depth < kMostParentheses) {
      ++at;
      ++depth;
      Check inner = self(self, 0);
      --depth;
      if (!next_is(Kind::close)) broken = true;
      ++at;
      return inner;
    }
    broken = true;
    return {};
  };
  Check whole = parse(parse, 0);
  return broken || at != tokens.size() ? Check{} : whole;
}

OsloPolicy::Check OsloPolicy::parse_text(std::string_view text) {
  if (text.empty()) return {.kind = Check::Kind::yes, .left = {}, .match = {}};
  std::vector<Token> tokens;
  for (std::string_view word : split_words(text)) {
    while (word.starts_with('(')) {
      tokens.push_back({Token::Kind::open});
      word.remove_prefix(1);
    }
    std::size_t closing = 0;
    while (word.ends_with(')')) {
      ++closing;
      word.remove_suffix(1);
    }
    const std::string lowered = to_lower(word);
    if (lowered == "and") {
      tokens.push_back({Token::Kind::word_and});
    } else if (lowered == "or") {
      tokens.push_back({Token::Kind::word_or});
    } else if (lowered == "not") {
      tokens.push_back({Token::Kind::word_not});
    } else if (quoted(word)) {
      tokens.push_back({Token::Kind::text});
    } else if (!word.empty()) {
      tokens.push_back({Token::Kind::check, parse_one(word)});
    }
    for (; closing > 0; --closing) tokens.push_back({Token::Kind::close});
  }
  return reduce(std::move(tokens));
}

/// Old form: a list of alternatives, each a list of what must hold together.
Result<OsloPolicy::Check> OsloPolicy::parse_list(const Node& list) {
  if (list.size() == 0) return Check{.kind = Check::Kind::yes, .left = {}, .match = {}};
  Check any{.kind = Check::Kind::any, .left = {}, .match = {}};
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Node entry = list[i];
    Check all{.kind = Check::Kind::all, .left = {}, .match = {}};
    if (entry.is(Node::Kind::sequence)) {
      for (std::size_t j = 0; j < entry.size(); ++j) {
        const auto one = entry[j].as_text();
        if (!one) return std::unexpected(one.error());
        all.parts.push_back(parse_one(*one));
      }
    } else {
      const auto one = entry.as_text();
      if (!one) return std::unexpected(one.error());
      if (!one->empty()) all.parts.push_back(parse_one(*one));
    }
    if (!all.parts.empty()) any.parts.push_back(std::move(all));
  }
  return any;
}

Result<void> OsloPolicy::add(const Node& rules) {
  if (rules.is(Node::Kind::null)) return {};
  if (!rules.is(Node::Kind::mapping)) return std::unexpected(rules.error("a mapping of rules is expected"));
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Node rule = rules[i];
    const std::string name(rules.key_at(i).scalar());
    if (rule.is(Node::Kind::sequence)) {
      auto check = parse_list(rule);
      if (!check) return std::unexpected(check.error());
      rules_.insert_or_assign(name, *std::move(check));
      continue;
    }
    const auto text = rule.as_text();
    if (!text) return std::unexpected(text.error());
    if (text->size() > kLongestRule) return std::unexpected(rule.error("a rule of more than 100,000 characters"));
    add(name, *text);
  }
  return {};
}

void OsloPolicy::add(std::string name, std::string_view rule) {
  rules_.insert_or_assign(std::move(name), parse_text(rule));
}

const OsloPolicy::Check* OsloPolicy::find(std::string_view rule) const {
  auto found = rules_.find(rule);
  if (found == rules_.end()) found = rules_.find("default");
  return found == rules_.end() ? nullptr : &found->second;
}

bool OsloPolicy::decide(const Check& check, Question& question, int depth) {
  using Kind = Check::Kind;
  if (question.endless || depth > kDeepest || ++question.steps > kMostSteps) {
    question.endless = true;
    return false;
  }
  const auto holds = [&](const Check& part) { return decide(part, question, depth + 1); };
  switch (check.kind) {
    case Kind::yes:
      return true;
    case Kind::no:
      return false;
    case Kind::all:
      return std::ranges::all_of(check.parts, holds);
    case Kind::any:
      return std::ranges::any_of(check.parts, holds);
    case Kind::invert:
      return !std::ranges::all_of(check.parts, holds);
    case Kind::rule: {
      const Check* other = question.policy.find(check.match);
      return other != nullptr && holds(*other);
    }
    case Kind::role: {
      const auto name = filled(check.match, question.target);
      const auto roles = question.credentials.find("roles");
      return name && roles != question.credentials.end() &&
             std::ranges::any_of(roles->second, [&](const auto& role) { return equals_ignore_case(role, *name); });
    }
    case Kind::compare: {
      const auto wanted = filled(check.match, question.target);
      if (!wanted) return false;
      if (const auto constant = literal(check.left)) return *constant == *wanted;
      const auto values = question.credentials.find(check.left);
      return values != question.credentials.end() && std::ranges::find(values->second, *wanted) != values->second.end();
    }
  }
  return false;
}

bool OsloPolicy::allows(std::string_view rule, const OsloCredentials& credentials, const OsloTarget& target) const {
  const Check* check = find(rule);
  Question question{.policy = *this, .credentials = credentials, .target = target};
  const bool allowed = check != nullptr && decide(*check, question, 0);
  // A ring of rules has no answer, and an inverted one must not turn that into a yes.
  return allowed && !question.endless;
}

}  // namespace ehdscan
