// SPDX-License-Identifier: Apache-2.0
#include "reports/percent.h"

#include <fmt/format.h>

namespace ehdscan {
namespace {

constexpr Ppm kTenth = kPpm / 1000;  // a tenth of a percent

std::string tenths(Ppm value) { return fmt::format("{}.{}", value / 10, value % 10); }

}  // namespace

std::string percent_cut(Ppm value) { return tenths(value / kTenth); }

std::string percent_ceiling(const Score& score) {
  if (score.coverage >= kPpm) return percent_cut(score.floor);
  return tenths((score.ceiling + kTenth - 1) / kTenth);
}

}  // namespace ehdscan
