// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "collectors/kubernetes/context.h"

namespace ehdscan::kube {

/// Roles and bindings. In manifests the rules of aggregated roles are written out at the end, as the cluster's
/// controller will; in a dump it has done so, and what stands there is what the API server decides by.
class Access {
 public:
  explicit Access(Context& context) : context_(context) {}

  void add_role(const Object& object);
  void add_binding(const Object& object);
  /// `roles_whole`: every role was read, so that a missing one does not exist.
  void finish(bool roles_whole);

 private:
  struct Rule {
    std::vector<std::string> verbs, groups, resources, names, paths;
  };
  struct Role {
    std::string space;  ///< `*` for roles of the whole cluster
    std::string name;
    std::vector<std::string> labels;
    std::vector<std::vector<std::string>> aggregates;  ///< selectors of roles whose rules it takes
    std::vector<Rule> rules;
    Origin origin;
  };
  struct Binding {
    std::string space, name, subject_kind, subject_space, subject, role_space, role;
    bool built_in = false;
    Origin origin;
  };

  void write_rules(const Role& role, const std::vector<Rule>& rules);

  Context& context_;
  std::vector<Role> roles_;
  std::vector<Binding> bindings_;
};

}  // namespace ehdscan::kube
