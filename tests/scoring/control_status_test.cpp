// SPDX-License-Identifier: Apache-2.0
#include "scoring/control_status.h"

#include <doctest/doctest.h>

using namespace ehdscan;

namespace {

VerdictCounts counts(std::int64_t pass, std::int64_t warn, std::int64_t fail, std::int64_t unknown) {
  VerdictCounts result;
  result.add(Verdict::pass, pass);
  result.add(Verdict::warn, warn);
  result.add(Verdict::fail, fail);
  result.add(Verdict::not_assessed, unknown);
  return result;
}

}  // namespace

TEST_CASE("control status: a critical control knows no half measures") {
  CHECK(standing_of(Severity::critical, counts(9, 0, 1, 1)) == Standing{ControlStatus::fail, 0, kPpm});
  CHECK(standing_of(Severity::critical, counts(9, 0, 0, 1)) == Standing{ControlStatus::not_assessed, 0, 0});
  CHECK(standing_of(Severity::critical, counts(9, 0, 0, 0)) == Standing{ControlStatus::pass, kPpm, kPpm});
}

TEST_CASE("control status: some good beside some bad is partial, at most half") {
  // 3 of 4 pass: share 3/4, cut to 1/2.
  CHECK(standing_of(Severity::medium, counts(3, 0, 1, 0)) == Standing{ControlStatus::partial, 500'000, kPpm});
  // 1 pass, 3 fail: share 1/4.
  CHECK(standing_of(Severity::high, counts(1, 0, 3, 0)) == Standing{ControlStatus::partial, 250'000, kPpm});
  // A warning is half a pass: 1 warn of 1.
  CHECK(standing_of(Severity::low, counts(0, 1, 0, 0)) == Standing{ControlStatus::partial, 500'000, kPpm});
  // What was not assessed counts in "all" only, and lowers the coverage: 1 pass, 1 fail, 2 unknown.
  CHECK(standing_of(Severity::high, counts(1, 0, 1, 2)) == Standing{ControlStatus::partial, 250'000, 500'000});
  CHECK(standing_of(Severity::high, counts(1, 1, 0, 1)) == Standing{ControlStatus::partial, 500'000, 666'666});
}

TEST_CASE("control status: missing is never good") {
  CHECK(standing_of(Severity::low, counts(5, 0, 0, 1)) == Standing{ControlStatus::not_assessed, 0, 0});
  CHECK(standing_of(Severity::low, counts(0, 0, 1, 5)) == Standing{ControlStatus::fail, 0, kPpm});
  CHECK(standing_of(Severity::low, counts(0, 0, 0, 1)) == Standing{ControlStatus::not_assessed, 0, 0});
  CHECK(standing_of(Severity::low, counts(2, 0, 0, 0)) == Standing{ControlStatus::pass, kPpm, kPpm});
  CHECK(standing_of(Severity::low, counts(0, 0, 0, 0)).status == ControlStatus::not_applicable);
}
