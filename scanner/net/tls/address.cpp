// SPDX-License-Identifier: Apache-2.0
#include "net/tls/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/unique_handle.h"

namespace ehdscan::tls {

Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  const int status = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &raw);
  if (status != 0)
    return fail(ErrorKind::network, fmt::format("`{}` does not resolve: {}", host, ::gai_strerror(status)));
  const std::unique_ptr<addrinfo, Calls<::freeaddrinfo>> list(raw);
  std::vector<Address> out;
  for (const addrinfo* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    Address address;
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    address.text = text.data();
    address.size = entry->ai_addrlen;
    std::copy_n(reinterpret_cast<const char*>(entry->ai_addr), entry->ai_addrlen,
                reinterpret_cast<char*>(&address.storage));
    if (std::ranges::none_of(out, [&](const Address& known) { return known.text == address.text; }))
      out.push_back(std::move(address));
  }
  return out;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

std::string network_of(const Address& address) {
  const auto* bytes = reinterpret_cast<const char*>(&address.storage);
  if (address.storage.ss_family == AF_INET) return {bytes + offsetof(sockaddr_in, sin_addr), 3};
  return {bytes + offsetof(sockaddr_in6, sin6_addr), 6};
}

}  // namespace ehdscan::tls
