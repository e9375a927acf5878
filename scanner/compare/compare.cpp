// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "compare/comparison.h"

namespace ehdscan {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;

std::int64_t days_between(Instant from, Instant to) {
  return (to.seconds_since_epoch - from.seconds_since_epoch) / kSecondsPerDay;
}

bool counts(const GivenReport& given) { return given.report && given.refused.empty(); }

/// True if the reports judge the same evidence, each by another profile or program.
bool reassessments(const std::vector<GivenReport>& given, const std::vector<std::size_t>& claims) {
  std::set<std::pair<std::string, std::string>> yardsticks;
  const SiteReport& first = *given[claims.front()].report;
  for (const std::size_t i : claims) {
    const SiteReport& report = *given[i].report;
    if (report.evidence_digest != first.evidence_digest || report.as_of != first.as_of) return false;
    yardsticks.emplace(report.profile_sha256, report.tool_version);
  }
  return yardsticks.size() == claims.size();
}

/// Refuses what is from the future, finds copies and contested days. Afterwards everything that counts is `current`.
void settle_standing(std::vector<GivenReport>& given, const CompareOptions& options) {
  const Instant as_of = options.as_of;
  std::map<std::string, std::size_t> by_bytes;
  std::map<std::tuple<std::string, Day>, std::vector<std::size_t>> by_day;
  for (std::size_t i = 0; i < given.size(); ++i) {
    GivenReport& one = given[i];
    if (one.refused.empty() && one.report && one.report->as_of > as_of) {
      one.refused =
          fmt::format("it is of {}, after {}: from the future", to_string(one.report->as_of), to_string(as_of));
    }
    if (!counts(one)) {
      one.standing = ReportStanding::refused;
      continue;
    }
    const auto [first, fresh] = by_bytes.emplace(one.report->sha256, i);
    if (!fresh) {
      one.standing = ReportStanding::duplicate;
      one.remarks.push_back(fmt::format("the same bytes as {}", given[first->second].file));
      continue;
    }
    by_day[{one.report->site, day_of(one.report->as_of)}].push_back(i);
  }
  for (const auto& [key, claims] : by_day) {
    if (claims.size() < 2 || (options.reassessed && reassessments(given, claims))) continue;
    for (const std::size_t i : claims) {
      given[i].standing = ReportStanding::contested;
      for (const std::size_t other : claims) {
        if (other != i) given[i].remarks.push_back(fmt::format("{} claims the same site and day", given[other].file));
      }
    }
  }
}

std::string absent_because(const std::vector<GivenReport>& given, const std::string& site) {
  std::string why = "no report was given";
  for (const GivenReport& one : given) {
    if (!one.report || one.report->site != site) continue;
    if (one.standing == ReportStanding::contested) return "several reports claim the same day";
    if (one.standing == ReportStanding::refused) why = one.refused;
  }
  return why;
}

/// Sites in order of name, with the newest report that counts and the one before it. A contested report that is newer
/// than all others leaves the site without a current one: an older report would hide it.
std::vector<ComparedSite> sites_of(std::vector<GivenReport>& given, const std::vector<std::string>& expected) {
  std::map<std::string, std::vector<std::size_t>> by_site;
  for (const std::string& name : expected) by_site[name];
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (!given[i].report) continue;
    std::vector<std::size_t>& reports = by_site[given[i].report->site];
    if (given[i].standing == ReportStanding::current || given[i].standing == ReportStanding::contested)
      reports.push_back(i);
  }
  std::vector<ComparedSite> sites;
  for (auto& [name, reports] : by_site) {
    ComparedSite site{.name = name};
    std::ranges::reverse(reports);  // of one instant the last given is the newest
    std::ranges::stable_sort(reports, std::greater(), [&](std::size_t i) { return given[i].report->as_of; });
    const bool settled = !reports.empty() && given[reports.front()].standing == ReportStanding::current;
    std::vector<std::size_t> good;
    for (const std::size_t i : reports) {
      if (given[i].standing != ReportStanding::current) continue;
      if (!good.empty() || !settled) given[i].standing = ReportStanding::earlier;
      good.push_back(i);
    }
    if (settled) {
      site.current = good.front();
      if (good.size() > 1) {
        site.change = change_between(*given[good[1]].report, *given[good[0]].report);
        site.change->before = good[1];
        std::vector<const SiteReport*> newest_first;
        for (const std::size_t i : good) newest_first.push_back(&*given[i].report);
        site.failing_since = failing_since(newest_first);
      }
    } else {
      site.absent = absent_because(given, name);
    }
    sites.push_back(std::move(site));
  }
  return sites;
}

/// What most of the current reports ask under each id; of equally many, the definition with the smaller digest.
std::vector<ComparedControl> controls_of(const Comparison& comparison) {
  std::map<std::string, std::map<std::string, std::pair<std::size_t, const ReportedControl*>>> asked;
  for (const ComparedSite& site : comparison.sites) {
    if (!site.current) continue;
    for (const auto& [id, control] : comparison.given[*site.current].report->controls) {
      auto& [times, example] = asked[id][control.definition];
      ++times;
      example = &control;
    }
  }
  std::vector<ComparedControl> controls;
  for (const auto& [id, definitions] : asked) {
    const auto most = std::ranges::max_element(definitions, {}, [](const auto& one) { return one.second.first; });
    const ReportedControl& control = *most->second.second;
    controls.push_back({.id = id, .domain = control.domain, .title = control.title, .definition = most->first});
  }
  return controls;
}

SiteStatus cell_at(const Comparison& comparison, const ComparedSite& site, const ComparedControl& control) {
  if (!site.current) return SiteStatus::missing;
  const auto& controls = comparison.given[*site.current].report->controls;
  const auto found = controls.find(control.id);
  if (found == controls.end()) return SiteStatus::missing;
  return found->second.definition == control.definition ? cell_of(found->second.status) : SiteStatus::incomparable;
}

std::size_t at(const StatusCounts& counts, SiteStatus cell) { return counts[static_cast<std::size_t>(cell)]; }

void roll_up(Comparison& comparison) {
  const std::size_t all = comparison.sites.size();
  for (ComparedControl& control : comparison.controls) {
    std::vector<std::size_t> failing;
    for (std::size_t i = 0; i < all; ++i) {
      const SiteStatus cell = cell_at(comparison, comparison.sites[i], control);
      ++control.counts[static_cast<std::size_t>(cell)];
      if (cell == SiteStatus::fail) failing.push_back(i);
    }
    if (failing.size() == 1 && at(control.counts, SiteStatus::pass) * 2 > all) control.outliers = failing;
    control.nobody_passes =
        at(control.counts, SiteStatus::pass) == 0 &&
        at(control.counts, SiteStatus::missing) + at(control.counts, SiteStatus::not_applicable) < all;
    control.differs = std::ranges::count_if(control.counts, [](std::size_t n) { return n > 0; }) > 1;
  }
  std::ranges::stable_sort(comparison.controls, [](const ComparedControl& a, const ComparedControl& b) {
    return std::tuple(a.outliers.empty(), at(b.counts, SiteStatus::fail), a.id) <
           std::tuple(b.outliers.empty(), at(a.counts, SiteStatus::fail), b.id);
  });
  for (ComparedSite& site : comparison.sites) {
    for (const ComparedControl& control : comparison.controls) {
      site.cells.push_back(cell_at(comparison, site, control));
      ++site.counts[static_cast<std::size_t>(site.cells.back())];
    }
  }
}

/// The value most current reports have; of equally many, the smallest.
template <typename Get>
std::string usual(const Comparison& comparison, const Get& get) {
  std::map<std::string, std::size_t> times;
  for (const ComparedSite& site : comparison.sites) {
    if (site.current) ++times[get(*comparison.given[*site.current].report)];
  }
  const auto most = std::ranges::max_element(times, {}, [](const auto& one) { return one.second; });
  return most == times.end() ? std::string() : most->first;
}

/// One digest stands for one text: a report with the digest of the others but other controls did not use that profile.
bool asks_otherwise(const SiteReport& report, const Comparison& comparison) {
  return std::ranges::any_of(comparison.controls, [&](const ComparedControl& control) {
    const auto found = report.controls.find(control.id);
    return found != report.controls.end() && found->second.definition != control.definition;
  });
}

void remark(Comparison& comparison) {
  const auto profile = [](const SiteReport& report) { return report.profile_sha256; };
  const auto tool = [](const SiteReport& report) { return report.tool_version; };
  const auto platforms = [](const SiteReport& report) { return fmt::format("{}", fmt::join(report.platforms, ", ")); };
  const std::string usual_profile = usual(comparison, profile);
  const std::string usual_tool = usual(comparison, tool);
  const std::string usual_platforms = usual(comparison, platforms);
  std::set<std::string> digests;
  std::map<std::string, std::string> spelled;
  for (ComparedSite& site : comparison.sites) {
    const std::string plain = to_lower(trim(site.name));
    const auto [like, fresh] = spelled.emplace(plain, site.name);
    if (!site.current) continue;
    GivenReport& given = comparison.given[*site.current];
    const SiteReport& report = *given.report;
    digests.insert(report.profile_sha256);
    site.report_age_days = days_between(report.as_of, comparison.as_of);
    site.evidence_age_days = days_between(report.oldest_evidence, comparison.as_of);
    const auto say = [&](std::string text) { given.remarks.push_back(std::move(text)); };
    if (!fresh) say(fmt::format("site {} is spelled almost alike", like->second));
    if (report.profile_sha256 != usual_profile) {
      say(fmt::format("judged by {} {}, not by the profile of most: {} controls are incomparable, {} missing",
                      report.profile_id, report.profile_version, at(site.counts, SiteStatus::incomparable),
                      at(site.counts, SiteStatus::missing)));
    } else if (asks_otherwise(report, comparison)) {
      say("names the profile of most, but its controls are not those of that profile");
    }
    if (tool(report) != usual_tool) say(fmt::format("made by version {}, most by {}", report.tool_version, usual_tool));
    if (platforms(report) != usual_platforms) {
      say(fmt::format("another scope: declares {}", report.platforms.empty() ? "no platform" : platforms(report)));
    }
    if (site.report_age_days > comparison.max_age_days) say(fmt::format("stale: {} days old", site.report_age_days));
    if (report.as_of.seconds_since_epoch - report.oldest_evidence.seconds_since_epoch >
        comparison.max_age_days * kSecondsPerDay) {
      say(fmt::format("rests on evidence {} days older than the report",
                      days_between(report.oldest_evidence, report.as_of)));
    }
    const auto active = std::ranges::count(report.waivers, "active", &ReportedWaiver::state);
    const auto expired = std::ranges::count(report.waivers, "expired", &ReportedWaiver::state);
    if (active > 0 || expired > 0) say(fmt::format("waivers: {} active, {} expired", active, expired));
  }
  comparison.profiles = digests.size();
}

}  // namespace

std::string_view to_string(SiteStatus cell) {
  switch (cell) {
    case SiteStatus::pass:
      return "pass";
    case SiteStatus::partial:
      return "partial";
    case SiteStatus::fail:
      return "fail";
    case SiteStatus::not_assessed:
      return "not_assessed";
    case SiteStatus::not_applicable:
      return "not_applicable";
    case SiteStatus::accepted_risk:
      return "accepted_risk";
    case SiteStatus::missing:
      return "missing";
    case SiteStatus::incomparable:
      break;
  }
  return "incomparable";
}

std::string_view to_string(ReportStanding standing) {
  switch (standing) {
    case ReportStanding::current:
      return "current";
    case ReportStanding::earlier:
      return "earlier";
    case ReportStanding::duplicate:
      return "duplicate";
    case ReportStanding::contested:
      return "contested";
    case ReportStanding::refused:
      break;
  }
  return "refused";
}

std::string_view to_string(SignatureState state) {
  switch (state) {
    case SignatureState::not_checked:
      return "not_checked";
    case SignatureState::good:
      return "good";
    case SignatureState::refused:
      break;
  }
  return "refused";
}

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::estate:
      return "estate_changed";
    case Cause::baseline:
      return "baseline_changed";
    case Cause::coverage:
      return "coverage_changed";
    case Cause::as_of:
      return "as_of_moved";
    case Cause::undecided:
      break;
  }
  return "undecided";
}

Comparison compare_reports(std::vector<GivenReport> given, const CompareOptions& options) {
  Comparison comparison{.as_of = options.as_of, .max_age_days = options.max_age_days, .given = std::move(given)};
  settle_standing(comparison.given, options);
  comparison.sites = sites_of(comparison.given, options.expected);
  comparison.controls = controls_of(comparison);
  roll_up(comparison);
  remark(comparison);
  return comparison;
}

}  // namespace ehdscan
