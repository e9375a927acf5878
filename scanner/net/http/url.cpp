// SPDX-License-Identifier: Apache-2.0
#include "net/http/url.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

#include "base/text.h"

namespace ehdscan {
namespace {

using UrlHandle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

UrlHandle open(const std::string& text) {
  UrlHandle handle(curl_url(), &curl_url_cleanup);
  if (curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) handle.reset();
  return handle;
}

std::string part(CURLU* handle, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, which, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

std::string Url::origin() const {
  return host.contains(':') ? fmt::format("{}://[{}]:{}", scheme, host, port)
                            : fmt::format("{}://{}:{}", scheme, host, port);
}

std::optional<Url> parse_url(std::string_view text) {
  const UrlHandle handle = open(std::string(text));
  if (!handle) return std::nullopt;
  Url url{.scheme = part(handle.get(), CURLUPART_SCHEME),
          .host = to_lower(part(handle.get(), CURLUPART_HOST)),
          .port = 0,
          .path = part(handle.get(), CURLUPART_PATH),
          .query = part(handle.get(), CURLUPART_QUERY)};
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  if (!part(handle.get(), CURLUPART_USER).empty() || !part(handle.get(), CURLUPART_PASSWORD).empty())
    return std::nullopt;
  if (url.host.starts_with('[') && url.host.ends_with(']')) url.host = url.host.substr(1, url.host.size() - 2);
  const auto port = parse_integer(part(handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT));
  if (!port || url.host.empty()) return std::nullopt;
  url.port = static_cast<std::uint16_t>(*port);
  return url;
}

std::optional<std::string> resolve_url(const std::string& base, const std::string& reference) {
  const UrlHandle handle = open(base);
  if (!handle || curl_url_set(handle.get(), CURLUPART_URL, reference.c_str(), 0) != CURLUE_OK) return std::nullopt;
  return part(handle.get(), CURLUPART_URL);
}

std::string shown_url(std::string_view text) {
  text = text.substr(0, text.find_first_of("?#"));
  // A user name and password before the host are not for messages either.
  const std::size_t scheme = text.find("://");
  const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t at = text.substr(start, text.find('/', start) - start).rfind('@');
  std::string shown(text.substr(0, start));
  shown += at == std::string_view::npos ? text.substr(start) : text.substr(start + at + 1);
  return shown;
}

std::string percent_encode(std::string_view text, bool keep_slash) {
  constexpr std::string_view kPlain = "-._~";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.contains(c) || (keep_slash && c == '/')) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace ehdscan
