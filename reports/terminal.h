// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/readiness.h"

namespace ehdscan {

struct TerminalOptions {
  bool colour = false;
  int width = 80;
};

/// What a tired operator needs, in at most 15 lines: the article table in numbers and its worst rows, floor and ceiling,
/// coverage, grade with what caps it, the most severe findings. Hostile text is escaped.
std::string terminal_summary(const Readiness& readiness, const TerminalOptions& options);

}  // namespace ehdscan
