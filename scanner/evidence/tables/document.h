// SPDX-License-Identifier: Apache-2.0
// Governance in writing: documents, what they promise, who answers, agreements and risks.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto document_kind_values = std::to_array<std::string_view>({"security_policy",
                                                                              "roles",
                                                                              "controllership",
                                                                              "impact_assessment",
                                                                              "processing_record",
                                                                              "risk_treatment",
                                                                              "audit_record",
                                                                              "breach_plan",
                                                                              "breach_register",
                                                                              "exercise_record",
                                                                              "kill_switch",
                                                                              "training",
                                                                              "access_review",
                                                                              "backup_policy",
                                                                              "restore_record",
                                                                              "continuity_plan",
                                                                              "locations",
                                                                              "sub_processors",
                                                                              "suppliers",
                                                                              "disclosure_control",
                                                                              "vulnerability_policy",
                                                                              "change_policy",
                                                                              "exceptions",
                                                                              "service_catalogue",
                                                                              "inventory",
                                                                              "rule_list",
                                                                              "log_review",
                                                                              "federation",
                                                                              "sovereignty",
                                                                              "other"});
inline constexpr auto document_columns = std::to_array<ColumnSpec>({
    column::key("document_id", "id in the record, else its path"),
    column::one_of("kind", document_kind_values, "what it is"),
    column::text("title", "title", "none given"),
    column::text("document_version", "version", "none given"),
    column::text("author", "who wrote it", "not named"),
    column::text("approver", "who approved it", "not named"),
    column::day("approved_on", "day of approval", "not given"),
    column::day("reviewed_on", "day of the last review", "not given"),
    column::list("nodes", "nodes in its scope", "not given"),
    column::text("baseline_id", "baseline or law that it follows", "not named"),
    column::text("file_sha256", "digest of the described file as the record gives it", "none given"),
    column::boolean("digest_matches", "the file beside the record has that digest", "no digest, or no file"),
    column::integer("item_count", "count", "number of items that it says it lists", "not stated"),
});
inline constexpr TableSpec document{"document", "governance", "One row per governance document.", document_columns};

inline constexpr auto claim_kind_values = std::to_array<std::string_view>({"flag", "number", "text", "day"});
inline constexpr auto document_claim_columns = std::to_array<ColumnSpec>({
    column::key("document_id", "document", "document.document_id"),
    column::key("claim", "what it states: `detection`, `patch_critical_days`, `security_measures` …"),
    column::one_of("kind", claim_kind_values, "which of the values is given"),
    column::boolean("flag", "statement as yes or no", "not a flag, or left open"),
    column::integer("number", "as named", "statement as a number", "not a number, or only prose"),
    column::text("text", "statement as a word", "not a text, or left open"),
    column::day("stated_on", "statement as a day", "not a day, or left open"),
});
inline constexpr TableSpec document_claim{"document_claim", "governance", "One row per document and statement in it.",
                                          document_claim_columns};

inline constexpr auto role_holder_columns = std::to_array<ColumnSpec>({
    column::key("document_id", "document", "document.document_id"),
    column::key("role", "`security_lead`, `data_protection`, `security_contact`, `output_reviewer` …"),
    column::key_integer("position", "running number of its holders, from 1"),
    column::text("holder", "who fills it", "nobody is named"),
    column::text("deputy", "who stands in", "nobody is named"),
    column::text("contact", "address or URL", "none given"),
    column::boolean("on_staff", "the holder is on the staff list and has not left",
                    "no staff list, or not found on it"),
});
inline constexpr TableSpec role_holder{"role_holder", "governance", "One row per document, role and holder.",
                                       role_holder_columns};

inline constexpr auto agreement_kind_values =
    std::to_array<std::string_view>({"processing", "hosting", "support", "federation", "data_holder", "peer"});
inline constexpr auto agreement_columns = std::to_array<ColumnSpec>({
    column::key("agreement_id", "agreement"),
    column::one_of("kind", agreement_kind_values, "what it governs"),
    column::list("permits", "permits it covers; `*` for all", "not given"),
    column::list("providers", "providers it covers, as suppliers and platforms name them", "not given"),
    column::day("valid_from", "first day", "not given"),
    column::day("valid_to", "last day", "open, or not given"),
    column::boolean("open_ended", "it has no last day", "not given"),
    column::text("file_sha256", "digest of the signed text", "none given"),
});
inline constexpr TableSpec agreement{"agreement", "governance", "One row per agreement.", agreement_columns};

inline constexpr auto party_role_values = std::to_array<std::string_view>(
    {"controller", "joint_controller", "processor", "sub_processor", "member", "third_party"});
inline constexpr auto agreement_party_columns = std::to_array<ColumnSpec>({
    column::key("agreement_id", "agreement", "agreement.agreement_id"),
    column::key("party", "organisation, node or entity id"),
    column::one_of("role", party_role_values, "role that the agreement gives it", "not stated"),
    column::text("function", "`operator`, `data_user`, `access_body`, `provider` …", "not stated"),
    column::text("contact", "contact for incidents", "none given"),
});
inline constexpr TableSpec agreement_party{"agreement_party", "governance", "One row per agreement and party.",
                                           agreement_party_columns};

inline constexpr auto agreement_clause_columns = std::to_array<ColumnSpec>({
    column::key("agreement_id", "agreement", "agreement.agreement_id"),
    column::key("clause", "`instructions`, `confidentiality`, `sub_processors`, `breach_notice`, `export_review` …"),
    column::boolean("present", "the agreement has it", "the record does not say"),
});
inline constexpr TableSpec agreement_clause{"agreement_clause", "governance", "One row per agreement and clause.",
                                            agreement_clause_columns};

inline constexpr auto risk_decision_values = std::to_array<std::string_view>({"treat", "accept", "avoid", "transfer"});
inline constexpr auto risk_columns = std::to_array<ColumnSpec>({
    column::key("risk_id", "risk"),
    column::ref("document_id", "document.document_id", "assessment that lists it"),
    column::one_of("severity", severity_values, "how bad it is", "not rated"),
    column::one_of("residual", severity_values, "how bad it stays after treatment", "not rated"),
    column::text("owner", "who answers for it", "nobody is named"),
    column::one_of("decision", risk_decision_values, "what is done about it", "not decided"),
    column::day("due_on", "when treatment must be done", "not given"),
    column::day("done_on", "when it was done", "it is not, or not given"),
    column::text("accepted_by", "manager who accepted it", "not accepted, or not named"),
    column::day("acceptance_ends_on", "last day of the acceptance", "not accepted, or not given"),
});
inline constexpr TableSpec risk{"risk", "governance", "One row per risk in the assessment.", risk_columns};

inline constexpr auto notification_zero_values = std::to_array<std::string_view>(
    {"occurrence", "detection", "awareness", "confirmation", "previous_stage", "end_of_handling", "measure_available"});
inline constexpr auto plan_clock_columns = std::to_array<ColumnSpec>({
    column::key("document_id", "breach plan", "document.document_id"),
    column::key("regime", "regime, as the thresholds name it"),
    column::key("stage", "stage: `notification`, `early warning`, `final report` …"),
    column::one_of("zero_point", notification_zero_values, "what starts the clock", "not stated"),
    column::integer("limit_hours", "hours", "limit in hours", "given in months or days, or only prose"),
    column::integer("limit_days", "days", "limit in days", "given in hours or months, or only prose"),
    column::integer("limit_months", "months", "limit in calendar months", "given in hours or days, or only prose"),
    column::text("recipient", "class of recipient", "not stated"),
});
inline constexpr TableSpec plan_clock{"plan_clock", "governance", "One row per breach plan, regime and stage.",
                                      plan_clock_columns};

inline constexpr auto disclosure_rule_columns = std::to_array<ColumnSpec>({
    column::key("document_id", "policy", "document.document_id"),
    column::key("output_class", "class of output: `table`, `figure`, `model`, `image` …"),
    column::key("measure", "what is limited: `min_cell_count`, `max_dominance_percent`, `review` …"),
    column::integer("value", "as named", "limit", "the rule is not a number"),
    column::text("rule", "rule in words", "the number says all"),
});
inline constexpr TableSpec disclosure_rule{"disclosure_rule", "governance",
                                           "One row per policy, class of output and what is limited.",
                                           disclosure_rule_columns};

inline constexpr auto service_entry_columns = std::to_array<ColumnSpec>({
    column::key("service_id", "service of the catalogue"),
    column::ref("document_id", "document.document_id", "catalogue that lists it"),
    column::text("owner", "who answers for it", "nobody is named"),
    column::text("security_level", "security level", "not given"),
    column::list("eligible_roles", "roles that may use it", "not given"),
    column::text("support_contact", "support contact", "not given"),
    column::text("escalation", "who is next", "not given"),
    column::integer("availability_ppm", "ppm", "availability aimed at, in parts per million", "not a number"),
    column::integer("incident_response_minutes", "minutes", "time to react to an incident", "not a number"),
    column::integer("rto_minutes", "minutes", "recovery time aimed at", "not given"),
    column::integer("rpo_minutes", "minutes", "oldest state accepted after a loss", "not given"),
});
inline constexpr TableSpec service_entry{"service_entry", "governance", "One row per service of the catalogue.",
                                         service_entry_columns};

inline constexpr auto rule_list_entry_columns = std::to_array<ColumnSpec>({
    column::key("entry_id", "entry of the node's list of network rules"),
    column::text("instance", "platform instance it holds for", "any"),
    column::text("group_name", "group or policy", "any"),
    column::text("direction", "`ingress` or `egress`"),
    column::text("protocol", "protocol; `any` for all"),
    column::integer("port_from", "port", "first port; 0 if any, -1 if the protocol has none"),
    column::integer("port_to", "port", "last port; 65535 if any, -1 if the protocol has none"),
    column::text("remote", "prefix, group or tag of the other side"),
    column::text("owner", "who answers for it", "nobody is named"),
    column::text("purpose", "what it is for", "none given"),
    column::day("valid_to", "last day", "not given"),
});
inline constexpr TableSpec rule_list_entry{"rule_list_entry", "governance",
                                           "One row per rule that the node wants to have.", rule_list_entry_columns};

}  // namespace ehdscan::tables
