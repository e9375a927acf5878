// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/text.h"
#include "collectors/linux_host/sshd_keywords.h"
#include "collectors/linux_host/sshd_match.h"

namespace ehdscan {
namespace {

struct Choice {
  std::string_view keyword;
  std::string_view written;
  std::string_view printed;
};

constexpr auto kChoices = std::to_array<Choice>({
    {"addressfamily", "inet", "inet"},
    {"addressfamily", "inet6", "inet6"},
    {"addressfamily", "any", "any"},
    {"allowstreamlocalforwarding", "yes", "yes"},
    {"allowstreamlocalforwarding", "all", "yes"},
    {"allowstreamlocalforwarding", "no", "no"},
    {"allowstreamlocalforwarding", "remote", "remote"},
    {"allowstreamlocalforwarding", "local", "local"},
    {"allowtcpforwarding", "yes", "yes"},
    {"allowtcpforwarding", "all", "yes"},
    {"allowtcpforwarding", "no", "no"},
    {"allowtcpforwarding", "remote", "remote"},
    {"allowtcpforwarding", "local", "local"},
    {"compression", "yes", "yes"},
    {"compression", "delayed", "yes"},
    {"compression", "no", "no"},
    {"gatewayports", "clientspecified", "clientspecified"},
    {"gatewayports", "yes", "yes"},
    {"gatewayports", "no", "no"},
    {"ignorerhosts", "yes", "yes"},
    {"ignorerhosts", "no", "no"},
    {"ignorerhosts", "shosts-only", "shosts-only"},
    {"permitrootlogin", "without-password", "without-password"},
    {"permitrootlogin", "prohibit-password", "without-password"},
    {"permitrootlogin", "forced-commands-only", "forced-commands-only"},
    {"permitrootlogin", "yes", "yes"},
    {"permitrootlogin", "no", "no"},
    {"permittunnel", "yes", "yes"},
    {"permittunnel", "no", "no"},
    {"permittunnel", "point-to-point", "point-to-point"},
    {"permittunnel", "ethernet", "ethernet"},
});

std::string to_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

/// "1h30m", "90", "2w"; seconds.
std::optional<std::int64_t> parse_seconds(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    const std::optional<std::int64_t> number = parse_integer(text.substr(start, i - start));
    if (!number || *number > INT32_MAX) return std::nullopt;
    std::int64_t unit = 1;
    if (i < text.size()) {
      switch (text[i]) {
        case 's':
        case 'S':
          break;
        case 'm':
        case 'M':
          unit = 60;
          break;
        case 'h':
        case 'H':
          unit = 3600;
          break;
        case 'd':
        case 'D':
          unit = 86400;
          break;
        case 'w':
        case 'W':
          unit = 604800;
          break;
        default:
          return std::nullopt;
      }
      ++i;
    }
    total += *number * unit;
    if (total > INT32_MAX) return std::nullopt;
  }
  return total;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t unit = 1;
  switch (text.back()) {
    case 'K':
    case 'k':
      unit = std::int64_t{1} << 10;
      break;
    case 'M':
    case 'm':
      unit = std::int64_t{1} << 20;
      break;
    case 'G':
    case 'g':
      unit = std::int64_t{1} << 30;
      break;
    default:
      break;
  }
  if (unit != 1) text.remove_suffix(1);
  const std::optional<std::int64_t> number = parse_integer(text);
  if (!number || *number < 0 || *number > (std::int64_t{1} << 32)) return std::nullopt;
  return *number * unit;
}

std::string join(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

using Value = std::optional<std::vector<std::string>>;

Value one(std::optional<std::string> value) {
  if (!value) return std::nullopt;
  return std::vector<std::string>{std::move(*value)};
}

std::optional<std::string> rekey_limit(const std::vector<std::string>& arguments) {
  std::int64_t bytes = 0;
  std::int64_t seconds = 0;
  if (arguments[0] != "default") {
    const std::optional<std::int64_t> given = parse_bytes(arguments[0]);
    if (!given) return std::nullopt;
    bytes = *given;
  }
  if (arguments.size() > 1 && arguments[1] != "none") {
    const std::optional<std::int64_t> given = parse_seconds(arguments[1]);
    if (!given) return std::nullopt;
    seconds = *given;
  }
  return fmt::format("{} {}", bytes, seconds);
}

std::optional<std::string> max_startups(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ':');
  for (const std::string_view part : parts) {
    const std::optional<std::int64_t> number = parse_integer(part);
    if (!number || *number < 0 || *number > INT32_MAX) return std::nullopt;
  }
  if (parts.size() == 3) return std::string(text);
  if (parts.size() == 1) return fmt::format("{}:100:{}", text, text);
  return std::nullopt;
}

void append_once(std::vector<std::string>& list, std::string_view name) {
  if (std::ranges::find(list, name) == list.end()) list.emplace_back(name);
}

/// `+a`, `-a`, `^a` change the default; a plain list replaces it. Wildcards are meant among the names sshd knows, which
/// we know of none but the defaults: then the value is not known, except where they only take away.
std::optional<std::string> algorithms(const SshdKeyword& keyword, std::string_view text, const SshdVersion& version) {
  if (text.empty()) return std::nullopt;
  const char sign = text.front();
  const bool changes = sign == '+' || sign == '-' || sign == '^';
  if (changes) text.remove_prefix(1);
  const bool wildcards = text.find_first_of("*?") != std::string_view::npos;
  if (wildcards && sign != '-') return std::nullopt;
  std::vector<std::string> result;
  std::vector<std::string> defaults;
  if (changes) {
    const Value known = sshd_default(keyword, version);
    if (!known || known->empty()) return std::nullopt;
    for (const std::string_view name : split(known->front(), ',')) defaults.emplace_back(name);
  }
  if (sign == '-') {
    for (const std::string& name : defaults) {
      if (match_pattern_list(name, text) != ListMatch::yes) append_once(result, name);
    }
  } else {
    if (sign == '+') {
      for (const std::string& name : defaults) append_once(result, name);
    }
    for (const std::string_view name : split(text, ',')) {
      if (!name.empty()) append_once(result, name);
    }
    if (sign == '^') {
      for (const std::string& name : defaults) append_once(result, name);
    }
  }
  return fmt::format("{}", fmt::join(result, ","));
}

}  // namespace

Value sshd_value(const SshdKeyword& keyword, const std::vector<std::string>& arguments, std::string_view rest,
                 const SshdVersion& version) {
  if (arguments.empty()) return std::nullopt;
  const std::string& first = arguments.front();
  switch (keyword.kind) {
    case SshdKind::flag:
      if (equals_ignore_case(first, "yes") || equals_ignore_case(first, "true")) return one("yes");
      if (equals_ignore_case(first, "no") || equals_ignore_case(first, "false")) return one("no");
      return std::nullopt;
    case SshdKind::choice:
      for (const Choice& choice : kChoices) {
        if (choice.keyword == keyword.name && equals_ignore_case(choice.written, first)) {
          return one(std::string(choice.printed));
        }
      }
      return std::nullopt;
    case SshdKind::integer: {
      const std::optional<std::int64_t> number = parse_integer(first);
      if (!number || *number < 0) return std::nullopt;
      return one(std::to_string(*number));
    }
    case SshdKind::octal: {
      if (first.empty() || first.size() > 4 || first.find_first_not_of("01234567") != std::string::npos) {
        return std::nullopt;
      }
      const std::size_t digits = first.find_first_not_of('0');
      return one("0" + (digits == std::string::npos ? std::string() : first.substr(digits)));
    }
    case SshdKind::seconds: {
      if (keyword.name == "unusedconnectiontimeout" && first == "none") return one("none");
      const std::optional<std::int64_t> number = parse_seconds(first);
      if (!number) return std::nullopt;
      if (keyword.name == "unusedconnectiontimeout" && *number == 0) return one("none");
      return one(std::to_string(*number));
    }
    case SshdKind::text:
      if (equals_ignore_case(first, "none")) return one("none");
      return one(first);
    case SshdKind::upper:
      return one(to_upper(first));
    case SshdKind::command:
      if (equals_ignore_case(first, "none")) return one("none");
      return one(std::string(rest));
    case SshdKind::words:
      if (keyword.name == "ipqos") {
        return one(to_lower(arguments.size() == 1 ? first + " " + first : arguments[0] + " " + arguments[1]));
      }
      return one(join(arguments));
    case SshdKind::max_startups:
      return one(max_startups(first));
    case SshdKind::rekey_limit:
      return one(rekey_limit(arguments));
    case SshdKind::algorithms:
      return one(algorithms(keyword, first, version));
    case SshdKind::each:
      return arguments;
    case SshdKind::each_line:
      if (keyword.name == "subsystem") return one(join(arguments));
      return one(first);
    case SshdKind::listen:
      return one(join(arguments));
    case SshdKind::ignored:
      return std::vector<std::string>{};
  }
  return std::nullopt;
}

}  // namespace ehdscan
