// SPDX-License-Identifier: Apache-2.0
// Who may do what in a Kubernetes cluster, and what is admitted to it.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto kube_service_account_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace", "kube_namespace.namespace"),
    column::key("service_account", "name"),
    column::boolean("automount_token", "pods get its token unless they refuse; true unless set"),
    column::list("token_secrets", "secrets that hold tokens of it without end; empty if none"),
    column::text("cloud_identity", "identity of the platform that it may take", "none named"),
});
inline constexpr TableSpec kube_service_account{"kube_service_account", "kubernetes", "One row per service account.",
                                                kube_service_account_columns};

inline constexpr auto kube_role_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace; `*` for roles of the whole cluster"),
    column::key("role", "name"),
    column::boolean("aggregated", "its rules are those of other roles, which are written out"),
    column::boolean("built_in", "the cluster made it"),
});
inline constexpr TableSpec kube_role{"kube_role", "kubernetes", "One row per role.", kube_role_columns};

inline constexpr auto kube_role_rule_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace", "kube_role.namespace"),
    column::key("role", "role", "kube_role.role"),
    column::key_integer("rule", "number of the rule, those of aggregated roles included, from 1"),
    column::key("verb", "verb; `*` for all"),
    column::key("api_group", "group; empty for the core, `*` for all"),
    column::key("resource", "resource with its subresource: `pods/exec`; `*` for all; a path for what is no resource"),
    column::list("resource_names", "names it is limited to; empty if all"),
    column::boolean("non_resource", "the resource is a path"),
});
inline constexpr TableSpec kube_role_rule{
    "kube_role_rule", "kubernetes", "One row per rule of a role, verb, group and resource.", kube_role_rule_columns};

inline constexpr auto kube_subject_kind_values = std::to_array<std::string_view>({"User", "Group", "ServiceAccount"});
inline constexpr auto kube_binding_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace; `*` for bindings of the whole cluster"),
    column::key("binding", "name"),
    column::as_key(column::one_of("subject_kind", kube_subject_kind_values, "whom")),
    column::key("subject_namespace", "namespace of a service account; empty for others"),
    column::key("subject", "user, group or service account"),
    column::text("role_namespace", "namespace of the role; `*` for roles of the whole cluster"),
    column::ref("role", "kube_role.role", "role given"),
    column::boolean("role_exists", "that role is there", "roles were not read wholly"),
    column::boolean("built_in", "the cluster made it"),
});
inline constexpr TableSpec kube_binding{"kube_binding", "kubernetes", "One row per binding and subject.",
                                        kube_binding_columns};

inline constexpr auto admission_kind_values =
    std::to_array<std::string_view>({"validating_webhook", "mutating_webhook", "validating_policy", "policy_engine"});
inline constexpr auto admission_purpose_values =
    std::to_array<std::string_view>({"image_signature", "image_registry", "pod_security", "labels", "other"});
inline constexpr auto admission_mode_values = std::to_array<std::string_view>({"enforce", "audit", "warn"});
inline constexpr auto failure_policy_values = std::to_array<std::string_view>({"Fail", "Ignore"});
inline constexpr auto kube_admission_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("admission_policy", "webhook or policy, with its rule: `verify-images/check-signature`"),
    column::one_of("kind", admission_kind_values, "what it is"),
    column::one_of("purpose", admission_purpose_values, "what it decides", "not understood"),
    column::one_of("mode", admission_mode_values, "whether it stops what it finds", "not told"),
    column::one_of("failure_policy", failure_policy_values, "what happens when it does not answer", "not told"),
    column::list("namespaces", "namespaces it holds for; empty if all", "not understood"),
    column::list("excluded_namespaces", "namespaces left out; empty if none", "not understood"),
    column::list("excluded_subjects", "users and groups left out; empty if none", "not understood"),
    column::list("allowed_registries", "registries that it admits", "it does not limit them, or not understood"),
    column::text("level", "pod security level that it demands", "it demands none"),
});
inline constexpr TableSpec kube_admission{"kube_admission", "kubernetes",
                                          "One row per rule that decides what is admitted to the cluster.",
                                          kube_admission_columns};

}  // namespace ehdscan::tables
