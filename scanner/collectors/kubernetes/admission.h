// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "collectors/kubernetes/context.h"

namespace ehdscan::kube {

/// What is admitted to the cluster: webhooks, validating policies with their bindings, rules of policy engines.
class Admission {
 public:
  explicit Admission(Context& context) : context_(context) {}

  /// False if the object is none of those.
  bool add(const Object& object);
  /// Policies whose bindings came elsewhere. Call last.
  void finish();

 private:
  void add_webhooks(const Object& object, std::string_view kind);
  void add_kyverno(const Object& object, bool cluster_wide);
  void add_image_policy(const Object& object);

  struct Binding {
    std::string name, policy;
    std::vector<std::string> actions;
    bool all_namespaces = false;
    Origin origin;
  };

  Context& context_;
  std::map<std::string, std::string> failure_policies_;  ///< of validating policies, by name
  std::vector<Binding> bindings_;
};

}  // namespace ehdscan::kube
