// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/terraform/role_rights.h"
#include "evidence/tables/identity.h"

namespace ehdscan {

/// In place of a name that only apply gives.
inline constexpr std::string_view kNotKnownYet = "not known before apply";

std::string not_known_yet(const TfResource& resource, std::string_view attribute);

/// What writers of roles fill beside the tables of every plan.
std::vector<const TableSpec*> role_tables();

/// A policy document as a role of the evidence: its statements, and the rights they give. Nothing known: a role whose
/// rights are not in evidence.
void write_policy_role(const std::string& id, const std::optional<std::string>& name, std::string_view kind,
                       const std::optional<std::vector<AwsStatement>>& statements, TfContext& context);

/// A role that the plan names and does not make, once a plan: its rights are in evidence if the platform brings it.
void write_role_of_elsewhere(const std::string& id, TfContext& context);

/// A role of which only the rights are known. `rights` nothing: not in evidence.
void write_role_with(const std::string& id, const std::optional<std::string>& name,
                     std::optional<std::string_view> kind, const std::optional<RoleRights>& rights, TfContext& context);

struct RoleGrant {
  std::string grant_id, role_id;
  std::optional<std::string_view> grantee_kind = std::nullopt;
  std::optional<std::string> grantee_id = std::nullopt;  ///< nothing: not known before apply
  std::string_view scope_kind = "system";
  std::string scope_id = "*";
  std::optional<bool> conditional = false;
};
void write_role_grant(const RoleGrant& grant, TfContext& context);

}  // namespace ehdscan
