// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "collectors/openstack/object.h"
#include "evidence/row.h"

namespace ehdscan {

/// What the writers of OpenStack resources share: where rows go, and what later rows need of earlier ones.
struct OsContext {
  RowSink& sink;
  std::string platform;      ///< `openstack:NAME`
  std::string issuer;        ///< fixed issuer of every account; empty: `keystone:<url>#<domain id>`
  std::string keystone_url;  ///< as links in Keystone's answers show it
  std::string identity_key;  ///< key of the permit register's hashes; empty if none
  Origin origin{};           ///< of the object at hand
  std::string of;            ///< id that the file is about: the group of `/groups/ID/users`, the container of a HEAD

  std::map<std::string, std::string> default_projects;  ///< not used for rights; kept to name service accounts
  std::map<std::string, std::string> volume_type_ids;   ///< name → id: volumes name their type by name
  std::map<std::string, std::pair<std::optional<std::string>, std::optional<std::string>>>
      load_balancers;                              ///< id → address, port
  std::set<std::string> seen_groups, used_groups;  ///< security groups listed, and named by rules and ports
  std::set<std::string> seen_roles, used_roles;    ///< roles listed, and named by assignments and implications
  std::set<std::string> seen_accounts, seen_projects;
  std::map<std::string, std::set<std::string>> member_lists;  ///< identity groups whose members were listed
  std::set<std::string> written;                              ///< kind and id of what was written

  /// A table is not whole, and why.
  void partial(const TableSpec& table, std::string_view reason) const {
    sink.collected(table, CollectionState::partial, reason);
  }
};

// One writer per kind of resource; each is given one object as API or client show it.
using OsWriter = void (*)(const OsObject& object, OsContext& context);

void write_os_user(const OsObject& object, OsContext& context);
void write_os_project(const OsObject& object, OsContext& context);
void write_os_domain(const OsObject& object, OsContext& context);
void write_os_group(const OsObject& object, OsContext& context);
void write_os_group_user(const OsObject& object, OsContext& context);
void write_os_role(const OsObject& object, OsContext& context);
void write_os_role_inference(const OsObject& object, OsContext& context);
void write_os_role_assignment(const OsObject& object, OsContext& context);
void write_os_application_credential(const OsObject& object, OsContext& context);
void write_os_trust(const OsObject& object, OsContext& context);
void write_os_credential(const OsObject& object, OsContext& context);
void write_os_identity_provider(const OsObject& object, OsContext& context);

void write_os_network(const OsObject& object, OsContext& context);
void write_os_subnet(const OsObject& object, OsContext& context);
void write_os_router(const OsObject& object, OsContext& context);
void write_os_port(const OsObject& object, OsContext& context);
void write_os_floating_ip(const OsObject& object, OsContext& context);
void write_os_security_group(const OsObject& object, OsContext& context);
void write_os_security_group_rule(const OsObject& object, OsContext& context);
void write_os_address_group(const OsObject& object, OsContext& context);
void write_os_rbac_policy(const OsObject& object, OsContext& context);
void write_os_load_balancer(const OsObject& object, OsContext& context);
void write_os_listener(const OsObject& object, OsContext& context);

void write_os_server(const OsObject& object, OsContext& context);
void write_os_image(const OsObject& object, OsContext& context);
void write_os_image_member(const OsObject& object, OsContext& context);
void write_os_volume(const OsObject& object, OsContext& context);
void write_os_volume_type(const OsObject& object, OsContext& context);
void write_os_snapshot(const OsObject& object, OsContext& context);
void write_os_backup(const OsObject& object, OsContext& context);
void write_os_volume_transfer(const OsObject& object, OsContext& context);
void write_os_container(const OsObject& object, OsContext& context);
void write_os_secret(const OsObject& object, OsContext& context);
void write_os_share(const OsObject& object, OsContext& context);

/// The inventory line of a thing; `kind` is a word of asset.asset_kind.
void write_os_asset(const OsObject& object, OsContext& context, std::string_view kind, const std::string& id,
                    const std::optional<std::string>& project, std::optional<std::int64_t> size_bytes, bool holds_data);

}  // namespace ehdscan
