// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compare/site_report.h"

namespace ehdscan {

/// How a site stands on a control. The last two are never good: the site was not asked this control, sent nothing that
/// counts, or was asked something else.
enum class SiteStatus : std::uint8_t {
  pass,
  partial,
  fail,
  not_assessed,
  not_applicable,
  accepted_risk,
  missing,
  incomparable
};
inline constexpr std::size_t kSiteStatusCount = 8;
std::string_view to_string(SiteStatus cell);
using StatusCounts = std::array<std::size_t, kSiteStatusCount>;

/// What became of a report that was given.
enum class ReportStanding : std::uint8_t {
  current,    ///< the newest of its site; the matrix shows it
  earlier,    ///< an older one of the same site; the newest of these is what changes are measured against
  duplicate,  ///< byte for byte another one that was given
  contested,  ///< another report claims the same site and day and says something else: neither counts
  refused,    ///< unreadable, contradicting itself, from the future, or without the signature that was asked for
};
std::string_view to_string(ReportStanding standing);

enum class SignatureState : std::uint8_t { not_checked, good, refused };
std::string_view to_string(SignatureState state);

/// One file that was given: a report, or why there is none.
struct GivenReport {
  std::string file;
  std::optional<SiteReport> report;
  std::string refused;  ///< why it does not count; empty if it does
  SignatureState signature = SignatureState::not_checked;
  std::string signer;
  std::string key_id;
  std::string signed_at;
  ReportStanding standing = ReportStanding::current;  ///< set by `compare_reports`
  std::vector<std::string> remarks;  ///< set by `compare_reports`: what an auditor should know before comparing
};

struct ComparedControl {
  std::string id;
  std::string domain;
  std::string title;
  std::string definition;             ///< what most sites were asked
  StatusCounts counts{};              ///< over all sites, those without a report included
  std::vector<std::size_t> outliers;  ///< sites: the only one that fails what more than half of all sites pass
  bool nobody_passes = false;         ///< asked of at least one site
  bool differs = false;               ///< not all sites stand alike
};

/// Why a control stands otherwise than before, as far as two reports can tell.
enum class Cause : std::uint8_t {
  estate,     ///< other evidence, the same question
  baseline,   ///< the control is defined otherwise; or the same evidence was judged by another profile or program
  coverage,   ///< more or less could be looked at
  as_of,      ///< the same evidence, profile and program at another instant
  undecided,  ///< evidence and profile changed both: assess the old evidence by the new profile to tell them apart
};
std::string_view to_string(Cause cause);

struct ControlChange {
  std::string control;
  SiteStatus before = SiteStatus::missing;
  SiteStatus after = SiteStatus::missing;
  std::string direction;  ///< "better", "worse", "other"
  Cause cause = Cause::undecided;
};

struct FindingChange {
  std::string check;
  std::string subject;
  Verdict verdict = Verdict::fail;
  std::string reason;  ///< of incomparable ones
};

/// The newest two reports of one site.
struct SiteChange {
  std::size_t before = 0;  ///< index into `given`
  std::vector<ControlChange> controls;
  std::vector<FindingChange> fresh;
  std::vector<FindingChange> resolved;
  std::vector<FindingChange> incomparable;  ///< one of the two could not look
  std::size_t unchanged = 0;
};

/// A control that the newest report of a site fails, and failed before without a break: the same question, failed in
/// every report from that one on. A report that could not look breaks the row, so the day is "at least since".
struct FailingSince {
  std::string control;
  Instant since;            ///< as_of of the first report of the unbroken row
  std::size_t reports = 0;  ///< in the row, the newest included; at least 2
};

struct ComparedSite {
  std::string name;
  std::optional<std::size_t> current;  ///< index into `given`; none: nothing of this site counts
  std::string absent;                  ///< why not
  std::vector<SiteStatus> cells;       ///< as `controls`
  StatusCounts counts{};
  std::int64_t report_age_days = 0;
  std::int64_t evidence_age_days = 0;
  std::optional<SiteChange> change;
  std::vector<FailingSince> failing_since;  ///< by control
};

struct Comparison {
  Instant as_of;
  int max_age_days = 0;
  std::vector<GivenReport> given;         ///< in the order they were given
  std::vector<ComparedSite> sites;        ///< by name: this is no league table
  std::vector<ComparedControl> controls;  ///< outliers first, then by how many fail, then by id
  std::size_t profiles = 0;               ///< different profile digests among the current reports
};

struct CompareOptions {
  Instant as_of;                      ///< ages are measured against it; reports after it are refused
  int max_age_days = 120;             ///< older reports are marked stale
  std::vector<std::string> expected;  ///< sites that must be there
  /// Reports of one site and day over the same evidence, by different profiles or programs, do not contest each other:
  /// the one given last is the newest. Only on request: whoever sends a report chooses what it says of its evidence.
  bool reassessed = false;
};

Comparison compare_reports(std::vector<GivenReport> given, const CompareOptions& options);

/// What changed between two reports of one site; `before` and `after` both hold a report.
SiteChange change_between(const SiteReport& before, const SiteReport& after);

/// Reports of one site, the newest first.
std::vector<FailingSince> failing_since(const std::vector<const SiteReport*>& newest_first);

SiteStatus cell_of(ControlStatus status);

}  // namespace ehdscan
