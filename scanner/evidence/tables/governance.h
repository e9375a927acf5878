// SPDX-License-Identifier: Apache-2.0
// What happened and was done: incidents, exercises, audits, training, reviews, changes and exceptions.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto incident_columns = std::to_array<ColumnSpec>({
    column::key("incident_id", "entry of the breach register"),
    column::boolean("serious", "the register calls it serious", "not rated"),
    column::boolean("personal_data", "personal data were concerned", "not stated"),
    column::boolean("high_risk", "a high risk for persons was found", "not stated"),
    column::instant("occurred_at", "when it happened", "not given, or without zone"),
    column::instant("detected_at", "when something noticed it", "not given, or without zone"),
    column::instant("aware_at", "when the operator was reasonably sure", "not given, or without zone"),
    column::instant("contained_at", "when it was contained", "not yet, or not given"),
    column::instant("handled_at", "when handling ended", "not yet, or not given"),
    column::boolean("facts_recorded", "the facts are filled in", "the record has no such field"),
    column::boolean("effects_recorded", "the effects are filled in", "the record has no such field"),
    column::boolean("remedy_recorded", "the remedy is filled in", "the record has no such field"),
    column::text("followed_by_audit", "audit that followed", "none, or not given"),
    column::day("audit_planned_on", "day of an audit that is planned", "none, or not given"),
});
inline constexpr TableSpec incident{"incident", "governance", "One row per incident or breach on record.",
                                    incident_columns};

inline constexpr auto incident_notice_columns = std::to_array<ColumnSpec>({
    column::key("incident_id", "incident", "incident.incident_id"),
    column::key("regime", "regime, as the thresholds name it"),
    column::key("stage", "stage: `notification`, `early warning`, `final report` …"),
    column::text("recipient", "who was told", "not given"),
    column::instant("notified_at", "when", "not yet, or not given"),
    column::boolean("required", "the record says that the notice was due", "not stated"),
    column::text("delay_reason", "reason recorded for a delay", "none"),
});
inline constexpr TableSpec incident_notice{
    "incident_notice", "governance", "One row per incident, regime and stage of notice.", incident_notice_columns};

inline constexpr auto incident_free_period_columns = std::to_array<ColumnSpec>({
    column::key("statement_id", "statement that there was no breach"),
    column::day("period_from_on", "first day"),
    column::day("period_to_on", "last day"),
    column::text("signed_by", "who signed it", "nobody is named"),
    column::day("signed_on", "when", "not given"),
});
inline constexpr TableSpec incident_free_period{"incident_free_period", "governance",
                                                "One row per signed statement that there was no breach.",
                                                incident_free_period_columns};

inline constexpr auto exercise_kind_values =
    std::to_array<std::string_view>({"breach", "continuity", "restore", "kill_switch"});
inline constexpr auto exercise_result_values = std::to_array<std::string_view>({"success", "partial", "failed"});
inline constexpr auto exercise_columns = std::to_array<ColumnSpec>({
    column::key("exercise_id", "exercise or test"),
    column::one_of("kind", exercise_kind_values, "what was tried"),
    column::day("performed_on", "when", "not given"),
    column::list("scenarios", "scenarios", "not given"),
    column::integer("participants", "count", "people who took part", "not given"),
    column::one_of("result", exercise_result_values, "how it ended", "not given"),
    column::text("project_id", "project that it was tried on", "not given"),
    column::boolean("covers_sign_in", "sign-in was stopped", "not a kill switch, or not given"),
    column::boolean("covers_jobs", "running jobs were stopped", "not a kill switch, or not given"),
    column::integer("time_to_stop_minutes", "minutes", "until everything stood still",
                    "not a kill switch, or not given"),
    column::text("asset_class", "class that was restored", "not a restore, or not given"),
    column::text("recovery_point_id", "copy that was restored", "not a restore, or not given"),
    column::text("target", "where it was restored to", "not a restore, or not given"),
    column::boolean("integrity_checked", "what was restored was compared", "not a restore, or not given"),
    column::integer("duration_minutes", "minutes", "how long it took", "not given"),
    column::list("services", "services covered", "not given"),
});
inline constexpr TableSpec exercise{"exercise", "governance", "One row per exercise or test.", exercise_columns};

inline constexpr auto exercise_action_columns = std::to_array<ColumnSpec>({
    column::key("exercise_id", "exercise", "exercise.exercise_id"),
    column::key("action_id", "what must be done after it"),
    column::one_of("state", open_state_values, "whether it is done", "not given"),
    column::day("due_on", "until when", "not given"),
    column::day("closed_on", "when it was done", "it is not, or not given"),
});
inline constexpr TableSpec exercise_action{"exercise_action", "governance", "One row per exercise and action from it.",
                                           exercise_action_columns};

inline constexpr auto audit_kind_values = std::to_array<std::string_view>({"internal", "external", "penetration_test"});
inline constexpr auto audit_columns = std::to_array<ColumnSpec>({
    column::key("audit_id", "audit or test"),
    column::one_of("kind", audit_kind_values, "who looked and how"),
    column::day("performed_on", "last day of it", "not given"),
    column::text("auditor", "who did it", "not named"),
    column::list("auditor_identities", "identities of the auditor at this node, as `issuer#hash`; empty if none",
                 "not given"),
    column::list("scope", "what was looked at: `entry_gateway`, `tenant_separation`, `airlock` …", "not given"),
    column::boolean("scope_agreed", "the access body agreed to the scope", "not given"),
    column::integer("findings_count", "count", "findings that the report says it has", "not given"),
    column::text("report_sha256", "digest of the report", "not given"),
});
inline constexpr TableSpec audit{"audit", "governance", "One row per audit or penetration test.", audit_columns};

inline constexpr auto audit_finding_columns = std::to_array<ColumnSpec>({
    column::key("audit_id", "audit", "audit.audit_id"),
    column::key("finding_id", "finding"),
    column::one_of("severity", severity_values, "how bad", "not rated"),
    column::one_of("state", open_state_values, "whether it is corrected", "not given"),
    column::day("due_on", "until when", "not given"),
    column::day("closed_on", "when it was corrected", "it is not, or not given"),
    column::day("retested_on", "when that was tried", "it was not, or not given"),
});
inline constexpr TableSpec audit_finding{"audit_finding", "governance", "One row per audit and finding.",
                                         audit_finding_columns};

inline constexpr auto training_record_columns = std::to_array<ColumnSpec>({
    column::key("person_id", "person or member of staff, as the register names them"),
    column::key("role", "role that the training was for"),
    column::key("course", "course"),
    column::day("completed_on", "when", "not completed, or not given"),
});
inline constexpr TableSpec training_record{"training_record", "governance", "One row per person, role and course.",
                                           training_record_columns};

inline constexpr auto review_class_values =
    std::to_array<std::string_view>({"privileged", "users", "services", "logs"});
inline constexpr auto access_review_columns = std::to_array<ColumnSpec>({
    column::key("review_id", "review"),
    column::one_of("class", review_class_values, "what was reviewed"),
    column::day("performed_on", "when", "not given"),
    column::text("reviewer", "who did it", "not named"),
    column::day("period_from_on", "first day looked at", "not a review of logs, or not given"),
    column::day("period_to_on", "last day looked at", "not a review of logs, or not given"),
    column::list("sources", "logs or identity sources looked at", "not given"),
    column::list("reviewed_administrators", "administrators whose doings were looked at", "not given"),
    column::text("outcome", "what came of it", "not given"),
    column::boolean("items_listed", "it lists each item", "not given"),
});
inline constexpr TableSpec access_review{"access_review", "governance",
                                         "One row per review of access rights or of logs.", access_review_columns};

inline constexpr auto review_decision_values = std::to_array<std::string_view>({"keep", "remove", "change"});
inline constexpr auto access_review_item_columns = std::to_array<ColumnSpec>({
    column::key("review_id", "review", "access_review.review_id"),
    column::key("item_id", "grant or account that was looked at"),
    column::text("issuer", "identity source of the holder", "not given"),
    column::text("identity_hash", "keyed hash of the holder", "not given"),
    column::text("subject", "stable id of the holder", "hashed, or not given"),
    column::text("role", "role looked at", "the account as a whole"),
    column::text("project_id", "project looked at", "not given"),
    column::text("reviewer", "who decided", "the reviewer of the whole"),
    column::one_of("decision", review_decision_values, "what was decided", "not given"),
});
inline constexpr TableSpec access_review_item{"access_review_item", "governance", "One row per review and item.",
                                              access_review_item_columns};

inline constexpr auto change_columns = std::to_array<ColumnSpec>({
    column::key("change_id", "change"),
    column::boolean("major", "the record calls it major", "not rated"),
    column::instant("applied_at", "when it was applied", "not yet, or not given"),
    column::text("author", "who made it", "not named"),
    column::text("approver", "who approved it", "not named"),
    column::boolean("impact_assessed", "its effects were assessed", "not given"),
    column::boolean("permit_impact_assessed", "its effects on running permits were assessed", "not given"),
    column::boolean("tested", "evidence of a test is named", "not given"),
    column::list("resources", "resources that it changes", "not given"),
});
inline constexpr TableSpec change{"change", "governance", "One row per change on record.", change_columns};

inline constexpr auto drift_report_columns = std::to_array<ColumnSpec>({
    column::key("report_id", "comparison of declared and live state"),
    column::text("tool", "what compared them"),
    column::instant("compared_at", "when", "not given"),
    column::boolean("live_state_read", "the live state was read anew", "not told"),
    column::boolean("whole", "no part was left out", "not told"),
    column::list("projects", "accounts and projects covered", "not told"),
});
inline constexpr TableSpec drift_report{"drift_report", "governance",
                                        "One row per comparison of declared and live state.", drift_report_columns};

inline constexpr auto drift_kind_values = std::to_array<std::string_view>({"changed", "missing", "undeclared"});
inline constexpr auto drift_item_columns = std::to_array<ColumnSpec>({
    column::key("report_id", "comparison", "drift_report.report_id"),
    column::key("resource", "address or id of what differs"),
    column::one_of("kind", drift_kind_values, "undeclared: it exists but no declared state names it"),
    column::list("attributes", "attributes that differ; values are left out"),
    column::ref("change_id", "change.change_id", "change that explains it", "none is named"),
});
inline constexpr TableSpec drift_item{"drift_item", "governance", "One row per comparison and difference.",
                                      drift_item_columns};

inline constexpr auto exception_kind_values =
    std::to_array<std::string_view>({"vulnerability", "operator_access", "redirection", "configuration", "network"});
inline constexpr auto exception_record_columns = std::to_array<ColumnSpec>({
    column::key("exception_id", "exception"),
    column::one_of("kind", exception_kind_values, "what it is from"),
    column::text("object", "what it holds for: vulnerability, project, profile, resource", "not given"),
    column::text("holder", "who may use it", "not given"),
    column::text("reason", "why", "not given"),
    column::text("owner", "who answers for it", "nobody is named"),
    column::text("approver", "who approved it", "nobody is named"),
    column::text("compensating_measure", "what is done instead", "not given"),
    column::text("access_body_reference", "reference of the access body", "none given"),
    column::text("direction", "`in` or `out`", "it has none"),
    column::instant("starts_at", "from when", "not given"),
    column::instant("ends_at", "until when", "not given"),
    column::text("log_reference", "log records of its use", "none given"),
});
inline constexpr TableSpec exception_record{"exception_record", "governance", "One row per documented exception.",
                                            exception_record_columns};

}  // namespace ehdscan::tables
