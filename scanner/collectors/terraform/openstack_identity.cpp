// SPDX-License-Identifier: Apache-2.0
// Credentials of Keystone in Terraform: what they open, and whether they end.
#include "base/time.h"
#include "collectors/terraform/kinds.h"
#include "evidence/tables/identity.h"

namespace ehdscan {
namespace {

void write_application_credential(const TfResource& resource, TfContext& context) {
  Row<tables::credential> row(context.platform);
  row.set<"credential_id">(resource.address())
      .set<"kind">("application_credential")
      .set<"name">(resource["name"].text())
      .set<"enabled">(true);
  row.set<"unrestricted">(context.boolean(resource, "unrestricted", false));
  // Without roles of its own it has all that its user has on the project.
  if (resource["access_rules"].is_set() || resource["roles"].is_set()) {
    row.set<"rights_limited">(true).set<"roles">(resource["roles"].texts());
  } else if (context.left_out(resource, "roles") && context.left_out(resource, "access_rules")) {
    row.set<"rights_limited">(false);
  }
  if (context.left_out(resource, "expires_at")) {
    row.set<"expires_kind">("never");
  } else if (const auto text = resource["expires_at"].text()) {
    if (const auto ends = parse_instant(*text)) row.set<"expires_kind">("at").set<"expires_at">(*ends);
  }
  row.write(context.sink, context.origin);
}

void write_ec2_credential(const TfResource& resource, TfContext& context) {
  Row<tables::credential> row(context.platform);
  row.set<"credential_id">(resource.address()).set<"kind">("ec2_key").set<"enabled">(true).set<"expires_kind">("never");
  row.set<"account_id">(resource["user_id"].text()).set<"project_id">(resource["project_id"].text());
  row.write(context.sink, context.origin);
}

}  // namespace

void add_openstack_identity_kinds(std::vector<TfKind>& kinds) {
  const std::vector<const TableSpec*> tables{&tables::credential};
  kinds.push_back({.type = "openstack_identity_application_credential_v3",
                   .write = &write_application_credential,
                   .extra_tables = tables});
  kinds.push_back(
      {.type = "openstack_identity_ec2_credential_v3", .write = &write_ec2_credential, .extra_tables = tables});
}

}  // namespace ehdscan
