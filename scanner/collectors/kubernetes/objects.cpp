// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ehdscan {
namespace {

std::optional<Node> at(const Node& node, std::initializer_list<std::string_view> path) {
  std::optional<Node> found = node;
  for (const std::string_view key : path) {
    if (!found || !found->is(Node::Kind::mapping)) return std::nullopt;
    found = found->find(key);
  }
  return found && found->is(Node::Kind::null) ? std::nullopt : found;
}

std::string text_at(const Node& node, std::initializer_list<std::string_view> path) {
  const std::optional<Node> found = at(node, path);
  return found ? std::string(found->scalar()) : std::string();
}

std::optional<bool> boolean_at(const Node& node, std::initializer_list<std::string_view> path) {
  const std::optional<Node> found = at(node, path);
  if (!found) return std::nullopt;
  const Result<bool> value = found->as_boolean();
  return value ? std::optional(*value) : std::nullopt;
}

std::vector<Node> items_at(const Node& node, std::initializer_list<std::string_view> path) {
  std::vector<Node> items;
  const std::optional<Node> found = at(node, path);
  if (!found || !found->is(Node::Kind::sequence)) return items;
  for (std::size_t i = 0; i < found->size(); ++i) items.push_back((*found)[i]);
  return items;
}

std::vector<std::string> texts_at(const Node& node, std::initializer_list<std::string_view> path) {
  std::vector<std::string> texts;
  for (const Node& item : items_at(node, path)) texts.emplace_back(item.scalar());
  return texts;
}

std::vector<std::string> pairs_of(const std::optional<Node>& mapping) {
  std::vector<std::string> pairs;
  if (!mapping || !mapping->is(Node::Kind::mapping)) return pairs;
  for (std::size_t i = 0; i < mapping->size(); ++i) {
    pairs.push_back(fmt::format("{}={}", mapping->key_at(i).scalar(), (*mapping)[i].scalar()));
  }
  return pairs;
}

/// `key=value` and expressions; empty if it selects everything.
std::vector<std::string> selector(const std::optional<Node>& node) {
  if (!node) return {};
  std::vector<std::string> texts = pairs_of(at(*node, {"matchLabels"}));
  for (const Node& expression : items_at(*node, {"matchExpressions"})) {
    texts.push_back(fmt::format("{} {} ({})", text_at(expression, {"key"}), text_at(expression, {"operator"}),
                                fmt::join(texts_at(expression, {"values"}), ",")));
  }
  return texts;
}

/// Settings that Kubernetes lets every pod change (Pod Security Standards, baseline).
bool is_safe_sysctl(std::string_view name) {
  constexpr std::array<std::string_view, 9> kSafe{
      "kernel.shm_rmid_forced",       "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
      "net.ipv4.tcp_syncookies",      "net.ipv4.ping_group_range",    "net.ipv4.ip_local_reserved_ports",
      "net.ipv4.tcp_keepalive_time",  "net.ipv4.tcp_fin_timeout",     "net.ipv4.tcp_keepalive_intvl"};
  return std::ranges::find(kSafe, name) != kSafe.end() || name == "net.ipv4.tcp_keepalive_probes";
}

/// The template of pods that a workload of this kind holds.
std::optional<Node> pod_template(const Node& object, std::string_view kind) {
  if (kind == "Pod") return object;
  if (kind == "CronJob") return at(object, {"spec", "jobTemplate", "spec", "template"});
  if (kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet" || kind == "ReplicaSet" || kind == "Job" ||
      kind == "ReplicationController") {
    return at(object, {"spec", "template"});
  }
  return std::nullopt;
}

struct Image {
  std::string registry = "docker.io";
  std::optional<std::string> tag;
  std::optional<std::string> digest;
};

Image image_of(std::string_view written) {
  Image image;
  if (const std::size_t sign = written.find('@'); sign != std::string_view::npos) {
    image.digest = std::string(written.substr(sign + 1));
    written = written.substr(0, sign);
  }
  const std::size_t slash = written.find('/');
  const std::string_view first = written.substr(0, slash);
  if (slash != std::string_view::npos && (first.find_first_of(".:") != std::string_view::npos || first == "localhost")) {
    image.registry = std::string(first);
  }
  const std::size_t colon = written.rfind(':');
  const std::size_t last_slash = written.rfind('/');
  if (colon != std::string_view::npos && (last_slash == std::string_view::npos || colon > last_slash)) {
    image.tag = std::string(written.substr(colon + 1));
  }
  return image;
}

}  // namespace

Result<void> KubeObjects::add(const Node& object, SourceId source, std::uint32_t line_offset) {
  if (!object.is(Node::Kind::mapping)) {
    return std::unexpected(object.error("expected a Kubernetes object, a mapping with `apiVersion` and `kind`"));
  }
  const std::string kind = text_at(object, {"kind"});
  if (kind.empty() || text_at(object, {"apiVersion"}).empty()) {
    return std::unexpected(object.error("a Kubernetes object has `apiVersion` and `kind`"));
  }
  if (kind.ends_with("List") && at(object, {"items"})) {
    if (depth_ > 4) return std::unexpected(object.error("a List inside a List, too deep"));
    ++depth_;
    Result<void> result;
    for (const Node& item : items_at(object, {"items"})) {
      if (result = add(item, source, line_offset); !result) break;
    }
    --depth_;
    return result;
  }
  const std::string name = text_at(object, {"metadata", "name"});
  std::string space = text_at(object, {"metadata", "namespace"});
  if (space.empty()) space = "default";
  if (name.empty()) {
    if (text_at(object, {"metadata", "generateName"}).empty()) return {};  // Kustomization, configuration files …
  }
  ++count_;
  origin_ = {.source = source, .line = object.place().line + line_offset};
  if (kind == "Namespace") {
    add_namespace(object, name);
  } else if (kind == "ServiceAccount") {
    add_service_account(object, space, name);
  } else if (kind == "Role" || kind == "ClusterRole") {
    add_role(object, kind == "Role" ? space : "*", name);
  } else if (kind == "RoleBinding" || kind == "ClusterRoleBinding") {
    add_binding(object, kind == "RoleBinding" ? space : "*", name, kind == "ClusterRoleBinding");
  } else if (kind == "NetworkPolicy" && text_at(object, {"apiVersion"}).starts_with("networking.k8s.io/")) {
    add_network_policy(object, space, name);
  } else if (kind.ends_with("NetworkPolicy")) {
    foreign_policy_ = kind;
  } else if (kind == "Secret") {
    add_secret(object, space, name);
  } else if (const std::optional<Node> pod = pod_template(object, kind)) {
    // What a controller makes is judged at the controller.
    if (!items_at(object, {"metadata", "ownerReferences"}).empty()) return {};
    if (const std::optional<Node> spec = at(*pod, {"spec"})) {
      add_workload(object, kind, space, name.empty() ? text_at(object, {"metadata", "generateName"}) : name, *spec,
                   at(*pod, {"metadata", "labels"}));
    }
  }
  return {};
}

void KubeObjects::add_namespace(const Node& object, const std::string& name) {
  Row<tables::kube_namespace> row(platform_);
  row.set<"cluster">(cluster_).set<"namespace">(name);
  const std::optional<Node> labels = at(object, {"metadata", "labels"});
  const auto label = [&](std::string_view key) -> std::optional<std::string> {
    const std::optional<Node> found = labels && labels->is(Node::Kind::mapping) ? labels->find(key) : std::nullopt;
    return found ? std::optional<std::string>(found->scalar()) : std::nullopt;
  };
  const std::optional<std::string> enforce = label("pod-security.kubernetes.io/enforce");
  row.set<"enforce">(enforce);
  std::optional<std::string> version = label("pod-security.kubernetes.io/enforce-version");
  if (!version && enforce) version = "latest";
  row.set<"enforce_version">(version);
  row.set<"warn">(label("pod-security.kubernetes.io/warn")).set<"audit">(label("pod-security.kubernetes.io/audit"));
  row.set<"system">(name.starts_with("kube-"));
  write(row);
}

void KubeObjects::add_workload(const Node& /*object*/, std::string_view kind, const std::string& space, const std::string& name,
                               const Node& pod, const std::optional<Node>& labels) {
  PendingWorkload pending{.row = Row<tables::kube_workload>(platform_),
                          .origin = origin_,
                          .space = space,
                          .account = text_at(pod, {"serviceAccountName"}),
                          .automount = boolean_at(pod, {"automountServiceAccountToken"})};
  if (pending.account.empty()) pending.account = text_at(pod, {"serviceAccount"});
  if (pending.account.empty()) pending.account = "default";
  Row<tables::kube_workload>& row = pending.row;
  row.set<"cluster">(cluster_).set<"namespace">(space).set<"kind">(kind).set<"name">(name).set<"service_account">(pending.account);
  row.set<"host_network">(boolean_at(pod, {"hostNetwork"}).value_or(false));
  row.set<"host_pid">(boolean_at(pod, {"hostPID"}).value_or(false)).set<"host_ipc">(boolean_at(pod, {"hostIPC"}).value_or(false));
  std::vector<std::string> ports;
  for (const std::string_view list : {"containers", "initContainers", "ephemeralContainers"}) {
    for (const Node& container : items_at(pod, {list})) {
      add_container(container, list == "containers" ? "container" : (list == "initContainers" ? "init" : "ephemeral"), kind, space,
                    name, pod);
      for (const Node& port : items_at(container, {"ports"})) {
        if (const std::string host = text_at(port, {"hostPort"}); !host.empty() && host != "0") ports.push_back(host);
      }
    }
  }
  std::vector<std::string> paths;
  std::vector<std::string> kinds;
  for (const Node& volume : items_at(pod, {"volumes"})) {
    for (std::size_t i = 0; volume.is(Node::Kind::mapping) && i < volume.size(); ++i) {
      if (volume.key_at(i).scalar() != "name") kinds.emplace_back(volume.key_at(i).scalar());
    }
    if (const std::optional<Node> path = at(volume, {"hostPath"})) paths.push_back(text_at(*path, {"path"}));
  }
  std::ranges::sort(kinds);
  kinds.erase(std::ranges::unique(kinds).begin(), kinds.end());
  std::vector<std::string> sysctls;
  for (const Node& sysctl : items_at(pod, {"securityContext", "sysctls"})) {
    if (std::string key = text_at(sysctl, {"name"}); !is_safe_sysctl(key)) sysctls.push_back(std::move(key));
  }
  row.set<"host_ports">(ports).set<"host_paths">(paths).set<"volume_kinds">(kinds).set<"unsafe_sysctls">(sysctls);
  if (const std::string runtime = text_at(pod, {"runtimeClassName"}); !runtime.empty()) row.set<"runtime_class">(runtime);
  if (const std::string seccomp = text_at(pod, {"securityContext", "seccompProfile", "type"}); !seccomp.empty()) {
    row.set<"seccomp">(seccomp);
  }
  row.set<"labels">(pairs_of(labels));
  pending_.push_back(std::move(pending));
}

void KubeObjects::add_container(const Node& container, std::string_view container_kind, std::string_view kind,
                                const std::string& space, const std::string& name, const Node& pod) {
  Row<tables::kube_container> row(platform_);
  const std::string written = text_at(container, {"image"});
  const Image image = image_of(written);
  row.set<"cluster">(cluster_).set<"namespace">(space).set<"workload_kind">(kind).set<"workload">(name);
  row.set<"container">(text_at(container, {"name"})).set<"kind">(container_kind).set<"image">(written);
  row.set<"image_registry">(image.registry).set<"image_tag">(image.tag).set<"image_digest">(image.digest);
  const bool privileged = boolean_at(container, {"securityContext", "privileged"}).value_or(false);
  row.set<"privileged">(privileged);
  row.set<"allow_privilege_escalation">(boolean_at(container, {"securityContext", "allowPrivilegeEscalation"}).value_or(true));
  row.set<"run_as_non_root">(boolean_at(container, {"securityContext", "runAsNonRoot"})
                                 .value_or(boolean_at(pod, {"securityContext", "runAsNonRoot"}).value_or(false)));
  std::optional<Node> user = at(container, {"securityContext", "runAsUser"});
  if (!user) user = at(pod, {"securityContext", "runAsUser"});
  if (user) {
    if (const Result<std::int64_t> id = user->as_integer()) row.set<"run_as_user">(*id);
  }
  row.set<"read_only_root">(boolean_at(container, {"securityContext", "readOnlyRootFilesystem"}).value_or(false));
  row.set<"capabilities_added">(texts_at(container, {"securityContext", "capabilities", "add"}));
  row.set<"capabilities_dropped">(texts_at(container, {"securityContext", "capabilities", "drop"}));
  std::string seccomp = text_at(container, {"securityContext", "seccompProfile", "type"});
  if (seccomp.empty()) seccomp = text_at(pod, {"securityContext", "seccompProfile", "type"});
  if (!seccomp.empty()) row.set<"seccomp">(seccomp);
  const std::string proc_mount = text_at(container, {"securityContext", "procMount"});
  row.set<"proc_mount">(proc_mount.empty() ? "Default" : proc_mount);
  row.set<"cpu_limited">(at(container, {"resources", "limits", "cpu"}).has_value());
  row.set<"memory_limited">(at(container, {"resources", "limits", "memory"}).has_value());
  std::vector<std::string> secrets;
  for (const Node& variable : items_at(container, {"env"})) {
    if (at(variable, {"valueFrom", "secretKeyRef"})) secrets.push_back(text_at(variable, {"name"}));
  }
  row.set<"secret_environment">(secrets);
  write(row);
}

void KubeObjects::add_service_account(const Node& object, const std::string& space, const std::string& name) {
  const bool automount = boolean_at(object, {"automountServiceAccountToken"}).value_or(true);
  accounts_[{space, name}] = automount;
  std::vector<std::string> secrets;
  for (const Node& secret : items_at(object, {"secrets"})) secrets.push_back(text_at(secret, {"name"}));
  Row<tables::kube_service_account> row(platform_);
  row.set<"cluster">(cluster_).set<"namespace">(space).set<"service_account">(name).set<"automount_token">(automount);
  row.set<"token_secrets">(secrets);
  write(row);
}

void KubeObjects::add_role(const Node& object, const std::string& space, const std::string& name) {
  const bool built_in = text_at(object, {"metadata", "labels", "kubernetes.io/bootstrapping"}) == "rbac-defaults";
  Row<tables::kube_role> role(platform_);
  role.set<"cluster">(cluster_).set<"namespace">(space).set<"role">(name);
  role.set<"aggregated">(at(object, {"aggregationRule"}).has_value()).set<"built_in">(built_in);
  write(role);
  Row<tables::kube_role_rule> row(platform_);
  int number = 0;
  for (const Node& rule : items_at(object, {"rules"})) {
    ++number;
    const std::vector<std::string> names = texts_at(rule, {"resourceNames"});
    const auto add_right = [&](const std::string& verb, std::string_view group, const std::string& resource, bool path) {
      row.set<"cluster">(cluster_).set<"namespace">(space).set<"role">(name).set<"rule">(number).set<"verb">(verb);
      row.set<"api_group">(group).set<"resource">(resource).set<"resource_names">(names).set<"non_resource">(path);
      write(row);
    };
    for (const std::string& verb : texts_at(rule, {"verbs"})) {
      for (const std::string& group : texts_at(rule, {"apiGroups"})) {
        for (const std::string& resource : texts_at(rule, {"resources"})) add_right(verb, group, resource, false);
      }
      for (const std::string& path : texts_at(rule, {"nonResourceURLs"})) add_right(verb, "", path, true);
    }
  }
}

void KubeObjects::add_binding(const Node& object, const std::string& space, const std::string& name, bool cluster_wide) {
  const bool built_in = text_at(object, {"metadata", "labels", "kubernetes.io/bootstrapping"}) == "rbac-defaults";
  const bool cluster_role = cluster_wide || text_at(object, {"roleRef", "kind"}) == "ClusterRole";
  Row<tables::kube_binding> row(platform_);
  for (const Node& subject : items_at(object, {"subjects"})) {
    const std::string kind = text_at(subject, {"kind"});
    if (kind != "User" && kind != "Group" && kind != "ServiceAccount") continue;
    std::string subject_space = kind == "ServiceAccount" ? text_at(subject, {"namespace"}) : std::string();
    if (kind == "ServiceAccount" && subject_space.empty()) subject_space = space;
    row.set<"cluster">(cluster_).set<"namespace">(space).set<"binding">(name).set<"subject_kind">(kind);
    row.set<"subject_namespace">(subject_space).set<"subject">(text_at(subject, {"name"}));
    row.set<"role_namespace">(cluster_role ? std::string("*") : space).set<"role">(text_at(object, {"roleRef", "name"}));
    row.set<"built_in">(built_in);
    write(row);
  }
}

void KubeObjects::add_network_policy(const Node& object, const std::string& space, const std::string& name) {
  const std::optional<Node> spec = at(object, {"spec"});
  if (!spec) return;
  const std::vector<std::string> types = texts_at(*spec, {"policyTypes"});
  const bool has_egress = at(*spec, {"egress"}).has_value();
  // Without policyTypes the way in is always governed, the way out only if there are rules for it.
  const auto governs = [&](std::string_view type, bool unless_told) {
    return types.empty() ? unless_told : std::ranges::find(types, type) != types.end();
  };
  const std::vector<std::string> pods = selector(at(*spec, {"podSelector"}));
  Row<tables::kube_network_policy> row(platform_);
  row.set<"cluster">(cluster_).set<"namespace">(space).set<"policy">(name).set<"kind">("NetworkPolicy");
  row.set<"selects_all_pods">(pods.empty()).set<"pod_selector">(pods);
  row.set<"ingress">(governs("Ingress", true)).set<"egress">(governs("Egress", has_egress));
  row.set<"ingress_rules">(items_at(*spec, {"ingress"}).size()).set<"egress_rules">(items_at(*spec, {"egress"}).size());
  row.set<"wholly_understood">(true);
  write(row);
  add_policy_rules(*spec, "ingress", space, name);
  add_policy_rules(*spec, "egress", space, name);
}

void KubeObjects::add_policy_rules(const Node& rules, std::string_view direction, const std::string& space, const std::string& name) {
  Row<tables::kube_network_policy_rule> row(platform_);
  int number = 0;
  for (const Node& rule : items_at(rules, {direction})) {
    ++number;
    int part = 0;
    std::vector<std::optional<Node>> peers;
    for (const Node& peer : items_at(rule, {direction == "ingress" ? "from" : "to"})) peers.emplace_back(peer);
    if (peers.empty()) peers.emplace_back(std::nullopt);
    std::vector<std::optional<Node>> ports;
    for (const Node& port : items_at(rule, {"ports"})) ports.emplace_back(port);
    if (ports.empty()) ports.emplace_back(std::nullopt);
    for (const std::optional<Node>& peer : peers) {
      for (const std::optional<Node>& port : ports) {
        row.set<"cluster">(cluster_).set<"namespace">(space).set<"policy">(name).set<"direction">(direction);
        row.set<"rule">(number).set<"part">(++part).set<"action">("allow");
        std::vector<std::string> except;
        std::vector<std::string> spaces;
        std::vector<std::string> pods;
        std::string peer_kind = "any";
        if (peer) {
          const std::optional<Node> block = at(*peer, {"ipBlock"});
          const std::optional<Node> space_selector = peer->is(Node::Kind::mapping) ? peer->find("namespaceSelector") : std::nullopt;
          if (block) {
            peer_kind = "address";
            if (const std::string prefix = text_at(*block, {"cidr"}); !prefix.empty()) row.set<"peer_prefix">(prefix);
            except = texts_at(*block, {"except"});
          } else if (space_selector) {
            spaces = selector(space_selector);
            peer_kind = spaces.empty() ? "all_namespaces" : "namespaces";
          } else {
            peer_kind = "own_namespace";
          }
          pods = selector(at(*peer, {"podSelector"}));
        }
        row.set<"peer_kind">(peer_kind).set<"except_prefixes">(except).set<"namespace_selector">(spaces).set<"pod_selector">(pods);
        const std::string protocol = port ? to_lower(text_at(*port, {"protocol"})) : "any";
        row.set<"protocol">(protocol.empty() ? "tcp" : protocol);
        const std::string first = port ? text_at(*port, {"port"}) : std::string();
        const std::string last = port ? text_at(*port, {"endPort"}) : std::string();
        if (first.empty()) {
          row.set<"port_from">(0).set<"port_to">(65535);
        } else if (const auto from = parse_integer(first)) {
          row.set<"port_from">(*from).set<"port_to">(parse_integer(last).value_or(*from));
        }
        write(row);
      }
    }
  }
}

void KubeObjects::add_secret(const Node& object, const std::string& space, const std::string& name) {
  Row<tables::kube_secret> row(platform_);
  const std::string type = text_at(object, {"type"});
  row.set<"cluster">(cluster_).set<"namespace">(space).set<"secret">(name).set<"secret_type">(type.empty() ? "Opaque" : type);
  row.set<"value_in_manifest">(at(object, {"data"}).has_value() || at(object, {"stringData"}).has_value());
  write(row);
}

void KubeObjects::finish() {
  for (PendingWorkload& pending : pending_) {
    const auto account = accounts_.find({pending.space, pending.account});
    const bool by_account = account == accounts_.end() || account->second;
    pending.row.set<"automount_token">(pending.automount.value_or(by_account));
    written_.insert(tables::kube_workload.name);
    pending.row.write(sink_, pending.origin);
  }
  pending_.clear();
}

}  // namespace ehdscan
