// SPDX-License-Identifier: Apache-2.0
#include "engine/tally.h"

#include <cstring>

namespace ehdscan {
namespace {

/// Two independent 64-bit multiply-and-mix hashes. Not against an attacker with time (two of 2^64 resources would have
/// to collide in both), and the same on every machine.
class Mixer {
 public:
  void add(std::string_view text) {
    while (text.size() >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data(), 8);
      mix(word);
      text.remove_prefix(8);
    }
    std::uint64_t word = text.size() + 1;
    for (const char c : text) word = word << 8U | static_cast<unsigned char>(c);
    mix(word);
  }
  std::uint64_t high = 0x9E3779B97F4A7C15U;
  std::uint64_t low = 0xC2B2AE3D27D4EB4FU;

 private:
  void mix(std::uint64_t word) {
    high = (high ^ word) * 0xFF51AFD7ED558CCDU;
    high ^= high >> 32U;
    low = (low + word) * 0xC4CEB9FE1A85EC53U;
    low ^= low >> 29U;
  }
};

}  // namespace

std::uint32_t ResourceIndex::number(std::string_view platform, std::string_view id) {
  Mixer mixer;
  mixer.add(platform);
  mixer.add(id);
  return numbers_.try_emplace(Key{mixer.high, mixer.low}, static_cast<std::uint32_t>(numbers_.size())).first->second;
}

}  // namespace ehdscan
