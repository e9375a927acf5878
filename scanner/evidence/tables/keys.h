// SPDX-License-Identifier: Apache-2.0
// Keys and secrets of key services: what is known about them, never they themselves.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto key_custody_kind_values =
    std::to_array<std::string_view>({"platform", "node", "external", "hsm_cluster"});
inline constexpr auto key_origin_values = std::to_array<std::string_view>({"generated", "imported", "external"});
inline constexpr auto key_use_values = std::to_array<std::string_view>({"encrypt", "sign", "mac", "wrap", "agree"});
inline constexpr auto key_state_values =
    std::to_array<std::string_view>({"enabled", "disabled", "pending_deletion", "destroyed", "unavailable"});
inline constexpr auto key_columns = std::to_array<ColumnSpec>({
    column::key("key_id", "key at its key service, as encrypted resources name it"),
    column::name(),
    column::project(),
    column::region(),
    column::text("key_service", "`kms`, `barbican`, `vault`, `key_vault`, `cloudhsm` …", "not told"),
    column::boolean("customer_managed", "the node made it and decides about it; not the platform's default key",
                    "not told"),
    column::one_of("custody", key_custody_kind_values, "who holds the key material", "not told"),
    column::one_of("origin", key_origin_values, "where the material comes from", "not told"),
    column::boolean("hardware_protected", "it lies in a hardware module", "not told"),
    column::text("algorithm", "`AES`, `RSA`, `EC` …", "not told"),
    column::integer("key_bits", "bits", "length", "not told"),
    column::one_of("used_for", key_use_values, "what it may be used for", "not told"),
    column::one_of("state", key_state_values, "whether it works", "not told"),
    column::text("permit_label", "permit that a tag names", "no tag names one"),
    column::boolean("multi_region", "the same key exists in several regions", "not told"),
    column::created_at(),
    column::instant("rotated_at", "when its material was last renewed; its creation if never", "not told"),
    column::boolean("rotation_enabled", "it is renewed by itself", "not told"),
    column::integer("rotation_days", "days", "how often", "it is not renewed by itself, or not told"),
    column::integer("deletion_wait_days", "days", "waiting time before deletion takes effect; 0 if at once",
                    "not told"),
    column::boolean("purge_protection", "it cannot be destroyed before the waiting time is over", "not told"),
    column::instant("destroyed_at", "when its material was or will be destroyed",
                    "no deletion was asked for, or not told"),
    column::expires_kind(),
    column::expires_at(),
});
inline constexpr TableSpec key{"key", "storage", "One row per key of a key service.", key_columns};

inline constexpr auto secret_kind_values = std::to_array<std::string_view>(
    {"symmetric_key", "private_key", "public_key", "certificate", "passphrase", "password", "token", "opaque"});
inline constexpr auto secret_columns = std::to_array<ColumnSpec>({
    column::key("secret_id", "secret at its store; its value is never read"),
    column::name(),
    column::project(),
    column::region(),
    column::one_of("kind", secret_kind_values, "what it is", "not told"),
    column::text("algorithm", "algorithm of a key", "not a key, or not told"),
    column::integer("key_bits", "bits", "length of a key", "not a key, or not told"),
    column::encryption_key(),
    column::boolean("readable_by_project", "every member of its project may read it", "not told"),
    column::boolean("rotation_enabled", "it is renewed by itself", "not told"),
    column::instant("rotated_at", "when it was last renewed; its creation if never", "not told"),
    column::created_at(),
    column::expires_kind(),
    column::expires_at(),
});
inline constexpr TableSpec secret{"secret", "storage", "One row per secret of a secret store.", secret_columns};

}  // namespace ehdscan::tables
