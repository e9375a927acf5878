// SPDX-License-Identifier: Apache-2.0
#include "engine/tally.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

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

void ResourceIndex::reserve(std::size_t count) {
  const std::size_t wanted = std::bit_ceil(std::max<std::size_t>(count * 2, 64));
  if (wanted <= slots_.size()) return;
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(wanted));
  for (const Slot& slot : old) {
    if (slot.number_plus_one == 0) continue;
    std::size_t at = slot.low & (wanted - 1);
    while (slots_[at].number_plus_one != 0) at = (at + 1) & (wanted - 1);
    slots_[at] = slot;
  }
}

ResourceIndex::Digest ResourceIndex::digest_of(std::string_view platform, std::string_view id) {
  Mixer mixer;
  mixer.add(platform);
  mixer.add(id);
  return {mixer.high, mixer.low};
}

std::uint32_t ResourceIndex::number(const Digest& digest) {
  if (slots_.size() < (std::size_t{used_} + 1) * 2) reserve(std::size_t{used_} * 2 + 1);
  std::size_t at = digest.low & (slots_.size() - 1);
  while (slots_[at].number_plus_one != 0) {
    if (slots_[at].low == digest.low && slots_[at].high == digest.high) return slots_[at].number_plus_one - 1;
    at = (at + 1) & (slots_.size() - 1);
  }
  slots_[at] = {digest.high, digest.low, ++used_};
  return used_ - 1;
}

}  // namespace ehdscan
