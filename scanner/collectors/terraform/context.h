// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/kube_reader.h"
#include "collectors/terraform/plan.h"
#include "collectors/terraform/references.h"
#include "collectors/terraform/sources.h"
#include "evidence/row.h"

namespace ehdscan {

/// What the writers of Terraform resources share: where rows go, what is named by what, and what stands in resources of
/// its own beside the thing it is about (the versioning of a bucket).
class TfContext {
 public:
  using Types = std::initializer_list<std::string_view>;

  /// What is on its way into a Kubernetes cluster, and why it is not all of it.
  struct Kube {
    KubeReader reader;
    std::string trouble;
    /// The first trouble is told.
    void doubt(std::string reason) {
      if (trouble.empty()) trouble = std::move(reason);
    }
  };

  TfContext(RowSink& row_sink, const TfReferences& references, std::string name, Kube& kubernetes)
      : sink(row_sink), kube(kubernetes), references_(references), name_(std::move(name)) {}

  RowSink& sink;
  Kube& kube;
  std::string platform;                     ///< of the resource at hand: `aws:NAME`
  Origin origin{};                          ///< of the resource at hand
  const TfSources::Block* block = nullptr;  ///< where it is written, if its source lies beside the plan

  // What resources need to know of others, read before any is written.
  /// Says that `thing` is used by the machine `user`.
  void use(const std::string& thing, const std::string& user) { users_.emplace(thing, user); }
  [[nodiscard]] std::optional<std::string> user_of(const std::string& thing) const { return find_in(users_, thing); }
  /// Names of security groups.
  void name(const std::string& thing, const std::string& name) { names_.emplace(thing, name); }
  [[nodiscard]] std::optional<std::string> name_of(const std::string& thing) const { return find_in(names_, thing); }
  void place(const std::string& subnet, const std::string& network) { networks_.emplace(subnet, network); }
  /// Network of a subnet; `not known before apply` if the plan does not say.
  [[nodiscard]] std::string network_of_subnet(const std::string& subnet) const {
    return find_in(networks_, subnet).value_or("not known before apply");
  }
  void filter(const std::string& network, bool filters) { filters_.emplace(network, filters); }
  /// Whether ports of a network are filtered unless told otherwise; nothing if the network is not in the plan.
  [[nodiscard]] std::optional<bool> network_filters(const std::string& network) const {
    const auto found = filters_.find(network);
    return found == filters_.end() ? std::nullopt : std::optional(found->second);
  }

  /// Goes on to a resource: sets `platform`.
  void at(const TfEntry& entry);
  /// Known ids lead to addresses.
  void know(const TfEntry& entry);
  void know(std::string_view type, const std::string& id, const std::string& address);
  /// A resource of this type has a name that is not known yet: any name that is none of the others' may be its own.
  void add_unnamed(std::string_view type) { unnamed_.insert(std::string(type)); }

  /// Address of the resource that an attribute names, or the id itself if it is none of this plan's. Nothing if it is
  /// null, not known, one of several, or may be that of a resource whose name is not known.
  [[nodiscard]] std::optional<std::string> ref(const TfResource& resource, const TfPath& path, Types types = {}) const;
  /// The same for a list; nothing unless all of it is known.
  [[nodiscard]] std::optional<std::vector<std::string>> refs(const TfResource& resource, const TfPath& path,
                                                             Types types = {}) const;

  /// What the configuration writes for it; nothing if it is not in the plan.
  [[nodiscard]] std::optional<Node> expressions(const TfResource& resource) const {
    return references_.expressions(resource.entry());
  }
  /// Known not to be set: null, or left to the platform in a resource that is made anew.
  [[nodiscard]] bool left_out(const TfResource& resource, std::string_view attribute) const;
  // The value, or the platform's documented default where it is left out.
  [[nodiscard]] std::optional<bool> boolean(const TfResource& resource, std::string_view attribute,
                                            bool fallback) const;
  [[nodiscard]] std::optional<std::int64_t> integer(const TfResource& resource, std::string_view attribute,
                                                    std::int64_t fallback) const;
  [[nodiscard]] std::optional<std::string> text(const TfResource& resource, std::string_view attribute,
                                                std::string_view fallback) const;

  /// Resources of `type` that are about the one at `owner`.
  void add_companion(const std::string& owner, TfResource resource);
  [[nodiscard]] std::vector<const TfResource*> companions(const std::string& owner, std::string_view type) const;
  /// Some resource of `type` is about something that is not known.
  [[nodiscard]] bool strays(std::string_view type) const { return strays_.contains(std::string(type)); }
  void add_stray(std::string_view type) { strays_.insert(std::string(type)); }

  /// A table is not whole, and why.
  void partial(const TableSpec& table, std::string_view reason) const {
    sink.collected(table, CollectionState::partial, reason);
  }
  /// True the first time that a key is given.
  bool first(const std::string& key) { return written_.insert(key).second; }

 private:
  /// Nothing if it may be the id of a resource whose id is not known yet.
  [[nodiscard]] std::optional<std::string> known_as(const std::string& id, Types types) const;

  using Texts = std::unordered_map<std::string, std::string>;
  static std::optional<std::string> find_in(const Texts& texts, const std::string& key) {
    const auto found = texts.find(key);
    return found == texts.end() ? std::nullopt : std::optional(found->second);
  }

  const TfReferences& references_;
  std::string name_;
  Texts users_, names_, networks_;
  std::unordered_map<std::string, bool> filters_;
  std::unordered_map<std::string, std::string> ids_;
  std::unordered_map<std::string, std::vector<TfResource>> companions_;
  std::set<std::string> strays_;
  std::set<std::string, std::less<>> unnamed_;
  std::set<std::string> written_;
};

/// The inventory line of a thing and its tags. `tags` names the attribute that holds them.
void write_tf_asset(const TfResource& resource, TfContext& context, std::string_view kind, bool holds_data,
                    std::optional<std::int64_t> size_bytes = {}, std::string_view tags = "tags");

/// Region of a resource as written: `region`, `location`, or what the zone lies in.
std::optional<std::string> tf_region(const TfResource& resource);

}  // namespace ehdscan
