// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string_view>

#include "net/ssh/offer_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ehdscan::ssh;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  OfferReader reader;
  for (std::size_t at = 0; at < bytes.size() && reader.state() == OfferReader::State::more; at += 11)
    reader.feed(bytes.substr(at, 11));
  EndpointFinding found;
  reader.write_to(found);
  return 0;
}
