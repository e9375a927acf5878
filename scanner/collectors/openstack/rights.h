// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "collectors/openstack/answers.h"
#include "collectors/openstack/oslo_policy.h"

namespace ehdscan {

/// What reading one kind of resource takes, as `ehdscan openstack rights` shows it.
struct OsRight {
  std::string_view list;     ///< OsKind::list_key
  std::string_view service;  ///< type in the catalogue
  std::string_view call;     ///< what is asked
  std::string_view least;    ///< the least role and scope by the default policies
  std::string_view rule;     ///< of the service's policy.yaml; empty: the service has none
};
std::span<const OsRight> os_rights();

/// A right, and what of it the credentials have: complete, partial (of what), denied …
struct OsRightState {
  const OsRight* right = nullptr;
  OsListState state;
};

/// Type of a service by any of its names in catalogues: "volumev3" is "block-storage". Empty if it is not read.
std::string_view os_service(std::string_view catalogue_type);

/// Policies of the services, from the defaults of OpenStack Zed on.
class OsPolicies {
 public:
  OsPolicies();
  /// A policy.yaml of a service, over the defaults, as the service itself reads it.
  /// Errors: invalid_input; not_found for a service that is not read or has no such file.
  Result<void> add(std::string_view service, const Node& rules);
  /// The least role and scope by which a right is had whole; nothing if no role of ours has it.
  [[nodiscard]] std::optional<std::string> least(const OsRight& right) const;

 private:
  std::map<std::string, OsloPolicy, std::less<>> by_service_;
};

}  // namespace ehdscan
