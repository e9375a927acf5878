// SPDX-License-Identifier: Apache-2.0
// Backups: plans, runs, what exists of them and where it is kept.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto backup_vault_columns = std::to_array<ColumnSpec>({
    column::key("vault_id", "vault, repository or bucket that holds backups"),
    column::name(),
    column::project(),
    column::region(),
    column::text("holder_instance", "platform instance it lies on, where that is another one",
                 "the same one, or not told"),
    column::encryption_key(),
    column::one_of("lock_mode", lock_mode_values, "compliance: not even administrators can remove copies early",
                   "not told"),
    column::integer("lock_min_days", "days", "shortest time that a copy must stay", "no lock, or not told"),
    column::integer("lock_max_days", "days", "longest time that a copy may stay", "no such limit, or not told"),
    column::boolean("lock_final", "nobody can shorten or remove the lock", "no lock, or not told"),
    column::boolean("reachable_from_workspaces", "a network path leads to it from project subnets", "not told"),
    column::boolean("production_admins_can_delete", "administrators of production may delete in it", "not told"),
    column::integer("soft_delete_days", "days", "how long deleted copies can be brought back; 0 if not", "not told"),
});
inline constexpr TableSpec backup_vault{"backup_vault", "backup", "One row per place that holds backups.",
                                        backup_vault_columns};

inline constexpr auto backup_plan_columns = std::to_array<ColumnSpec>({
    column::key("plan_id", "plan, policy or schedule"),
    column::name(),
    column::project(),
    column::ref("vault_id", "backup_vault.vault_id", "where the first copy goes", "not told"),
    column::boolean("enabled", "it runs", "not told"),
    column::integer("interval_hours", "hours", "how often", "not told"),
    column::one_of("retention_kind", keep_kind_values, "how long copies are kept; generations have no bound in time",
                   "not told"),
    column::integer("retention_days", "days", "how long a copy of this plan is kept", "the kind is not days"),
    column::integer("longest_days", "days", "longest life of any copy: locks, further copies and soft delete included",
                    "not bounded, or not told"),
    column::boolean("legal_hold", "a hold stops deletion for an open time", "not told"),
    column::boolean("key_per_permit", "copies of each permit have a key of their own", "not told"),
    column::instant("key_deletion_tested_at", "last recorded test of destroying such a key", "never, or not told"),
});
inline constexpr TableSpec backup_plan{"backup_plan", "backup", "One row per backup plan.", backup_plan_columns};

inline constexpr auto backup_plan_asset_columns = std::to_array<ColumnSpec>({
    column::key("plan_id", "plan", "backup_plan.plan_id"),
    column::as_key(column::asset_kind("asset_kind", "kind of thing")),
    column::key("asset_id", "thing that it covers, selections by tag written out", "asset.asset_id"),
    column::project(),
});
inline constexpr TableSpec backup_plan_asset{"backup_plan_asset", "backup",
                                             "One row per plan and thing that it covers.", backup_plan_asset_columns};

inline constexpr auto backup_result_values =
    std::to_array<std::string_view>({"success", "warning", "failed", "running", "skipped"});
inline constexpr auto backup_job_columns = std::to_array<ColumnSpec>({
    column::key("job_id", "run of a plan for one thing"),
    column::ref("plan_id", "backup_plan.plan_id", "plan that it ran for", "by hand, or not told"),
    column::asset_kind("asset_kind", "kind of thing saved"),
    column::ref("asset_id", "asset.asset_id", "thing saved"),
    column::project(),
    column::instant("started_at", "start", "not told"),
    column::instant("finished_at", "end", "it still runs, or not told"),
    column::one_of("result", backup_result_values, "how it ended"),
    column::integer("saved_bytes", "bytes", "amount saved", "not told"),
    column::integer("skipped_items", "count", "items left out with a warning", "not told"),
});
inline constexpr TableSpec backup_job{"backup_job", "backup", "One row per run of a backup.", backup_job_columns};

inline constexpr auto recovery_point_state_values =
    std::to_array<std::string_view>({"available", "creating", "soft_deleted", "failed"});
inline constexpr auto recovery_point_columns = std::to_array<ColumnSpec>({
    column::key("recovery_point_id", "copy that can be restored"),
    column::ref("plan_id", "backup_plan.plan_id", "plan that made it", "by hand, or not told"),
    column::ref("vault_id", "backup_vault.vault_id", "where it is", "not told"),
    column::asset_kind("asset_kind", "kind of thing saved", "not told"),
    column::ref("asset_id", "asset.asset_id", "thing saved; it may be gone by now", "not told"),
    column::project(),
    column::region(),
    column::instant("taken_at", "when"),
    column::one_of("state", recovery_point_state_values, "whether it can be used", "not told"),
    column::integer("size_bytes", "bytes", "size", "not told"),
    column::boolean("encrypted", "it is encrypted", "not told"),
    column::encryption_key(),
    column::boolean("incremental", "it needs earlier ones", "not told"),
    column::instant("locked_until", "nobody can remove it before", "not locked, or not told"),
    column::expires_kind(),
    column::expires_at(),
});
inline constexpr TableSpec recovery_point{"recovery_point", "backup", "One row per copy that can be restored.",
                                          recovery_point_columns};

}  // namespace ehdscan::tables
