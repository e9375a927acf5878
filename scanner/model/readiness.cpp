// SPDX-License-Identifier: Apache-2.0
#include "model/readiness.h"

namespace ehdscan {

std::string_view to_string(ControlStatus status) {
  switch (status) {
    case ControlStatus::pass:
      return "pass";
    case ControlStatus::partial:
      return "partial";
    case ControlStatus::fail:
      return "fail";
    case ControlStatus::not_assessed:
      return "not_assessed";
    case ControlStatus::not_applicable:
      return "not_applicable";
    case ControlStatus::accepted_risk:
      return "accepted_risk";
  }
  return "not_assessed";
}

std::string_view to_string(ArticleStatus status) {
  switch (status) {
    case ArticleStatus::met:
      return "met";
    case ArticleStatus::not_met:
      return "not_met";
    case ArticleStatus::not_demonstrated:
      return "not_demonstrated";
    case ArticleStatus::does_not_arise:
      return "does_not_arise";
  }
  return "not_demonstrated";
}

std::string_view to_string(ReadinessVerdict verdict) {
  switch (verdict) {
    case ReadinessVerdict::gap_found:
      return "gap_found";
    case ReadinessVerdict::not_demonstrated:
      return "not_demonstrated";
    case ReadinessVerdict::no_gap_found:
      return "no_gap_found";
  }
  return "not_demonstrated";
}

std::string_view printed_text(ReadinessVerdict verdict) {
  switch (verdict) {
    case ReadinessVerdict::gap_found:
      return "not conformant with the baseline";
    case ReadinessVerdict::not_demonstrated:
      return "not demonstrated";
    case ReadinessVerdict::no_gap_found:
      return "no gap found against the readiness baseline";
  }
  return "not demonstrated";
}

}  // namespace ehdscan
