// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/kubernetes/context.h"

namespace ehdscan::kube {

/// How the control plane and the nodes are set up: arguments of static pods, configuration files of kubelet, API server
/// and kubeadm, audit policy, encryption of stored objects. Only settings that are known to hold no secret are kept.
class ControlPlane {
 public:
  explicit ControlPlane(Context& context) : context_(context) {}

  /// Arguments of API server, etcd, controller manager and scheduler in a pod; other pods say nothing.
  void add_pod(const Object& object, const Node& pod);
  /// ConfigMaps in which kubeadm keeps its configuration, that of kubelets and the cluster's address.
  void add_config_map(const Object& object);
  /// A configuration file. `file` is its name without extension, which names the node of a kubelet's.
  /// False if it is none that is known.
  bool add_file(const Node& document, std::string_view kind, std::string_view group, const std::string& file);
  void add_node(const Object& object);
  void add_network_plugin(const Object& object, const Node& pod);
  void set_version(std::string version) { version_ = std::move(version); }

  /// Writes settings and the row of the cluster.
  void finish();

  [[nodiscard]] bool saw_settings() const { return !components_.empty(); }
  [[nodiscard]] bool saw_encryption() const { return saw_encryption_; }
  [[nodiscard]] bool saw_audit_policy() const { return saw_audit_policy_; }
  /// A plugin that has policies of its own kinds; empty if none was seen.
  [[nodiscard]] std::string plugin_with_own_policies() const;

 private:
  struct Component {
    std::string name, node;
    std::map<std::string, std::string> settings;  ///< as set; names as in the table
    Origin origin;
  };
  struct Plugin {
    std::string name;
    std::optional<bool> healthy;
  };

  void add_arguments(std::string_view component, const std::string& node, const std::vector<std::string>& words);
  void add_kubelet(const Node& configuration, const std::string& node);
  void add_kubeadm(const Node& configuration);
  void add_encryption(const Node& configuration);
  void add_audit_policy(const Node& policy);
  void add_admission_configuration(const Node& configuration);
  void write_settings(const Component& component);
  [[nodiscard]] std::optional<std::string> api_server_setting(std::string_view setting) const;

  Context& context_;
  std::vector<Component> components_;
  std::vector<Plugin> plugins_;
  std::optional<std::string> version_, endpoint_, pod_security_default_;
  std::optional<Origin> first_;  ///< where the first workload stands, for a cluster of which nothing else tells
  bool public_node_address_ = false;
  bool saw_encryption_ = false;
  bool saw_audit_policy_ = false;
  bool saw_nodes_ = false;
};

}  // namespace ehdscan::kube
