// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/control_plane.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ip_prefix.h"
#include "base/text.h"
#include "collectors/kubernetes/component_settings.h"
#include "collectors/kubernetes/look.h"
#include "evidence/tables/kube_access.h"
#include "evidence/tables/kubernetes.h"

namespace ehdscan::kube {
namespace {

/// Agents of network plugins by the name of their DaemonSet.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kPlugins{{{"calico-node", "calico"},
                                                                                  {"cilium", "cilium"},
                                                                                  {"canal", "canal"},
                                                                                  {"antrea-agent", "antrea"},
                                                                                  {"ovnkube-node", "ovn-kubernetes"},
                                                                                  {"ovs-ovn", "kube-ovn"},
                                                                                  {"kube-router", "kube-router"},
                                                                                  {"weave-net", "weave"},
                                                                                  {"aws-node", "aws-vpc-cni"},
                                                                                  {"azure-cns", "azure-cni"},
                                                                                  {"kube-flannel-ds", "flannel"},
                                                                                  {"kube-flannel", "flannel"},
                                                                                  {"kindnet", "kindnet"}}};

std::string tag_of(std::string_view image) {
  image = image.substr(0, image.find('@'));
  const std::size_t colon = image.rfind(':');
  if (colon == std::string_view::npos || image.find('/', colon) != std::string_view::npos) return {};
  return std::string(image.substr(colon + 1));
}

std::string joined(const std::vector<std::string>& list) { return fmt::format("{}", fmt::join(list, ",")); }

/// Address of a kubeconfig's server, `host:port`.
std::string endpoint_of(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return std::string(url.substr(0, url.find('/')));
}

std::string host_of(const std::string& endpoint) {
  if (endpoint.starts_with('[')) return endpoint.substr(1, endpoint.find(']') - 1);
  return endpoint.substr(0, endpoint.rfind(':'));
}

}  // namespace

void ControlPlane::add_pod(const Object& object, const Node& pod) {
  for (const Node& container : items_at(pod, {"spec", "containers"})) {
    std::vector<std::string> words = texts_at(container, {"command"});
    const std::vector<std::string> more = texts_at(container, {"args"});
    words.insert(words.end(), more.begin(), more.end());
    if (words.empty()) continue;
    const std::string program = words.front().substr(words.front().rfind('/') + 1);
    for (const std::string_view component : {"kube-apiserver", "etcd", "kube-controller-manager", "kube-scheduler"}) {
      // Some distributions start it through a program that takes its name as an argument, or name the container alone.
      const bool starts = program == component || (words.size() > 1 && words[1] == component) ||
                          (text_at(container, {"name"}) == component && object.space == "kube-system");
      if (!starts) continue;
      std::string node = text_at(pod, {"spec", "nodeName"});
      add_arguments(component, node.empty() ? "*" : node, words);
      if (component != "kube-apiserver") continue;
      if (const std::string tag = tag_of(text_at(container, {"image"})); tag.starts_with('v')) version_ = tag.substr(1);
    }
  }
}

void ControlPlane::add_arguments(std::string_view component, const std::string& node,
                                 const std::vector<std::string>& words) {
  Component& added = components_.emplace_back(
      Component{.name = std::string(component), .node = node, .settings = {}, .origin = context_.origin});
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (!word.starts_with('-')) continue;
    word.remove_prefix(word.starts_with("--") ? 2 : 1);
    const std::size_t sign = word.find('=');
    std::string value;
    if (sign != std::string_view::npos) {
      value = word.substr(sign + 1);
    } else if (i + 1 < words.size() && !words[i + 1].starts_with('-')) {
      value = words[i + 1];
    } else {
      value = "true";
    }
    added.settings[std::string(word.substr(0, sign))] = value;
  }
}

void ControlPlane::add_kubelet(const Node& configuration, const std::string& node) {
  Component& added =
      components_.emplace_back(Component{.name = "kubelet", .node = node, .settings = {}, .origin = context_.origin});
  for (const KnownSetting& known : known_settings("kubelet")) {
    std::optional<Node> found = configuration;
    for (const std::string_view key : split(known.name, '.')) {
      found = found && found->is(Node::Kind::mapping) ? found->find(key) : std::nullopt;
    }
    if (!found || found->is(Node::Kind::null)) continue;
    std::vector<std::string> list;
    for (std::size_t i = 0; found->is(Node::Kind::sequence) && i < found->size(); ++i)
      list.emplace_back((*found)[i].scalar());
    added.settings[std::string(known.name)] =
        found->is(Node::Kind::sequence) ? joined(list) : std::string(found->scalar());
  }
}

void ControlPlane::add_kubeadm(const Node& configuration) {
  if (auto endpoint = some_text_at(configuration, {"controlPlaneEndpoint"})) endpoint_ = endpoint;
  if (const std::string version = text_at(configuration, {"kubernetesVersion"}); version.starts_with('v'))
    version_ = version.substr(1);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kParts{
      {{"apiServer", "kube-apiserver"}, {"etcd", "etcd"}}};
  for (const auto& [part, component] : kParts) {
    const std::optional<Node> arguments =
        part == "etcd" ? at(configuration, {"etcd", "local", "extraArgs"}) : at(configuration, {part, "extraArgs"});
    if (!arguments) continue;
    std::vector<std::string> words;
    for (std::size_t i = 0; i < arguments->size(); ++i) {
      // A mapping up to v1beta3, a list of name and value since v1beta4.
      words.push_back(
          arguments->is(Node::Kind::mapping)
              ? fmt::format("--{}={}", arguments->key_at(i).scalar(), (*arguments)[i].scalar())
              : fmt::format("--{}={}", text_at((*arguments)[i], {"name"}), text_at((*arguments)[i], {"value"})));
    }
    // kubeadm adds these itself.
    if (component == "kube-apiserver") words.insert(words.begin(), "--authorization-mode=Node,RBAC");
    if (component == "etcd") words.insert(words.begin(), {"--client-cert-auth=true", "--peer-client-cert-auth=true"});
    add_arguments(component, "*", words);
  }
}

void ControlPlane::add_config_map(const Object& object) {
  const auto read = [&](std::string_view key, auto take) {
    const std::string text = text_at(object.node, {"data", key});
    if (text.empty()) return;
    if (const auto document = Document::parse_yaml(text, "ConfigMap " + object.name)) take((*document)->root());
  };
  if (object.space == "kube-public" && object.name == "cluster-info") {
    read("kubeconfig", [&](const Node& node) {
      for (const Node& cluster : items_at(node, {"clusters"})) {
        if (!endpoint_) endpoint_ = endpoint_of(text_at(cluster, {"cluster", "server"}));
      }
    });
  }
  if (object.space != "kube-system") return;
  if (object.name == "kubeadm-config") read("ClusterConfiguration", [&](const Node& node) { add_kubeadm(node); });
  if (object.name.starts_with("kubelet-config")) read("kubelet", [&](const Node& node) { add_kubelet(node, "*"); });
}

bool ControlPlane::add_file(const Node& document, std::string_view kind, std::string_view group,
                            const std::string& file) {
  if (kind == "KubeletConfiguration") {
    add_kubelet(document, file);
  } else if (kind == "ClusterConfiguration" && group == "kubeadm.k8s.io") {
    add_kubeadm(document);
  } else if (kind == "EncryptionConfiguration" || kind == "EncryptionConfig") {
    add_encryption(document);
  } else if (kind == "Policy" && group == "audit.k8s.io") {
    add_audit_policy(document);
  } else if (kind == "AdmissionConfiguration") {
    add_admission_configuration(document);
  } else {
    return false;
  }
  return true;
}

void ControlPlane::add_encryption(const Node& configuration) {
  saw_encryption_ = true;
  Row<tables::kube_encryption_provider> row(context_.platform);
  std::map<std::string, bool> written;
  for (const Node& entry : items_at(configuration, {"resources"})) {
    for (std::string resource : texts_at(entry, {"resources"})) {
      // A pattern for every object, or every one of the core group, holds for secrets unless an entry before it does.
      if (resource == "*." || resource == "*.*") resource = "secrets";
      if (!written.try_emplace(resource, true).second) continue;
      int position = 0;
      for (const Node& provider : items_at(entry, {"providers"})) {
        if (!provider.is(Node::Kind::mapping) || provider.size() == 0) continue;
        const std::string name(provider.key_at(0).scalar());
        row.set<"cluster">(context_.options.cluster)
            .set<"resource">(resource)
            .set<"position">(++position)
            .set<"provider">(name);
        if (name == "kms") {
          const std::string version = text_at(provider, {"kms", "apiVersion"});
          row.set<"kms_version">(version.empty() ? "v1" : version);
        }
        context_.write(row);
      }
    }
  }
}

void ControlPlane::add_audit_policy(const Node& policy) {
  saw_audit_policy_ = true;
  const std::vector<std::string> stages = texts_at(policy, {"omitStages"});
  Row<tables::kube_audit_rule> row(context_.platform);
  int position = 0;
  for (const Node& rule : items_at(policy, {"rules"})) {
    std::vector<std::string> resources;
    for (const Node& entry : items_at(rule, {"resources"})) {
      const std::string group = text_at(entry, {"group"});
      std::vector<std::string> names = texts_at(entry, {"resources"});
      if (names.empty()) names.emplace_back("*");
      const std::vector<std::string> only = texts_at(entry, {"resourceNames"});
      for (const std::string& name : names) {
        resources.push_back(fmt::format("{}/{}{}{}", group, name, only.empty() ? "" : "#", fmt::join(only, "#")));
      }
    }
    std::vector<std::string> omitted = texts_at(rule, {"omitStages"});
    omitted.insert(omitted.end(), stages.begin(), stages.end());
    row.set<"cluster">(context_.options.cluster).set<"position">(++position).set<"level">(text_at(rule, {"level"}));
    row.set<"users">(texts_at(rule, {"users"}))
        .set<"user_groups">(texts_at(rule, {"userGroups"}))
        .set<"verbs">(texts_at(rule, {"verbs"}));
    row.set<"resources">(resources).set<"namespaces">(texts_at(rule, {"namespaces"}));
    row.set<"urls">(texts_at(rule, {"nonResourceURLs"})).set<"omit_stages">(omitted);
    context_.write(row);
  }
}

void ControlPlane::add_admission_configuration(const Node& configuration) {
  for (const Node& plugin : items_at(configuration, {"plugins"})) {
    const std::optional<Node> settings = at(plugin, {"configuration"});
    if (text_at(plugin, {"name"}) != "PodSecurity" || !settings) continue;
    const std::string level = text_at(*settings, {"defaults", "enforce"});
    pod_security_default_ = level.empty() ? "privileged" : level;
    Row<tables::kube_admission> row(context_.platform);
    row.set<"cluster">(context_.options.cluster).set<"admission_policy">("PodSecurity").set<"kind">("policy_engine");
    row.set<"purpose">("pod_security")
        .set<"mode">("enforce")
        .set<"failure_policy">("Fail")
        .set<"level">(*pod_security_default_);
    row.set<"namespaces">(std::vector<std::string>{});
    row.set<"excluded_namespaces">(list_at(*settings, {"exemptions", "namespaces"}));
    row.set<"excluded_subjects">(list_at(*settings, {"exemptions", "usernames"}));
    context_.write(row);
  }
}

void ControlPlane::add_node(const Object& object) {
  saw_nodes_ = true;
  const bool control_plane = label_of(object.node, "node-role.kubernetes.io/control-plane") ||
                             label_of(object.node, "node-role.kubernetes.io/master");
  Row<tables::kube_node> row(context_.platform);
  row.set<"cluster">(context_.options.cluster).set<"node">(object.name).set<"control_plane">(control_plane);
  std::string version = text_at(object.node, {"status", "nodeInfo", "kubeletVersion"});
  if (version.starts_with('v')) version.erase(0, 1);
  row.set<"kubelet_version">(version.empty() ? std::nullopt : std::optional(version));
  row.set<"os_image">(some_text_at(object.node, {"status", "nodeInfo", "osImage"}));
  row.set<"kernel_version">(some_text_at(object.node, {"status", "nodeInfo", "kernelVersion"}));
  row.set<"container_runtime">(some_text_at(object.node, {"status", "nodeInfo", "containerRuntimeVersion"}));
  if (const std::string id = text_at(object.node, {"spec", "providerID"}); !id.empty())
    row.set<"instance_id">(id.substr(id.rfind('/') + 1));
  if (at(object.node, {"status", "runtimeHandlers"})) {
    std::vector<std::string> handlers;
    for (const Node& handler : items_at(object.node, {"status", "runtimeHandlers"}))
      handlers.push_back(text_at(handler, {"name"}));
    row.set<"runtime_handlers">(handlers);
  }
  for (const Node& condition : items_at(object.node, {"status", "conditions"})) {
    if (text_at(condition, {"type"}) != "Ready") continue;
    const std::string status = text_at(condition, {"status"});
    if (status == "True") row.set<"ready">(true);
    if (status == "False") row.set<"ready">(false);
  }
  for (const Node& address : items_at(object.node, {"status", "addresses"})) {
    const auto prefix = parse_ip_prefix(text_at(address, {"address"}));
    if (control_plane && prefix && !public_part({*prefix}).empty()) public_node_address_ = true;
  }
  context_.write(row);
}

void ControlPlane::add_network_plugin(const Object& object, const Node& pod) {
  if (!first_) first_ = context_.origin;
  if (object.kind != "DaemonSet") return;
  const auto known =
      std::ranges::find(kPlugins, std::string_view(object.name), [](const auto& plugin) { return plugin.first; });
  if (known == kPlugins.end()) return;
  Plugin plugin{.name = std::string(known->second), .healthy = {}};
  if (plugin.name == "aws-vpc-cni") {
    // Its policies are enforced by a second container, if that is told to.
    for (const Node& container : items_at(pod, {"spec", "containers"})) {
      for (const std::string& word : texts_at(container, {"args"})) {
        if (word == "--enable-network-policy=true") plugin.name = "aws-network-policy";
      }
    }
  }
  const auto wanted = parse_integer(text_at(object.node, {"status", "desiredNumberScheduled"}));
  const auto ready = parse_integer(text_at(object.node, {"status", "numberReady"}));
  if (wanted && ready) plugin.healthy = *wanted > 0 && *ready >= *wanted;
  plugins_.push_back(std::move(plugin));
}

std::string ControlPlane::plugin_with_own_policies() const {
  for (const Plugin& plugin : plugins_) {
    if (plugin.name == "calico" || plugin.name == "cilium" || plugin.name == "canal" || plugin.name == "antrea")
      return plugin.name;
  }
  return {};
}

std::optional<std::string> ControlPlane::api_server_setting(std::string_view setting) const {
  std::optional<std::string> value;
  for (const Component& component : components_) {
    if (component.name != "kube-apiserver") continue;
    const auto found = component.settings.find(std::string(setting));
    // Of several API servers the one that says nothing is at the default, which the caller takes for a missing value.
    if (found == component.settings.end()) return std::nullopt;
    if (value && *value != found->second) return std::nullopt;
    value = found->second;
  }
  return value;
}

void ControlPlane::write_settings(const Component& component) {
  Row<tables::kube_component_setting> row(context_.platform);
  for (const KnownSetting& known : known_settings(component.name)) {
    const auto found = component.settings.find(std::string(known.name));
    row.set<"cluster">(context_.options.cluster)
        .set<"component">(component.name)
        .set<"node">(component.node)
        .set<"setting">(known.name);
    row.set<"explicitly_set">(found != component.settings.end());
    if (found != component.settings.end()) {
      row.set<"value">(found->second);
    } else if (!component.settings.contains("config-file") && !component.settings.contains("config")) {
      row.set<"value">(known.unless_set);  // with a file that was not given, what is unset here may be set there
    }
    context_.write(row, component.origin);
  }
}

void ControlPlane::finish() {
  for (const Component& component : components_) write_settings(component);
  const bool api_server =
      std::ranges::any_of(components_, [](const Component& component) { return component.name == "kube-apiserver"; });
  if (!api_server && !endpoint_ && !version_ && !pod_security_default_ && plugins_.empty() && !saw_nodes_ &&
      !context_.options.observed)
    return;
  Row<tables::kube_cluster> row(context_.platform);
  row.set<"cluster">(context_.options.cluster).set<"version">(version_).set<"api_endpoint">(endpoint_);
  const auto address = endpoint_ ? parse_ip_prefix(host_of(*endpoint_)) : std::nullopt;
  if (public_node_address_ || (address && !public_part({*address}).empty())) row.set<"api_public">(true);
  if (api_server) {
    const auto anonymous = api_server_setting("anonymous-auth");
    row.set<"anonymous_access">(!anonymous || *anonymous != "false");
    const std::string modes = api_server_setting("authorization-mode").value_or("AlwaysAllow");
    std::vector<std::string> list;
    for (const std::string_view mode : split(modes, ',')) list.emplace_back(mode);
    if (!api_server_setting("authorization-config")) row.set<"authorisation_modes">(list);
  }
  const auto first = std::ranges::find_if(
      plugins_, [](const Plugin& plugin) { return plugin.name != "flannel" && plugin.name != "aws-vpc-cni"; });
  if (!plugins_.empty()) {
    const Plugin& plugin = first == plugins_.end() ? plugins_.front() : *first;
    row.set<"network_plugin">(plugin.name).set<"network_plugin_healthy">(plugin.healthy);
  }
  row.set<"pod_security_default">(pod_security_default_);
  const auto server = std::ranges::find(components_, "kube-apiserver", &Component::name);
  context_.write(row, server != components_.end() ? server->origin : first_.value_or(context_.origin));
}

}  // namespace ehdscan::kube
