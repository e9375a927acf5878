// SPDX-License-Identifier: Apache-2.0
// The Kubernetes provider of Terraform: attributes become the manifest that the provider sends
// (registry.terraform.io/providers/hashicorp/kubernetes), which the reader of manifests reads.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/kube_reader.h"
#include "collectors/terraform/kinds.h"
#include "collectors/terraform/template_block.h"

namespace ehdscan {
namespace {

/// How Terraform itself writes a value that is not known yet; readers of flags and lists take it for unreadable.
constexpr std::string_view kNotKnown = "(known after apply)";

struct ObjectKind {
  std::string_view type;  ///< without `kubernetes_` and version
  std::string_view version, kind;
};

constexpr auto kObjects = std::to_array<ObjectKind>({
    {"namespace", "v1", "Namespace"},
    {"pod", "v1", "Pod"},
    {"replication_controller", "v1", "ReplicationController"},
    {"service", "v1", "Service"},
    {"service_account", "v1", "ServiceAccount"},
    {"default_service_account", "v1", "ServiceAccount"},
    {"secret", "v1", "Secret"},
    {"config_map", "v1", "ConfigMap"},
    {"persistent_volume", "v1", "PersistentVolume"},
    {"deployment", "apps/v1", "Deployment"},
    {"stateful_set", "apps/v1", "StatefulSet"},
    {"daemonset", "apps/v1", "DaemonSet"},
    {"daemon_set", "apps/v1", "DaemonSet"},
    {"job", "batch/v1", "Job"},
    {"cron_job", "batch/v1", "CronJob"},
    {"role", "rbac.authorization.k8s.io/v1", "Role"},
    {"cluster_role", "rbac.authorization.k8s.io/v1", "ClusterRole"},
    {"role_binding", "rbac.authorization.k8s.io/v1", "RoleBinding"},
    {"cluster_role_binding", "rbac.authorization.k8s.io/v1", "ClusterRoleBinding"},
    {"network_policy", "networking.k8s.io/v1", "NetworkPolicy"},
    {"ingress", "networking.k8s.io/v1", "Ingress"},
    {"runtime_class", "node.k8s.io/v1", "RuntimeClass"},
    {"validating_webhook_configuration", "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"},
    {"mutating_webhook_configuration", "admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"},
});

const ObjectKind* kind_of(std::string_view type) {
  type.remove_prefix(std::string_view("kubernetes_").size());
  if (const std::size_t version = type.rfind("_v"); version != std::string_view::npos && version + 2 < type.size() &&
                                                    type[version + 2] >= '1' && type[version + 2] <= '9') {
    type = type.substr(0, version);
  }
  const auto found = std::ranges::find(kObjects, type, &ObjectKind::type);
  return found == kObjects.end() ? nullptr : &*found;
}

/// Blocks that may stand several times, and how the API calls the list of them.
constexpr auto kLists = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"container", "containers"},
    {"init_container", "initContainers"},
    {"volume", "volumes"},
    {"volume_mount", "volumeMounts"},
    {"env", "env"},
    {"env_from", "envFrom"},
    {"port", "ports"},
    {"ports", "ports"},
    {"sysctl", "sysctls"},
    {"toleration", "tolerations"},
    {"host_aliases", "hostAliases"},
    {"image_pull_secrets", "imagePullSecrets"},
    {"image_pull_secret", "imagePullSecrets"},
    {"match_expressions", "matchExpressions"},
    {"rule", "rules"},
    {"cluster_role_selectors", "clusterRoleSelectors"},
    {"subject", "subjects"},
    {"tls", "tls"},
    {"path", "paths"},
    {"ingress", "ingress"},
    {"egress", "egress"},
    {"from", "from"},
    {"to", "to"},
    {"webhook", "webhooks"},
    {"match_condition", "matchConditions"},
    {"items", "items"},
    {"volume_claim_template", "volumeClaimTemplates"},
    {"topology_spread_constraint", "topologySpreadConstraints"},
});

/// Mappings whose keys are the user's own.
constexpr auto kMaps = std::to_array<std::string_view>({"labels", "annotations", "match_labels", "node_selector",
                                                        "data", "binary_data", "limits", "requests", "selector",
                                                        "parameters", "string_data", "options", "attributes"});

/// What the API server and the provider fill in.
constexpr auto kComputed = std::to_array<std::string_view>({"id",
                                                            "generation",
                                                            "resource_version",
                                                            "uid",
                                                            "self_link",
                                                            "status",
                                                            "cluster_ip",
                                                            "cluster_ips",
                                                            "ip_families",
                                                            "ip_family_policy",
                                                            "health_check_node_port",
                                                            "node_name",
                                                            "default_secret_name",
                                                            "object",
                                                            "node_port",
                                                            "image_pull_policy",
                                                            "session_affinity_config",
                                                            "termination_message_policy",
                                                            "default_mode",
                                                            "scheduler_name",
                                                            "wait_for_rollout",
                                                            "wait_for_completion",
                                                            "wait_for_load_balancer",
                                                            "timeouts",
                                                            "wait",
                                                            "wait_for",
                                                            "field_manager",
                                                            "computed_fields",
                                                            "hostname",
                                                            "allocate_load_balancer_node_ports"});

/// Numbers that the provider keeps as texts.
constexpr auto kNumbers = std::to_array<std::string_view>({"run_as_user", "run_as_group", "fs_group"});

/// Of pods: what may be unknown while the rest still tells something. Everything else unknown takes the object out.
constexpr auto kMayBeUnknown = std::to_array<std::string_view>({"volume",
                                                                "volumes",
                                                                "resources",
                                                                "limits",
                                                                "env",
                                                                "env_from",
                                                                "envFrom",
                                                                "port",
                                                                "ports",
                                                                "security_context",
                                                                "securityContext",
                                                                "capabilities",
                                                                "run_as_non_root",
                                                                "runAsNonRoot",
                                                                "run_as_user",
                                                                "runAsUser",
                                                                "run_as_group",
                                                                "runAsGroup",
                                                                "privileged",
                                                                "allow_privilege_escalation",
                                                                "allowPrivilegeEscalation",
                                                                "read_only_root_filesystem",
                                                                "readOnlyRootFilesystem",
                                                                "host_network",
                                                                "hostNetwork",
                                                                "host_pid",
                                                                "hostPID",
                                                                "host_ipc",
                                                                "hostIPC",
                                                                "automount_service_account_token",
                                                                "automountServiceAccountToken",
                                                                "replicas",
                                                                "command",
                                                                "args",
                                                                "value",
                                                                "fs_group",
                                                                "fsGroup",
                                                                "toleration",
                                                                "affinity",
                                                                "image_pull_secrets",
                                                                "working_dir",
                                                                "volume_mount",
                                                                "volumeMounts",
                                                                "claim_name",
                                                                "claimName",
                                                                "annotations"});

template <std::size_t N>
bool among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::string camel_case(std::string_view written) {
  static constexpr auto kIrregular =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"host_pid", "hostPID"},
                                                                    {"host_ipc", "hostIPC"},
                                                                    {"host_ip", "hostIP"},
                                                                    {"external_ips", "externalIPs"},
                                                                    {"load_balancer_ip", "loadBalancerIP"},
                                                                    {"non_resource_urls", "nonResourceURLs"},
                                                                    {"downward_api", "downwardAPI"},
                                                                    {"ca_bundle", "caBundle"}});
  for (const auto& [terraform, api] : kIrregular) {
    if (written == terraform) return std::string(api);
  }
  std::string name;
  bool upper = false;
  for (const char c : written) {
    if (c == '_') {
      upper = true;
    } else {
      name += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      upper = false;
    }
  }
  return name;
}

/// Writes JSON of the manifest from the attributes of a resource.
class Manifest {
 public:
  /// `renames`: attributes are Terraform's, not the API's own.
  Manifest(bool renames, bool pods) : renames_(renames), pods_(pods) {}

  /// Why the object cannot be read; empty if it can.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

  /// `expressions`: what the configuration writes for it, if that is told; `more`: members that come first.
  std::string object(const TfValue& value, const std::optional<Node>& expressions, std::string_view more = {}) {
    std::string out = "{" + std::string(more);
    for (const std::string& key : value.keys_with_unknown()) add_member(key, value[key], expressions, out);
    return out + "}";
  }

 private:
  static void add(std::string_view name, const std::string& json, std::string& out) {
    if (out.size() > 1) out += ',';
    out += tf_json_text(name) + ":" + json;
  }

  /// What the configuration writes for element `index` of `count` blocks.
  static std::optional<Node> part(const std::optional<Node>& written, std::size_t index, std::size_t count) {
    if (!written) return std::nullopt;
    if (written->is(Node::Kind::mapping) && !written->find("references") && count == 1) return written;
    if (!written->is(Node::Kind::sequence) || written->size() != count) return std::nullopt;
    return (*written)[index];
  }

  void add_member(const std::string& key, const TfValue& value, const std::optional<Node>& expressions,
                  std::string& out) {
    const std::optional<Node> written =
        expressions && expressions->is(Node::Kind::mapping) ? expressions->find(key) : std::nullopt;
    if (among(kComputed, key) && renames_) return;
    const auto list = std::ranges::find(kLists, key, &std::pair<std::string_view, std::string_view>::first);
    // `port` is also a number, and `path` a text.
    const bool is_block = value.is_list() || value.is_mapping() || !value.known();
    const bool is_list = renames_ && is_block && list != kLists.end();
    const std::string name = !renames_ ? key : is_list ? std::string(list->second) : camel_case(key);
    switch (value.state()) {
      case TfValue::State::null:
      case TfValue::State::absent:
        return;
      case TfValue::State::unknown:
      case TfValue::State::hidden:
        if (key == "data" || key == "stringData" || key == "string_data" || key == "binary_data" ||
            key == "binaryData") {
          return add(name, "{}", out);  // that there is something is all that is asked
        }
        // The provider computes what is not configured: a default of the API server. Blocks may be made by `dynamic`.
        if (renames_ && value.state() == TfValue::State::unknown && expressions && !written && !is_list &&
            !among(kMayBeUnknown, key))
          return;
        if (!(pods_ && among(kMayBeUnknown, key))) {
          if (trouble_.empty())
            trouble_ = fmt::format("`{}` is {}", key,
                                   value.state() == TfValue::State::hidden ? "sensitive" : "not known before apply");
          return;
        }
        return add(name, tf_json_text(kNotKnown), out);
      case TfValue::State::known:
        break;
    }
    if (renames_ && among(kMaps, key) && !value.is_list()) return add(name, user_map(value), out);
    if (!value.is_list() && !value.is_mapping()) {
      const auto text = value.text();
      if (!text) return;  // the provider writes an empty text where nothing is set
      return add(name, scalar(key, value, *text), out);
    }
    if (value.is_mapping()) {
      const std::string json = object(value, part(written, 0, 1));
      return add(name, is_list ? "[" + json + "]" : json, out);
    }
    const auto elements = value.blocks();
    if (!elements) return;
    if (renames_ && !is_list && elements->size() <= 1 && std::ranges::all_of(*elements, [](const TfValue& one) {
          return one.is_mapping() || one.state() == TfValue::State::null;
        })) {
      // A block that may stand once.
      if (elements->empty()) return;
      return add(name, elements->front().is_mapping() ? object(elements->front(), part(written, 0, 1)) : "{}", out);
    }
    // No rule at all and a rule without peers differ, so an empty list of peers or ports is left out as the API does.
    if (renames_ && elements->empty()) return;
    std::string json = "[";
    for (std::size_t i = 0; i < elements->size(); ++i) {
      const TfValue& one = (*elements)[i];
      if (one.state() == TfValue::State::unknown || one.state() == TfValue::State::hidden) {
        if (!(pods_ && among(kMayBeUnknown, key)) && trouble_.empty())
          trouble_ = fmt::format("an element of `{}` is not known before apply", key);
      }
      if (json.size() > 1) json += ',';
      json += one.is_mapping()                      ? object(one, part(written, i, elements->size()))
              : one.is_text()                       ? tf_json_text(one.written_text())
              : one.known()                         ? std::string(one.written_text())
              : one.state() == TfValue::State::null ? "{}"
                                                    : tf_json_text(kNotKnown);
    }
    add(name, json + "]", out);
  }

  std::string scalar(const std::string& key, const TfValue& value, const std::string& text) const {
    if (renames_ && among(kNumbers, key) && parse_integer(text)) return text;
    // Provider: `port` of a network policy is a text that may hold a number; readers take both.
    return value.is_text() ? tf_json_text(value.written_text()) : text;
  }

  static std::string user_map(const TfValue& value) {
    std::string out = "{";
    for (const std::string& key : value.keys()) {
      const auto text = value[key].text();
      add(key, tf_json_text(text ? *text : value[key].known() ? std::string() : std::string(kNotKnown)), out);
    }
    return out + "}";
  }

  bool renames_, pods_;
  std::string trouble_;
};

bool has_pods(std::string_view kind) {
  constexpr auto kKinds = std::to_array<std::string_view>(
      {"Pod", "ReplicationController", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"});
  return among(kKinds, kind);
}

void hand_over(const TfResource& resource, const std::string& json, const std::string& trouble, TfContext& context) {
  if (!trouble.empty()) return context.kube.doubt(fmt::format("{}: {}", resource.address(), trouble));
  const auto document = Document::parse_json(json, resource.address());
  if (!document) return context.kube.doubt(fmt::format("{}: {}", resource.address(), document.error().message));
  if (const auto added = context.kube.reader.add((*document)->root(), context.origin); !added)
    context.kube.doubt(fmt::format("{}: {}", resource.address(), added.error().message));
}

void write_object(const TfResource& resource, TfContext& context) {
  const ObjectKind& kind = *kind_of(resource.entry().type);
  Manifest manifest(true, has_pods(kind.kind));
  std::string json = manifest.object(resource.values(), context.expressions(resource),
                                     fmt::format(R"("apiVersion":"{}","kind":"{}")", kind.version, kind.kind));
  // The provider nests the source of a persistent volume one level deeper than the API.
  constexpr std::string_view kNested = R"("persistentVolumeSource":{)";
  if (const std::size_t at = json.find(kNested); kind.kind == "PersistentVolume" && at != std::string::npos) {
    std::size_t depth = 1;
    std::size_t end = at + kNested.size();
    for (bool in_text = false; end < json.size() && depth > 0; ++end) {
      if (json[end] == '"' && json[end - 1] != '\\') in_text = !in_text;
      if (!in_text && json[end] == '{') ++depth;
      if (!in_text && json[end] == '}') --depth;
    }
    json.erase(end - 1, 1);
    json.erase(at, kNested.size());
  }
  hand_over(resource, json, manifest.trouble(), context);
}

void write_manifest(const TfResource& resource, TfContext& context) {
  const TfValue written = resource["manifest"];
  if (!written.known())
    return context.kube.doubt(fmt::format("{}: the manifest is not known before apply", resource.address()));
  Manifest manifest(false, has_pods(written["kind"].text().value_or("")));
  const std::string json = manifest.object(written, std::nullopt);
  hand_over(resource, json, manifest.trouble(), context);
}

}  // namespace

void add_kubernetes_kinds(std::vector<TfKind>& kinds) {
  static const std::vector<std::string> types = [] {
    std::vector<std::string> all;
    for (const ObjectKind& object : kObjects) {
      all.push_back(fmt::format("kubernetes_{}", object.type));
      all.push_back(fmt::format("kubernetes_{}_v1", object.type));
    }
    return all;
  }();
  for (const std::string& type : types) kinds.push_back({.type = type, .write = &write_object});
  kinds.push_back({.type = "kubernetes_manifest", .write = &write_manifest});
  // They decide nothing of what is asked.
  for (const std::string_view type : {"kubernetes_persistent_volume_claim",
                                      "kubernetes_persistent_volume_claim_v1",
                                      "kubernetes_storage_class",
                                      "kubernetes_storage_class_v1",
                                      "kubernetes_limit_range",
                                      "kubernetes_limit_range_v1",
                                      "kubernetes_resource_quota",
                                      "kubernetes_resource_quota_v1",
                                      "kubernetes_priority_class",
                                      "kubernetes_priority_class_v1",
                                      "kubernetes_horizontal_pod_autoscaler",
                                      "kubernetes_horizontal_pod_autoscaler_v1",
                                      "kubernetes_horizontal_pod_autoscaler_v2",
                                      "kubernetes_pod_disruption_budget",
                                      "kubernetes_pod_disruption_budget_v1",
                                      "kubernetes_endpoints",
                                      "kubernetes_endpoints_v1",
                                      "kubernetes_endpoint_slice_v1",
                                      "kubernetes_ingress_class",
                                      "kubernetes_ingress_class_v1"}) {
    kinds.push_back({.type = type});
  }
}

}  // namespace ehdscan
