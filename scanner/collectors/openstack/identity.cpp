// SPDX-License-Identifier: Apache-2.0
// Keystone: users, projects, groups, roles, assignments and what signs in without a person.
#include "evidence/tables/identity.h"

#include <fmt/format.h>

#include "base/text.h"
#include "collectors/openstack/context.h"
#include "crypto/identity_hash.h"
#include "evidence/tables/inventory.h"
#include "evidence/tables/sign_in.h"

namespace ehdscan {
namespace {

template <typename RowType>
void set_end(RowType& row, const OsObject& object, OsObject::Names names) {
  if (const auto at = object.time(names)) {
    row.template set<"expires_kind">("at").template set<"expires_at">(*at);
    return;
  }
  for (const std::string_view name : names) {
    if (object.has(name)) row.template set<"expires_kind">("never");
  }
}

/// The id inside `{"id": …}`, or the client's text.
std::optional<std::string> id_in(const OsObject& object, std::string_view name, OsObject::Names client) {
  if (const auto inner = object.object({name})) return inner->text({"id"});
  return object.text(client);
}

}  // namespace

void write_os_user(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  const auto domain = object.text({"domain_id", "Domain ID", "Domain"});
  Row<tables::account> row(context.platform);
  row.set<"account_id">(*id).set<"domain_id">(domain).set<"last_used_known">(false);
  const std::string issuer = !context.issuer.empty() ? context.issuer
                             : domain && !context.keystone_url.empty()
                                 ? fmt::format("keystone:{}#{}", context.keystone_url, *domain)
                                 : std::string();
  if (!issuer.empty()) {
    row.set<"issuer">(issuer);
    if (context.identity_key.empty()) {
      row.set<"subject">(*id);
    } else if (const auto hash = identity_hash(context.identity_key, issuer, *id)) {
      row.set<"identity_hash">(*hash);
    }
  }
  row.set<"enabled">(object.boolean({"enabled", "Enabled"}));
  if (object.has("federated")) {
    row.set<"origin">(object.objects({"federated"}).empty() ? "local" : "federated");
  }
  if (const auto options = object.object({"options"})) {
    row.set<"lockout_exempt">(options->boolean({"ignore_lockout_failure_attempts"}).value_or(false));
    row.set<"password_expiry_exempt">(options->boolean({"ignore_password_expiry"}).value_or(false));
    row.set<"inactivity_exempt">(options->boolean({"ignore_user_inactivity"}).value_or(false));
  }
  row.write(context.sink, context.origin);
  context.seen_accounts.insert(*id);
}

void write_os_project(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  const auto domain = object.text({"domain_id", "Domain ID"});
  Row<tables::project> row(context.platform);
  row.set<"project_id">(*id)
      .set<"name">(object.text({"name", "Name"}))
      .set<"enabled">(object.boolean({"enabled", "Enabled"}));
  row.set<"kind">(object.boolean({"is_domain"}).value_or(false) ? "domain" : "project");
  row.set<"domain_id">(domain).set<"parent_id">(object.text({"parent_id", "Parent ID"}));
  const auto tags = object.texts({"tags", "Tags"});
  row.set<"tags">(tags);
  if (tags) {
    for (const std::string& tag : *tags) {
      if (tag.starts_with("permit=") || tag.starts_with("permit:")) row.set<"permit_label">(tag.substr(7));
    }
  }
  row.write(context.sink, context.origin);
  context.seen_projects.insert(*id);
}

void write_os_domain(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::project> row(context.platform);
  row.set<"project_id">(*id).set<"kind">("domain").set<"name">(object.text({"name", "Name"}));
  row.set<"enabled">(object.boolean({"enabled", "Enabled"}));
  row.write(context.sink, context.origin);
}

void write_os_group(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::account_group> row(context.platform);
  row.set<"group_id">(*id)
      .set<"name">(object.text({"name", "Name"}))
      .set<"domain_id">(object.text({"domain_id", "Domain ID"}));
  row.set<"everybody">(false).set<"members_listed">(context.member_lists.contains(*id));
  row.write(context.sink, context.origin);
}

void write_os_group_user(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id || context.of.empty()) return;
  Row<tables::group_member> row(context.platform);
  row.set<"group_id">(context.of).set<"member_kind">("account").set<"member_id">(*id).set<"origin">("direct");
  // An expiring membership (federation) is listed apart; one listed with the group has no end here.
  set_end(row, object, {"membership_expires_at"});
  row.write(context.sink, context.origin);
}

void write_os_role(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::role> row(context.platform);
  row.set<"role_id">(*id)
      .set<"name">(object.text({"name", "Name"}))
      .set<"domain_id">(object.text({"domain_id", "Domain"}));
  row.set<"rights_known">(false);
  context.seen_roles.insert(*id);
  row.write(context.sink, context.origin);
}

void write_os_role_inference(const OsObject& object, OsContext& context) {
  Row<tables::role_implication> row(context.platform);
  const auto write = [&](const std::optional<std::string>& prior, const std::optional<std::string>& implied) {
    if (!prior || !implied) return;
    context.used_roles.insert({*prior, *implied});
    row.set<"role_id">(*prior).set<"implied_role_id">(*implied);
    row.write(context.sink, context.origin);
  };
  if (const auto prior = object.object({"prior_role"})) {
    for (const OsObject& implied : object.objects({"implies"})) write(prior->text({"id"}), implied.text({"id"}));
  } else {
    write(object.text({"Prior Role ID"}), object.text({"Implied Role ID"}));
  }
}

void write_os_role_assignment(const OsObject& object, OsContext& context) {
  const auto role = id_in(object, "role", {"Role"});
  const auto user = id_in(object, "user", {"User"});
  const auto group = id_in(object, "group", {"Group"});
  std::optional<std::string> project = object.text({"Project"});
  std::optional<std::string> domain = object.text({"Domain"});
  std::optional<std::string> system = object.text({"System"});
  std::optional<bool> inherited = object.boolean({"Inherited"});
  if (const auto scope = object.object({"scope"})) {
    project = id_in(*scope, "project", {});
    domain = id_in(*scope, "domain", {});
    if (scope->object({"system"})) system = "all";
    inherited = scope->text({"OS-INHERIT:inherited_to"}).has_value();
  }
  Row<tables::role_grant> row(context.platform);
  row.set<"role_id">(role);
  if (role) context.used_roles.insert(*role);
  const std::string grantee = user ? *user : group.value_or("");
  if (user || group) row.set<"grantee_kind">(user ? "account" : "group").set<"grantee_id">(grantee);
  std::string_view kind = project ? "project" : domain ? "domain" : system ? "system" : "";
  const std::string scope = project ? *project : domain ? *domain : "*";
  if (!kind.empty()) row.set<"scope_kind">(kind).set<"scope_id">(scope);
  row.set<"grant_id">(fmt::format("{}/{}/{}/{}{}", role.value_or("?"), grantee, kind, scope,
                                  inherited.value_or(false) ? "/inherited" : ""));
  row.set<"inherited">(inherited)
      .set<"assignment">("standing")
      .set<"conditional">(false)
      .set<"denies">(false)
      .set<"expires_kind">("never");
  row.write(context.sink, context.origin);
}

void write_os_application_credential(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::credential> row(context.platform);
  row.set<"credential_id">(*id).set<"kind">("application_credential").set<"name">(object.text({"name", "Name"}));
  row.set<"account_id">(object.text({"user_id", "User ID"}))
      .set<"project_id">(object.text({"project_id", "Project ID"}));
  row.set<"enabled">(true);
  // Keystone shows null where it was never asked for (KS-5).
  row.set<"unrestricted">(object.boolean({"unrestricted", "Unrestricted"}).value_or(false));
  const auto rules = object.node({"access_rules"});
  row.set<"rights_limited">(rules && rules->size() > 0);
  if (const auto roles = object.node({"roles"}); roles && roles->is(Node::Kind::sequence)) {
    std::vector<std::string> names;
    for (const OsObject& role : object.objects({"roles"})) {
      if (const auto name = role.text({"name"})) names.push_back(*name);
    }
    row.set<"roles">(names);
  } else {
    row.set<"roles">(object.texts({"Roles"}));
  }
  row.set<"last_used_known">(false);
  set_end(row, object, {"expires_at", "Expires At"});
  row.write(context.sink, context.origin);
}

void write_os_trust(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id || object.text({"deleted_at", "Deleted At"})) return;
  Row<tables::credential> row(context.platform);
  row.set<"credential_id">(*id).set<"kind">("trust").set<"account_id">(
      object.text({"trustor_user_id", "Trustor User ID"}));
  row.set<"project_id">(object.text({"project_id", "Project ID"})).set<"enabled">(true);
  row.set<"delegate_account_id">(object.text({"trustee_user_id", "Trustee User ID"}));
  row.set<"impersonates">(object.boolean({"impersonation", "Impersonation"}));
  row.set<"redelegation_depth">(object.integer({"redelegation_count"}));
  if (object.has("remaining_uses")) row.set<"uses_left">(object.integer({"remaining_uses"}).value_or(-1));
  row.set<"last_used_known">(false);
  set_end(row, object, {"expires_at", "Expires At"});
  row.write(context.sink, context.origin);
}

void write_os_credential(const OsObject& object, OsContext& context) {
  // The blob holds the secret: it is never looked at.
  const auto id = object.text({"id", "ID", "access", "Access"});
  const std::string type =
      object.text({"type", "Type"}).value_or(object.has("access") || object.has("Access") ? "ec2" : "");
  if (!id || type != "ec2") return;
  Row<tables::credential> row(context.platform);
  row.set<"credential_id">(*id).set<"kind">("ec2_key").set<"account_id">(object.text({"user_id", "User ID"}));
  row.set<"project_id">(object.text({"project_id", "tenant_id", "Project ID"})).set<"enabled">(true);
  row.set<"last_used_known">(false).set<"expires_kind">("never");
  row.write(context.sink, context.origin);
}

void write_os_identity_provider(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::identity_provider> row(context.platform);
  row.set<"provider_id">(*id).set<"enabled">(object.boolean({"enabled", "Enabled"}));
  if (const auto remotes = object.texts({"remote_ids", "Remote IDs"}); remotes && remotes->size() == 1)
    row.set<"issuer">(remotes->front());
  row.write(context.sink, context.origin);
}

}  // namespace ehdscan
