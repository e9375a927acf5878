// SPDX-License-Identifier: Apache-2.0
// Defaults as the Kubernetes API reference (core/v1 PodSpec, Container, SecurityContext) documents them.
#include "collectors/kubernetes/workloads.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/kubernetes/look.h"

namespace ehdscan::kube {
namespace {

/// Settings that Kubernetes lets every pod change (Pod Security Standards, baseline).
bool is_safe_sysctl(std::string_view name) {
  constexpr std::array<std::string_view, 10> kSafe{
      "kernel.shm_rmid_forced",       "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
      "net.ipv4.tcp_syncookies",      "net.ipv4.ping_group_range",    "net.ipv4.ip_local_reserved_ports",
      "net.ipv4.tcp_keepalive_time",  "net.ipv4.tcp_fin_timeout",     "net.ipv4.tcp_keepalive_intvl",
      "net.ipv4.tcp_keepalive_probes"};
  return std::ranges::find(kSafe, name) != kSafe.end();
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
  if (slash != std::string_view::npos &&
      (first.find_first_of(".:") != std::string_view::npos || first == "localhost")) {
    image.registry = std::string(first);
  }
  const std::size_t colon = written.rfind(':');
  const std::size_t last_slash = written.rfind('/');
  if (colon != std::string_view::npos && (last_slash == std::string_view::npos || colon > last_slash)) {
    image.tag = std::string(written.substr(colon + 1));
  }
  return image;
}

/// What the container says, else what its pod says, else the default; nothing where either cannot be read.
std::optional<bool> own_or_pod_flag(const Node& container, const Node& spec, std::string_view key, bool unless_set) {
  const Flag own = maybe_flag_at(container, {"securityContext", key});
  return own.present ? own.value : flag_at(spec, {"securityContext", key}, unless_set);
}

std::optional<std::string> own_or_pod_text(const Node& container, const Node& spec, std::string_view key,
                                           std::string_view member) {
  auto own = some_text_at(container, {"securityContext", key, member});
  return own ? own : some_text_at(spec, {"securityContext", key, member});
}

/// AppArmor by field, or by the annotation that came before it.
std::optional<std::string> apparmor_of(const Node& container, const Node& spec, const Node& object) {
  if (auto field = own_or_pod_text(container, spec, "appArmorProfile", "type")) return field;
  const std::string name = text_at(container, {"name"});
  const auto written = annotation_of(object, "container.apparmor.security.beta.kubernetes.io/" + name);
  if (!written) return std::nullopt;
  if (*written == "runtime/default") return "RuntimeDefault";
  if (written->starts_with("localhost/")) return "Localhost";
  return *written == "unconfined" ? "Unconfined" : *written;
}

std::vector<std::string> selinux_of(const Node& container, const Node& spec) {
  std::optional<Node> options = at(container, {"securityContext", "seLinuxOptions"});
  if (!options) options = at(spec, {"securityContext", "seLinuxOptions"});
  return pairs_of(options);
}

/// `sha256:…` of `docker-pullable://image@sha256:…`.
std::string digest_of(std::string_view image_id) {
  const std::size_t sign = image_id.rfind('@');
  if (sign != std::string_view::npos) return std::string(image_id.substr(sign + 1));
  return {};
}

}  // namespace

std::optional<Node> pod_template(const Node& object, std::string_view kind) {
  if (kind == "Pod") return object;
  if (kind == "PodTemplate") return at(object, {"template"});
  if (kind == "CronJob") return at(object, {"spec", "jobTemplate", "spec", "template"});
  if (kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet" || kind == "ReplicaSet" || kind == "Job" ||
      kind == "ReplicationController") {
    return at(object, {"spec", "template"});
  }
  return std::nullopt;
}

Result<void> Workloads::add(const Object& object, const Node& pod) {
  const std::optional<Node> spec = at(pod, {"spec"});
  if (!spec || !spec->is(Node::Kind::mapping)) return std::unexpected(pod.error("its pods have no `spec`"));
  const std::optional<Node> containers = at(*spec, {"containers"});
  if (!containers || !containers->is(Node::Kind::sequence) || containers->size() == 0) {
    return std::unexpected(spec->error("its pods have no containers", "is it a template that was not rendered?"));
  }
  Workload workload{.id = {object.space, object.kind, object.name},
                    .owner = {},
                    .row = Row<tables::kube_workload>(context_.platform),
                    .origin = context_.origin,
                    .account = {},
                    .automount = {},
                    .containers = {},
                    .digests = {},
                    .started = {}};
  for (const Node& owner : items_at(object.node, {"metadata", "ownerReferences"})) {
    // A mirror pod belongs to its node: nobody else judges it.
    const std::string kind = text_at(owner, {"kind"});
    if (kind != "Node") workload.owner = {object.space, kind, text_at(owner, {"name"})};
  }
  read_pod(object, pod, *spec, workload);
  if (object.kind == "Pod") read_status(object.node, workload);
  all_.push_back(std::move(workload));
  return {};
}

void Workloads::read_pod(const Object& object, const Node& template_, const Node& spec, Workload& workload) {
  workload.account = text_at(spec, {"serviceAccountName"});
  if (workload.account.empty()) workload.account = text_at(spec, {"serviceAccount"});
  if (workload.account.empty()) workload.account = "default";
  const Flag automount = maybe_flag_at(spec, {"automountServiceAccountToken"});
  workload.automount_set = automount.present;
  workload.automount = automount.value;
  Row<tables::kube_workload>& row = workload.row;
  row.set<"cluster">(context_.options.cluster)
      .set<"namespace">(object.space)
      .set<"kind">(object.kind)
      .set<"name">(object.name);
  row.set<"service_account">(workload.account);
  row.set<"host_network">(flag_at(spec, {"hostNetwork"}, false));
  row.set<"host_pid">(flag_at(spec, {"hostPID"}, false)).set<"host_ipc">(flag_at(spec, {"hostIPC"}, false));
  std::vector<std::string> ports;
  bool ports_known = true;
  for (const std::string_view list : {"containers", "initContainers", "ephemeralContainers"}) {
    for (const Node& container : items_at(spec, {list})) {
      read_container(container, list == "containers" ? "container" : (list == "initContainers" ? "init" : "ephemeral"),
                     object, spec, template_, workload);
      ports_known = ports_known && !is_unreadable(container, {"ports"}, Node::Kind::sequence);
      for (const Node& port : items_at(container, {"ports"})) {
        if (const std::string host = text_at(port, {"hostPort"}); !host.empty() && host != "0") ports.push_back(host);
      }
    }
  }
  const std::optional<Node> volumes = at(spec, {"volumes"});
  if (!volumes || volumes->is(Node::Kind::sequence)) {
    std::vector<std::string> paths;
    std::vector<std::string> kinds;
    for (const Node& volume : items_at(spec, {"volumes"})) {
      bool any = false;
      for (std::size_t i = 0; volume.is(Node::Kind::mapping) && i < volume.size(); ++i) {
        if (volume.key_at(i).scalar() == "name") continue;
        kinds.emplace_back(volume.key_at(i).scalar());
        any = true;
      }
      if (!any) kinds.emplace_back("emptyDir");  // what a volume without a source is
      if (const std::optional<Node> path = at(volume, {"hostPath"})) paths.push_back(text_at(*path, {"path"}));
    }
    std::ranges::sort(kinds);
    kinds.erase(std::ranges::unique(kinds).begin(), kinds.end());
    row.set<"host_paths">(paths).set<"volume_kinds">(kinds);
  }
  std::vector<std::string> sysctls;
  for (const Node& sysctl : items_at(spec, {"securityContext", "sysctls"})) {
    if (std::string key = text_at(sysctl, {"name"}); !is_safe_sysctl(key)) sysctls.push_back(std::move(key));
  }
  if (ports_known || !ports.empty()) row.set<"host_ports">(ports);
  if (!is_unreadable(spec, {"securityContext", "sysctls"}, Node::Kind::sequence)) row.set<"unsafe_sysctls">(sysctls);
  row.set<"host_process">(flag_at(spec, {"securityContext", "windowsOptions", "hostProcess"}, false));
  row.set<"runtime_class">(some_text_at(spec, {"runtimeClassName"}));
  row.set<"seccomp">(some_text_at(spec, {"securityContext", "seccompProfile", "type"}));
  row.set<"labels">(pairs_of(at(template_, {"metadata", "labels"})));
  const std::optional<Node> labels = at(template_, {"metadata", "labels"});
  for (std::size_t i = 0; labels && labels->is(Node::Kind::mapping) && i < labels->size(); ++i) {
    const std::string_view key = labels->key_at(i).scalar();
    const std::string& wanted = context_.options.user_code_label;
    const bool it = wanted.empty()
                        ? key.substr(key.find('/') == std::string_view::npos ? 0 : key.find('/') + 1) == "user-code"
                        : key == wanted;
    if (!it) continue;
    if ((*labels)[i].scalar() == "true") row.set<"user_code">(true);
    if ((*labels)[i].scalar() == "false") row.set<"user_code">(false);
  }
}

void Workloads::read_container(const Node& container, std::string_view container_kind, const Object& object,
                               const Node& spec, const Node& template_, Workload& workload) {
  Row<tables::kube_container> row(context_.platform);
  const std::string written = text_at(container, {"image"});
  std::string name = text_at(container, {"name"});
  const Image image = image_of(written);
  row.set<"cluster">(context_.options.cluster).set<"namespace">(object.space).set<"workload_kind">(object.kind);
  row.set<"workload">(object.name).set<"container">(name).set<"kind">(container_kind).set<"image">(written);
  row.set<"image_registry">(image.registry).set<"image_tag">(image.tag).set<"image_digest">(image.digest);
  row.set<"privileged">(flag_at(container, {"securityContext", "privileged"}, false));
  row.set<"allow_privilege_escalation">(flag_at(container, {"securityContext", "allowPrivilegeEscalation"}, true));
  std::optional<bool> non_root = own_or_pod_flag(container, spec, "runAsNonRoot", false);
  std::optional<Node> user = at(container, {"securityContext", "runAsUser"});
  if (!user) user = at(spec, {"securityContext", "runAsUser"});
  if (user) {
    if (const Result<std::int64_t> id = user->as_integer()) {
      row.set<"run_as_user">(*id);
    } else {
      non_root = std::nullopt;
    }
  }
  row.set<"run_as_non_root">(non_root);
  row.set<"read_only_root">(flag_at(container, {"securityContext", "readOnlyRootFilesystem"}, false));
  row.set<"capabilities_added">(list_at(container, {"securityContext", "capabilities", "add"}));
  row.set<"capabilities_dropped">(list_at(container, {"securityContext", "capabilities", "drop"}));
  row.set<"seccomp">(own_or_pod_text(container, spec, "seccompProfile", "type"));
  row.set<"apparmor">(apparmor_of(container, spec, template_));
  if (!is_unreadable(container, {"securityContext", "seLinuxOptions"}, Node::Kind::mapping) &&
      !is_unreadable(spec, {"securityContext", "seLinuxOptions"}, Node::Kind::mapping)) {
    row.set<"selinux_options">(selinux_of(container, spec));
  }
  const std::string proc_mount = text_at(container, {"securityContext", "procMount"});
  row.set<"proc_mount">(proc_mount.empty() ? "Default" : proc_mount);
  if (!is_unreadable(container, {"resources", "limits"}, Node::Kind::mapping)) {
    row.set<"cpu_limited">(at(container, {"resources", "limits", "cpu"}).has_value());
    row.set<"memory_limited">(at(container, {"resources", "limits", "memory"}).has_value());
  }
  std::vector<std::string> secrets;
  for (const Node& variable : items_at(container, {"env"})) {
    if (at(variable, {"valueFrom", "secretKeyRef"})) secrets.push_back(text_at(variable, {"name"}));
  }
  for (const Node& from : items_at(container, {"envFrom"})) {
    if (at(from, {"secretRef"})) secrets.push_back(text_at(from, {"prefix"}) + "*");
  }
  if (!is_unreadable(container, {"env"}, Node::Kind::sequence) &&
      !is_unreadable(container, {"envFrom"}, Node::Kind::sequence)) {
    row.set<"secret_environment">(secrets);
  }
  workload.containers.push_back(
      {.row = std::move(row), .name = std::move(name), .ephemeral = container_kind == "ephemeral"});
}

void Workloads::read_status(const Node& object, Workload& workload) {
  workload.is_pod = true;
  workload.runs = text_at(object, {"status", "phase"}) == "Running";
  workload.started = instant_at(object, {"status", "startTime"});
  for (const std::string_view list : {"containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"}) {
    for (const Node& status : items_at(object, {"status", list})) {
      if (std::string digest = digest_of(text_at(status, {"imageID"})); !digest.empty()) {
        workload.digests[text_at(status, {"name"})] = std::move(digest);
      }
    }
  }
}

void Workloads::finish(bool accounts_whole) {
  std::map<Id, Workload*> by_id;
  for (Workload& workload : all_) by_id.try_emplace(workload.id, &workload);
  const auto owner_of = [&](const Workload& workload) -> Workload* {
    if (std::get<1>(workload.owner).empty()) return nullptr;
    const auto found = by_id.find(workload.owner);
    return found == by_id.end() ? nullptr : found->second;
  };
  for (Workload& workload : all_) {
    Workload* top = owner_of(workload);
    if (top == nullptr) continue;
    for (int depth = 0; depth < 8; ++depth) {
      Workload* above = owner_of(*top);
      if (above == nullptr || above == &workload) break;
      top = above;
    }
    if (!workload.is_pod) continue;
    top->runs = top->runs || workload.runs;
    if (workload.started && (!top->started || *workload.started < *top->started)) top->started = workload.started;
    for (const auto& [container, digest] : workload.digests) {
      // Pods of one controller that run different images are one row: the digest is then not one.
      const auto [known, is_new] = top->digests.try_emplace(container, digest);
      if (!is_new && known->second != digest) known->second.clear();
    }
  }
  for (Workload& workload : all_) {
    if (owner_of(workload) == nullptr) write(workload, accounts_whole);
    if (owner_of(workload) == nullptr || !workload.is_pod) continue;
    // Containers for debugging are in pods only, whatever their controller says.
    for (Container& container : workload.containers) {
      if (container.ephemeral) context_.write(container.row, workload.origin);
    }
  }
  all_.clear();
}

void Workloads::write(Workload& workload, bool accounts_whole) {
  std::optional<bool> automount = workload.automount;
  if (!workload.automount_set) {
    const auto account = accounts_.find({std::get<0>(workload.id), workload.account});
    if (account != accounts_.end()) {
      automount = account->second;
    } else if (accounts_whole || (workload.account == "default" && !context_.options.observed)) {
      automount = true;  // what an account does that says nothing
    }
  }
  workload.row.set<"automount_token">(automount);
  if (context_.options.observed) {
    workload.row.set<"running">(workload.runs);
    workload.row.set<"started_at">(workload.started);
  }
  for (Container& container : workload.containers) {
    const auto digest = workload.digests.find(container.name);
    if (digest != workload.digests.end() && !digest->second.empty())
      container.row.set<"running_image_digest">(digest->second);
    context_.write(container.row, workload.origin);
  }
  context_.write(workload.row, workload.origin);
}

}  // namespace ehdscan::kube
