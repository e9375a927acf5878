// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "collectors/kubernetes/context.h"
#include "evidence/tables/kubernetes.h"

namespace ehdscan::kube {

/// The template of pods that an object of this kind holds; the object itself for a pod.
std::optional<Node> pod_template(const Node& object, std::string_view kind);

/// Controllers, and pods without one. What a controller makes is judged at the controller; its pods add what runs. All
/// rows are written at the end, because tokens depend on service accounts and what runs on pods.
class Workloads {
 public:
  explicit Workloads(Context& context) : context_(context) {}

  /// Errors: invalid_input, if the pods have no containers.
  Result<void> add(const Object& object, const Node& pod);
  void add_account(const std::string& space, const std::string& account, std::optional<bool> automount) {
    accounts_[{space, account}] = automount;
  }
  /// `accounts_whole`: every service account was read, so that a missing one is a default one.
  void finish(bool accounts_whole);

 private:
  using Id = std::tuple<std::string, std::string, std::string>;  ///< namespace, kind, name

  struct Container {
    Row<tables::kube_container> row;
    std::string name;
    bool ephemeral = false;
  };
  struct Workload {
    Id id;
    Id owner;  ///< kind is empty if there is none
    Row<tables::kube_workload> row;
    Origin origin;
    std::string account;
    bool automount_set = false;
    std::optional<bool> automount;
    std::vector<Container> containers;
    std::map<std::string, std::string> digests;  ///< of a pod: container → digest of what runs
    std::optional<Instant> started;
    bool is_pod = false;
    bool runs = false;
  };

  void read_pod(const Object& object, const Node& template_, const Node& spec, Workload& workload);
  void read_container(const Node& container, std::string_view container_kind, const Object& object, const Node& spec,
                      const Node& template_, Workload& workload);
  static void read_status(const Node& object, Workload& workload);
  void write(Workload& workload, bool accounts_whole);

  Context& context_;
  std::vector<Workload> all_;
  std::map<std::pair<std::string, std::string>, std::optional<bool>> accounts_;  ///< token mounted by default
};

}  // namespace ehdscan::kube
