// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/kinds.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "evidence/tables/compute.h"
#include "evidence/tables/identity.h"
#include "evidence/tables/inventory.h"
#include "evidence/tables/keys.h"
#include "evidence/tables/network.h"
#include "evidence/tables/network_filter.h"
#include "evidence/tables/storage.h"

namespace ehdscan {
namespace {

constexpr auto kTables = std::to_array<const TableSpec*>({
    &tables::asset,
    &tables::asset_tag,
    &tables::network,
    &tables::network_share,
    &tables::subnet,
    &tables::router,
    &tables::router_attachment,
    &tables::route,
    &tables::route_table_subnet,
    &tables::port,
    &tables::port_address,
    &tables::port_address_pair,
    &tables::port_group,
    &tables::floating_ip,
    &tables::security_group,
    &tables::network_rule,
    &tables::address_group,
    &tables::load_balancer_listener,
    &tables::instance,
    &tables::image,
    &tables::image_member,
    &tables::volume,
    &tables::volume_type,
    &tables::volume_attachment,
    &tables::snapshot,
    &tables::bucket,
    &tables::public_access_guard,
    &tables::resource_grant,
    &tables::share,
    &tables::database_service,
    &tables::key,
    &tables::secret,
});

struct Guess {
  std::string_view word;
  std::vector<const TableSpec*> tables;
};

const std::vector<Guess>& guesses() {
  static const std::vector<Guess> all{
      {"security_group", {&tables::security_group, &tables::network_rule, &tables::port_group}},
      {"secgroup", {&tables::security_group, &tables::network_rule, &tables::port_group}},
      {"firewall", {&tables::security_group, &tables::network_rule}},
      {"network_acl", {&tables::security_group, &tables::network_rule}},
      {"fwaas", {&tables::security_group, &tables::network_rule}},
      {"public_ip", {&tables::floating_ip}},
      {"floatingip", {&tables::floating_ip}},
      {"eip", {&tables::floating_ip}},
      {"listener", {&tables::load_balancer_listener}},
      {"forwarding_rule", {&tables::load_balancer_listener}},
      {"application_gateway", {&tables::load_balancer_listener}},
      {"bucket", {&tables::bucket, &tables::resource_grant}},
      {"objectstorage", {&tables::bucket, &tables::resource_grant}},
      {"storage_account", {&tables::bucket, &tables::resource_grant}},
      {"storage_container", {&tables::bucket, &tables::resource_grant}},
      {"snapshot", {&tables::snapshot, &tables::resource_grant}},
      {"volume", {&tables::volume}},
      {"_disk", {&tables::volume}},
      {"secret", {&tables::secret}},
      {"kms", {&tables::key}},
      {"key_vault", {&tables::key, &tables::secret}},
      {"database", {&tables::database_service}},
      {"_sql", {&tables::database_service}},
      {"_db_", {&tables::database_service}},
      {"rds", {&tables::database_service}},
      {"redshift", {&tables::database_service}},
      {"file_system", {&tables::share}},
      {"filestore", {&tables::share}},
      {"_share", {&tables::share}},
      {"subnet", {&tables::subnet}},
      {"route", {&tables::route}},
      {"gateway", {&tables::router}},
      {"peering", {&tables::route}},
      {"network_interface", {&tables::port}},
      {"networking", {&tables::network, &tables::port}},
      {"image", {&tables::image}},
      {"_ami", {&tables::image}},
      {"instance", {&tables::instance}},
      {"virtual_machine", {&tables::instance}},
      {"cluster", {&tables::asset}},
      {"function", {&tables::asset}},
      {"kubernetes", {&tables::asset}},
      {"helm", {&tables::asset}},
      {"_iam_", {&tables::role, &tables::role_right, &tables::role_grant}},
      {"role_", {&tables::role, &tables::role_right, &tables::role_grant}},
  };
  return all;
}

const std::vector<TfKind>& all_kinds() {
  static const std::vector<TfKind> kinds = [] {
    std::vector<TfKind> all;
    add_openstack_network_kinds(all);
    add_openstack_storage_kinds(all);
    add_openstack_identity_kinds(all);
    add_aws_identity_kinds(all);
    add_aws_log_kinds(all);
    add_aws_network_kinds(all);
    add_aws_filter_kinds(all);
    add_aws_bucket_kinds(all);
    add_aws_storage_kinds(all);
    add_azure_identity_kinds(all);
    add_azure_network_kinds(all);
    add_azure_storage_kinds(all);
    add_google_identity_kinds(all);
    add_google_network_kinds(all);
    add_google_storage_kinds(all);
    add_kubernetes_kinds(all);
    return all;
  }();
  return kinds;
}

}  // namespace

const TfKind* find_tf_kind(std::string_view type) {
  static const std::unordered_map<std::string_view, const TfKind*> index = [] {
    std::unordered_map<std::string_view, const TfKind*> by_type;
    for (const TfKind& kind : all_kinds()) by_type.emplace(kind.type, &kind);
    return by_type;
  }();
  const auto found = index.find(type);
  return found == index.end() ? nullptr : found->second;
}

std::span<const TableSpec* const> tf_tables() { return kTables; }

std::vector<const TableSpec*> tf_tables_missing(std::string_view type) {
  const auto found = std::ranges::find_if(
      guesses(), [&](const Guess& guess) { return type.find(guess.word) != std::string_view::npos; });
  return found == guesses().end() ? std::vector<const TableSpec*>{} : found->tables;
}

bool is_utility_type(std::string_view type) {
  constexpr auto kPrefixes = std::to_array<std::string_view>(
      {"random_", "time_", "null_", "local_", "tls_", "archive_", "terraform_", "cloudinit_", "external", "http"});
  return std::ranges::any_of(kPrefixes, [&](std::string_view prefix) { return type.starts_with(prefix); });
}

}  // namespace ehdscan
