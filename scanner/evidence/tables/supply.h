// SPDX-License-Identifier: Apache-2.0
// Suppliers, places and products; scans, vulnerabilities and findings of other tools; how software is built.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto criticality_values = std::to_array<std::string_view>({"critical", "important", "ordinary"});
inline constexpr auto supplier_columns = std::to_array<ColumnSpec>({
    column::key("supplier_id", "supplier"),
    column::text("legal_name", "legal name", "not given"),
    column::one_of("criticality", criticality_values, "how much depends on it", "not given"),
    column::text("contact", "contact", "not given"),
    column::list("services", "what it supplies", "not given"),
    column::day("reviewed_on", "day of the last review", "not given"),
});
inline constexpr TableSpec supplier{"supplier", "supply chain", "One row per supplier.", supplier_columns};

inline constexpr auto supplier_clause_columns = std::to_array<ColumnSpec>({
    column::key("supplier_id", "supplier", "supplier.supplier_id"),
    column::key("clause", "`incident_notice`, `audit`, `vulnerability_handling`, `sub_contracting`, `exit`"),
    column::boolean("present", "the contract has it", "the record does not say"),
});
inline constexpr TableSpec supplier_clause{"supplier_clause", "supply chain", "One row per supplier and clause.",
                                           supplier_clause_columns};

inline constexpr auto supplier_certificate_columns = std::to_array<ColumnSpec>({
    column::key("supplier_id", "supplier", "supplier.supplier_id"),
    column::key("certificate_number", "number"),
    column::text("scheme", "`ISO 27001`, `C5`, `SecNumCloud`, `HDS` …", "not given"),
    column::text("issuer", "who issued it", "not given"),
    column::text("legal_entity", "whom it was issued to", "not given"),
    column::day("valid_from", "first day", "not given"),
    column::day("valid_to", "last day", "not given"),
    column::list("services", "services in its scope", "not listed"),
    column::list("locations", "locations in its scope", "not listed"),
});
inline constexpr TableSpec supplier_certificate{"supplier_certificate", "supply chain",
                                                "One row per supplier and certificate that it shows.",
                                                supplier_certificate_columns};

inline constexpr auto sub_processor_columns = std::to_array<ColumnSpec>({
    column::key("sub_processor_id", "sub-processor or provider of remote support"),
    column::text("legal_name", "legal name", "not given"),
    column::text("established_country", "country it is established in, ISO 3166-1 alpha-2", "not given"),
    column::list("access_countries", "countries it has access from", "not given"),
    column::text("service", "what it does", "not given"),
    column::one_of("data_class", data_class_values, "class of data it can reach", "not given"),
    column::text("transfer_basis", "what permits access from outside", "not needed, or not given"),
    column::day("transfer_basis_on", "date of that basis", "not needed, or not given"),
    column::day("transfer_basis_ends_on", "last day of it", "open, or not given"),
    column::boolean("published", "it is on the published list", "not given"),
});
inline constexpr TableSpec sub_processor{
    "sub_processor", "supply chain", "One row per sub-processor or provider of remote support.", sub_processor_columns};

inline constexpr auto location_kind_values =
    std::to_array<std::string_view>({"region", "data_centre", "office", "remote_access"});
inline constexpr auto location_columns = std::to_array<ColumnSpec>({
    column::key("location_id", "region code, building or room, as platforms and documents name it"),
    column::one_of("kind", location_kind_values, "what it is"),
    column::text("country", "country it lies in, ISO 3166-1 alpha-2", "not given"),
    column::text("operator", "who runs it", "not given"),
    column::list("instances", "platform instances there", "not given"),
    column::one_of("data_class", data_class_values, "class of data kept there", "not given"),
    column::text("file_sha256", "digest of what shows it", "none given"),
});
inline constexpr TableSpec location{"location", "supply chain",
                                    "One row per place where the node keeps or processes data.", location_columns};

inline constexpr auto outgoing_flow_kind_values =
    std::to_array<std::string_view>({"crash_report", "metrics", "support_channel", "licence", "update", "logs"});
inline constexpr auto outgoing_flow_columns = std::to_array<ColumnSpec>({
    column::key("flow_id", "setting or channel that sends data to a vendor"),
    column::one_of("kind", outgoing_flow_kind_values, "what it sends"),
    column::text("product", "product that sends", "not told"),
    column::text("destination", "host that gets it", "not told"),
    column::text("destination_country", "country of that host, ISO 3166-1 alpha-2", "not told"),
    column::boolean("enabled", "it sends now", "not told"),
});
inline constexpr TableSpec outgoing_flow{"outgoing_flow", "supply chain",
                                         "One row per way in which products report to their vendors.",
                                         outgoing_flow_columns};

inline constexpr auto product_columns = std::to_array<ColumnSpec>({
    column::key("product_id", "product in use"),
    column::text("vendor", "vendor", "not given"),
    column::text("product_version", "version in use", "not given"),
    column::day("support_ends_on", "last day of support", "not given"),
    column::text("vulnerability_contact", "where vulnerabilities are reported", "not given"),
    column::boolean("in_use", "it is in use", "not given"),
});
inline constexpr TableSpec product{"product", "supply chain", "One row per product that the node depends on.",
                                   product_columns};

inline constexpr auto scan_kind_values =
    std::to_array<std::string_view>({"vulnerability", "configuration", "secrets", "malware"});
inline constexpr auto scan_status_values =
    std::to_array<std::string_view>({"complete", "partial", "failed", "running"});
inline constexpr auto scan_run_columns = std::to_array<ColumnSpec>({
    column::key("scan_id", "run of a scanner"),
    column::text("tool", "tool with version"),
    column::one_of("kind", scan_kind_values, "what it looks for", "not told"),
    column::instant("started_at", "start", "not told"),
    column::instant("finished_at", "end", "not told"),
    column::one_of("status", scan_status_values, "how it ended", "not told"),
    column::instant("feed_at", "date of its list of vulnerabilities or rules", "not told"),
    column::boolean("truncated", "results were cut off", "not told"),
});
inline constexpr TableSpec scan_run{"scan_run", "supply chain", "One row per run of a scanner.", scan_run_columns};

inline constexpr auto scan_target_columns = std::to_array<ColumnSpec>({
    column::key("scan_id", "run", "scan_run.scan_id"),
    column::as_key(column::asset_kind("asset_kind", "kind of thing")),
    column::key("asset_id", "thing looked at", "asset.asset_id"),
    column::boolean("with_credentials", "it signed in or an agent looked from inside", "not told"),
    column::one_of("status", scan_status_values, "how it ended for this thing", "not told"),
});
inline constexpr TableSpec scan_target{"scan_target", "supply chain", "One row per run and thing that it looked at.",
                                       scan_target_columns};

inline constexpr auto vulnerability_state_values =
    std::to_array<std::string_view>({"open", "fixed", "suppressed", "not_affected"});
inline constexpr auto vulnerability_columns = std::to_array<ColumnSpec>({
    column::as_key(column::asset_kind("asset_kind", "kind of thing")),
    column::key("asset_id", "thing that has it", "asset.asset_id"),
    column::key("vulnerability_id", "`CVE-…`, else the id of the vendor"),
    column::key("component", "package or component with it; empty if not told"),
    column::ref("scan_id", "scan_run.scan_id", "run that saw it", "not told"),
    column::text("installed_version", "version that is there", "not told"),
    column::text("fixed_version", "version that has it fixed", "no fix, or not told"),
    column::one_of("severity", severity_values, "the scanner's rating", "not rated"),
    column::one_of("vendor_severity", severity_values, "the vendor's rating", "not rated"),
    column::boolean("known_exploited", "it is known to be used in attacks", "not told"),
    column::instant("first_seen_at", "when it was first seen here", "not told"),
    column::instant("last_seen_at", "when it was last seen here", "not told"),
    column::instant("fix_published_at", "when a fix was published", "no fix, or not told"),
    column::one_of("state", vulnerability_state_values, "what the scanner says of it now", "not told"),
});
inline constexpr TableSpec vulnerability{"vulnerability", "supply chain",
                                         "One row per thing, vulnerability and component that has it.",
                                         vulnerability_columns};

inline constexpr auto vex_status_values =
    std::to_array<std::string_view>({"not_affected", "affected", "fixed", "under_investigation"});
inline constexpr auto vex_statement_columns = std::to_array<ColumnSpec>({
    column::key("vex_document", "document"),
    column::key("vulnerability_id", "vulnerability"),
    column::key("product", "product or component it speaks of"),
    column::one_of("status", vex_status_values, "what it says"),
    column::text("justification", "reason", "none given"),
    column::text("author", "who says so", "not named"),
    column::boolean("signature_valid", "it is signed by a key that is trusted here", "not checked"),
    column::instant("stated_at", "when", "not given"),
});
inline constexpr TableSpec vex_statement{"vex_statement", "supply chain",
                                         "One row per statement whether a product is affected.", vex_statement_columns};

inline constexpr auto finding_status_values =
    std::to_array<std::string_view>({"pass", "fail", "not_assessed", "not_applicable", "error"});
inline constexpr auto third_party_finding_columns = std::to_array<ColumnSpec>({
    column::key("tool", "tool that found it, with version"),
    column::key("rule_id", "rule of that tool"),
    column::key("resource", "what it speaks of, as the tool names it"),
    column::key("finding_id", "id of the finding; empty if it has none"),
    column::asset_kind("asset_kind", "kind of thing, where it is one of ours", "not resolved"),
    column::text("asset_id", "id of the thing", "not resolved"),
    column::one_of("status", finding_status_values, "what the tool says"),
    column::one_of("severity", severity_values, "how bad", "not rated"),
    column::text("title", "title of the rule", "none given"),
    column::list("requirements", "requirements that the tool names"),
    column::instant("found_at", "when", "not told"),
});
inline constexpr TableSpec third_party_finding{"third_party_finding", "supply chain",
                                               "One row per result of another tool.", third_party_finding_columns};

inline constexpr auto software_bill_columns = std::to_array<ColumnSpec>({
    column::key("bill_id", "file of the bill of materials"),
    column::text("service_id", "service it is for", "not told"),
    column::text("subject", "what it describes: name", "not told"),
    column::text("subject_version", "version it describes", "not told"),
    column::text("subject_digest", "digest of the image or file it describes", "not told"),
    column::text("running_version", "version that runs", "not known"),
    column::text("running_digest", "digest that runs", "not known"),
    column::text("format", "`CycloneDX 1.6`, `SPDX 2.3` …"),
    column::integer("components", "count", "components in it"),
    column::integer("components_identified", "count", "of these, with version and identifier"),
    column::instant("created_at", "when it was made", "not told"),
});
inline constexpr TableSpec software_bill{"software_bill", "supply chain", "One row per bill of materials.",
                                         software_bill_columns};

inline constexpr auto source_repository_columns = std::to_array<ColumnSpec>({
    column::key("repository", "repository"),
    column::key("branch", "branch that releases are made from"),
    column::boolean("force_push_blocked", "history cannot be rewritten, not even by administrators", "not told"),
    column::boolean("direct_push_blocked", "nobody changes it without a merge request", "not told"),
    column::boolean("review_required", "somebody else must review", "not told"),
    column::boolean("checks_required", "checks must pass", "not told"),
    column::boolean("applies_to_administrators", "administrators are not left out", "not told"),
    column::list("bypass", "people, teams and apps that may go around; empty if none", "not exported"),
    column::integer("bypasses_used", "count", "how often that was used in the period", "not exported"),
    column::integer("self_approvals", "count", "merges that their author approved in the period", "not exported"),
});
inline constexpr TableSpec source_repository{"source_repository", "supply chain",
                                             "One row per repository and branch that releases are made from.",
                                             source_repository_columns};

inline constexpr auto build_artefact_columns = std::to_array<ColumnSpec>({
    column::key("digest", "digest of the deployed image or file"),
    column::text("name", "name", "not told"),
    column::text("deployed_at_resource", "where it runs", "not told"),
    column::boolean("signature_valid", "it carries a signature of a key that is trusted here", "not checked"),
    column::boolean("provenance_valid", "a verified statement names the pipeline that built it", "not checked"),
    column::text("pipeline", "pipeline that built it", "not told"),
    column::text("repository", "repository that it was built from", "not told"),
});
inline constexpr TableSpec build_artefact{"build_artefact", "supply chain", "One row per artefact that is deployed.",
                                          build_artefact_columns};

}  // namespace ehdscan::tables
