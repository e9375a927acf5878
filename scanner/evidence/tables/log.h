// SPDX-License-Identifier: Apache-2.0
// Logs of platforms and services, where they end up, how long they stay, who is told. A machine's own: host_log.h.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto audit_log_columns = std::to_array<ColumnSpec>({
    column::key("audit_log_id", "trail, log or log category, as its platform names it"),
    column::as_key(column::asset_kind("asset_kind", "kind of what it records")),
    column::key("asset_id", "thing it records; `*` for every one of the kind"),
    column::project(),
    column::region(),
    column::boolean("enabled", "it records now", "not told"),
    column::boolean("sign_in_success", "successful sign-ins are recorded", "not told"),
    column::boolean("sign_in_failure", "failed sign-ins are recorded", "not told"),
    column::boolean("data_read", "reading data is recorded", "not told"),
    column::boolean("data_write", "writing and deleting data is recorded", "not told"),
    column::boolean("transfer", "import and export are recorded", "not told"),
    column::boolean("administration", "changes of settings and rights are recorded", "not told"),
    column::list("left_out", "what a filter leaves out: read-only events, services, principals …", "not told"),
    column::ref("log_sink_id", "log_sink.log_sink_id", "where its records go", "nowhere that lasts, or not told"),
    column::instant("newest_record_at", "newest record seen", "none seen, or not looked into"),
});
inline constexpr TableSpec audit_log{
    "audit_log", "log", "One row per log and thing it records, with the events it records of it.", audit_log_columns};

inline constexpr auto log_sink_kind_values = std::to_array<std::string_view>(
    {"bucket", "log_group", "index", "table", "queue", "database", "syslog", "file", "external"});
inline constexpr auto log_sink_columns = std::to_array<ColumnSpec>({
    column::key("log_sink_id", "bucket, log group, index or receiver"),
    column::name(),
    column::project(),
    column::region(),
    column::one_of("kind", log_sink_kind_values, "what it is", "not told"),
    column::text("destination_instance", "platform instance it lies on", "the same one, or not told"),
    column::text("destination_id", "bucket or other resource that holds the records", "it holds them itself"),
    column::boolean("access_logs", "it gets sign-in or data access records", "not told"),
    column::encryption_key(),
    column::one_of("lock_mode", lock_mode_values, "compliance: not even administrators can remove records early",
                   "not told"),
    column::integer("lock_days", "days", "how long the lock holds", "no lock, or not told"),
    column::boolean("lock_final", "nobody can shorten or remove the lock policy", "no lock, or not told"),
    column::boolean("append_only_elsewhere", "a copy goes to append-only storage under another administration",
                    "not told"),
    column::boolean("digest_chain", "records are chained by digests or signed", "not told"),
    column::boolean("encrypted_in_transit", "records travel encrypted", "not told"),
    column::boolean("enabled", "it takes records now", "not told"),
});
inline constexpr TableSpec log_sink{"log_sink", "log", "One row per place where log records end up.", log_sink_columns};

inline constexpr auto log_retention_columns = std::to_array<ColumnSpec>({
    column::key("log_sink_id", "sink", "log_sink.log_sink_id"),
    column::key("layer", "what limits it: `log_group`, `lifecycle`, `noncurrent_lifecycle`, `index_policy`, `quota` …"),
    column::one_of("retention_kind", keep_kind_values,
                   "days: a number of days is promised; size_bound: only size limits it", "not told"),
    column::integer("retention_days", "days", "days promised by this layer", "the kind is not days"),
    column::integer("searchable_days", "days", "of these, days that can be searched without restoring", "not told"),
});
inline constexpr TableSpec log_retention{"log_retention", "log",
                                         "One row per sink and layer that limits how long its records are kept.",
                                         log_retention_columns};

inline constexpr auto log_span_columns = std::to_array<ColumnSpec>({
    column::key("log_sink_id", "sink", "log_sink.log_sink_id"),
    column::key("audit_log_id", "log whose records they are; `*` if the sink does not tell them apart"),
    column::instant("first_record_at", "oldest record", "there is none, or not told"),
    column::instant("last_record_at", "newest record", "there is none, or not told"),
    column::integer("longest_gap_seconds", "seconds", "longest time between two records or heartbeats", "not told"),
    column::instant("longest_gap_at", "when that gap began", "not told"),
    column::integer("sequence_breaks", "count", "missing sequence numbers", "its records have none"),
    column::integer("digest_breaks", "count", "records whose digest or signature does not verify",
                    "none are kept, or not checked"),
    column::boolean("whole_period_read", "the bounds are those of the whole store, not of a part"),
});
inline constexpr TableSpec log_span{"log_span", "log", "One row per sink and log: how far its records reach.",
                                    log_span_columns};

inline constexpr auto log_event_values = std::to_array<std::string_view>(
    {"sign_in", "data_read", "data_write", "import", "export", "administration", "release", "other"});
inline constexpr auto log_outcome_values = std::to_array<std::string_view>({"success", "failure"});
inline constexpr auto actor_kind_values =
    std::to_array<std::string_view>({"human", "service", "role_session", "address_only", "none"});
inline constexpr auto log_record_sample_columns = std::to_array<ColumnSpec>({
    column::key("log_sink_id", "sink", "log_sink.log_sink_id"),
    column::key("record_id", "id of the record, or digest of its bytes"),
    column::text("audit_log_id", "log it belongs to", "not told"),
    column::instant("occurred_at", "when", "it carries no time, or one without offset"),
    column::boolean("time_with_offset", "its time names UTC or an offset"),
    column::one_of("event", log_event_values, "what happened", "not understood"),
    column::one_of("outcome", log_outcome_values, "how it ended", "it does not say"),
    column::one_of("actor_kind", actor_kind_values, "what it says of who did it", "not understood"),
    column::text("actor_id", "account_id of who did it", "hashed, or none named"),
    column::text("actor_issuer", "source of that account", "not told"),
    column::text("identity_hash", "keyed hash of issuer and subject", "no key was given, or no actor named"),
    column::boolean("source_identity_enforced", "a role session names the person, and they could not choose the name",
                    "not a role session, or not told"),
    column::project(),
    column::text("object_id", "what it was done to", "not told"),
});
inline constexpr TableSpec log_record_sample{"log_record_sample", "log", "One row per record of a random sample.",
                                             log_record_sample_columns};

inline constexpr auto log_sample_columns = std::to_array<ColumnSpec>({
    column::key("log_sink_id", "sink", "log_sink.log_sink_id"),
    column::integer("records_sampled", "count", "records drawn"),
    column::integer("records_total", "count", "records there were to draw from", "not told"),
    column::integer("seed", "number", "seed of the drawing", "every record was taken"),
    column::instant("period_from_at", "start of the period drawn from", "not told"),
    column::instant("period_to_at", "end of the period drawn from", "not told"),
    column::instant("identity_history_from_at", "since when the history of accounts is in evidence", "there is none"),
});
inline constexpr TableSpec log_sample{"log_sample", "log", "One row per sink that a sample was drawn from.",
                                      log_sample_columns};

inline constexpr auto alert_rule_columns = std::to_array<ColumnSpec>({
    column::key("alert_rule_id", "rule, alarm or detector"),
    column::key("event_class", "class of events it answers, as the profile names it; one row each"),
    column::name(),
    column::project(),
    column::region(),
    column::boolean("enabled", "it is in force", "not told"),
    column::ref("log_sink_id", "log_sink.log_sink_id", "log it looks at", "it looks at none, or not told"),
    column::boolean("matches_collected", "the fields and services it filters for occur in the logs collected",
                    "not checked"),
    column::instant("last_fired_at", "last time it fired", "never, or not told"),
    column::instant("last_tested_at", "last recorded test", "never, or not told"),
});
inline constexpr TableSpec alert_rule{"alert_rule", "log", "One row per alert rule and class of events it answers.",
                                      alert_rule_columns};

inline constexpr auto alert_target_kind_values =
    std::to_array<std::string_view>({"mail", "pager", "ticket", "chat", "webhook", "function", "topic", "dashboard"});
inline constexpr auto alert_target_columns = std::to_array<ColumnSpec>({
    column::key("alert_rule_id", "rule", "alert_rule.alert_rule_id"),
    column::key("target_id", "whom it tells; addresses of persons as digest"),
    column::one_of("kind", alert_target_kind_values, "how", "not told"),
    column::boolean("confirmed", "the receiver agreed or the way was tried", "not told"),
    column::text("owner", "who answers for it", "nobody is named"),
});
inline constexpr TableSpec alert_target{"alert_target", "log", "One row per alert rule and receiver.",
                                        alert_target_columns};

}  // namespace ehdscan::tables
