// SPDX-License-Identifier: Apache-2.0
// What the writers of exchange formats share: a control as the unit, and the findings behind it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reports/view.h"

namespace ehdscan {

/// A control with what decided it, for formats that group results under controls.
struct ControlView {
  const ControlResult* result = nullptr;
  const Control* control = nullptr;      ///< of the profile; never empty
  std::vector<std::size_t> findings;     ///< indexes of failing, warning and not assessed findings, worst first
  const WaiverResult* waiver = nullptr;  ///< the first active waiver that covers it, if it is accepted risk
};

/// Every control that the profile knows, in the order of the profile.
std::vector<ControlView> control_views(const ReportView& view);

/// The status in words with its first reason: "not assessed: no check looks at a part of it yet".
std::string status_in_words(const ControlView& control);

/// "17 resources pass, 2 fail, 1 is not assessed".
std::string counts_in_words(const VerdictCounts& counts);

/// Name-based UUID (RFC 9562, version 5) below a name space of the project: the same name gives the same UUID.
std::string stable_uuid(std::string_view name);

/// Points of Regulation (EU) 2025/327 that the control serves, as "Art. 73(1)(e)".
std::vector<std::string> articles_of(const Control& control);
/// The control's references of one catalogue (`nist80053`, `iso27001` …).
std::vector<std::string> references_of(const Control& control, std::string_view catalogue);

}  // namespace ehdscan
