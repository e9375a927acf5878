// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/check.h"
#include "model/provenance.h"

namespace ehdscan {

struct Domain {
  std::string id;
  std::string title;
  int weight = 0;
};

/// A part of a control that one kind of evidence can answer. A part without checks is not assessed and says so.
struct Part {
  std::string id;        ///< unique inside the control
  std::string evidence;  ///< evidence kind: linux, openstack, document, tls, permit_register, export …
  std::string title;     ///< what it looks at
  std::vector<std::string> checks;
};

struct Control {
  std::string id;
  std::string domain;
  std::string title;
  std::string requirement;
  Severity severity = Severity::medium;
  std::string basis;       ///< law, guideline, practice
  bool gates = false;
  std::string false_pass;  ///< critical, misleading, minor
  bool reconciliation = false;
  std::string origin;      ///< core, added
  std::string applies_when;
  EvidenceGrade min_evidence = EvidenceGrade::e2;
  std::vector<std::string> evidence;
  std::vector<std::pair<std::string, std::vector<std::string>>> references;  ///< in the order of the file
  std::string testable_how;
  std::vector<Part> parts;
};

/// An applicability condition: false only if every table was read completely and is empty.
struct Condition {
  std::string id;
  std::string title;
  std::vector<std::string> tables;  ///< empty: cannot be shown absent yet
};

/// One point of the Regulation (ehds-articles.yaml).
struct ArticlePoint {
  std::string point;  ///< "73(1)(e)"
  std::string addressee;
  std::string duty;
  std::string applies_from;
  std::string evidence;
  bool gate = false;
  std::vector<std::string> gating;
  std::vector<std::string> supporting;
  std::string note;
};

/// One requirement of TEHDAS2 D7.4 (requirements.yaml).
struct Requirement {
  std::string id;
  std::string level;
  std::string importance;
  std::string role;
  std::string scope;
  std::string summary;
  std::string evidence;
  std::vector<std::string> controls;
  std::string why;
};

struct Milestone {
  std::string date;
  std::string what;
  std::string source;
  std::string provenance;
};

/// A rule about how a platform reads its own settings (platform_semantics).
struct Semantics {
  std::string id;
  std::string provenance;
  std::string rule;
};

/// Exclusion of a control by an overlay: needs approver, reason and expiry, and is refused for gates.
struct Exclusion {
  std::string control;
  std::string reason;
  std::string approver;
  std::string expires;
};

/// The readiness baseline after overlays: versioned data with a digest.
struct Profile {
  std::string id;
  std::string title;
  std::string version;
  std::string baseline_date;
  std::string sha256;  ///< over every file it was made of, overlays included
  std::vector<std::string> overlays;  ///< ids, in the order they were applied
  /// Weight of a control by its severity: low, medium, high, critical.
  std::array<int, 4> severity_weights{1, 2, 5, 10};
  std::vector<Domain> domains;
  std::vector<Control> controls;
  std::vector<Condition> conditions;
  std::vector<ArticlePoint> articles;
  std::vector<Requirement> requirements;
  std::vector<Semantics> semantics;
  std::vector<Milestone> milestones;
  std::vector<Exclusion> exclusions;
};

}  // namespace ehdscan
