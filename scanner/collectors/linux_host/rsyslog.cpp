// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/rsyslog.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ehdscan {
namespace {

/// Value of `name="…"` in an action(…) object; empty if there is none.
std::string parameter(std::string_view text, std::string_view name) {
  const std::string lower = to_lower(text);
  std::size_t at = 0;
  while ((at = lower.find(name, at)) != std::string::npos) {
    const bool starts = at == 0 || lower[at - 1] == ' ' || lower[at - 1] == '(' || lower[at - 1] == '\t' || lower[at - 1] == '\n';
    std::size_t after = at + name.size();
    while (after < lower.size() && lower[after] == ' ') ++after;
    if (starts && after < lower.size() && lower[after] == '=') {
      const std::size_t open = lower.find('"', after);
      const std::size_t close = open == std::string::npos ? open : lower.find('"', open + 1);
      if (close != std::string::npos) return to_valid_utf8(text.substr(open + 1, close - open - 1));
    }
    at = after;
  }
  return {};
}

RsyslogAction action_object(std::string_view text, std::string selector, std::uint32_t line) {
  RsyslogAction action{.selector = std::move(selector), .line = line};
  const std::string type = to_lower(parameter(text, "type"));
  if (type == "omfwd" || type == "omrelp") {
    const std::string port = parameter(text, "port");
    action.receiver = fmt::format("{}:{}", parameter(text, "target"), port.empty() ? "514" : port);
    const std::string driver = to_lower(parameter(text, "streamdriver"));
    const bool tls = (!driver.empty() && driver != "ptcp") || to_lower(parameter(text, "tls")) == "on";
    const std::string protocol = to_lower(parameter(text, "protocol"));
    action.transport = type == "omrelp" ? "relp" : (tls ? "tls" : (protocol.empty() ? "udp" : protocol));
  } else if (type == "omfile") {
    action.file = parameter(text, "file");
  }
  return action;
}

std::string receiver_of(std::string_view written) {
  // @@(o)[2001:db8::1]:6514;template
  if (written.starts_with('(')) written = written.substr(std::min(written.find(')') + 1, written.size()));
  written = written.substr(0, written.find(';'));
  const bool has_port = written.starts_with('[') ? written.find("]:") != std::string_view::npos : written.find(':') != std::string_view::npos;
  return to_valid_utf8(has_port ? std::string(written) : fmt::format("{}:514", written));
}

}  // namespace

std::optional<bool> RsyslogAction::takes_access_records() const {
  if (selector.empty()) return true;
  if (selector.starts_with(':') || selector.starts_with("if ")) return std::nullopt;
  bool auth = false;
  bool authpriv = false;
  // "auth,authpriv.*;mail.none": later parts change what earlier ones chose.
  for (const std::string_view part : split(selector, ';')) {
    const std::size_t dot = part.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const bool none = part.substr(dot + 1) == "none";
    for (const std::string_view facility : split(part.substr(0, dot), ',')) {
      if (facility == "*" || facility == "auth") auth = !none;
      if (facility == "*" || facility == "authpriv") authpriv = !none;
    }
  }
  return auth && authpriv;
}

RsyslogConfig parse_rsyslog(std::string_view text) {
  RsyslogConfig config;
  const std::vector<std::string_view> lines = split_lines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(i + 1);
    std::string line(trim(lines[i]));
    if (line.empty() || line.starts_with('#')) continue;
    // An object goes on until its brackets are closed; a legacy line until it ends without a backslash.
    const auto open = [](const std::string& object) {
      return object.find('(') != std::string::npos && std::count(object.begin(), object.end(), '(') > std::count(object.begin(), object.end(), ')');
    };
    while ((line.ends_with('\\') || open(line)) && i + 1 < lines.size()) {
      if (line.ends_with('\\')) line.pop_back();
      line += fmt::format(" {}", trim(lines[++i]));
    }
    if (line.starts_with("$IncludeConfig")) {
      if (const auto words = split_words(line); words.size() > 1) config.includes.push_back(to_valid_utf8(words[1]));
      continue;
    }
    if (line.starts_with("include(")) {
      if (std::string file = parameter(line, "file"); !file.empty()) config.includes.push_back(std::move(file));
      continue;
    }
    if (line.starts_with('$') || line.starts_with("module(") || line.starts_with("global(") || line.starts_with("input(") ||
        line.starts_with("template(") || line.starts_with("ruleset(") || line.starts_with('}') || line.starts_with('{')) {
      continue;
    }
    const std::size_t object = line.find("action(");
    if (object != std::string::npos) {
      config.actions.push_back(action_object(std::string_view(line).substr(object), to_valid_utf8(trim(std::string_view(line).substr(0, object))), number));
      continue;
    }
    const auto words = split_words(line);
    if (words.size() < 2) continue;
    RsyslogAction action{.selector = to_valid_utf8(words[0]), .line = number};
    std::string_view what = words[1];
    if (what.starts_with("@@")) {
      action.transport = "tcp";
      action.receiver = receiver_of(what.substr(2));
    } else if (what.starts_with('@')) {
      action.transport = "udp";
      action.receiver = receiver_of(what.substr(1));
    } else {
      if (what.starts_with('-')) what.remove_prefix(1);
      if (!what.starts_with('/')) continue;
      action.file = to_valid_utf8(what.substr(0, what.find(';')));
    }
    config.actions.push_back(std::move(action));
  }
  return config;
}

}  // namespace ehdscan
