// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/terraform/policy.h"

namespace ehdscan {

/// A right that a role gives, as role_right tells it.
struct RoleRight {
  bool everywhere = false;             ///< on all resources, or all below where the role is given
  std::vector<std::string> resources;  ///< the ones it names, if not everywhere
  bool conditional = true;             ///< every statement that gives it has a condition
  std::string action;                  ///< as written; the first that gives it
  bool by_wildcard = false;            ///< all actions of a service, or all but some
};

using RoleRights = std::map<std::string_view, RoleRight>;

/// Rights that statements of an identity's policy give, explicit denies applied that hold everywhere without condition.
/// Actions are compared without regard to case, `*` and `?` being wildcards. Boundaries and organisation policies only
/// take away and are not looked at.
RoleRights rights_of(const std::vector<AwsStatement>& statements);

/// Whether a statement gives no right beside those that rights_of() finds: it is understood, and names no whole service
/// of which it is not known whether that holds data.
bool rights_are_known(const AwsStatement& statement);

/// Whether one of the patterns means the action, which is given in lower case.
bool matches_action(const std::vector<std::string>& patterns, std::string_view action);

/// Rights of a role that the platform brings: a policy of AWS by ARN, a role of Azure by name, of Google Cloud by
/// `roles/…`. Empty rights if it gives none that counts; nothing if it is not known here.
std::optional<RoleRights> rights_of_built_in(std::string_view role);

}  // namespace ehdscan
