// SPDX-License-Identifier: Apache-2.0
// Where data rests: volumes, snapshots, buckets, shares, databases, and who may take copies away.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto volume_state_values =
    std::to_array<std::string_view>({"available", "in_use", "building", "deleting", "soft_deleted", "failed"});
inline constexpr auto volume_columns = std::to_array<ColumnSpec>({
    column::key("volume_id", "volume or disk"),
    column::name(),
    column::project(),
    column::region(),
    column::text("zone", "availability zone", "the platform has none, or does not say"),
    column::ref("volume_type_id", "volume_type.volume_type_id", "type it was made with", "it has none, or not told"),
    column::one_of("state", volume_state_values, "what it is used for now", "not told"),
    column::integer("size_bytes", "bytes", "size", "not told"),
    column::boolean("encrypted", "what is written to it is encrypted", "not told"),
    column::one_of("encryption", encryption_kind_values, "whose key", "not told"),
    column::encryption_key(),
    column::text("cipher", "cipher as written: `aes-xts-plain64`", "not encrypted, or not told"),
    column::integer("key_bits", "bits", "key length; XTS counts both keys", "not encrypted, or not told"),
    column::boolean("multi_attach", "several machines can use it at once", "not told"),
    column::ref("source_snapshot_id", "snapshot.snapshot_id", "snapshot it was made from", "none, or not told"),
    column::created_at(),
});
inline constexpr TableSpec volume{"volume", "storage", "One row per volume or disk of a platform.", volume_columns};

inline constexpr auto control_location_values = std::to_array<std::string_view>({"front_end", "back_end"});
inline constexpr auto volume_type_columns = std::to_array<ColumnSpec>({
    column::key("volume_type_id", "volume type"),
    column::name(),
    column::boolean("is_default", "used where no type is named", "not told"),
    column::boolean("is_public", "every project may use it", "not told"),
    column::boolean("encrypted", "volumes of it are encrypted"),
    column::text("provider", "what encrypts: `luks`, `luks2`, `plain`", "not encrypted, or not told"),
    column::text("cipher", "cipher as written: `aes-xts-plain64`", "not encrypted, or not told"),
    column::integer("key_bits", "bits", "key length; XTS counts both keys", "not encrypted, or not told"),
    column::one_of("control_location", control_location_values,
                   "front_end: encrypted before it leaves the compute host; back_end: by the storage",
                   "not encrypted, or not told"),
    column::text("back_end", "storage that volumes of it lie on", "any, or not told"),
});
inline constexpr TableSpec volume_type{"volume_type", "storage", "One row per type of volumes.", volume_type_columns};

inline constexpr auto volume_attachment_columns = std::to_array<ColumnSpec>({
    column::key("volume_id", "volume", "volume.volume_id"),
    column::key("instance_id", "machine it is attached to", "instance.instance_id"),
    column::text("device", "device name there", "not told"),
    column::boolean("read_only", "the machine may only read it", "not told"),
    column::instant("attached_at", "since when", "not told"),
});
inline constexpr TableSpec volume_attachment{"volume_attachment", "storage", "One row per volume and machine it is on.",
                                             volume_attachment_columns};

inline constexpr auto volume_transfer_columns = std::to_array<ColumnSpec>({
    column::key("transfer_id", "offer to hand a volume to another project"),
    column::ref("volume_id", "volume.volume_id", "volume offered"),
    column::project(),
    column::boolean("accepted", "the other side took it", "not told"),
    column::created_at(),
});
inline constexpr TableSpec volume_transfer{
    "volume_transfer", "storage", "One row per offer to hand a volume to another project.", volume_transfer_columns};

inline constexpr auto snapshot_source_values =
    std::to_array<std::string_view>({"volume", "instance", "database", "share", "cluster"});
inline constexpr auto snapshot_columns = std::to_array<ColumnSpec>({
    column::key("snapshot_id", "snapshot"),
    column::name(),
    column::project(),
    column::region(),
    column::one_of("copied_kind", snapshot_source_values, "what it is a copy of"),
    column::text("copied_id", "id of what it is a copy of", "not told"),
    column::integer("size_bytes", "bytes", "size", "not told"),
    column::boolean("encrypted", "it is encrypted", "not told"),
    column::one_of("encryption", encryption_kind_values, "whose key", "not told"),
    column::encryption_key(),
    column::boolean("automatic", "the platform makes and deletes it by a plan", "not told"),
    column::created_at(),
});
inline constexpr TableSpec snapshot{"snapshot", "storage", "One row per snapshot of a volume, database or share.",
                                    snapshot_columns};

inline constexpr auto versioning_values = std::to_array<std::string_view>({"enabled", "suspended", "off"});
inline constexpr auto bucket_columns = std::to_array<ColumnSpec>({
    column::key("bucket_id", "bucket or container; its full name where names are only unique inside an account"),
    column::name(),
    column::project(),
    column::region(),
    column::one_of("encryption", encryption_kind_values, "what new objects are encrypted with by default", "not told"),
    column::text("encryption_algorithm", "`AES-256-GCM` …", "not encrypted, or not told"),
    column::encryption_key(),
    column::instant("encryption_since", "when that default came into force: older objects may lack it", "not told"),
    column::instant("oldest_object_at", "oldest object seen in it", "not looked into"),
    column::integer("plain_objects", "count", "objects seen that are not encrypted", "not looked into"),
    column::one_of("versioning", versioning_values, "whether old versions are kept", "not told"),
    column::one_of("lock_mode", lock_mode_values, "lock that new objects get", "not told"),
    column::integer("lock_days", "days", "how long that lock holds", "no lock, or not told"),
    column::boolean("lock_final", "nobody can shorten or remove the lock policy", "no lock, or not told"),
    column::one_of("expiry_kind", keep_kind_values, "when current objects are removed by a rule", "not told"),
    column::integer("expiry_days", "days", "after how many days", "no rule removes them, or not told"),
    column::one_of("noncurrent_expiry_kind", keep_kind_values, "when old versions are removed by a rule", "not told"),
    column::integer("noncurrent_expiry_days", "days", "after how many days", "no rule removes them, or not told"),
    column::boolean("acl_disabled", "access lists of single objects have no effect", "not told"),
    column::boolean("public_access_blocked",
                    "the guard against public access is wholly on for it, by itself or from above", "not told"),
    column::boolean("public_network_access", "reachable from other networks than the node's", "not told"),
    column::list("allowed_prefixes", "networks it answers; `0.0.0.0/0` and `::/0` if every one", "not told"),
    column::boolean("shared_keys_allowed", "account keys open it beside identities",
                    "the platform has none, or not told"),
    column::boolean("temporary_url_key_present", "a key that signs links is set on it or its account",
                    "the platform has none, or not told"),
    column::integer("link_max_seconds", "seconds",
                    "longest life of a signed link that a preventive rule allows; -1 if none limits it", "not told"),
    column::boolean("tls_required", "it refuses plain HTTP", "not told"),
    column::boolean("read_logged", "reading objects is logged", "not told"),
    column::boolean("write_logged", "writing and deleting objects is logged", "not told"),
    column::list("cors_origins", "origins that browsers may use it from", "not told"),
    column::boolean("website", "it serves its objects as a web site", "not told"),
    column::integer("object_count", "count", "objects in it", "not told"),
    column::created_at(),
});
inline constexpr TableSpec bucket{"bucket", "storage", "One row per bucket or container of an object store.",
                                  bucket_columns};

inline constexpr auto public_access_guard_columns = std::to_array<ColumnSpec>({
    column::key("project_id", "account or project", "project.project_id"),
    column::key("service", "service it guards: `s3`, `blob`, `gcs`, `ebs_snapshot`, `image`"),
    column::boolean("blocks_new", "no new public access can be given", "not told"),
    column::boolean("blocks_existing", "public access given before has no effect", "not told"),
});
inline constexpr TableSpec public_access_guard{"public_access_guard", "storage",
                                               "One row per account and service with a guard against public access.",
                                               public_access_guard_columns};

inline constexpr auto grant_permission_values =
    std::to_array<std::string_view>({"read", "list", "write", "delete", "read_policy", "write_policy", "encrypt",
                                     "decrypt", "administer", "copy", "restore", "use", "full"});
inline constexpr auto grant_origin_values =
    std::to_array<std::string_view>({"acl", "policy", "account_acl", "access_point", "object_acl", "key_grant",
                                     "share_access", "sharing", "ownership"});
inline constexpr auto resource_grant_columns = std::to_array<ColumnSpec>({
    column::as_key(column::asset_kind("asset_kind", "kind of thing")),
    column::key("asset_id", "the thing that access is given to", "asset.asset_id"),
    column::key("grant_id", "statement, entry or running number that gives it"),
    column::as_key(column::one_of("permission", grant_permission_values, "what may be done; one row each")),
    column::one_of("grantee_kind", grantee_kind_values,
                   "whom it is given to; everyone: without sign-in; every_platform_user: any account of the platform",
                   "not understood"),
    column::text("grantee_id", "account, group, project, prefix or referrer; `*` for everyone", "not understood"),
    column::one_of("origin", grant_origin_values, "what gives it", "not told"),
    column::boolean("condition_binds", "a condition limits it to the node's own accounts, networks or endpoints",
                    "it has none, or it was not understood"),
    column::boolean("has_condition", "it carries a condition"),
    column::boolean("denies", "it takes the permission away instead"),
    column::expires_at(),
});
inline constexpr TableSpec resource_grant{
    "resource_grant", "storage",
    "One row per thing and permission that an access list, policy or sharing of its own gives or takes.",
    resource_grant_columns};

inline constexpr auto replication_columns = std::to_array<ColumnSpec>({
    column::key("replication_id", "rule, pair or setting that copies"),
    column::asset_kind("copied_kind", "kind of what is copied"),
    column::text("copied_id", "id of what is copied"),
    column::project(),
    column::text("destination_id", "what it is copied to", "chosen by the platform, or not told"),
    column::text("destination_instance", "platform instance of the copy", "the same one, or not told"),
    column::text("destination_project_id", "project or account of the copy", "not told"),
    column::text("destination_region", "region of the copy", "not told"),
    column::boolean("followed", "whether the destination copies further is in evidence too"),
    column::boolean("platform_inherent", "part of the product chosen (geo-redundant storage), not a rule", "not told"),
    column::boolean("enabled", "it copies now", "not told"),
});
inline constexpr TableSpec replication{"replication", "storage",
                                       "One row per rule or setting that copies data elsewhere.", replication_columns};

inline constexpr auto share_protocol_values =
    std::to_array<std::string_view>({"nfs", "smb", "cephfs", "lustre", "gpfs", "glusterfs", "beegfs", "webdav"});
inline constexpr auto share_columns = std::to_array<ColumnSpec>({
    column::key("share_id", "file share or exported filesystem"),
    column::name(),
    column::project(),
    column::region(),
    column::one_of("protocol", share_protocol_values, "how it is mounted"),
    column::integer("size_bytes", "bytes", "size", "not told"),
    column::boolean("encrypted", "it is encrypted at rest", "not told"),
    column::encryption_key(),
    column::boolean("encrypted_in_transit", "mounting it without encryption is refused", "not told"),
    column::boolean("is_public", "every project of the platform sees it", "not told"),
    column::created_at(),
});
inline constexpr TableSpec share{"share", "storage", "One row per file share.", share_columns};

inline constexpr auto database_kind_values = std::to_array<std::string_view>(
    {"relational", "document", "key_value", "search", "warehouse", "cache", "queue", "graph"});
inline constexpr auto database_service_columns = std::to_array<ColumnSpec>({
    column::key("database_id", "database server, cluster, cache or queue of a platform"),
    column::name(),
    column::project(),
    column::region(),
    column::one_of("kind", database_kind_values, "what it is", "not told"),
    column::text("engine", "product, lower case: `postgresql`", "not told"),
    column::text("engine_version", "version", "not told"),
    column::boolean("publicly_accessible", "it has an address that the internet can reach", "not told"),
    column::list("allowed_prefixes", "networks it answers; `0.0.0.0/0` and `::/0` if every one", "not told"),
    column::ref("network_id", "network.network_id", "network it is in", "not told"),
    column::boolean("encrypted", "it is encrypted at rest", "not told"),
    column::one_of("encryption", encryption_kind_values, "whose key", "not told"),
    column::encryption_key(),
    column::boolean("tls_required", "it refuses unencrypted connections", "not told"),
    column::boolean("access_logged", "sign-in and statements on data are logged", "not told"),
    column::boolean("deletion_protection", "it cannot be deleted while the mark stands", "not told"),
    column::integer("backup_days", "days", "how long its own backups are kept; 0 if none", "not told"),
    column::created_at(),
});
inline constexpr TableSpec database_service{"database_service", "storage",
                                            "One row per database, cache or queue that a platform runs.",
                                            database_service_columns};

inline constexpr auto mount_how_values =
    std::to_array<std::string_view>({"filesystem", "volume", "bucket", "database", "share", "image"});
inline constexpr auto mount_resolved_values = std::to_array<std::string_view>({"tag", "path_rule", "declaration"});
inline constexpr auto dataset_mount_columns = std::to_array<ColumnSpec>({
    column::key("mount_id", "mount, attachment or grant that puts data within reach"),
    column::project(),
    column::text("dataset_id", "dataset, as permits name it", "neither tag nor path rule names one"),
    column::one_of("form", data_form_values, "form of the data", "not told"),
    column::one_of("how", mount_how_values, "by what it is reached"),
    column::text("resource_id", "volume, bucket, share or database that holds it", "not told"),
    column::text("host_id", "machine that it is mounted on", "not mounted on one machine"),
    column::text("path", "where it is mounted", "not mounted on a path"),
    column::boolean("read_only", "the project cannot change it", "not told"),
    column::one_of("resolved_by", mount_resolved_values, "how the dataset was found", "it was not"),
    column::text("content_sha256", "digest of the dataset's manifest", "there is none"),
    column::boolean("brought_by_user", "marked as brought by the user, not from a data holder", "not told"),
});
inline constexpr TableSpec dataset_mount{"dataset_mount", "storage",
                                         "One row per project and dataset that is mounted or granted to it.",
                                         dataset_mount_columns};

}  // namespace ehdscan::tables
