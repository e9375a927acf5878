// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/assessment.h"
#include "model/profile.h"

namespace ehdscan {

/// Parts per million: the only number type of the score (scoring model, section 4).
using Ppm = std::int64_t;
inline constexpr Ppm kPpm = 1'000'000;

enum class ControlStatus : std::uint8_t { pass, partial, fail, not_assessed, not_applicable, accepted_risk };
std::string_view to_string(ControlStatus status);

/// How one part of a control stands: without a check it is not assessed, whatever the others say.
struct PartResult {
  std::string id;
  std::string evidence;
  std::string title;
  std::vector<std::string> checks;
  bool in_scope = true;   ///< false: a platform that is neither declared nor a target
  std::string reason;     ///< why it added a not-assessed resource; empty otherwise
  VerdictCounts results;  ///< results of its checks
};

struct ControlResult {
  std::string id;
  ControlStatus status = ControlStatus::not_assessed;
  Ppm credit = 0;
  Ppm coverage = 0;
  VerdictCounts resources;  ///< distinct resources, parts without check included
  std::optional<EvidenceGrade> grade;
  std::vector<std::string> reasons;  ///< why not assessed or not applicable, in words, most frequent first
  std::vector<PartResult> parts;
  std::vector<std::string> waivers;  ///< ids of the active waivers that cover failing results of it
  bool by_declaration = false;       ///< not applicable because an overlay excludes it, not by complete evidence
};

/// The numbers of one domain or of the whole.
struct Score {
  Ppm floor = 0;
  Ppm ceiling = 0;
  Ppm coverage = 0;
  std::optional<Ppm> assessed;   ///< absent if coverage is 0
  std::optional<Ppm> assurance;  ///< absent if floor is 0

  friend bool operator==(const Score&, const Score&) = default;
};

struct DomainResult {
  std::string id;
  std::string title;
  int weight = 0;
  std::int64_t total = 0;  ///< sum of control weights that apply
  Score score;
};

struct Cap {
  std::string grade;   ///< "none", "B", "C", "D"
  std::string reason;  ///< in words, with the control ids
};

enum class ArticleStatus : std::uint8_t { met, not_met, not_demonstrated, does_not_arise };
std::string_view to_string(ArticleStatus status);

struct ArticleResult {
  ArticlePoint point;
  ArticleStatus status = ArticleStatus::not_demonstrated;
  bool for_information = false;      ///< report-only row
  std::vector<std::string> because;  ///< control ids that decided
};

enum class ReadinessVerdict : std::uint8_t { gap_found, not_demonstrated, no_gap_found };
std::string_view to_string(ReadinessVerdict verdict);     ///< "gap_found"
std::string_view printed_text(ReadinessVerdict verdict);  ///< "not conformant with the baseline" …

struct WaiverResult {
  std::string id;
  std::string control;
  std::string scope;  ///< checks or resources it names
  std::string owner;
  std::string approver;
  std::string reason;
  std::string expires;
  std::string state;  ///< active, expired, unused
  std::int64_t findings = 0;
};

/// Everything a report writer may see. Pure data; sorted; no clock, no host name of the assessing machine.
struct Readiness {
  std::string tool_version;
  std::string site;
  std::string country;
  Profile profile;
  Assessment assessment;
  std::vector<std::string> declared_platforms;
  std::vector<ArticleResult> articles;
  std::vector<DomainResult> domains;
  std::vector<ControlResult> controls;
  Score score;
  std::string grade;  ///< "A+", "A" … "F", or "none" (insufficient evidence)
  std::vector<Cap> caps;
  bool integrity_flag = false;
  ReadinessVerdict verdict = ReadinessVerdict::not_demonstrated;
  std::vector<WaiverResult> waivers;
  std::vector<Check> checks;  ///< the checks that ran: title, rationale, remediation, references
};

}  // namespace ehdscan
