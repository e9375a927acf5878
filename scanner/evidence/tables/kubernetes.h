// SPDX-License-Identifier: Apache-2.0
// Kubernetes clusters: namespaces, workloads, policies, control plane. Rights stand in kube_access.h.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto kube_cluster_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "name of the cluster"),
    column::text("version", "version of the API server: `1.31.2`", "not told"),
    column::text("distribution", "`kubeadm`, `rke2`, `eks`, `magnum` …", "not told"),
    column::project(),
    column::region(),
    column::text("api_endpoint", "`host:port` of its API", "not told"),
    column::boolean("api_public", "the API has an address that the internet can reach", "not told"),
    column::list("api_allowed_prefixes", "networks that the API answers; `0.0.0.0/0` and `::/0` if every one",
                 "not told"),
    column::boolean("anonymous_access", "the API takes requests without sign-in", "not told"),
    column::boolean("anonymous_reads_beyond_version", "such a request was answered with more than health and version",
                    "not tried"),
    column::list("authorisation_modes", "modes in their order: `Node`, `RBAC` …", "not told"),
    column::boolean("secrets_encrypted", "the managed cluster encrypts secrets with a key of the node",
                    "not a managed cluster, or not told"),
    column::encryption_key(),
    column::list("audit_log_types", "kinds of logs switched on in a managed cluster",
                 "not a managed cluster, or not told"),
    column::text("network_plugin", "network plugin: `calico`, `cilium` …", "not told"),
    column::boolean("network_plugin_healthy", "its agent runs on every node", "not told"),
    column::text("pod_security_default", "level enforced where a namespace has no label", "not told"),
});
inline constexpr TableSpec kube_cluster{"kube_cluster", "kubernetes", "One row per cluster.", kube_cluster_columns};

inline constexpr auto kube_node_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("node", "node"),
    column::text("kubelet_version", "version of its kubelet", "not told"),
    column::text("os_image", "system as it reports itself", "not told"),
    column::text("kernel_version", "kernel", "not told"),
    column::text("container_runtime", "runtime with version: `containerd://1.7.2`", "not told"),
    column::boolean("control_plane", "it runs the control plane"),
    column::text("instance_id", "machine of the platform", "not told"),
    column::list("runtime_handlers", "handlers that its runtime knows", "not told"),
    column::boolean("ready", "it works", "not told"),
});
inline constexpr TableSpec kube_node{"kube_node", "kubernetes", "One row per cluster and node.", kube_node_columns};

inline constexpr auto kube_component_setting_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("component", "`kube-apiserver`, `kubelet`, `etcd`, `kube-controller-manager`, `kube-scheduler`"),
    column::key("node", "node that it runs on; `*` if the same on all"),
    column::key("setting", "flag without dashes, or path in its configuration file"),
    column::text("value", "value in force; lists joined by commas",
                 "not set and the default of this version is not known to us"),
    column::boolean("explicitly_set", "a flag or file sets it; otherwise it is the version's default"),
});
inline constexpr TableSpec kube_component_setting{"kube_component_setting", "kubernetes",
                                                  "One row per component of the control plane or node and setting.",
                                                  kube_component_setting_columns};

inline constexpr auto kube_encryption_provider_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("resource", "kind of object: `secrets`"),
    column::key_integer("position", "place in the list, from 1; the first one writes"),
    column::text("provider", "`kms`, `aescbc`, `aesgcm`, `secretbox`, `identity`"),
    column::text("kms_version", "version of the KMS interface", "not kms"),
    column::instant("in_force_since", "since when", "not told"),
    column::boolean("older_objects_rewritten", "objects from before were written anew", "not evidenced"),
});
inline constexpr TableSpec kube_encryption_provider{
    "kube_encryption_provider", "kubernetes", "One row per cluster, kind of object and provider that encrypts it.",
    kube_encryption_provider_columns};

inline constexpr auto kube_audit_level_values =
    std::to_array<std::string_view>({"None", "Metadata", "Request", "RequestResponse"});
inline constexpr auto kube_audit_rule_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key_integer("position", "place in the audit policy, from 1; the first match counts"),
    column::one_of("level", kube_audit_level_values, "how much is recorded"),
    column::list("users", "users it is limited to; empty if any"),
    column::list("user_groups", "groups it is limited to; empty if any"),
    column::list("verbs", "verbs it is limited to; empty if any"),
    column::list("resources", "resources as `group/resource`; empty if any"),
    column::list("namespaces", "namespaces it is limited to; empty if any"),
    column::list("urls", "paths that are no resources; empty if none is named"),
    column::list("omit_stages", "stages that are not recorded, those of the whole policy included"),
});
inline constexpr TableSpec kube_audit_rule{
    "kube_audit_rule", "kubernetes", "One row per cluster and rule of its audit policy.", kube_audit_rule_columns};

inline constexpr auto pod_security_values = std::to_array<std::string_view>({"privileged", "baseline", "restricted"});
inline constexpr auto kube_namespace_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace"),
    column::one_of("enforce", pod_security_values, "level of the pod security label that is enforced",
                   "no label; the cluster's default holds"),
    column::text("enforce_version", "version that the label pins: `v1.31`, `latest`", "no label"),
    column::one_of("warn", pod_security_values, "level that only warns", "no label"),
    column::one_of("audit", pod_security_values, "level that is only recorded", "no label"),
    column::text("permit_label", "permit or project that a label names", "no label names one"),
    column::boolean("label_writable_by_users", "somebody but staff may change that label", "rights were not expanded"),
    column::boolean("system", "belongs to the cluster itself"),
    column::list("labels", "labels as `key=value`, the one with its name included", "not told"),
    column::boolean("user_workloads", "people's workloads run in it", "not told"),
    column::created_at(),
});
inline constexpr TableSpec kube_namespace{"kube_namespace", "kubernetes", "One row per cluster and namespace.",
                                          kube_namespace_columns};

inline constexpr auto kube_workload_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace", "kube_namespace.namespace"),
    column::key("kind", "`Deployment`, `StatefulSet`, `DaemonSet`, `Job`, `CronJob`, `Pod` …"),
    column::key("name", "name"),
    column::text("service_account", "account that its pods act as; `default` where none is named"),
    column::boolean("automount_token", "its pods get a token of that account, the account's own setting applied"),
    column::boolean("host_network", "its pods use the node's network"),
    column::boolean("host_pid", "its pods see the node's processes"),
    column::boolean("host_ipc", "its pods share the node's memory segments"),
    column::list("host_ports", "ports of the node that it takes; empty if none", "not readable"),
    column::list("host_paths", "folders of the node that it mounts; empty if none"),
    column::list("volume_kinds", "kinds of volumes it uses"),
    column::list("unsafe_sysctls", "kernel settings that it changes beyond the safe ones; empty if none",
                 "not readable"),
    column::boolean("host_process", "its pods are processes of a Windows node; false unless set"),
    column::text("runtime_class", "runtime class", "the default runtime"),
    column::text("seccomp", "seccomp profile of the pod: `RuntimeDefault`, `Localhost`, `Unconfined`",
                 "the pod sets none"),
    column::list("labels", "labels of its pods as `key=value`"),
    column::boolean("user_code", "it runs code that users bring", "not declared"),
    column::boolean("running", "pods of it run", "not a dump of live objects"),
    column::instant("started_at", "start of its oldest running pod", "none runs, or not told"),
});
inline constexpr TableSpec kube_workload{
    "kube_workload", "kubernetes", "One row per workload: a controller, or a pod without one.", kube_workload_columns};

inline constexpr auto container_kind_values = std::to_array<std::string_view>({"container", "init", "ephemeral"});
inline constexpr auto kube_container_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace", "kube_namespace.namespace"),
    column::key("workload_kind", "kind of its workload", "kube_workload.kind"),
    column::key("workload", "name of its workload", "kube_workload.name"),
    column::key("container", "name"),
    column::one_of("kind", container_kind_values, "what it is for"),
    column::text("image", "image as written"),
    column::text("image_registry", "registry; `docker.io` where the image names none"),
    column::text("image_tag", "tag", "it names none"),
    column::text("image_digest", "digest written in the image", "it names none"),
    column::text("running_image_digest", "digest of the image that runs", "none runs, or not a dump of live objects"),
    column::boolean("privileged", "all rights of the node; false unless set"),
    column::boolean("allow_privilege_escalation", "processes may gain rights; true unless set"),
    column::boolean("run_as_non_root", "root is refused; false unless set by it or its pod"),
    column::integer("run_as_user", "id", "user it runs as, set by it or its pod", "the image decides"),
    column::boolean("read_only_root", "its root filesystem cannot be written; false unless set"),
    column::list("capabilities_added", "capabilities added; empty if none"),
    column::list("capabilities_dropped", "capabilities dropped; empty if none"),
    column::text("seccomp", "seccomp profile in force for it", "neither it nor its pod sets one"),
    column::text("apparmor", "AppArmor profile in force for it", "neither it nor its pod sets one"),
    column::list("selinux_options", "SELinux options set by it or its pod as `key=value`; empty if none",
                 "not readable"),
    column::text("proc_mount", "`Default` or `Unmasked`"),
    column::boolean("cpu_limited", "it has a CPU limit", "not readable"),
    column::boolean("memory_limited", "it has a memory limit", "not readable"),
    column::list("secret_environment", "environment variables filled from secrets, by name", "not readable"),
});
inline constexpr TableSpec kube_container{"kube_container", "kubernetes", "One row per workload and container.",
                                          kube_container_columns};

inline constexpr auto kube_network_policy_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace; `*` for policies of the whole cluster"),
    column::key("policy", "name"),
    column::text("kind", "`NetworkPolicy`, `AdminNetworkPolicy`, `CiliumNetworkPolicy` …"),
    column::boolean("selects_all_pods", "its selector is empty"),
    column::list("pod_selector", "selector as `key=value` and expressions"),
    column::boolean("ingress", "it governs the way in"),
    column::boolean("egress", "it governs the way out"),
    column::integer("ingress_rules", "count", "rules for the way in; none means nothing may come in"),
    column::integer("egress_rules", "count", "rules for the way out; none means nothing may go out"),
    column::integer("priority", "order", "lower is decided first", "ordinary policies only add up"),
    column::boolean("wholly_understood", "no part of it was left uninterpreted"),
});
inline constexpr TableSpec kube_network_policy{"kube_network_policy", "kubernetes", "One row per network policy.",
                                               kube_network_policy_columns};

inline constexpr auto kube_peer_values =
    std::to_array<std::string_view>({"any", "address", "own_namespace", "namespaces", "all_namespaces", "name"});
inline constexpr auto kube_policy_direction_values = std::to_array<std::string_view>({"ingress", "egress"});
inline constexpr auto kube_policy_action_values = std::to_array<std::string_view>({"allow", "deny", "pass"});
inline constexpr auto kube_network_policy_rule_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace", "kube_network_policy.namespace"),
    column::key("policy", "policy", "kube_network_policy.policy"),
    column::as_key(column::one_of("direction", kube_policy_direction_values, "way in or out")),
    column::key_integer("rule", "number of the rule, from 1"),
    column::key_integer("part", "running number of peer and port in it, from 1"),
    column::one_of("action", kube_policy_action_values, "what it does"),
    column::one_of("peer_kind", kube_peer_values,
                   "other side: any, an address range, pods of its own or other namespaces"),
    column::text("peer_prefix", "address range", "peer_kind is not address"),
    column::list("except_prefixes", "ranges taken out of it; empty if none"),
    column::list("namespace_selector", "selector of namespaces; empty if all or its own"),
    column::list("pod_selector", "selector of pods there; empty if all"),
    column::text("protocol", "`tcp`, `udp`, `sctp`; `any` for all"),
    column::integer("port_from", "port", "first port; 0 if any", "a named port that was not resolved"),
    column::integer("port_to", "port", "last port; 65535 if any", "a named port that was not resolved"),
});
inline constexpr TableSpec kube_network_policy_rule{"kube_network_policy_rule", "kubernetes",
                                                    "One row per rule of a network policy, other side and port range.",
                                                    kube_network_policy_rule_columns};

inline constexpr auto kube_service_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace", "kube_namespace.namespace"),
    column::key("service", "name"),
    column::text("kind", "`ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`"),
    column::list("ports", "ports as `tcp/443`"),
    column::list("node_ports", "ports on every node; empty if none"),
    column::list("external_addresses", "addresses outside the cluster; empty if none"),
    column::list("allowed_prefixes", "sources that its load balancer admits; `0.0.0.0/0` and `::/0` if every one",
                 "it has none"),
    column::boolean("internal_only", "its load balancer has no public address", "it has none, or not told"),
    column::list("pod_selector", "selector of its pods"),
});
inline constexpr TableSpec kube_service{"kube_service", "kubernetes", "One row per service.", kube_service_columns};

inline constexpr auto kube_ingress_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace", "kube_namespace.namespace"),
    column::key("ingress", "name, with its kind for others than Ingress: `Gateway/web`"),
    column::key("host", "host name; `*` for any"),
    column::text("ingress_class", "class", "the default one"),
    column::boolean("tls", "TLS ends here for that name"),
    column::text("certificate_secret", "secret that holds the certificate", "none named"),
    column::list("services", "services that it passes to"),
});
inline constexpr TableSpec kube_ingress{"kube_ingress", "kubernetes",
                                        "One row per ingress or gateway listener and host name.", kube_ingress_columns};

inline constexpr auto kube_secret_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace", "kube_namespace.namespace"),
    column::key("secret", "name; values are never read"),
    column::text("secret_type", "type: `Opaque`, `kubernetes.io/service-account-token` …"),
    column::text("service_account", "account that a token belongs to", "not a token"),
    column::boolean("value_in_manifest", "a manifest carries the value itself", "not a manifest"),
    column::created_at(),
});
inline constexpr TableSpec kube_secret{"kube_secret", "kubernetes", "One row per secret.", kube_secret_columns};

inline constexpr auto kube_volume_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("persistent_volume", "name"),
    column::text("claim_namespace", "namespace whose claim is bound to it", "it is not bound"),
    column::text("claim", "claim bound to it", "it is not bound"),
    column::text("storage_class", "storage class", "it has none"),
    column::text("driver", "what provides it", "not told"),
    column::text("volume_handle", "volume or share of the platform", "not told"),
    column::list("access_modes", "modes"),
    column::text("reclaim_policy", "`Delete`, `Retain`", "not told"),
    column::boolean("encrypted", "its storage class asks for encryption", "not told"),
});
inline constexpr TableSpec kube_volume{"kube_volume", "kubernetes", "One row per persistent volume.",
                                       kube_volume_columns};

inline constexpr auto kube_runtime_class_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("runtime_class", "name"),
    column::text("handler", "handler of the runtime"),
    column::list("node_selector", "nodes it is limited to; empty if all"),
});
inline constexpr TableSpec kube_runtime_class{"kube_runtime_class", "kubernetes", "One row per runtime class.",
                                              kube_runtime_class_columns};

}  // namespace ehdscan::tables
