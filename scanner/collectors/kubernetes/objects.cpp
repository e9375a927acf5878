// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/kubernetes/look.h"
#include "collectors/kubernetes/network.h"
#include "collectors/kubernetes/secrets.h"
#include "evidence/tables/kube_access.h"
#include "evidence/tables/kubernetes.h"

namespace ehdscan {
namespace {

using kube::at;
using kube::items_at;
using kube::label_of;
using kube::some_text_at;
using kube::text_at;

constexpr int kMostLists = 4;

/// What the API answers beside objects: what it is, and which kinds it has.
bool is_discovery(std::string_view kind) {
  return kind == "APIVersions" || kind == "APIGroupList" || kind == "APIResourceList";
}

bool is_cluster_wide(std::string_view kind) {
  constexpr std::array<std::string_view, 9> kKinds{
      "Namespace",    "Node",         "PersistentVolume", "ClusterRole",       "ClusterRoleBinding",
      "RuntimeClass", "StorageClass", "ClusterPolicy",    "ClusterImagePolicy"};
  return std::ranges::find(kKinds, kind) != kKinds.end();
}

/// Values of the label that names the permit, joined if there are several that differ.
std::optional<std::string> permit_of(const Node& object, const std::string& wanted) {
  if (!wanted.empty()) return label_of(object, wanted);
  const std::optional<Node> labels = at(object, {"metadata", "labels"});
  std::set<std::string> values;
  for (std::size_t i = 0; labels && labels->is(Node::Kind::mapping) && i < labels->size(); ++i) {
    const std::string_view key = labels->key_at(i).scalar();
    const std::string_view name = key.substr(key.find('/') == std::string_view::npos ? 0 : key.find('/') + 1);
    if (name == "permit" || name == "data-permit" || name == "permit-id") values.emplace((*labels)[i].scalar());
  }
  if (values.empty()) return std::nullopt;
  return fmt::format("{}", fmt::join(values, " "));
}

}  // namespace

KubeObjects::KubeObjects(kube::Options options, RowSink& sink)
    : context_(std::move(options), sink),
      workloads_(context_),
      access_(context_),
      admission_(context_),
      control_plane_(context_) {}

Result<void> KubeObjects::add(const Node& object, SourceId source, std::uint32_t line_offset, const std::string& file) {
  source_ = source;
  line_offset_ = line_offset;
  return add(object, {}, {}, file, 0);
}

Result<void> KubeObjects::add(const Node& object, std::string_view list_kind, std::string_view list_version,
                              const std::string& file, int depth) {
  if (!object.is(Node::Kind::mapping)) {
    return std::unexpected(object.error("expected a Kubernetes object, a mapping with `apiVersion` and `kind`"));
  }
  context_.origin = {.source = source_, .line = object.place().line + line_offset_};
  // Items of a list that the API gave have neither.
  std::string kind = text_at(object, {"kind"});
  std::string version = text_at(object, {"apiVersion"});
  if (kind.empty()) kind = list_kind;
  if (version.empty()) version = list_version;
  if (is_discovery(kind)) return {};
  if (const std::string git = text_at(object, {"gitVersion"}); kind.empty() && git.starts_with('v')) {
    ++count_;
    control_plane_.set_version(git.substr(1));
    return {};
  }
  if (const std::optional<Node> kubelet = at(object, {"kubeletconfig"}); kind.empty() && kubelet) {
    ++count_;  // what a kubelet answers to /configz
    control_plane_.add_file(*kubelet, "KubeletConfiguration", "kubelet.config.k8s.io", file);
    return {};
  }
  if (kind.empty() || version.empty())
    return std::unexpected(object.error("a Kubernetes object has `apiVersion` and `kind`"));
  const std::string group = version.find('/') == std::string::npos ? "" : version.substr(0, version.find('/'));
  if (kind == "Status" && group.empty()) {
    coverage_.add_refusal(text_at(object, {"message"}));
    return {};
  }
  if (kind.ends_with("List") && at(object, {"items"})) {
    if (depth > kMostLists) return std::unexpected(object.error("a List inside a List, too deep"));
    const std::string of = kind.substr(0, kind.size() - 4);
    if (!of.empty()) coverage_.add_list(object, of, file);
    Result<void> result;
    for (const Node& item : items_at(object, {"items"})) {
      // One that is broken leaves the others.
      if (Result<void> added = add(item, of, of.empty() ? "" : version, file, depth + 1); !added && result)
        result = std::move(added);
    }
    if (of.empty() || items_at(object, {"items"}).empty()) ++count_;
    return result;
  }
  if (control_plane_.add_file(object, kind, group, file)) {
    ++count_;
    return {};
  }
  std::string name = text_at(object, {"metadata", "name"});
  if (name.empty()) name = text_at(object, {"metadata", "generateName"});
  if (name.empty()) return {};  // Kustomization, configuration files of programs …
  ++count_;
  std::string space = is_cluster_wide(kind) ? "" : text_at(object, {"metadata", "namespace"});
  if (space.empty()) space = "default";
  coverage_.add_object(kind, space, name);
  return add_one({.node = object, .kind = kind, .group = group, .space = space, .name = name}, file);
}

Result<void> KubeObjects::add_one(const kube::Object& object, const std::string& /*file*/) {
  const std::string& kind = object.kind;
  if (kind == "Namespace") {
    add_namespace(object);
  } else if (kind == "ServiceAccount") {
    add_service_account(object);
  } else if (object.group == "rbac.authorization.k8s.io" && (kind == "Role" || kind == "ClusterRole")) {
    access_.add_role(object);
  } else if (object.group == "rbac.authorization.k8s.io" && (kind == "RoleBinding" || kind == "ClusterRoleBinding")) {
    access_.add_binding(object);
  } else if (kind == "NetworkPolicy" && object.group == "networking.k8s.io") {
    kube::add_network_policy(object, context_);
  } else if (kind.ends_with("NetworkPolicy")) {
    foreign_policy_ = kind;
  } else if (kind == "Secret" && object.group.empty()) {
    add_secret(object);
  } else if (kind == "ConfigMap" && object.group.empty()) {
    kube::search_config_map(object, context_);
    control_plane_.add_config_map(object);
  } else if (kind == "Service" && object.group.empty()) {
    kube::add_service(object, context_);
  } else if (kind == "Ingress") {
    kube::add_ingress(object, context_);
  } else if (kind == "Gateway" && object.group == "gateway.networking.k8s.io") {
    kube::add_gateway(object, context_);
  } else if (kind == "Node" && object.group.empty()) {
    control_plane_.add_node(object);
  } else if (kind == "PersistentVolume") {
    add_volume(object);
  } else if (kind == "RuntimeClass") {
    add_runtime_class(object);
  } else if (admission_.add(object)) {
    return {};
  } else if (const std::optional<Node> pod = kube::pod_template(object.node, kind)) {
    if (Result<void> added = workloads_.add(object, *pod); !added) return added;
    kube::search_environment(object, *pod, context_);
    if (object.space == "kube-system") control_plane_.add_pod(object, *pod);
    control_plane_.add_network_plugin(object, *pod);
  }
  return {};
}

void KubeObjects::add_namespace(const kube::Object& object) {
  Row<tables::kube_namespace> row(context_.platform);
  row.set<"cluster">(context_.options.cluster).set<"namespace">(object.name);
  const std::optional<std::string> enforce = label_of(object.node, "pod-security.kubernetes.io/enforce");
  std::optional<std::string> version = label_of(object.node, "pod-security.kubernetes.io/enforce-version");
  if (!version && enforce) version = "latest";
  row.set<"enforce">(enforce).set<"enforce_version">(version);
  row.set<"warn">(label_of(object.node, "pod-security.kubernetes.io/warn"));
  row.set<"audit">(label_of(object.node, "pod-security.kubernetes.io/audit"));
  row.set<"permit_label">(permit_of(object.node, context_.options.permit_label));
  row.set<"system">(object.name.starts_with("kube-"));
  std::vector<std::string> labels = kube::pairs_of(at(object.node, {"metadata", "labels"}));
  // The API server adds this one to every namespace.
  if (const std::string own = "kubernetes.io/metadata.name=" + object.name;
      std::ranges::find(labels, own) == labels.end())
    labels.push_back(own);
  row.set<"labels">(labels);
  row.set<"created_at">(kube::instant_at(object.node, {"metadata", "creationTimestamp"}));
  context_.write(row);
}

void KubeObjects::add_service_account(const kube::Object& object) {
  const std::optional<bool> automount = kube::flag_at(object.node, {"automountServiceAccountToken"}, true);
  workloads_.add_account(object.space, object.name, automount);
  std::vector<std::string> secrets;
  for (const Node& secret : items_at(object.node, {"secrets"})) secrets.push_back(text_at(secret, {"name"}));
  Row<tables::kube_service_account> row(context_.platform);
  row.set<"cluster">(context_.options.cluster).set<"namespace">(object.space).set<"service_account">(object.name);
  row.set<"automount_token">(automount).set<"token_secrets">(secrets);
  for (const std::string_view key :
       {"eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account", "azure.workload.identity/client-id"}) {
    if (const auto identity = kube::annotation_of(object.node, key)) row.set<"cloud_identity">(*identity);
  }
  context_.write(row);
}

void KubeObjects::add_secret(const kube::Object& object) {
  Row<tables::kube_secret> row(context_.platform);
  const std::string type = text_at(object.node, {"type"});
  row.set<"cluster">(context_.options.cluster).set<"namespace">(object.space).set<"secret">(object.name);
  row.set<"secret_type">(type.empty() ? "Opaque" : type);
  row.set<"service_account">(kube::annotation_of(object.node, "kubernetes.io/service-account.name"));
  if (!context_.options.observed)
    row.set<"value_in_manifest">(at(object.node, {"data"}) || at(object.node, {"stringData"}));
  row.set<"created_at">(kube::instant_at(object.node, {"metadata", "creationTimestamp"}));
  context_.write(row);
}

void KubeObjects::add_volume(const kube::Object& object) {
  Row<tables::kube_volume> row(context_.platform);
  row.set<"cluster">(context_.options.cluster).set<"persistent_volume">(object.name);
  row.set<"claim_namespace">(some_text_at(object.node, {"spec", "claimRef", "namespace"}));
  row.set<"claim">(some_text_at(object.node, {"spec", "claimRef", "name"}));
  row.set<"storage_class">(some_text_at(object.node, {"spec", "storageClassName"}));
  row.set<"driver">(some_text_at(object.node, {"spec", "csi", "driver"}));
  row.set<"volume_handle">(some_text_at(object.node, {"spec", "csi", "volumeHandle"}));
  row.set<"access_modes">(kube::texts_at(object.node, {"spec", "accessModes"}));
  const std::string reclaim = text_at(object.node, {"spec", "persistentVolumeReclaimPolicy"});
  row.set<"reclaim_policy">(reclaim.empty() ? "Retain" : reclaim);
  context_.write(row);
}

void KubeObjects::add_runtime_class(const kube::Object& object) {
  Row<tables::kube_runtime_class> row(context_.platform);
  row.set<"cluster">(context_.options.cluster)
      .set<"runtime_class">(object.name)
      .set<"handler">(text_at(object.node, {"handler"}));
  row.set<"node_selector">(kube::pairs_of(at(object.node, {"scheduling", "nodeSelector"})));
  context_.write(row);
}

void KubeObjects::finish() {
  const bool observed = context_.options.observed;
  workloads_.finish(observed && coverage_.gap({"serviceaccounts"}).empty());
  access_.finish(observed && coverage_.gap({"roles", "clusterroles"}).empty());
  admission_.finish();
  control_plane_.finish();
}

}  // namespace ehdscan
