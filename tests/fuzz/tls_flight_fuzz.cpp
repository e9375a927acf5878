// SPDX-License-Identifier: Apache-2.0
// The first byte chooses version, reading and how the rest is cut.
#include <algorithm>
#include <cstdint>
#include <span>

#include "net/tls/codes.h"
#include "net/tls/flight.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ehdscan::tls;
  if (size == 0) return 0;
  const std::uint8_t choice = data[0];
  const auto bytes = std::span(data, size).subspan(1);
  const auto run = [&](std::size_t cut) {
    FlightReader reader(kVersions[choice % kVersions.size()], (choice & 0x40) != 0);
    for (std::size_t at = 0; at < bytes.size(); at += cut) {
      if (reader.feed(bytes.subspan(at, std::min(cut, bytes.size() - at)))) break;
    }
    reader.end(Answer::closed);
    return reader.take();
  };
  const Flight whole = run(std::max<std::size_t>(bytes.size(), 1));
  const Flight cut = run(1 + choice % 7);
  // However it is cut, it says the same.
  if (whole.answer != cut.answer || whole.suite != cut.suite || whole.certificates != cut.certificates)
    __builtin_trap();
  if (whole.key_exchange) (void)known_prime(whole.key_exchange->prime);
  return 0;
}
