// SPDX-License-Identifier: Apache-2.0
#include "model/provenance.h"

namespace ehdscan {

std::string_view to_string(EvidenceGrade grade) {
  switch (grade) {
    case EvidenceGrade::e0:
      return "E0";
    case EvidenceGrade::e1:
      return "E1";
    case EvidenceGrade::e2:
      return "E2";
    case EvidenceGrade::e3:
      return "E3";
  }
  return "E0";
}

std::optional<EvidenceGrade> parse_evidence_grade(std::string_view text) {
  for (const EvidenceGrade grade : {EvidenceGrade::e0, EvidenceGrade::e1, EvidenceGrade::e2, EvidenceGrade::e3}) {
    if (to_string(grade) == text) return grade;
  }
  return std::nullopt;
}

std::string_view to_string(Nature nature) { return nature == Nature::observed ? "observed" : "intended"; }

std::string_view to_string(Freshness freshness) {
  switch (freshness) {
    case Freshness::live:
      return "live";
    case Freshness::export_file:
      return "export";
    case Freshness::permit_register:
      return "permit_register";
    case Freshness::document:
      return "document";
  }
  return "live";
}

std::string_view to_string(CollectionState state) {
  switch (state) {
    case CollectionState::complete:
      return "complete";
    case CollectionState::partial:
      return "partial";
    case CollectionState::failed:
      return "failed";
    case CollectionState::denied:
      return "denied";
    case CollectionState::not_attempted:
      return "not_attempted";
  }
  return "not_attempted";
}

std::optional<CollectionState> parse_collection_state(std::string_view text) {
  for (const CollectionState state : {CollectionState::complete, CollectionState::partial, CollectionState::failed,
                                      CollectionState::denied, CollectionState::not_attempted}) {
    if (to_string(state) == text) return state;
  }
  return std::nullopt;
}

}  // namespace ehdscan
