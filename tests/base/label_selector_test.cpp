// SPDX-License-Identifier: Apache-2.0
#include "base/label_selector.h"

#include <doctest/doctest.h>

using namespace ehdscan;

TEST_CASE("label selector: every part must hold, and an empty selector selects everything") {
  const std::vector<std::string> labels{"app=web", "tier=front"};
  CHECK(label_selector_matches({}, labels) == true);
  CHECK(label_selector_matches({"app=web"}, labels) == true);
  CHECK(label_selector_matches({"app=web", "tier=back"}, labels) == false);
  CHECK(label_selector_matches({"app=we"}, labels) == false);
  CHECK(label_selector_matches({"ap=web"}, labels) == false);
  CHECK(label_selector_matches({"app In (db,web)"}, labels) == true);
  CHECK(label_selector_matches({"app In (db)"}, labels) == false);
  CHECK(label_selector_matches({"app NotIn (db)"}, labels) == true);
  CHECK(label_selector_matches({"zone NotIn (db)"}, labels) == true);
  CHECK(label_selector_matches({"app Exists ()"}, labels) == true);
  CHECK(label_selector_matches({"zone Exists ()"}, labels) == false);
  CHECK(label_selector_matches({"zone DoesNotExist ()"}, labels) == true);
}

TEST_CASE("label selector: what is not understood decides nothing, unless another part does") {
  CHECK_FALSE(label_selector_matches({"app Like (w)"}, {"app=web"}));
  CHECK_FALSE(label_selector_matches({"nonsense"}, {"app=web"}));
  CHECK(label_selector_matches({"app Like (w)", "app=db"}, {"app=web"}) == false);
}
