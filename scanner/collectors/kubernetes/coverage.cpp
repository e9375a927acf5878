// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/coverage.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "collectors/kubernetes/look.h"

namespace ehdscan::kube {

std::string resource_of(std::string_view kind) {
  std::string resource = to_lower(kind);
  if (resource.ends_with('y') && !resource.ends_with("ay")) {
    resource.pop_back();
    return resource + "ies";
  }
  return resource + (resource.ends_with('s') ? "es" : "s");
}

void Coverage::add_list(const Node& list, std::string_view kind, const std::string& file) {
  Pages& pages = pages_[std::string(kind)];
  pages.items += static_cast<std::int64_t>(items_at(list, {"items"}).size());
  if (!text_at(list, {"metadata", "continue"}).empty()) {
    const auto left = parse_integer(text_at(list, {"metadata", "remainingItemCount"}));
    pages.unending = pages.unending || !left;
    pages.wanted = std::max(pages.wanted, pages.items + left.value_or(0));
  }
  // `api_v1_pods`, `apis_apps_v1_deployments`: the path of a request that names no namespace. A page of it may have a
  // number.
  if (text_at(list, {"metadata", "resourceVersion"}).empty()) return;
  const std::vector<std::string_view> parts = split(file, '_');
  const std::size_t group = parts.empty() || parts[0] == "api" ? 1 : 2;
  if (parts.size() < group + 2 || (parts[0] != "api" && parts[0] != "apis")) return;
  const bool page = parts.size() == group + 3 && parse_integer(parts[group + 2]).has_value();
  if ((parts.size() == group + 2 || page) && parts[group + 1] == resource_of(kind)) answered_.insert(resource_of(kind));
}

void Coverage::add_object(std::string_view kind, const std::string& space, const std::string& name) {
  if (kind == "Namespace") namespaces_.insert(name);
  if (kind == "ServiceAccount" && name == "default") with_default_account_.insert(space);
  if (kind == "Pod" || kind == "ServiceAccount" || kind == "NetworkPolicy" || kind == "RoleBinding")
    used_namespaces_.insert(space);
}

std::string Coverage::gap_of(std::string_view resource) const {
  for (const auto& [kind, pages] : pages_) {
    if (resource_of(kind) != resource) continue;
    if (pages.unending || pages.items < pages.wanted)
      return fmt::format("the list of {} goes on beyond what was given", resource);
  }
  if (answered_.contains(resource)) return {};
  if (!stated_.contains(resource) && !stated_.contains("*")) {
    return fmt::format("nothing says that the dump holds the {0} of every namespace; `whole: [{0}]` says so", resource);
  }
  if (stated_.contains("*") || stated_.contains("namespaces")) {
    // Every cluster has these, so a dump without them is not of the whole.
    for (const std::string_view always : {"default", "kube-system"}) {
      if (!namespaces_.contains(std::string(always)))
        return fmt::format("the dump is said to be whole and lacks the namespace {}", always);
    }
    for (const std::string& used : used_namespaces_) {
      if (!namespaces_.contains(used))
        return fmt::format("the dump is said to be whole and lacks the namespace {}, of which it has objects", used);
    }
  }
  if (stated_.contains("*") || stated_.contains("serviceaccounts")) {
    for (const std::string& space : namespaces_) {
      if (!with_default_account_.contains(space)) {
        return fmt::format("the dump is said to be whole and lacks the service account `default` of the namespace {}",
                           space);
      }
    }
  }
  return {};
}

std::string Coverage::gap(const std::vector<std::string_view>& resources) const {
  for (const std::string_view resource : resources) {
    if (std::string found = gap_of(resource); !found.empty()) return found;
  }
  return {};
}

}  // namespace ehdscan::kube
