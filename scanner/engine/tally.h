// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/assessment.h"
#include "model/verdict.h"

namespace ehdscan {

/// Numbers the resources of one type densely, by the digest of (platform, id), so that a resource seen by two targets
/// or judged by several checks counts once.
class ResourceIndex {
 public:
  std::uint32_t number(std::string_view platform, std::string_view id);
  void reserve(std::size_t count) { numbers_.reserve(count); }

 private:
  struct Key {
    std::uint64_t high;
    std::uint64_t low;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const { return static_cast<std::size_t>(key.low); }
  };
  std::unordered_map<Key, std::uint32_t, Hash> numbers_;
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
