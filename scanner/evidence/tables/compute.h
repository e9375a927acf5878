// SPDX-License-Identifier: Apache-2.0
// Machines of a platform, their images, and the queues that run jobs.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto instance_state_values =
    std::to_array<std::string_view>({"running", "stopped", "paused", "soft_deleted", "building", "failed"});
inline constexpr auto metadata_tokens_values = std::to_array<std::string_view>({"required", "optional", "unavailable"});
inline constexpr auto instance_columns = std::to_array<ColumnSpec>({
    column::key("instance_id", "virtual or bare-metal machine"),
    column::name(),
    column::project(),
    column::region(),
    column::text("zone", "availability zone", "the platform has none, or does not say"),
    column::text("hypervisor_host", "machine that it runs on", "not told without admin rights"),
    column::ref("image_id", "image.image_id", "image it started from", "it started from a volume, or not told"),
    column::one_of("state", instance_state_values, "what it does now"),
    column::created_at(),
    column::text("created_by", "account that made it, as the platform writes it", "not told"),
    column::text("key_pair", "name of the SSH key put into it", "none, or not told"),
    column::text("identity_id", "service account or role that it acts as", "it has none, or not told"),
    column::boolean("identity_is_default", "that identity is the platform's default one", "it has none, or not told"),
    column::list("identity_scopes", "scopes given to that identity, as written", "the platform has none, or not told"),
    column::boolean("metadata_enabled", "its metadata service answers", "not told"),
    column::one_of("metadata_tokens", metadata_tokens_values,
                   "whether the metadata service asks for a session token; unavailable: the platform has no such mode",
                   "not told"),
    column::integer("metadata_hop_limit", "hops", "how far its answers go", "the platform has no limit, or not told"),
    column::boolean("metadata_ipv6", "the metadata service answers on IPv6 too", "not told"),
    column::boolean("user_data_present", "user data was given to it", "not told"),
    column::boolean("serial_console", "its serial console can be opened through the platform", "not told"),
    column::boolean("secure_boot", "its firmware checks what it starts", "not told"),
    column::boolean("virtual_tpm", "it has a virtual TPM", "not told"),
    column::boolean("memory_encrypted", "its memory is encrypted against the host", "not told"),
    column::boolean("image_signature_checked", "the launch path verified the signature of its image", "not told"),
    column::integer("local_disk_bytes", "bytes", "disk of the host that it uses (ephemeral and swap included)",
                    "not told"),
    column::boolean("local_disk_encrypted", "that disk is encrypted", "it has none, or not told"),
    column::boolean("dedicated_host", "no other project runs on its host", "not told"),
});
inline constexpr TableSpec instance{"instance", "compute", "One row per virtual or bare-metal machine of a platform.",
                                    instance_columns};

inline constexpr auto image_visibility_values =
    std::to_array<std::string_view>({"private", "shared", "community", "public"});
inline constexpr auto image_kind_values = std::to_array<std::string_view>({"image", "snapshot"});
inline constexpr auto image_columns = std::to_array<ColumnSpec>({
    column::key("image_id", "image"),
    column::name(),
    column::project(),
    column::region(),
    column::one_of("visibility", image_visibility_values, "who may start it"),
    column::one_of("kind", image_kind_values, "snapshot: made from a machine, may hold its data", "not told"),
    column::boolean("hidden", "left out of ordinary lists", "the platform has no such mark"),
    column::boolean("protected_from_deletion", "cannot be deleted while the mark stands", "not told"),
    column::boolean("active", "it can be started", "not told"),
    column::created_at(),
    column::integer("size_bytes", "bytes", "size", "not told"),
    column::text("checksum_algorithm", "`sha512`, `sha256`, `md5`", "not told"),
    column::text("os_product", "system, lower case as the end-of-support table writes it", "its properties do not say"),
    column::text("os_version", "version of the system", "its properties do not say"),
    column::boolean("signature_present", "it carries a signature with the certificate that made it", "not told"),
    column::text("signature_hash", "hash of the signature: `SHA-256`", "no signature, or not told"),
    column::boolean("uefi", "it starts through UEFI firmware", "its properties do not say"),
    column::boolean("secure_boot_required", "it may only start with secure boot", "its properties do not say"),
    column::boolean("encrypted", "its content is encrypted at rest", "not told"),
    column::encryption_key(),
});
inline constexpr TableSpec image{"image", "compute", "One row per image or machine snapshot.", image_columns};

inline constexpr auto image_member_state_values = std::to_array<std::string_view>({"pending", "accepted", "rejected"});
inline constexpr auto image_member_columns = std::to_array<ColumnSpec>({
    column::key("image_id", "image", "image.image_id"),
    column::key("member_id", "project or account that may start it; `*` for everybody"),
    column::one_of("state", image_member_state_values, "whether the other side took it", "the platform does not ask"),
});
inline constexpr TableSpec image_member{"image_member", "compute", "One row per image and project it is shared with.",
                                        image_member_columns};

inline constexpr auto node_sharing_values = std::to_array<std::string_view>({"exclusive", "one_user", "shared"});
inline constexpr auto job_partition_columns = std::to_array<ColumnSpec>({
    column::key("partition_id", "partition or queue, with its cluster: `hpc1/interactive`"),
    column::one_of("node_sharing", node_sharing_values,
                   "exclusive: one job a node; one_user: jobs of one user; shared: jobs of several users", "not told"),
    column::boolean("cleaning_step", "an epilog or the like runs after each job", "not told"),
    column::boolean("cleaning_verified", "a node whose cleaning failed takes no further job", "not told"),
    column::list("allowed_projects", "projects or accounts that may use it; empty if every one may", "not told"),
    column::boolean("project_data", "jobs in it process data of permits", "not declared"),
    column::boolean("enabled", "it takes jobs", "not told"),
});
inline constexpr TableSpec job_partition{"job_partition", "compute",
                                         "One row per partition or queue of a job scheduler.", job_partition_columns};

inline constexpr auto job_account_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster of the scheduler"),
    column::key("project_id", "account of the scheduler that jobs are charged to", "project.project_id"),
    column::key("login_name", "user who may charge it; `*` for every one"),
    column::boolean("enabled", "jobs are taken", "not told"),
});
inline constexpr TableSpec job_account{"job_account", "compute", "One row per scheduler account and user.",
                                       job_account_columns};

}  // namespace ehdscan::tables
