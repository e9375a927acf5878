// SPDX-License-Identifier: Apache-2.0
// Logs, their retention, audit rules and time of a machine.
#pragma once

#include <array>

#include "model/table_spec.h"

namespace ehdscan::tables {

inline constexpr auto retention_kind_values =
    std::to_array<std::string_view>({"days", "size_bound", "unlimited", "volatile"});
inline constexpr auto log_layer_values =
    std::to_array<std::string_view>({"journald", "logrotate", "auditd", "rsyslog", "syslog_ng", "file"});
inline constexpr auto log_retention_layer_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("path", "log file, or `/var/log/journal`"),
    column::as_key(column::one_of("layer", log_layer_values, "what limits it")),
    column::boolean("access_log", "holds sign-in or audit records"),
    column::one_of("retention_kind", retention_kind_values,
                   "days: a number of days is promised; size_bound: only size limits it; unlimited: nothing removes "
                   "it; volatile: lost at restart",
                   "the configuration could not be read wholly"),
    column::integer("retention_days", "days", "days promised by this layer", "the kind is not days"),
    column::instant("oldest_record_at", "oldest record seen in it", "not looked into, or not readable"),
});
inline constexpr TableSpec log_retention_layer{"log_retention_layer", "host log",
                                               "One row per log and layer that limits how long it is kept.",
                                               log_retention_layer_columns};

inline constexpr auto remote_log_transport_values =
    std::to_array<std::string_view>({"udp", "tcp", "tls", "relp", "https"});
inline constexpr auto remote_log_target_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("program", "who sends: `rsyslog`, `systemd-journal-upload`, `audisp-remote`, `syslog-ng`"),
    column::key("target", "receiver as written: host and port"),
    column::one_of("transport", remote_log_transport_values, "how it is sent", "not told"),
    column::boolean("access_logs_included", "the selector includes auth and authpriv, or everything",
                    "the selector was not understood"),
});
inline constexpr TableSpec remote_log_target{
    "remote_log_target", "host log", "One row per receiver that the machine sends logs to.", remote_log_target_columns};

inline constexpr auto log_service_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("service", "`journald`, `rsyslog`, `syslog-ng`, `auditd`"),
    column::boolean("installed", "the program is there"),
    column::boolean("enabled", "it starts with the machine", "its unit could not be read"),
    column::boolean("running", "a process of it runs", "a mounted root has no processes"),
    column::boolean("persistent", "what it writes survives a restart", "its configuration could not be read"),
    column::instant("newest_record_at", "newest record seen in its access logs", "not looked into, or not readable"),
});
inline constexpr TableSpec log_service{"log_service", "host log",
                                       "One row per logging service that the baseline knows.", log_service_columns};

inline constexpr auto audit_state_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::integer("enabled", "level", "0 off, 1 on, 2 on and locked until restart",
                    "the kernel's audit state needs root"),
    column::integer("loaded_rules", "count", "rules in the kernel", "the kernel's audit rules need root"),
    column::integer("lost_records", "count", "records lost since start", "the kernel's audit state needs root"),
    column::text("disk_full_action", "what auditd does when the disk is full", "auditd is not installed"),
});
inline constexpr TableSpec audit_state{"audit_state", "host log", "One row per machine: the kernel's audit subsystem.",
                                       audit_state_columns};

inline constexpr auto audit_rule_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key_integer("position", "place in its list, from 1"),
    column::as_key(column::boolean("loaded", "true: in the kernel now; false: in a rules file")),
    column::text("rule_key", "its key (-k)", "it has none"),
    column::text("path", "file or folder watched", "it watches no path"),
    column::text("permissions", "`rwxa` subset watched", "it watches no path"),
    column::list("syscalls", "names of the system calls; empty for watches", "not understood"),
    column::text("text", "the rule in auditctl's form"),
});
inline constexpr TableSpec audit_rule{"audit_rule", "host log", "One row per audit rule, loaded or configured.",
                                      audit_rule_columns};

inline constexpr auto time_daemon_values =
    std::to_array<std::string_view>({"chrony", "systemd-timesyncd", "ntpd", "ntpsec", "openntpd", "none"});
inline constexpr auto time_state_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::one_of("daemon", time_daemon_values, "daemon that is enabled to set the clock; none if none is"),
    column::boolean("running", "it runs", "a mounted root has no processes"),
    column::boolean("synchronised", "the kernel clock is marked synchronised", "a mounted root has no clock"),
    column::integer("offset_microseconds", "microseconds", "remaining offset that the kernel knows, absolute",
                    "not synchronised, or no running clock"),
    column::integer("max_error_microseconds", "microseconds", "upper bound of the error",
                    "not synchronised, or no running clock"),
    column::integer("source_count", "count", "time sources configured; a pool counts as two",
                    "the configuration could not be read"),
    column::text("time_zone", "zone of /etc/localtime", "not told"),
});
inline constexpr TableSpec time_state{"time_state", "host log", "One row per machine: how its clock is kept.",
                                      time_state_columns};

inline constexpr auto time_source_kind_values = std::to_array<std::string_view>({"server", "pool", "peer", "refclock"});
inline constexpr auto time_source_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("daemon", "daemon that is told to use it"),
    column::key("address", "name or address as written"),
    column::one_of("kind", time_source_kind_values, "a pool stands for several servers"),
    column::boolean("authenticated", "by NTS or a key"),
});
inline constexpr TableSpec time_source{"time_source", "host log", "One row per configured time source.",
                                       time_source_columns};

}  // namespace ehdscan::tables
