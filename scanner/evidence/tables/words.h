// SPDX-License-Identifier: Apache-2.0
// Closed lists and columns that several areas share, so that one word means one thing everywhere.
#pragma once

#include <array>

#include "model/table_spec.h"

namespace ehdscan::tables {

/// Kinds of things that a platform lists.
inline constexpr auto asset_kind_values = std::to_array<std::string_view>({"host",
                                                                           "instance",
                                                                           "image",
                                                                           "volume",
                                                                           "snapshot",
                                                                           "bucket",
                                                                           "object",
                                                                           "share",
                                                                           "database",
                                                                           "cache",
                                                                           "queue",
                                                                           "function",
                                                                           "registry",
                                                                           "cluster",
                                                                           "namespace",
                                                                           "workload",
                                                                           "persistent_volume",
                                                                           "key",
                                                                           "secret",
                                                                           "network",
                                                                           "gateway",
                                                                           "load_balancer",
                                                                           "identity_source",
                                                                           "log_store",
                                                                           "backup_vault",
                                                                           "endpoint",
                                                                           "application",
                                                                           "network_device",
                                                                           "other"});

/// Who a right is given to.
inline constexpr auto grantee_kind_values =
    std::to_array<std::string_view>({"account", "group", "service", "role", "project", "organisation",
                                     "every_platform_user", "everyone", "network", "referrer"});

/// Whether something ends: `at` the instant beside it, or `never`.
inline constexpr auto expires_kind_values = std::to_array<std::string_view>({"at", "never"});

/// How sensitive the content is.
inline constexpr auto data_class_values =
    std::to_array<std::string_view>({"sensitive", "pseudonymised", "anonymised", "internal", "none"});
inline constexpr auto data_form_values = std::to_array<std::string_view>({"pseudonymised", "anonymised"});

/// Who holds the key that a resource is encrypted with.
inline constexpr auto encryption_kind_values =
    std::to_array<std::string_view>({"none", "platform_key", "customer_key", "client_side"});

/// How long something is kept.
inline constexpr auto keep_kind_values =
    std::to_array<std::string_view>({"days", "size_bound", "generations", "unlimited"});

/// How far a lock on stored data binds: governance may be lifted by those with the right to.
inline constexpr auto lock_mode_values = std::to_array<std::string_view>({"none", "governance", "compliance"});

inline constexpr auto severity_values =
    std::to_array<std::string_view>({"critical", "high", "medium", "low", "informational"});

inline constexpr auto open_state_values = std::to_array<std::string_view>({"open", "closed"});

namespace column {
using namespace ehdscan::column;  // NOLINT(google-build-using-namespace): adds to the short forms below

constexpr ColumnSpec project() {
  return ref("project_id", "project.project_id", "project, account, subscription or namespace it belongs to",
             "the platform does not say");
}
constexpr ColumnSpec region() {
  return text("region", "region code as the platform writes it", "the platform has no regions, or does not say");
}
constexpr ColumnSpec name() { return text("name", "name given to it", "it has none"); }
constexpr ColumnSpec created_at() { return instant("created_at", "when it was made", "the platform does not say"); }
constexpr ColumnSpec encryption_key() {
  return ref("key_id", "key.key_id", "key it is encrypted with", "no key, or not told");
}
constexpr ColumnSpec expires_kind(std::string_view null_when = "not told") {
  return one_of("expires_kind", expires_kind_values, "at: ends at expires_at; never: has no end", null_when);
}
constexpr ColumnSpec expires_at() { return instant("expires_at", "when it ends", "it never ends, or not told"); }
/// Kind of a thing of the inventory.
constexpr ColumnSpec asset_kind(std::string_view name, std::string_view meaning, std::string_view null_when = {}) {
  return one_of(name, asset_kind_values, meaning, null_when);
}
}  // namespace column
}  // namespace ehdscan::tables
