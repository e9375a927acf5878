// SPDX-License-Identifier: Apache-2.0
// Packages, services, scheduled jobs and files of a machine.
#pragma once

#include <array>

#include "model/table_spec.h"

namespace ehdscan::tables {

inline constexpr auto package_state_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("name", "package name with architecture where several are installed"),
    column::text("version", "installed version"),
    column::text("candidate_version", "newest version the local package lists offer",
                 "the lists do not have the package"),
    column::boolean("update_pending", "the candidate is newer", "there are no usable package lists"),
    column::boolean("security_update_pending", "a newer version stands in a security suite",
                    "there are no usable package lists"),
    column::boolean("held", "kept back by hand"),
    column::boolean("broken", "half installed or half configured"),
});
inline constexpr TableSpec package_state{"package_state", "host software",
                                         "One row per installed package that has an update pending, is held or broken.",
                                         package_state_columns};

inline constexpr auto package_source_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("manager", "`apt`, `rpm`"),
    column::integer("installed_packages", "count", "packages installed", "the database could not be read"),
    column::instant("lists_at", "date of the newest package list's Release file", "there are no lists"),
    column::instant("security_lists_at", "date of the newest security list's Release file",
                    "no security suite is configured"),
    column::boolean("automatic_updates", "security updates install themselves", "the configuration could not be read"),
    column::integer("automatic_interval_days", "days", "how often they run; 0 is never", "not configured"),
});
inline constexpr TableSpec package_source{
    "package_source", "host software", "One row per machine and package manager: what is known of updates as a whole.",
    package_source_columns};

inline constexpr auto service_unit_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("name", "unit name with suffix: `ssh.service`, `apt-daily.timer`"),
    column::boolean("enabled", "it is started with the machine or by a socket or timer that is"),
    column::boolean("masked", "it cannot be started"),
    column::boolean("running", "processes run in its control group",
                    "a mounted root has no processes, or not a service"),
});
inline constexpr TableSpec service_unit{
    "service_unit", "host software",
    "One row per systemd service, socket and timer that is enabled, masked or running.", service_unit_columns};

inline constexpr auto cron_job_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("job_id", "file and line, or file for scripts of cron.daily and the like"),
    column::text("account_name", "user it runs as", "the file does not say"),
    column::text("schedule", "five fields, or @daily and the like"),
    column::text("program", "path of the program it starts; arguments are not stored", "not a plain program call"),
    column::boolean("program_writable_by_others", "somebody but its user and root can change the program",
                    "it could not be looked at"),
});
inline constexpr TableSpec cron_job{"cron_job", "host software", "One row per scheduled job of cron.",
                                    cron_job_columns};

inline constexpr auto setuid_file_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("path", "file"),
    column::integer("uid", "id", "owner"),
    column::integer("gid", "id", "group"),
    column::boolean("setuid", "runs as its owner"),
    column::boolean("setgid", "runs as its group"),
    column::boolean("packaged", "an installed package lists the file", "the package database could not be read"),
});
inline constexpr TableSpec setuid_file{"setuid_file", "host software",
                                       "One row per program that runs as somebody else.", setuid_file_columns};

inline constexpr auto writable_path_kind_values = std::to_array<std::string_view>({"file", "folder"});
inline constexpr auto writable_path_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("path", "file or folder"),
    column::one_of("kind", writable_path_kind_values, "what it is"),
    column::boolean("sticky", "only owners may delete in it (folders)"),
});
inline constexpr TableSpec writable_path{
    "writable_path", "host software", "One row per file or folder that everybody may write to.", writable_path_columns};

inline constexpr auto key_file_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("path", "file"),
    column::integer("mode", "permission bits", "permission bits as a number (0640 is 416)"),
    column::integer("uid", "id", "owner"),
    column::integer("gid", "id", "group"),
    column::integer("most_mode", "permission bits", "bits that the file needs at most"),
});
inline constexpr TableSpec key_file{"key_file", "host software",
                                    "One row per existing file whose permissions the baseline names (shadow, host "
                                    "keys, sudoers, boot configuration …).",
                                    key_file_columns};

}  // namespace ehdscan::tables
