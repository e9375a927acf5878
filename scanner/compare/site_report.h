// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "model/readiness.h"

namespace ehdscan {

/// What a comparison keeps of one control of a report.
struct ReportedControl {
  std::string domain;
  std::string title;
  /// SHA-256 of everything that says what is asked (texts, severity, gates, parts and their checks): two sites were
  /// asked the same exactly if this is the same.
  std::string definition;
  ControlStatus status = ControlStatus::not_assessed;
  std::int64_t not_assessed = 0;  ///< resources
};

struct ReportedDomain {
  std::string id;
  std::string title;
  Score score;
};

struct ReportedWaiver {
  std::string id;
  std::string control;
  std::string state;
  std::string expires;  ///< day
};

struct ReportedCheck {
  bool collected = false;
  std::int64_t not_assessed = 0;
  bool failed = false;  ///< an error of the check itself
};

struct ReportedFinding {
  Verdict verdict = Verdict::not_assessed;
  std::string check;
  std::string subject;
};

/// A readiness report as somebody sent it: every text is a claim of the sender.
struct SiteReport {
  std::string file;
  std::string sha256;  ///< of the report's bytes
  std::string site;
  std::string country;
  std::string tool_version;
  std::string profile_id;
  std::string profile_version;
  std::string profile_sha256;
  std::vector<std::string> overlays;
  std::vector<std::string> platforms;
  Instant as_of;
  std::string verdict;
  std::string grade;
  Score score;
  std::vector<ReportedDomain> domains;
  std::map<std::string, ReportedControl> controls;
  std::map<std::string, ReportedCheck> checks;
  /// By check, nature, platform, type and id of the resource; the worst of several.
  std::map<std::string, ReportedFinding> findings;
  std::vector<ReportedWaiver> waivers;
  Instant oldest_evidence;      ///< when the oldest input was observed; as_of if there is none
  std::string evidence_digest;  ///< over the inputs: the same exactly if the same evidence was judged
};

/// Reads a JSON report (`ehdscan-readiness/1`) that may be hostile: at most 128 MiB, eight million values, 32 levels.
/// Errors, with the place in the file: invalid_input for another kind of file, missing or wrongly typed members,
/// duplicate controls, and a report that contradicts itself (a pass over failing or unassessed resources, a floor above
/// its ceiling); limit.
Result<SiteReport> read_site_report(std::string_view text, const std::string& name);

inline constexpr std::size_t kMaxSiteReportBytes = std::size_t{128} << 20;

}  // namespace ehdscan
