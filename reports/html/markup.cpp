// SPDX-License-Identifier: Apache-2.0
#include "reports/html/markup.h"

#include <algorithm>

#include "base/text.h"

namespace ehdscan {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

void append_entities(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

/// Only what RFC 3986 allows in a URL, so that no quote, blank or control can end the attribute or mislead the eye.
bool is_web_url(std::string_view text) {
  if (!text.starts_with("https://") && !text.starts_with("http://")) return false;
  return text.size() <= 2000 && std::ranges::all_of(text, [](char c) {
           return is_plain(c) || std::string_view("~:/?#[]@!$&()*+,;=%").find(c) != std::string_view::npos;
         });
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\n\t"), text.size());
    append_entities(out, escape_for_terminal(text.substr(0, end)));
    if (end < text.size()) out += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string anchor(std::string_view prefix, std::string_view id) {
  std::string out(prefix);
  for (const char c : id) {
    if (is_plain(c)) {
      out += c;
    } else {
      out += fmt::format("~{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Html link_or_text(std::string_view text) {
  if (!is_web_url(text)) return html("{}", text);
  return html("<a href=\"{}\" rel=\"noreferrer noopener\">{}</a>", text, text);
}

Html with_code(std::string_view text) {
  Html out;
  while (true) {
    const std::size_t open = text.find('`');
    const std::size_t close = open == std::string_view::npos ? open : text.find('`', open + 1);
    if (close == std::string_view::npos) break;
    out += html("{}<code>{}</code>", text.substr(0, open), text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  out += html("{}", text);
  return out;
}

Html prose(std::string_view text) {
  Html out;
  std::string paragraph;
  std::string block;
  const auto flush = [&] {
    if (!trim(paragraph).empty()) out += html("<p>{}</p>\n", with_code(trim(paragraph)));
    if (!block.empty())
      out += html("<pre tabindex=\"0\">{}</pre>\n", block.substr(0, block.find_last_not_of('\n') + 1));
    paragraph.clear();
    block.clear();
  };
  for (const std::string_view line : split_lines(text)) {
    if (line.starts_with("    ")) {
      if (!paragraph.empty()) flush();
      block += std::string(line.substr(4)) + "\n";
    } else if (trim(line).empty()) {
      if (block.empty()) {
        flush();
      } else {
        block += "\n";
      }
    } else {
      if (!block.empty()) flush();
      paragraph += std::string(line) + "\n";
    }
  }
  flush();
  return out;
}

std::string json_for_script(std::string_view json) {
  std::string out;
  out.reserve(json.size() + json.size() / 16);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string_view rest = json.substr(i);
    if (json[i] == '<') {
      out += "\\u003c";
    } else if (json[i] == '>') {
      out += "\\u003e";
    } else if (json[i] == '&') {
      out += "\\u0026";
    } else if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
      out += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += json[i];
    }
  }
  return out;
}

}  // namespace ehdscan
