// SPDX-License-Identifier: Apache-2.0
#include "scoring/control_status.h"

#include <algorithm>

namespace ehdscan {
namespace {

constexpr Standing kPass{ControlStatus::pass, kPpm, kPpm};
constexpr Standing kFail{ControlStatus::fail, 0, kPpm};
constexpr Standing kNotAssessed{ControlStatus::not_assessed, 0, 0};
constexpr Standing kNotApplicable{ControlStatus::not_applicable, 0, 0};

}  // namespace

Standing standing_of(Severity severity, const VerdictCounts& resources) {
  const std::int64_t pass = resources.of(Verdict::pass);
  const std::int64_t warn = resources.of(Verdict::warn);
  const std::int64_t fail = resources.of(Verdict::fail);
  const std::int64_t unknown = resources.of(Verdict::not_assessed);
  const std::int64_t all = pass + warn + fail + unknown;
  if (all == 0) return kNotApplicable;
  if (severity == Severity::critical) {
    if (fail > 0) return kFail;
    return unknown > 0 ? kNotAssessed : kPass;
  }
  const bool some_good = pass + warn > 0;
  if (some_good && fail + warn > 0) {
    const Ppm share = kPpm * (2 * pass + warn) / (2 * all);
    return {ControlStatus::partial, std::min(kPpm / 2, share), kPpm * (all - unknown) / all};
  }
  if (fail > 0) return kFail;
  return unknown > 0 ? kNotAssessed : kPass;
}

}  // namespace ehdscan
