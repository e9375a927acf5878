// SPDX-License-Identifier: Apache-2.0
#include "evidence/tables/all.h"

#include <array>

#include "evidence/tables/compute.h"
#include "evidence/tables/declared.h"
#include "evidence/tables/federation.h"
#include "evidence/tables/host.h"
#include "evidence/tables/host_access.h"
#include "evidence/tables/host_log.h"
#include "evidence/tables/host_network.h"
#include "evidence/tables/host_software.h"
#include "evidence/tables/host_storage.h"
#include "evidence/tables/identity.h"
#include "evidence/tables/inventory.h"
#include "evidence/tables/keys.h"
#include "evidence/tables/network.h"
#include "evidence/tables/network_filter.h"
#include "evidence/tables/sign_in.h"
#include "evidence/tables/storage.h"

namespace ehdscan {
namespace {

constexpr auto kTables = std::to_array<const TableSpec*>({
    &tables::host,
    &tables::sysctl,
    &tables::kernel_module,
    &tables::mandatory_access_control,
    &tables::apparmor_profile,
    &tables::boot_state,
    &tables::core_dump_setting,
    &tables::security_agent,
    &tables::sshd_setting,
    &tables::local_account,
    &tables::local_group,
    &tables::local_group_member,
    &tables::authorized_key,
    &tables::sudo_rule,
    &tables::pam_rule,
    &tables::login_setting,
    &tables::block_device,
    &tables::luks_key_slot,
    &tables::mount,
    &tables::swap_area,
    &tables::crypttab_entry,
    &tables::listening_socket,
    &tables::firewall_chain,
    &tables::firewall_rule,
    &tables::log_retention_layer,
    &tables::remote_log_target,
    &tables::log_service,
    &tables::audit_state,
    &tables::audit_rule,
    &tables::time_state,
    &tables::time_source,
    &tables::package_state,
    &tables::package_source,
    &tables::service_unit,
    &tables::cron_job,
    &tables::setuid_file,
    &tables::writable_path,
    &tables::key_file,
    &tables::project,
    &tables::asset,
    &tables::asset_tag,
    &tables::inventory_entry,
    &tables::platform_component,
    &tables::platform_setting,
    &tables::pattern_scan,
    &tables::pattern_match,
    &tables::org_policy,
    &tables::org_policy_target,
    &tables::network,
    &tables::network_share,
    &tables::subnet,
    &tables::router,
    &tables::router_attachment,
    &tables::route,
    &tables::route_table_subnet,
    &tables::network_link,
    &tables::service_endpoint,
    &tables::port,
    &tables::port_address,
    &tables::port_address_pair,
    &tables::floating_ip,
    &tables::load_balancer_listener,
    &tables::load_balancer_member,
    &tables::dns_resolver,
    &tables::security_group,
    &tables::port_group,
    &tables::subnet_group,
    &tables::address_group,
    &tables::network_rule,
    &tables::instance,
    &tables::image,
    &tables::image_member,
    &tables::job_partition,
    &tables::job_account,
    &tables::volume,
    &tables::volume_type,
    &tables::volume_attachment,
    &tables::volume_transfer,
    &tables::snapshot,
    &tables::bucket,
    &tables::public_access_guard,
    &tables::resource_grant,
    &tables::replication,
    &tables::share,
    &tables::database_service,
    &tables::dataset_mount,
    &tables::key,
    &tables::secret,
    &tables::account,
    &tables::account_event,
    &tables::account_factor,
    &tables::account_group,
    &tables::group_member,
    &tables::role,
    &tables::role_implication,
    &tables::role_right,
    &tables::policy_statement,
    &tables::role_grant,
    &tables::credential,
    &tables::sign_in_path,
    &tables::session_policy,
    &tables::session,
    &tables::terms_acceptance,
    &tables::identity_provider,
    &tables::identity_mapping,
    &tables::sign_in_answer,
    &tables::oidc_client,
    &tables::oidc_issuer,
    &tables::signing_key,
    &tables::saml_metadata,
    &tables::saml_entity,
    &tables::saml_entity_attribute,
    &tables::saml_contact,
    &tables::saml_key,
    &tables::visa_rule,
    &tables::visa,
    &tables::federation_peer,
    &tables::federation_channel,
    &tables::declaration,
    &tables::declared_prefix,
    &tables::declared_listener,
    &tables::declared_cap,
    &tables::declared_endpoint,
    &tables::declared_regime,
    &tables::declared_platform,
    &tables::declared_cluster,
    &tables::declared_peer,
    &tables::declared_visa_issuer,
    &tables::declared_holder,
    &tables::declared_shared_service,
    &tables::declared_object,
    &tables::declared_account,
    &tables::declared_log_source,
    &tables::declared_recovery,
    &tables::declared_provider,
    &tables::declared_location,
    &tables::declared_transfer,
    &tables::declared_contact,
});

}  // namespace

std::span<const TableSpec* const> all_tables() { return kTables; }

const TableSpec* find_table(std::string_view name) {
  for (const TableSpec* table : kTables) {
    if (table->name == name) return table;
  }
  return nullptr;
}

}  // namespace ehdscan
