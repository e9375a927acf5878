// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compare/comparison.h"
#include "fuzz.h"

using namespace ehdscan;

/// Beside an honest report the hostile one must never make a pass of what it does not say.
FUZZ_TARGET(data, size) {
  Result<SiteReport> report = read_site_report(fuzz::text_of(data, size), "report.json");
  if (!report) {
    fuzz::check_error(report.error());
    return 0;
  }
  const std::size_t asked = report->controls.size();
  std::vector<GivenReport> given(1);
  given[0].report = std::move(*report);
  const Comparison comparison =
      compare_reports(std::move(given), {.as_of = {.seconds_since_epoch = 1'800'000'000}, .expected = {"absent"}});
  fuzz::must(comparison.controls.size() <= asked, "no control is made up");
  for (const ComparedControl& control : comparison.controls) {
    std::size_t sites = 0;
    for (const std::size_t n : control.counts) sites += n;
    fuzz::must(sites == comparison.sites.size(), "every site is counted once");
    fuzz::must(control.counts[static_cast<std::size_t>(SiteStatus::pass)] <= 1, "an absent site does not pass");
  }
  return 0;
}
