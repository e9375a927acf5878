// SPDX-License-Identifier: Apache-2.0
#include "model/verdict.h"

#include "model/check.h"

namespace ehdscan {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::not_applicable:
      return "not_applicable";
    case Verdict::pass:
      return "pass";
    case Verdict::warn:
      return "warn";
    case Verdict::not_assessed:
      return "not_assessed";
    case Verdict::fail:
      return "fail";
  }
  return "not_assessed";
}

std::optional<Verdict> parse_verdict(std::string_view text) {
  for (std::size_t i = 0; i < kVerdictCount; ++i) {
    if (to_string(static_cast<Verdict>(i)) == text) return static_cast<Verdict>(i);
  }
  return std::nullopt;
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::low:
      return "low";
    case Severity::medium:
      return "medium";
    case Severity::high:
      return "high";
    case Severity::critical:
      return "critical";
  }
  return "medium";
}

std::optional<Severity> parse_severity(std::string_view text) {
  for (const Severity severity : {Severity::low, Severity::medium, Severity::high, Severity::critical}) {
    if (to_string(severity) == text) return severity;
  }
  return std::nullopt;
}

std::string_view to_string(NeedKind kind) {
  switch (kind) {
    case NeedKind::rows:
      return "rows";
    case NeedKind::whole:
      return "whole";
    case NeedKind::whole_to_pass:
      return "whole_to_pass";
    case NeedKind::whole_if_collected:
      return "whole_if_collected";
  }
  return "whole";
}

std::optional<NeedKind> parse_need_kind(std::string_view text) {
  for (const NeedKind kind : {NeedKind::rows, NeedKind::whole, NeedKind::whole_to_pass, NeedKind::whole_if_collected}) {
    if (to_string(kind) == text) return kind;
  }
  return std::nullopt;
}

}  // namespace ehdscan
