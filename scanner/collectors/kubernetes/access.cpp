// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/access.h"

#include <algorithm>
#include <set>

#include "collectors/kubernetes/look.h"
#include "evidence/tables/kube_access.h"

namespace ehdscan::kube {
namespace {

bool is_built_in(const Node& object) { return label_of(object, "kubernetes.io/bootstrapping") == "rbac-defaults"; }

}  // namespace

void Access::add_role(const Object& object) {
  Role role{.space = object.kind == "Role" ? object.space : "*",
            .name = object.name,
            .labels = pairs_of(at(object.node, {"metadata", "labels"})),
            .aggregates = {},
            .rules = {},
            .origin = context_.origin};
  for (const Node& selector : items_at(object.node, {"aggregationRule", "clusterRoleSelectors"})) {
    role.aggregates.push_back(selector_of(selector));
  }
  for (const Node& rule : items_at(object.node, {"rules"})) {
    role.rules.push_back({.verbs = texts_at(rule, {"verbs"}),
                          .groups = texts_at(rule, {"apiGroups"}),
                          .resources = texts_at(rule, {"resources"}),
                          .names = texts_at(rule, {"resourceNames"}),
                          .paths = texts_at(rule, {"nonResourceURLs"})});
  }
  Row<tables::kube_role> row(context_.platform);
  row.set<"cluster">(context_.options.cluster).set<"namespace">(role.space).set<"role">(role.name);
  row.set<"aggregated">(at(object.node, {"aggregationRule"}).has_value()).set<"built_in">(is_built_in(object.node));
  context_.write(row);
  roles_.push_back(std::move(role));
}

void Access::add_binding(const Object& object) {
  const bool cluster_wide = object.kind == "ClusterRoleBinding";
  const bool cluster_role = cluster_wide || text_at(object.node, {"roleRef", "kind"}) == "ClusterRole";
  for (const Node& subject : items_at(object.node, {"subjects"})) {
    const std::string kind = text_at(subject, {"kind"});
    if (kind != "User" && kind != "Group" && kind != "ServiceAccount") continue;
    std::string subject_space = kind == "ServiceAccount" ? text_at(subject, {"namespace"}) : std::string();
    if (kind == "ServiceAccount" && subject_space.empty()) subject_space = object.space;
    bindings_.push_back({.space = cluster_wide ? "*" : object.space,
                         .name = object.name,
                         .subject_kind = kind,
                         .subject_space = subject_space,
                         .subject = text_at(subject, {"name"}),
                         .role_space = cluster_role ? "*" : object.space,
                         .role = text_at(object.node, {"roleRef", "name"}),
                         .built_in = is_built_in(object.node),
                         .origin = context_.origin});
  }
}

void Access::write_rules(const Role& role, const std::vector<Rule>& rules) {
  Row<tables::kube_role_rule> row(context_.platform);
  int number = 0;
  for (const Rule& rule : rules) {
    ++number;
    const auto right = [&](const std::string& verb, std::string_view group, const std::string& resource, bool path) {
      row.set<"cluster">(context_.options.cluster)
          .set<"namespace">(role.space)
          .set<"role">(role.name)
          .set<"rule">(number);
      row.set<"verb">(verb).set<"api_group">(group).set<"resource">(resource).set<"resource_names">(rule.names);
      row.set<"non_resource">(path);
      context_.write(row, role.origin);
    };
    for (const std::string& verb : std::set(rule.verbs.begin(), rule.verbs.end())) {
      for (const std::string& group : std::set(rule.groups.begin(), rule.groups.end())) {
        for (const std::string& resource : std::set(rule.resources.begin(), rule.resources.end()))
          right(verb, group, resource, false);
      }
      for (const std::string& path : std::set(rule.paths.begin(), rule.paths.end())) right(verb, "", path, true);
    }
  }
}

void Access::finish(bool roles_whole) {
  for (const Role& role : roles_) {
    std::vector<Rule> rules = role.rules;
    if (!context_.options.observed && !role.aggregates.empty()) {
      // Roles that aggregate into an aggregated role count too; each role once.
      std::set<const Role*> taken{&role};
      std::vector<const Role*> open{&role};
      while (!open.empty()) {
        const Role* from = open.back();
        open.pop_back();
        for (const std::vector<std::string>& selector : from->aggregates) {
          for (const Role& other : roles_) {
            if (other.space != "*" || !selects(selector, other.labels).value_or(true) || !taken.insert(&other).second)
              continue;
            rules.insert(rules.end(), other.rules.begin(), other.rules.end());
            open.push_back(&other);
          }
        }
      }
    }
    write_rules(role, rules);
  }
  std::set<std::pair<std::string, std::string>> known;
  for (const Role& role : roles_) known.emplace(role.space, role.name);
  Row<tables::kube_binding> row(context_.platform);
  for (const Binding& binding : bindings_) {
    row.set<"cluster">(context_.options.cluster).set<"namespace">(binding.space).set<"binding">(binding.name);
    row.set<"subject_kind">(binding.subject_kind)
        .set<"subject_namespace">(binding.subject_space)
        .set<"subject">(binding.subject);
    row.set<"role_namespace">(binding.role_space).set<"role">(binding.role).set<"built_in">(binding.built_in);
    if (known.contains({binding.role_space, binding.role})) {
      row.set<"role_exists">(true);
    } else if (roles_whole) {
      row.set<"role_exists">(false);
    }
    context_.write(row, binding.origin);
  }
  roles_.clear();
  bindings_.clear();
}

}  // namespace ehdscan::kube
