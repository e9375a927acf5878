// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/redact.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ehdscan {
namespace {

// Whole names, and words that a name ends with: `password_expires_at` and `secret_ref` are no secrets, `db_password`
// is.
constexpr std::array<std::string_view, 9> kNames{"blob",      "user_data", "os-ext-srv-attr:user_data",
                                                 "adminpass", "auth_key",  "psk",
                                                 "payload",   "passcode",  "personality"};
constexpr std::array<std::string_view, 13> kEndings{
    "password",   "passwd",    "secret",  "passphrase", "private_key", "privatekey",  "token",
    "secret_key", "secretkey", "api_key", "apikey",     "admin_pass",  "temp-url-key"};

constexpr unsigned kFirstPrintable = 0x20;

void append(std::string& out, const Node& node) {
  switch (node.kind()) {
    case Node::Kind::null:
      out += "null";
      return;
    case Node::Kind::boolean:
    case Node::Kind::integer:
    case Node::Kind::real:
      out += node.scalar();
      return;
    case Node::Kind::text:
      out += json_text(node.scalar());
      return;
    case Node::Kind::sequence:
      out += '[';
      for (std::size_t i = 0; i < node.size(); ++i) {
        if (i > 0) out += ',';
        append(out, node[i]);
      }
      out += ']';
      return;
    case Node::Kind::mapping:
      out += redacted_json(node);
      return;
  }
}

}  // namespace

bool names_secret(std::string_view name) {
  const std::string word = to_lower(name);
  return std::ranges::find(kNames, word) != kNames.end() ||
         std::ranges::any_of(kEndings, [&](std::string_view ending) { return word.ends_with(ending); });
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : to_valid_utf8(text)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < kFirstPrintable) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out += '"';
}

std::string redacted_json(const Node& node, const std::vector<std::pair<std::string, std::string>>& more) {
  std::string out;
  if (!node.is(Node::Kind::mapping)) {
    append(out, node);
    return out;
  }
  out = "{";
  for (std::size_t i = 0; i < node.size(); ++i) {
    const std::string_view name = node.key_at(i).scalar();
    if (out.size() > 1) out += ',';
    out += json_text(name) + ":";
    const Node value = node[i];
    if (names_secret(name) && !value.is(Node::Kind::null) && !value.is(Node::Kind::boolean)) {
      out += json_text(kRedacted);
    } else {
      append(out, value);
    }
  }
  for (const auto& [name, json] : more) {
    if (out.size() > 1) out += ',';
    out += json_text(name) + ":" + json;
  }
  return out += '}';
}

}  // namespace ehdscan
