// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/provenance.h"

namespace ehdscan {

/// Verdict of one check on one resource. "Could not look" is a fact of its own and never becomes pass.
enum class Verdict : std::uint8_t { not_applicable, pass, warn, not_assessed, fail };
std::string_view to_string(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view text);
inline constexpr std::size_t kVerdictCount = 5;

/// Worst of two results for one resource: fail, not assessed, warn, pass, not applicable (GEN-6).
/// The enumerators stand in that order, so it is the larger one.
constexpr Verdict worst(Verdict a, Verdict b) { return a < b ? b : a; }

/// What a verdict is about. `type` is the table name; `id` the key columns joined with `/`.
struct Resource {
  std::string platform;
  std::string type;
  std::string id;

  friend auto operator<=>(const Resource&, const Resource&) = default;
};

/// Results of one check that are not pass, one per resource and reason. Passes are counted, not stored: the evidence
/// file reproduces them.
struct Finding {
  std::string check;
  Resource resource;
  Verdict verdict = Verdict::not_assessed;
  std::string subject;  ///< the resource in words, from the check's `subject`
  std::string message;  ///< from the check's `message`, for warn and fail
  std::string reason;   ///< why it is not assessed or not applicable; empty otherwise
  std::string target;   ///< name of the target that saw it; empty if several did
  std::string location; ///< file, URL or interface, for people to look up; empty if not from one source
  std::uint32_t line = 0;
  EvidenceGrade grade = EvidenceGrade::e0;
  bool third_party = false;
  Nature nature = Nature::observed;

  friend auto operator<=>(const Finding&, const Finding&) = default;
};

/// Number of distinct resources per verdict.
struct VerdictCounts {
  std::array<std::int64_t, kVerdictCount> count{};
  [[nodiscard]] std::int64_t of(Verdict verdict) const { return count[static_cast<std::size_t>(verdict)]; }
  void add(Verdict verdict, std::int64_t n = 1) { count[static_cast<std::size_t>(verdict)] += n; }

  friend bool operator==(const VerdictCounts&, const VerdictCounts&) = default;
};

}  // namespace ehdscan
