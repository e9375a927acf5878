// SPDX-License-Identifier: Apache-2.0
// The first byte chooses the version.
#include <cstdint>
#include <span>

#include "net/tls/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ehdscan::tls;
  if (size == 0) return 0;
  const auto message = std::span(data, size).subspan(1);
  ServerMessages messages;
  messages.read(kVersions[data[0] % kVersions.size()], message);
  std::size_t total = messages.staple.size();
  for (const Bytes& certificate : messages.certificates) total += certificate.size();
  if (messages.certificate_request) {
    for (const Bytes& issuer : messages.certificate_request->issuers) total += issuer.size();
  }
  // Nothing comes out that did not go in.
  if (total > size || messages.certificates.size() > 100 || messages.tickets.size() > 1) __builtin_trap();
  return 0;
}
