// SPDX-License-Identifier: Apache-2.0
#include "net/http/sigv4.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "crypto/digest.h"
#include "net/http/url.h"

namespace ehdscan {
namespace {

constexpr int kHex = 16;

std::string hmac(std::string_view key, std::string_view message) {
  const std::string hex = hmac_sha256_hex(key, message);
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, kHex));
  }
  return bytes;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](std::size_t at) {
      return std::string_view("0123456789abcdef").find(to_lower(text.substr(at, 1)));
    };
    if (text[i] == '%' && i + 2 < text.size() && digit(i + 1) != std::string_view::npos &&
        digit(i + 2) != std::string_view::npos) {
      out += static_cast<char>(digit(i + 1) * kHex + digit(i + 2));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view part : split(query, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    pairs.emplace_back(percent_encode(percent_decode(part.substr(0, equals))),
                       equals == std::string_view::npos ? "" : percent_encode(percent_decode(part.substr(equals + 1))));
  }
  std::ranges::sort(pairs);
  std::string out;
  for (const auto& [name, value] : pairs) out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
  return out;
}

/// Blanks at the ends go, runs of them become one.
std::string header_value(std::string_view value) {
  std::string out;
  for (const std::string_view word : split_words(value)) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

/// `.` and `..` and empty segments removed (RFC 3986, section 5.2.4); not for S3, whose keys may hold them.
std::string normal_path(std::string_view path) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string out = fmt::format("/{}", fmt::join(parts, "/"));
  if (out.size() > 1 && path.ends_with('/')) out += '/';
  return out;
}

}  // namespace

Result<void> sign_sigv4(HttpRequest& request, const S3Key& key, std::string_view region, std::string_view service,
                        Instant now) {
  const auto url = parse_url(request.url);
  if (!url) return fail(ErrorKind::invalid_input, fmt::format("`{}` is no http address", shown_url(request.url)));
  std::string stamp = to_string(now);  // 2015-08-30T12:36:00Z
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  const std::string day = stamp.substr(0, 8);
  const bool s3 = service == "s3";
  const bool default_port = (url->scheme == "https" && url->port == 443) || (url->scheme == "http" && url->port == 80);
  const std::string name = url->host.contains(':') ? fmt::format("[{}]", url->host) : url->host;
  const std::string payload = sha256_hex(request.body);

  request.headers.emplace_back("x-amz-date", stamp);
  if (s3) request.headers.emplace_back("x-amz-content-sha256", payload);
  if (!key.session_token.empty()) request.headers.emplace_back("x-amz-security-token", key.session_token);

  std::vector<std::pair<std::string, std::string>> headers{
      {"host", default_port ? name : fmt::format("{}:{}", name, url->port)}};
  for (const auto& [header, value] : request.headers) headers.emplace_back(to_lower(header), header_value(value));
  std::ranges::stable_sort(headers, {}, &std::pair<std::string, std::string>::first);
  std::string lines;
  std::string names;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (i > 0 && headers[i].first == headers[i - 1].first) {
      lines.back() = ',';
      lines += headers[i].second + "\n";
      continue;
    }
    lines += fmt::format("{}:{}\n", headers[i].first, headers[i].second);
    names += (names.empty() ? "" : ";") + headers[i].first;
  }

  const std::string path =
      s3 ? percent_encode(percent_decode(url->path), true) : percent_encode(normal_path(url->path), true);
  const std::string query = canonical_query(url->query);
  const std::string canonical =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, path, query, lines, names, payload);
  const std::string scope = fmt::format("{}/{}/{}/aws4_request", day, region, service);
  const std::string to_sign = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", stamp, scope, sha256_hex(canonical));
  const std::string signing = hmac(hmac(hmac(hmac("AWS4" + key.secret_key, day), region), service), "aws4_request");
  request.headers.emplace_back(
      "Authorization", fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}", key.access_key,
                                   scope, names, hmac_sha256_hex(signing, to_sign)));
  return {};
}

}  // namespace ehdscan
