// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "format/document.h"

namespace ehdscan::kube {

/// Which kinds of objects a dump holds wholly. A list does not say whether it is of one namespace or of all, so a kind
/// counts as whole only if site.yaml says so (`whole: [pods, networkpolicies]`) or the file is an answer of the API
/// whose name is the path that was asked (`api_v1_pods.json`), and nothing in the dump speaks against it.
class Coverage {
 public:
  /// Resources as `kubectl get` names them; `*` for every kind.
  void state(std::string resource) { stated_.insert(std::move(resource)); }

  /// A List of the API with its file; looks for the mark of further pages.
  void add_list(const Node& list, std::string_view kind, const std::string& file);
  void add_object(std::string_view kind, const std::string& space, const std::string& name);
  /// An answer that is no object but a refusal.
  void add_refusal(const std::string& message) { refusal_ = message; }

  /// Empty if every one of the resources is whole, else why not.
  [[nodiscard]] std::string gap(const std::vector<std::string_view>& resources) const;
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

 private:
  [[nodiscard]] std::string gap_of(std::string_view resource) const;

  struct Pages {
    std::int64_t items = 0;
    std::int64_t wanted = 0;  ///< most that a page promised
    bool unending = false;    ///< a page names a next one and not how many are left
  };

  std::set<std::string, std::less<>> stated_;
  std::set<std::string, std::less<>> answered_;      ///< resources asked over the whole cluster
  std::map<std::string, Pages, std::less<>> pages_;  ///< by kind
  std::set<std::string> namespaces_;
  std::set<std::string> used_namespaces_;
  std::set<std::string> with_default_account_;
  std::string refusal_;
};

/// Resource of a kind: `NetworkPolicy` → `networkpolicies`.
std::string resource_of(std::string_view kind);

}  // namespace ehdscan::kube
