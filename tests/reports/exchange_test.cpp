// SPDX-License-Identifier: Apache-2.0
#include "reports/exchange.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "reports/hdf.h"
#include "reports/ocsf.h"
#include "reports/oscal.h"
#include "tests/reports/sample.h"

using namespace ehdscan;

TEST_CASE("exchange: name-based UUIDs as Python's uuid5 makes them") {
  CHECK(stable_uuid("x") == "3257644b-4bac-53b0-a21f-7918493511e2");
  CHECK(stable_uuid("x") != stable_uuid("y"));
}

TEST_CASE("exchange: the same readiness gives the same bytes") {
  const Readiness readiness = sample_readiness(30);
  CHECK(*write_oscal_report(readiness) == *write_oscal_report(readiness));
  CHECK(*write_hdf_report(readiness) == *write_hdf_report(readiness));
  CHECK(*write_ocsf_report(readiness) == *write_ocsf_report(readiness));
}

TEST_CASE("exchange: a control that is not a pass is a pass in no format") {
  Readiness readiness = sample_readiness(30);
  for (ControlResult& control : readiness.controls) {
    if (control.status == ControlStatus::pass) control.status = ControlStatus::not_assessed;
  }
  const auto hdf = nlohmann::json::parse(*write_hdf_report(readiness));
  for (const auto& control : hdf["profiles"][0]["controls"]) {
    for (const auto& result : control["results"]) CHECK(result["status"] != "passed");
  }
  const auto oscal = nlohmann::json::parse(*write_oscal_report(readiness));
  for (const auto& finding : oscal["assessment-results"]["results"][0]["findings"]) {
    CHECK(finding["target"]["status"]["state"] == "not-satisfied");
  }
  for (const auto& event : nlohmann::json::parse(*write_ocsf_report(readiness)))
    CHECK(event["compliance"]["status_id"] != 1);
}
