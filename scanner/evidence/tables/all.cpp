// SPDX-License-Identifier: Apache-2.0
#include "evidence/tables/all.h"

#include <array>

#include "evidence/tables/declared.h"
#include "evidence/tables/host.h"
#include "evidence/tables/host_access.h"
#include "evidence/tables/host_log.h"
#include "evidence/tables/host_network.h"
#include "evidence/tables/host_software.h"
#include "evidence/tables/host_storage.h"

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
