// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/assessment.h"
#include "model/verdict.h"

namespace ehdscan {

/// Numbers the resources of one type densely, by the digest of (platform, id), so that a resource seen by two targets
/// or judged by several checks counts once. A flat table with linear probing: this is looked up once per row of
/// evidence.
class ResourceIndex {
 public:
  /// What a resource is known by.
  struct Digest {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
  };
  static Digest digest_of(std::string_view platform, std::string_view id);

  std::uint32_t number(std::string_view platform, std::string_view id) { return number(digest_of(platform, id)); }
  std::uint32_t number(const Digest& digest);
  /// Starts loading the place of a resource that is asked for soon.
  void prefetch(const Digest& digest) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[digest.low & (slots_.size() - 1)]);
  }
  void reserve(std::size_t count);

 private:
  struct Slot {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::uint32_t number_plus_one = 0;  ///< 0: free
  };
  std::vector<Slot> slots_;  ///< a power of two, at most half full
  std::uint32_t used_ = 0;
};

/// Worst verdict per distinct resource.
class Tally {
 public:
  /// `type` numbers a resource type, `resource` comes from that type's ResourceIndex.
  void add(std::uint32_t type, std::uint32_t resource, Verdict verdict) {
    if (type >= worst_.size()) worst_.resize(type + 1);
    std::vector<std::uint8_t>& verdicts = worst_[type];
    if (resource >= verdicts.size()) verdicts.resize(resource + resource / 2 + 16);
    const auto code = static_cast<std::uint8_t>(static_cast<std::uint8_t>(verdict) + 1);
    if (code > verdicts[resource]) verdicts[resource] = code;
  }

  [[nodiscard]] VerdictCounts counts() const {
    VerdictCounts counts;
    for (const auto& verdicts : worst_) {
      for (const std::uint8_t code : verdicts) {
        if (code > 0) ++counts.count[code - 1U];
      }
    }
    return counts;
  }

 private:
  std::vector<std::vector<std::uint8_t>> worst_;  ///< 0: no result yet, else the verdict plus one
};

}  // namespace ehdscan
