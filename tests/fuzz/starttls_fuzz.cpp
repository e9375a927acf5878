// SPDX-License-Identifier: Apache-2.0
// The first byte chooses the protocol; the rest comes in pieces.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "net/tls/starttls.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ehdscan::tls;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  StarttlsDialogue dialogue(static_cast<Starttls>(data[0] % 9), "host.example");
  const std::size_t piece = 1 + data[0] / 9;
  for (std::size_t at = 0; at < bytes.size() && dialogue.state() == StarttlsDialogue::State::talking; at += piece) {
    (void)dialogue.to_send();
    dialogue.feed(bytes.substr(at, piece));
  }
  return 0;
}
