// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "reports/comparison.h"
#include "reports/csv.h"
#include "reports/percent.h"

namespace ehdscan {
namespace {

constexpr std::size_t kShownFindings = 10;

std::string safe(std::string_view text) { return escape_for_terminal(text); }

std::size_t count(const StatusCounts& counts, SiteStatus status) { return counts[static_cast<std::size_t>(status)]; }

std::string glyph(SiteStatus status) {
  switch (status) {
    case SiteStatus::pass:
      return "✓";
    case SiteStatus::partial:
      return "◐";
    case SiteStatus::fail:
      return "✗";
    case SiteStatus::not_assessed:
      return "?";
    case SiteStatus::not_applicable:
      return "–";
    case SiteStatus::accepted_risk:
      return "!";
    case SiteStatus::missing:
      return "·";
    case SiteStatus::incomparable:
      break;
  }
  return "≠";
}

void append_reports(std::string& out, const Comparison& comparison) {
  for (const GivenReport& given : comparison.given) {
    if (given.standing == ReportStanding::current && given.remarks.empty()) continue;
    out += fmt::format("  {} ({}", safe(given.file), to_string(given.standing));
    if (given.report) out += fmt::format(", site {}, {}", safe(given.report->site), to_string(given.report->as_of));
    out += ")\n";
    if (!given.refused.empty()) out += fmt::format("    {}\n", safe(given.refused));
    for (const std::string& remark : given.remarks) out += fmt::format("    {}\n", safe(remark));
  }
}

void append_sites(std::string& out, const Comparison& comparison) {
  for (std::size_t i = 0; i < comparison.sites.size(); ++i) {
    const ComparedSite& site = comparison.sites[i];
    if (!site.current) {
      out += fmt::format("  {:>3}  {}: not comparable: {}\n", i + 1, safe(site.name), safe(site.absent));
      continue;
    }
    const Score& score = comparison.given[*site.current].report->score;
    out += fmt::format(
        "  {:>3}  {}: {} pass, {} partial, {} fail, {} not assessed, {} incomparable, {} missing; floor {} %, "
        "ceiling {} %, coverage {} %; {} days old\n",
        i + 1, safe(site.name), count(site.counts, SiteStatus::pass), count(site.counts, SiteStatus::partial),
        count(site.counts, SiteStatus::fail), count(site.counts, SiteStatus::not_assessed),
        count(site.counts, SiteStatus::incomparable), count(site.counts, SiteStatus::missing), percent_cut(score.floor),
        percent_ceiling(score), percent_cut(score.coverage), site.report_age_days);
  }
}

void append_matrix(std::string& out, const Comparison& comparison) {
  out +=
      "\nControls on which sites differ, outliers first (✓ pass ◐ partial ✗ fail ? not assessed – not applicable "
      "! accepted risk · missing ≠ incomparable)\n";
  std::size_t alike = 0;
  for (std::size_t i = 0; i < comparison.controls.size(); ++i) {
    const ComparedControl& control = comparison.controls[i];
    if (!control.differs) {
      ++alike;
      continue;
    }
    out += fmt::format("  {:<10} ", safe(control.id));
    for (const ComparedSite& site : comparison.sites) out += glyph(site.cells[i]);
    if (!control.outliers.empty()) {
      out += fmt::format("  only {} fails", safe(comparison.sites[control.outliers.front()].name));
    } else if (control.nobody_passes) {
      out += "  nobody passes";
    }
    out += '\n';
  }
  out += fmt::format("  {} more on which all sites stand alike", alike);
  const auto nobody = std::ranges::count_if(comparison.controls, &ComparedControl::nobody_passes);
  out += fmt::format("; {} that nobody passes\n", nobody);
}

void append_findings(std::string& out, std::string_view what, const std::vector<FindingChange>& findings) {
  for (std::size_t i = 0; i < std::min(findings.size(), kShownFindings); ++i) {
    out += fmt::format("    {}: {} {}", what, safe(findings[i].check), safe(findings[i].subject));
    out += findings[i].reason.empty() ? "\n" : fmt::format(" ({})\n", safe(findings[i].reason));
  }
  if (findings.size() > kShownFindings) out += fmt::format("    {}: {} more\n", what, findings.size() - kShownFindings);
}

void append_changes(std::string& out, const Comparison& comparison) {
  for (const ComparedSite& site : comparison.sites) {
    if (!site.change) continue;
    const SiteChange& change = *site.change;
    out += fmt::format("\n{}: since {}\n  findings: {} new, {} resolved, {} unchanged, {} incomparable\n",
                       safe(site.name), to_string(comparison.given[change.before].report->as_of), change.fresh.size(),
                       change.resolved.size(), change.unchanged, change.incomparable.size());
    for (const ControlChange& control : change.controls) {
      out += fmt::format("    {} {} → {} ({}, {})\n", safe(control.control), to_string(control.before),
                         to_string(control.after), control.direction, to_string(control.cause));
    }
    for (const FailingSince& row : site.failing_since) {
      out += fmt::format("    {} failing at least since {}, in {} reports\n", safe(row.control), to_string(row.since),
                         row.reports);
    }
    append_findings(out, "new", change.fresh);
    append_findings(out, "resolved", change.resolved);
    append_findings(out, "incomparable", change.incomparable);
  }
}

}  // namespace

std::string write_comparison_csv(const Comparison& comparison) {
  std::string out;
  std::vector<std::string> cells{"control", "domain", "title", "outlier", "nobody_passes"};
  for (const ComparedSite& site : comparison.sites) cells.push_back(site.name);
  append_csv_line(out, cells);
  for (std::size_t i = 0; i < comparison.controls.size(); ++i) {
    const ComparedControl& control = comparison.controls[i];
    cells = {control.id, control.domain, control.title,
             control.outliers.empty() ? "" : comparison.sites[control.outliers.front()].name,
             control.nobody_passes ? "yes" : "no"};
    for (const ComparedSite& site : comparison.sites) cells.emplace_back(to_string(site.cells[i]));
    append_csv_line(out, cells);
  }
  return out;
}

std::string write_comparison_summary(const Comparison& comparison) {
  std::string out = fmt::format(
      "{} reports of {} sites, as of {}; {}\n", comparison.given.size(), comparison.sites.size(),
      to_string(comparison.as_of),
      comparison.profiles == 1 ? std::string("one profile") : fmt::format("{} profiles", comparison.profiles));
  append_reports(out, comparison);
  out += "\nSites, by name\n";
  append_sites(out, comparison);
  append_matrix(out, comparison);
  append_changes(out, comparison);
  return out;
}

}  // namespace ehdscan
