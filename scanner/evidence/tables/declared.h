// SPDX-License-Identifier: Apache-2.0
// What the node says should be, read from its declarations: the yardstick that observations are held against.
// A table that its file does not mention was not declared, which is not the same as an empty list.
#pragma once

#include <array>

#include "model/table_spec.h"

namespace ehdscan::tables {

inline constexpr auto declaration_columns = std::to_array<ColumnSpec>({
    column::key("site", "site that declares"),
    column::text("country", "country of the site, ISO 3166-1 alpha-2"),
    column::text("owner", "who wrote the declarations", "not named"),
    column::text("approver", "who approved them", "not named"),
    column::day("declared_on", "day of approval", "not given"),
    column::text("version", "version of the declarations", "not given"),
    column::text("terms_version", "version of the terms of use that users must have accepted", "not declared"),
});
inline constexpr TableSpec declaration{"declaration", "declared", "One row per declarations file.",
                                       declaration_columns};

inline constexpr auto prefix_purpose_values = std::to_array<std::string_view>(
    {"admin", "user", "internal", "management", "workspace", "egress", "federation", "monitoring"});
inline constexpr auto declared_prefix_columns = std::to_array<ColumnSpec>({
    column::key("prefix", "address range, `192.0.2.0/24` or `2001:db8::/32`"),
    column::as_key(
        column::one_of("purpose", prefix_purpose_values,
                       "admin: may reach administrative ports; user: users come from there; internal: the node's "
                       "own; management: management segment; workspace: workspaces; egress: outside, may be "
                       "reached; federation: peers; monitoring: scanners and probes")),
    column::text("note", "remark", "none given"),
});
inline constexpr TableSpec declared_prefix{"declared_prefix", "declared", "One row per address range and purpose.",
                                           declared_prefix_columns};

inline constexpr auto declared_transport_values = std::to_array<std::string_view>({"tcp", "udp", "sctp", "dccp"});
inline constexpr auto declared_listener_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine, or `*` for every machine of the site"),
    column::as_key(column::one_of("protocol", declared_transport_values, "transport protocol")),
    column::key_integer("port", "port that may listen"),
    column::text("program", "path of the program that may own it", "any program"),
    column::text("purpose", "what it is for", "none given"),
});
inline constexpr TableSpec declared_listener{
    "declared_listener", "declared", "One row per port that may listen beyond loopback.", declared_listener_columns};

inline constexpr auto declared_cap_columns = std::to_array<ColumnSpec>({
    column::key("name", "what is capped: `privileged_principals`, `time_to_stop_minutes` …"),
    column::key("scope", "what it holds for: `site`, a platform instance or a resource"),
    column::required(column::integer("value", "as named", "largest value allowed")),
    column::text("reason", "why this value", "none given"),
});
inline constexpr TableSpec declared_cap{"declared_cap", "declared", "One row per upper limit the node sets itself.",
                                        declared_cap_columns};

inline constexpr auto endpoint_class_values =
    std::to_array<std::string_view>({"portal", "api", "remote_desktop", "ssh", "sftp", "package_proxy", "management",
                                     "federation", "identity_provider", "mail", "other"});
inline constexpr auto endpoint_trust_values = std::to_array<std::string_view>({"public", "private"});
inline constexpr auto declared_endpoint_columns = std::to_array<ColumnSpec>({
    column::key("endpoint", "`host:port`"),
    column::required(column::one_of("class", endpoint_class_values, "what it serves")),
    column::one_of("trust", endpoint_trust_values, "which roots its certificate must end in", "not declared"),
    column::text("trust_anchor", "file of the private root", "public trust, or not declared"),
    column::boolean("browser", "people open it in a browser", "not declared"),
    column::boolean("internet", "meant to be reached from the internet", "not declared"),
    column::text("note", "remark", "none given"),
});
inline constexpr TableSpec declared_endpoint{"declared_endpoint", "declared", "One row per endpoint of the node.",
                                             declared_endpoint_columns};

inline constexpr auto declared_regime_columns = std::to_array<ColumnSpec>({
    column::key("regime", "regime of notification duties, as in the thresholds: `nis2-23`, `cra-14-incident` …"),
    column::required(column::boolean("applies", "the node is subject to it")),
    column::text("reason", "why it does or does not apply", "none given"),
});
inline constexpr TableSpec declared_regime{
    "declared_regime", "declared", "One row per regime whose applicability is declared.", declared_regime_columns};

inline constexpr auto declared_platform_columns = std::to_array<ColumnSpec>({
    column::key("kind",
                "kind of platform in use: `linux`, `openstack`, `aws`, `azure`, `gcp`, `kubernetes`, `keycloak` …"),
    column::text("instance", "platform instance, `keystone:https://…`", "not given"),
    column::text("note", "remark", "none given"),
});
inline constexpr TableSpec declared_platform{"declared_platform", "declared",
                                             "One row per kind of platform the node uses.", declared_platform_columns};

inline constexpr auto declared_cluster_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "name of the Kubernetes cluster"),
    column::text("instance", "platform instance it runs on", "not given"),
    column::text("api_endpoint", "`host:port` of its API", "not given"),
});
inline constexpr TableSpec declared_cluster{"declared_cluster", "declared",
                                            "One row per Kubernetes cluster of the node.", declared_cluster_columns};

inline constexpr auto declared_registry_columns = std::to_array<ColumnSpec>({
    column::key("registry", "registry of images, or a path in it: `registry.example`, `registry.example/team`"),
    column::text("note", "remark", "none given"),
});
inline constexpr TableSpec declared_registry{
    "declared_registry", "declared", "One row per registry that images may come from.", declared_registry_columns};

inline constexpr auto declared_peer_columns = std::to_array<ColumnSpec>({
    column::key("peer", "other processing environment or machine client"),
    column::text("endpoint", "`host:port` it is reached at", "it only comes to us, or not given"),
    column::text("agreement", "id of the agreement", "not given"),
});
inline constexpr TableSpec declared_peer{"declared_peer", "declared", "One row per peer of the federation.",
                                         declared_peer_columns};

inline constexpr auto declared_visa_issuer_columns = std::to_array<ColumnSpec>({
    column::key("issuer", "issuer of GA4GH visas that are accepted"),
    column::text("note", "remark", "none given"),
});
inline constexpr TableSpec declared_visa_issuer{"declared_visa_issuer", "declared",
                                                "One row per accepted issuer of visas.", declared_visa_issuer_columns};

inline constexpr auto holder_assignment_values = std::to_array<std::string_view>({"standing", "eligible"});
inline constexpr auto declared_holder_columns = std::to_array<ColumnSpec>({
    column::key("holder_id", "id of the person or service, as in the staff list of the permit register"),
    column::key("issuer", "identity source, `unix:login01`, `keystone:<url>#<domain>`; `unix:*` for every machine"),
    column::text("subject", "stable id at that source; a login name on Unix", "hashed"),
    column::text("identity_hash", "keyed hash of issuer and subject", "the subject is given"),
    column::list("rights",
                 "`root`, `identity_write`, `key_admin`, `cluster_admin`, `log_delete`, `backup_delete`, "
                 "`dataset_write`, `log_read`",
                 "not declared"),
    column::one_of("assignment", holder_assignment_values, "always held, or to be activated", "not declared"),
    column::text("approver", "who approved it", "not named"),
    column::text("reason", "why it is needed", "none given"),
    column::day("valid_to", "last day", "not given"),
});
inline constexpr TableSpec declared_holder{
    "declared_holder", "declared", "One row per identity that may hold privileged rights.", declared_holder_columns};

inline constexpr auto declared_shared_service_columns = std::to_array<ColumnSpec>({
    column::key("service", "name of a service that workloads of different permits may share"),
    column::key("prefix", "its addresses"),
    column::as_key(column::one_of("protocol", declared_transport_values, "transport protocol")),
    column::key_integer("port_from", "first port"),
    column::key_integer("port_to", "last port"),
    column::boolean("forwards", "it passes data from one workload to another", "not declared"),
});
inline constexpr TableSpec declared_shared_service{"declared_shared_service", "declared",
                                                   "One row per service, prefix and port range that workloads share.",
                                                   declared_shared_service_columns};

inline constexpr auto object_role_values = std::to_array<std::string_view>(
    {"outbox", "inbox", "reversal_object", "log_archive", "backup_store", "dataset_store"});
inline constexpr auto declared_object_columns = std::to_array<ColumnSpec>({
    column::as_key(column::one_of("role", object_role_values, "what the node uses it for")),
    column::key("instance", "platform instance the resource lives on"),
    column::key("resource_id", "id there: bucket, key, table, file"),
    column::text("resource_kind", "`bucket`, `key`, `secret`, `table`, `file`, `share`", "not given"),
    column::text("note", "remark", "none given"),
});
inline constexpr TableSpec declared_object{
    "declared_object", "declared",
    "One row per resource that plays a named part, such as outbox, reversal object or log archive.",
    declared_object_columns};

inline constexpr auto account_purpose_values =
    std::to_array<std::string_view>({"workload", "management", "log_archive", "backup"});
inline constexpr auto declared_account_columns = std::to_array<ColumnSpec>({
    column::key("account", "account, project or subscription that belongs to the node: `aws:1234`"),
    column::one_of("purpose", account_purpose_values, "what it is for", "not declared"),
    column::text("note", "remark", "none given"),
});
inline constexpr TableSpec declared_account{"declared_account", "declared",
                                            "One row per account or project of the node.", declared_account_columns};

inline constexpr auto declared_log_source_columns = std::to_array<ColumnSpec>({
    column::key("log_source", "which log"),
    column::required(column::text("purpose", "why it is kept")),
    column::text("scope", "what it records", "not declared"),
    column::integer("max_retention_days", "days", "longest time it is kept", "not declared"),
    column::integer("sample_records", "records", "how many records a content sample takes", "not declared"),
});
inline constexpr TableSpec declared_log_source{"declared_log_source", "declared",
                                               "One row per log that the node keeps.", declared_log_source_columns};

inline constexpr auto declared_recovery_columns = std::to_array<ColumnSpec>({
    column::key("asset_class", "class of assets"),
    column::required(column::boolean("backup_required", "assets of the class must be backed up")),
    column::integer("rpo_minutes", "minutes", "recovery point: oldest state accepted after a loss", "not declared"),
    column::integer("rto_minutes", "minutes", "recovery time", "not declared"),
    column::text("reason", "why no backup is required", "none given"),
});
inline constexpr TableSpec declared_recovery{
    "declared_recovery", "declared", "One row per class of assets and its recovery aims.", declared_recovery_columns};

inline constexpr auto key_custody_values = std::to_array<std::string_view>({"node", "external", "provider"});
inline constexpr auto declared_provider_columns = std::to_array<ColumnSpec>({
    column::key("provider", "provider of hosting, cloud or support"),
    column::text("parent_company", "company that controls it", "not declared"),
    column::text("seat_country", "seat of that company, ISO 3166-1 alpha-2", "not declared"),
    column::list("foreign_laws", "laws outside the Union that may reach data; empty list if none", "not declared"),
    column::one_of("key_custody", key_custody_values, "who holds the keys", "not declared"),
    column::text("mitigation", "what keeps data out of reach", "not declared"),
});
inline constexpr TableSpec declared_provider{"declared_provider", "declared",
                                             "One row per provider the node relies on.", declared_provider_columns};

inline constexpr auto declared_location_columns = std::to_array<ColumnSpec>({
    column::key("location", "room, building or region code as platforms name it"),
    column::required(column::text("country", "ISO 3166-1 alpha-2")),
    column::text("document", "record that shows it", "none named"),
});
inline constexpr TableSpec declared_location{"declared_location", "declared",
                                             "One row per place where the node keeps or processes data.",
                                             declared_location_columns};

inline constexpr auto declared_transfer_columns = std::to_array<ColumnSpec>({
    column::key("recipient", "who receives data outside the Union"),
    column::key("country", "ISO 3166-1 alpha-2"),
    column::text("decision", "id of the adequacy decision relied on", "not declared"),
    column::text("sector", "sector or certification of the recipient", "not declared"),
});
inline constexpr TableSpec declared_transfer{"declared_transfer", "declared",
                                             "One row per recipient outside the Union.", declared_transfer_columns};

inline constexpr auto declared_contact_columns = std::to_array<ColumnSpec>({
    column::key("role", "`security`, `data_protection`, `incident`, `operations`"),
    column::required(column::text("contact", "address or URL as published")),
    column::text("holder", "who fills the role", "not named"),
    column::text("deputy", "who stands in", "not named"),
});
inline constexpr TableSpec declared_contact{
    "declared_contact", "declared", "One row per role that others must be able to reach.", declared_contact_columns};

}  // namespace ehdscan::tables
