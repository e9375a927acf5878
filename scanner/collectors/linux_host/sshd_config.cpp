// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sshd_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr int kMaxDepth = 16;  // as sshd
constexpr std::size_t kMaxFiles = 512;
constexpr std::size_t kMaxDirectives = 100'000;

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kAliases{{
    {"challengeresponseauthentication", "kbdinteractiveauthentication"},
    {"skeyauthentication", "kbdinteractiveauthentication"},
    {"dsaauthentication", "pubkeyauthentication"},
    {"hostdsakey", "hostkey"},
    {"hostbasedacceptedkeytypes", "hostbasedacceptedalgorithms"},
    {"pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms"},
    {"gssapicleanupcreds", "gssapicleanupcredentials"},
    {"keepalive", "tcpkeepalive"},
}};

constexpr std::string_view kBlank = " \t\r\n";

std::string_view skip_blank(std::string_view text) {
  const std::size_t start = text.find_first_not_of(kBlank);
  return start == std::string_view::npos ? std::string_view{} : text.substr(start);
}

/// Takes the next word of `text`; a word ends at blanks or at one `=`, and may stand in double quotes.
std::string_view take_word(std::string_view& text) {
  text = skip_blank(text);
  if (text.starts_with('"')) {
    const std::size_t end = text.find('"', 1);
    if (end == std::string_view::npos) {
      text = {};
      return {};
    }
    const std::string_view word = text.substr(1, end - 1);
    text = skip_blank(text.substr(end + 1));
    return word;
  }
  const std::size_t end = text.find_first_of(" \t\r\n=");
  if (end == std::string_view::npos) return std::exchange(text, {});
  const std::string_view word = text.substr(0, end);
  const bool equals = text[end] == '=';
  text = skip_blank(text.substr(end + 1));
  if (!equals && text.starts_with('=')) text = skip_blank(text.substr(1));
  return word;
}

class Reader {
 public:
  Reader(SshdConfig& config, const ExpandInclude& expand) : config_(config), expand_(expand) {}

  void read(std::string_view text, std::string path, int match, int depth) {
    const auto file = static_cast<std::uint32_t>(config_.files.size());
    config_.files.push_back(std::move(path));
    int current = match;
    std::uint32_t number = 0;
    for (std::string_view line : split(text, '\n')) {
      place_ = {file, ++number};
      while (!line.empty() && (kBlank.find(line.back()) != std::string_view::npos || line.back() == '\f')) {
        line.remove_suffix(1);
      }
      line = skip_blank(line);
      if (line.empty() || line.front() == '#') continue;
      if (config_.directives.size() >= kMaxDirectives) return problem("too many directives", true);
      read_line(line, current, match, depth);
    }
  }

 private:
  void problem(std::string message, bool incomplete = false) {
    config_.problems.push_back({place_, std::move(message)});
    config_.incomplete = config_.incomplete || incomplete;
  }

  void read_line(std::string_view line, int& current, int outer, int depth) {
    SshdDirective directive;
    directive.keyword = to_valid_utf8(to_lower(take_word(line)));
    for (const auto& [alias, name] : kAliases) {
      if (directive.keyword == alias) directive.keyword = name;
    }
    if (directive.keyword.empty()) return problem("no keyword");
    if (line.empty()) return problem(fmt::format("`{}` has no argument", directive.keyword));
    directive.rest = to_valid_utf8(line);
    directive.place = place_;
    if (directive.keyword == "match") {
      add_match(line, outer);
      current = static_cast<int>(config_.matches.size()) - 1;
      return;
    }
    if (!split_sshd_words(line, directive.arguments)) return problem("a quote is not closed");
    if (directive.arguments.empty()) return problem(fmt::format("`{}` has no argument", directive.keyword));
    if (directive.keyword == "include") {
      for (const std::string& pattern : directive.arguments) include(pattern, current, depth);
      return;
    }
    directive.match = current;
    config_.directives.push_back(std::move(directive));
  }

  void add_match(std::string_view line, int parent) {
    SshdMatch match{.criteria = {}, .parent = parent, .valid = true, .place = place_};
    while (!line.empty() && line.front() != '#') {
      const std::string attribute = to_valid_utf8(to_lower(take_word(line)));
      if (attribute.empty()) break;
      SshdCriterion criterion{.attribute = attribute, .value = {}};
      if (attribute != "all" && attribute != "invalid-user") {
        criterion.value = to_valid_utf8(take_word(line));
        if (criterion.value.empty() || criterion.value.starts_with('#')) {
          problem(fmt::format("`match {}` has no value", attribute));
          match.valid = false;
          break;
        }
      }
      match.criteria.push_back(std::move(criterion));
    }
    const bool all = std::ranges::any_of(match.criteria, [](const auto& c) { return c.attribute == "all"; });
    if (match.criteria.empty() || (all && match.criteria.size() > 1)) {
      problem(all ? "`match all` takes nothing else" : "`match` has no criteria");
      match.valid = false;
    }
    config_.matches.push_back(std::move(match));
  }

  void include(const std::string& pattern, int match, int depth) {
    if (depth + 1 > kMaxDepth) return problem("includes are nested too deeply", true);
    const ConfigPlace here = place_;
    for (IncludedFile& file : expand_(pattern)) {
      place_ = here;
      if (config_.files.size() >= kMaxFiles) return problem("too many included files", true);
      if (!file.text) {
        problem(file.text.error().message, true);
        continue;
      }
      read(*file.text, std::move(file.path), match, depth + 1);
    }
    place_ = here;
  }

  SshdConfig& config_;
  const ExpandInclude& expand_;
  ConfigPlace place_;
};

}  // namespace

bool split_sshd_words(std::string_view text, std::vector<std::string>& words) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == ' ' || text[i] == '\t') {
      ++i;
      continue;
    }
    if (text[i] == '#') break;
    std::string word;
    char quote = '\0';
    for (; i < text.size(); ++i) {
      const char c = text[i];
      const char next = i + 1 < text.size() ? text[i + 1] : '\0';
      if (c == '\\' && (next == '\'' || next == '"' || next == '\\' || (quote == '\0' && next == ' '))) {
        word += next;
        ++i;
      } else if (quote == '\0' && (c == ' ' || c == '\t')) {
        break;
      } else if (quote == '\0' && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote != '\0' && c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    }
    if (quote != '\0') return false;
    words.push_back(to_valid_utf8(word));
  }
  return true;
}

SshdConfig parse_sshd_config(std::string_view text, std::string path, const ExpandInclude& expand) {
  SshdConfig config;
  Reader(config, expand).read(text, std::move(path), -1, 0);
  return config;
}

}  // namespace ehdscan
