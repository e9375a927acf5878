// SPDX-License-Identifier: Apache-2.0
// What exists: everything that platforms list, whom it belongs to, where it is, and what its names and tags give away.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto project_kind_values = std::to_array<std::string_view>(
    {"project", "domain", "account", "subscription", "resource_group", "folder", "organisation", "namespace", "realm"});
inline constexpr auto project_columns = std::to_array<ColumnSpec>({
    column::key("project_id", "stable id at the platform"),
    column::one_of("kind", project_kind_values, "what the platform calls it"),
    column::name(),
    column::ref("parent_id", "project.project_id", "what it lies below", "it is at the top, or not told"),
    column::ref("domain_id", "project.project_id", "domain or organisation it belongs to", "the platform has none"),
    column::boolean("enabled", "can be used now", "the platform does not say"),
    column::text("permit_label", "permit that a tag or label names", "no tag names one"),
    column::list("tags", "tags as written; `key=value` where they have values", "not read"),
    column::created_at(),
});
inline constexpr TableSpec project{"project", "inventory",
                                   "One row per project, account, subscription, namespace or what they lie below.",
                                   project_columns};

inline constexpr auto asset_state_values =
    std::to_array<std::string_view>({"active", "stopped", "disabled", "soft_deleted", "failed"});
inline constexpr auto asset_columns = std::to_array<ColumnSpec>({
    column::as_key(column::asset_kind("asset_kind", "kind of thing")),
    column::key("asset_id", "id at the platform: the key of its own table, where it has one"),
    column::name(),
    column::project(),
    column::region(),
    column::text("zone", "availability zone or data centre", "the platform has none, or does not say"),
    column::one_of("state", asset_state_values, "soft_deleted: gone from lists, but it can be brought back",
                   "the platform does not say"),
    column::boolean("holds_data", "data can be stored in it", "the kind does not tell"),
    column::integer("size_bytes", "bytes", "size, old versions included", "the platform does not say"),
    column::text("owner", "owner that a tag names", "no tag names one"),
    column::one_of("data_class", data_class_values, "class that a tag names", "no tag names one"),
    column::text("permit_label", "permit that a tag names", "no tag names one"),
    column::text("dataset_id", "dataset that a tag names", "no tag names one"),
    column::created_at(),
    column::instant("first_used_at", "first sign of use, for the age of its logs", "not told"),
});
inline constexpr TableSpec asset{"asset", "inventory", "One row per thing that a platform lists, whatever its kind.",
                                 asset_columns};

inline constexpr auto asset_tag_columns = std::to_array<ColumnSpec>({
    column::as_key(column::asset_kind("asset_kind", "kind of thing")),
    column::key("asset_id", "the thing that carries the tag", "asset.asset_id"),
    column::key("tag", "key of the tag or label"),
    column::text("value", "its value", "it has none, or a pattern for personal data or secrets matched it"),
});
inline constexpr TableSpec asset_tag{"asset_tag", "inventory", "One row per thing and tag.", asset_tag_columns};

inline constexpr auto inventory_entry_columns = std::to_array<ColumnSpec>({
    column::key("entry_id", "id in the node's own inventory"),
    column::text("instance", "platform instance the thing lives on", "not given"),
    column::asset_kind("asset_kind", "kind of thing", "not given"),
    column::text("asset_id", "its id there", "not given"),
    column::text("owner", "who answers for it", "not given"),
    column::one_of("data_class", data_class_values, "class of the data in it", "not given"),
    column::text("project_id", "project it belongs to", "not given"),
    column::text("asset_class", "class that the recovery aims name", "not given"),
    column::boolean("scannable", "a vulnerability scanner can look at it", "not given"),
    column::text("backup_exclusion", "permit rule that keeps it out of backups", "none"),
    column::instant("listed_at", "when it was entered", "not given"),
});
inline constexpr TableSpec inventory_entry{
    "inventory_entry", "inventory", "One row per entry of the inventory that the node keeps.", inventory_entry_columns};

inline constexpr auto platform_component_kind_values = std::to_array<std::string_view>(
    {"control_plane", "hypervisor", "service", "agent", "gateway", "firmware", "database", "identity", "other"});
inline constexpr auto platform_component_columns = std::to_array<ColumnSpec>({
    column::key("component_id", "id or name at the platform"),
    column::one_of("kind", platform_component_kind_values, "what it is for"),
    column::text("product", "product, lower case as the end-of-support table writes it", "not told"),
    column::text("version", "version as it reports itself", "not told"),
    column::text("channel", "release channel", "it has none"),
    column::boolean("extended_support", "an entitlement to extended support is shown", "not told"),
    column::region(),
    column::boolean("running", "it answers now", "not asked"),
});
inline constexpr TableSpec platform_component{"platform_component", "inventory",
                                              "One row per component of a platform with its product and version.",
                                              platform_component_columns};

inline constexpr auto platform_setting_columns = std::to_array<ColumnSpec>({
    column::key("component_id", "component or service that it belongs to: `keystone`, `glance-api`"),
    column::key("setting", "name with its section: `oslo_policy.enforce_scope`"),
    column::text("value", "value in force; values that are secrets are left out",
                 "not set and the default of this version is not known to us, or a secret"),
    column::boolean("explicitly_set", "the configuration sets it; otherwise it is the version's default", "not told"),
});
inline constexpr TableSpec platform_setting{"platform_setting", "inventory",
                                            "One row per setting of a platform's own services that the baseline names.",
                                            platform_setting_columns};

inline constexpr auto scanned_part_values = std::to_array<std::string_view>(
    {"name", "tags", "metadata", "user_data", "environment", "config_map", "object_names", "log_records", "content"});
inline constexpr auto pattern_scan_columns = std::to_array<ColumnSpec>({
    column::as_key(column::asset_kind("asset_kind", "kind of thing")),
    column::key("asset_id", "the thing looked into", "asset.asset_id"),
    column::as_key(column::one_of("part", scanned_part_values, "where the patterns were applied")),
    column::integer("items", "count", "values looked at", "not counted"),
    column::integer("items_total", "count", "values that there are", "not known"),
    column::text("pattern_set", "name and version of the patterns applied", "not told"),
});
inline constexpr TableSpec pattern_scan{"pattern_scan", "inventory",
                                        "One row per thing and part that was searched for personal data and secrets.",
                                        pattern_scan_columns};

inline constexpr auto pattern_family_values = std::to_array<std::string_view>(
    {"personal_identifier", "health_code", "secret", "query_result", "internal_detail"});
inline constexpr auto pattern_match_columns = std::to_array<ColumnSpec>({
    column::as_key(column::asset_kind("asset_kind", "kind of thing")),
    column::key("asset_id", "the thing in which it matched", "asset.asset_id"),
    column::as_key(column::one_of("part", scanned_part_values, "where it matched")),
    column::key("pattern_id", "pattern that matched; the text itself is never stored"),
    column::one_of("family", pattern_family_values, "what the pattern stands for"),
    column::integer("confidence_percent", "percent", "how sure the pattern is, check digits and entropy counted",
                    "not told"),
    column::integer("matches", "count", "how often it matched", "not counted"),
});
inline constexpr TableSpec pattern_match{"pattern_match", "inventory",
                                         "One row per thing, part and pattern that matched.", pattern_match_columns};

inline constexpr auto org_policy_kind_values = std::to_array<std::string_view>(
    {"allowed_regions", "public_access_block", "sharing_block", "action_limit", "encryption_required", "other"});
inline constexpr auto org_policy_effect_values = std::to_array<std::string_view>({"deny", "audit", "disabled"});
inline constexpr auto org_policy_columns = std::to_array<ColumnSpec>({
    column::key("policy_id", "id at the platform"),
    column::name(),
    column::one_of("kind", org_policy_kind_values, "what it limits"),
    column::one_of("effect", org_policy_effect_values, "deny: it prevents; audit: it only tells", "not understood"),
    column::list("allowed_values", "exact values allowed: region codes, account ids",
                 "it has no such list, or not understood"),
    column::list("exempt_services", "services left out, as written; a wildcard stays one", "not understood"),
    column::list("exempt_principals", "principals left out, as written", "not understood"),
    column::boolean("wholly_understood", "no part of the policy was left uninterpreted"),
});
inline constexpr TableSpec org_policy{
    "org_policy", "inventory", "One row per rule that an organisation sets for its accounts.", org_policy_columns};

inline constexpr auto org_policy_target_columns = std::to_array<ColumnSpec>({
    column::key("policy_id", "rule", "org_policy.policy_id"),
    column::key("project_id", "account or project it holds for, inherited ones written out", "project.project_id"),
    column::boolean("exempt", "the rule leaves it out", "not told"),
});
inline constexpr TableSpec org_policy_target{
    "org_policy_target", "inventory", "One row per rule and account that it holds for.", org_policy_target_columns};

}  // namespace ehdscan::tables
