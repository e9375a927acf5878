// SPDX-License-Identifier: Apache-2.0
// Ways in and out of workspaces: releases and their approval, gateways, proxies, transfer rules, interfaces.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto transfer_direction_values = std::to_array<std::string_view>({"import", "export"});
inline constexpr auto transfer_action_values =
    std::to_array<std::string_view>({"read", "copy", "download", "write", "upload"});
inline constexpr auto transfer_columns = std::to_array<ColumnSpec>({
    column::key("transfer_id", "record in the storage or gateway log"),
    column::project(),
    column::one_of("direction", transfer_direction_values, "which way"),
    column::one_of("action", transfer_action_values, "what was done"),
    column::instant("occurred_at", "when"),
    column::text("object_id", "object, with its version where it has one"),
    column::text("object_sha256", "digest of what was moved", "the log carries none"),
    column::integer("size_bytes", "bytes", "amount", "not told"),
    column::text("account_id", "account that did it", "hashed, or not told"),
    column::text("identity_hash", "keyed hash of issuer and subject", "no key was given"),
    column::text("destination", "where it went: host, account or recipient", "not told"),
    column::boolean("succeeded", "it was carried out"),
});
inline constexpr TableSpec transfer{"transfer", "airlock", "One row per movement of data into or out of a project.",
                                    transfer_columns};

inline constexpr auto release_columns = std::to_array<ColumnSpec>({
    column::key("release_id", "request to take results out"),
    column::project(),
    column::text("object_id", "object asked for"),
    column::text("object_sha256", "digest of what was asked for", "not recorded"),
    column::text("requester_id", "person or account that asked", "hashed, or not recorded"),
    column::text("requester_hash", "keyed hash of issuer and subject", "no key was given"),
    column::instant("requested_at", "when"),
    column::text("output_class", "class of output: table, figure, model, image …", "not recorded"),
    column::text("policy_version", "version of the disclosure rules it was checked against", "not recorded"),
    column::boolean("copy_kept", "a copy of what was released is kept", "not recorded"),
    column::instant("released_at", "when it left", "not yet, refused, or not recorded"),
});
inline constexpr TableSpec release{"release", "airlock", "One row per request to take results out of a project.",
                                   release_columns};

inline constexpr auto approval_decision_values = std::to_array<std::string_view>({"approved", "refused", "returned"});
inline constexpr auto approval_columns = std::to_array<ColumnSpec>({
    column::key("release_id", "request", "release.release_id"),
    column::key("approval_id", "decision"),
    column::one_of("decision", approval_decision_values, "what was decided"),
    column::instant("decided_at", "when"),
    column::text("reviewer_id", "person or account that decided", "hashed, or not recorded"),
    column::text("reviewer_hash", "keyed hash of issuer and subject", "no key was given"),
    column::boolean("checker_at_the_time", "the reviewer held the checker's role then",
                    "the history of roles does not reach back"),
    column::list("criteria", "criteria that were filled in; empty if none", "not recorded"),
    column::text("approved_sha256", "digest of what was approved", "not recorded"),
});
inline constexpr TableSpec approval{"approval", "airlock", "One row per decision on a release.", approval_columns};

inline constexpr auto redirect_channel_values =
    std::to_array<std::string_view>({"clipboard_in", "clipboard_out", "drive", "printer", "port", "usb", "file_upload",
                                     "file_download", "audio_in", "camera", "screen_capture"});
inline constexpr auto gateway_channel_columns = std::to_array<ColumnSpec>({
    column::key("gateway_id", "remote desktop gateway, pool or host"),
    column::key("profile", "connection profile, inheritance applied; `*` for all"),
    column::as_key(column::one_of("channel", redirect_channel_values, "way around the screen")),
    column::boolean("allowed", "it works in this profile", "the product's default is not known to us"),
    column::boolean("explicitly_set", "a setting says so; otherwise it is the product's default"),
    column::boolean("server_enforced", "the server enforces it, not the client alone", "not told"),
    column::text("exception_id", "exception that allows it", "none named"),
    column::text("product", "product and version", "not told"),
});
inline constexpr TableSpec gateway_channel{"gateway_channel", "airlock",
                                           "One row per gateway, connection profile and way around the screen.",
                                           gateway_channel_columns};

inline constexpr auto host_match_values = std::to_array<std::string_view>({"exact", "suffix", "wildcard", "pattern"});
inline constexpr auto proxy_rule_columns = std::to_array<ColumnSpec>({
    column::key("proxy_id", "package proxy or web proxy"),
    column::key_integer("position", "place among its rules, from 1; includes unfolded"),
    column::text("host", "host that it lets through, as written; `*` for any"),
    column::one_of("host_match", host_match_values, "how hosts are compared", "not understood"),
    column::list("methods", "methods let through; `*` for any", "not understood"),
    column::boolean("tunnel", "CONNECT or WebSocket is let through", "not understood"),
    column::boolean("inspected", "TLS is opened or content is mirrored and pinned", "not told"),
    column::boolean("allows", "it lets through; false if it stops"),
    column::boolean("user_content", "people can put content of their own on the host", "not declared"),
});
inline constexpr TableSpec proxy_rule{"proxy_rule", "airlock", "One row per proxy and rule.", proxy_rule_columns};

inline constexpr auto proxy_log_entry_columns = std::to_array<ColumnSpec>({
    column::key("proxy_id", "proxy"),
    column::key("host", "host that was asked for"),
    column::key("method", "method"),
    column::integer("requests", "count", "requests in the period"),
    column::integer("let_through", "count", "of these, let through"),
    column::integer("longest_query_bytes", "bytes", "longest query string", "not told"),
    column::integer("largest_upload_bytes", "bytes", "largest body sent out", "not told"),
    column::instant("first_at", "first request", "not told"),
    column::instant("last_at", "last request", "not told"),
});
inline constexpr TableSpec proxy_log_entry{"proxy_log_entry", "airlock",
                                           "One row per proxy, host and method in its log of the period.",
                                           proxy_log_entry_columns};

inline constexpr auto transfer_rule_columns = std::to_array<ColumnSpec>({
    column::key("interface_id", "upload or download interface"),
    column::key("workspace", "project or workspace it holds for; `*` for all that no rule names"),
    column::as_key(column::one_of("direction", transfer_direction_values, "which way")),
    column::boolean("allowed", "transfer is possible", "not told"),
    column::list("content_types", "types let through; `*` for any", "not limited, or not told"),
    column::boolean("checked_by_content", "types are found by content, not by file name", "not told"),
    column::integer("max_bytes", "bytes", "largest file; -1 if not limited", "not told"),
    column::boolean("through_airlock", "what passes waits for a decision first", "not told"),
    column::list("roles", "roles that may use it", "not told"),
});
inline constexpr TableSpec transfer_rule{"transfer_rule", "airlock", "One row per interface, workspace and direction.",
                                         transfer_rule_columns};

inline constexpr auto landing_zone_columns = std::to_array<ColumnSpec>({
    column::key("landing_zone_id", "inbox of a data holder: bucket, folder or account"),
    column::text("endpoint", "`host:port` that takes uploads"),
    column::text("holder", "data holder it belongs to", "it belongs to several, or not told"),
    column::list("writers", "accounts that may write", "not told"),
    column::list("readers", "accounts that may list or read", "not told"),
    column::boolean("integrity_checked", "a signature or checksum step runs on uploads", "not told"),
    column::boolean("rejections_recorded", "uploads that fail are recorded", "not told"),
    column::boolean("payload_encryption_required", "the access body demands encrypted payloads", "not declared"),
    column::boolean("payload_encryption_enforced", "plain payloads are refused", "not told"),
});
inline constexpr TableSpec landing_zone{"landing_zone", "airlock", "One row per inbox of a data holder.",
                                        landing_zone_columns};

inline constexpr auto validation_mode_values = std::to_array<std::string_view>({"enforced", "report_only", "off"});
inline constexpr auto api_description_columns = std::to_array<ColumnSpec>({
    column::key("endpoint", "`host:port` of the interface"),
    column::key("base_path", "path that it starts at: `/api/v1`"),
    column::text("description_version", "version of the description", "there is none"),
    column::text("description_sha256", "digest of the description", "there is none"),
    column::one_of("validation", validation_mode_values, "what the gateway does with requests that break it",
                   "not told"),
    column::boolean("operations_listed", "the gateway lets through only operations of the description", "not told"),
    column::integer("requests_per_minute", "requests", "rate limit; -1 if none", "not told"),
    column::integer("max_body_bytes", "bytes", "largest request; -1 if not limited", "not told"),
    column::boolean("retired", "it is marked as retired"),
});
inline constexpr TableSpec api_description{"api_description", "airlock",
                                           "One row per interface and version that the gateway serves.",
                                           api_description_columns};

inline constexpr auto api_route_columns = std::to_array<ColumnSpec>({
    column::key("endpoint", "`host:port` of the interface"),
    column::key("method", "method"),
    column::key("path", "path with parameters as `{name}`"),
    column::boolean("described", "the description has it"),
    column::boolean("retired", "it is marked as retired"),
    column::boolean("answers", "it was seen to answer", "not tried"),
});
inline constexpr TableSpec api_route{
    "api_route", "airlock", "One row per interface and route that is described or answers.", api_route_columns};

}  // namespace ehdscan::tables
