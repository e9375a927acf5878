// SPDX-License-Identifier: Apache-2.0
// What is known of one machine as a whole, its kernel and its boot. See model/table_spec.h for what NULL means.
#pragma once

#include <array>

#include "model/table_spec.h"

namespace ehdscan::tables {

inline constexpr auto virtualisation_values = std::to_array<std::string_view>({"none", "virtual_machine", "container"});
inline constexpr auto host_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "name of the machine, as the target gives it or as its hostname file says"),
    column::text("os_id", "ID of os-release, lower case: `debian`", "there is no os-release file"),
    column::text("os_version_id", "VERSION_ID of os-release: `12`",
                 "os-release has none (rolling or testing releases)"),
    column::text("os_pretty_name", "PRETTY_NAME of os-release", "os-release has none"),
    column::day("os_support_end", "SUPPORT_END of os-release: the vendor's own date", "os-release has none"),
    column::text("kernel_release", "release of the running kernel, as uname prints it",
                 "a mounted root has no running kernel"),
    column::text("newest_kernel_release", "newest kernel installed", "no kernel package or image was found"),
    column::one_of("virtualisation", virtualisation_values, "what kind of machine it is",
                   "neither CPU flags nor container marks tell"),
    column::instant("booted_at", "when the running system started", "a mounted root is not running"),
    column::boolean("reboot_required", "the package manager asks for a restart", "the distribution has no such marker"),
});
inline constexpr TableSpec host{"host", "host", "One row per machine.", host_columns};

inline constexpr auto sysctl_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine the setting belongs to", "host.host_id"),
    column::key("name", "dotted name, `kernel.kptr_restrict`"),
    column::text("value", "value in force now, blanks folded to one",
                 "the kernel does not have the setting or we may not read it"),
    column::text("configured_value", "value that the configuration files give at the next start", "no file sets it"),
});
inline constexpr TableSpec sysctl{"sysctl", "host", "One row per kernel setting that the baseline names.",
                                  sysctl_columns};

inline constexpr auto kernel_module_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("name", "module name with underscores: `usb_storage`"),
    column::boolean("loaded", "the module is in the kernel now", "the module list could not be read"),
    column::boolean("blocked", "modprobe configuration blacklists it or installs /bin/false in its place",
                    "the modprobe configuration could not be read"),
});
inline constexpr TableSpec kernel_module{
    "kernel_module", "host", "One row per module that is loaded or that the baseline names.", kernel_module_columns};

inline constexpr auto mandatory_access_control_values =
    std::to_array<std::string_view>({"apparmor", "selinux", "none"});
inline constexpr auto mandatory_access_control_mode_values =
    std::to_array<std::string_view>({"enforcing", "permissive", "disabled"});
inline constexpr auto mandatory_access_control_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::one_of("module", mandatory_access_control_values, "security module in force; none if there is none",
                   "securityfs could not be read"),
    column::one_of("mode", mandatory_access_control_mode_values, "SELinux mode, or for AppArmor whether it is enabled",
                   "the state could not be read"),
    column::one_of("configured_mode", mandatory_access_control_mode_values, "mode at the next start",
                   "no configuration file says"),
    column::integer("profiles_enforce", "count", "AppArmor profiles in enforce mode",
                    "not AppArmor, or not readable without root"),
    column::integer("profiles_complain", "count", "AppArmor profiles in complain mode",
                    "not AppArmor, or not readable without root"),
    column::integer("unconfined_network_services", "count",
                    "processes that listen on a non-loopback address and are not confined",
                    "the confinement of processes could not be read"),
});
inline constexpr TableSpec mandatory_access_control{
    "mandatory_access_control", "host", "One row per machine: SELinux or AppArmor.", mandatory_access_control_columns};

inline constexpr auto apparmor_mode_values =
    std::to_array<std::string_view>({"enforce", "complain", "kill", "unconfined", "prompt"});
inline constexpr auto apparmor_profile_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("name", "profile name"),
    column::one_of("mode", apparmor_mode_values, "mode of the loaded profile"),
});
inline constexpr TableSpec apparmor_profile{"apparmor_profile", "host", "One row per loaded AppArmor profile.",
                                            apparmor_profile_columns};

inline constexpr auto lockdown_values = std::to_array<std::string_view>({"none", "integrity", "confidentiality"});
inline constexpr auto boot_state_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::boolean("uefi", "started through UEFI firmware", "a mounted root has no firmware"),
    column::boolean("secure_boot", "secure boot was on at the last start; false without UEFI",
                    "the firmware variable could not be read"),
    column::boolean("tpm_present", "a TPM device is present", "a mounted root has no devices"),
    column::integer("tpm_version_major", "version", "1 or 2", "there is none, or its version is not shown"),
    column::one_of("kernel_lockdown", lockdown_values, "lockdown mode of the kernel",
                   "the kernel has no lockdown or it could not be read"),
    column::boolean("module_signatures_enforced", "unsigned modules are refused", "the kernel does not say"),
    column::boolean("bootloader_password", "the boot loader asks for a password to change entries",
                    "its configuration could not be read"),
});
inline constexpr TableSpec boot_state{"boot_state", "host", "One row per machine: how it started.", boot_state_columns};

inline constexpr auto core_dump_values = std::to_array<std::string_view>({"disabled", "file", "collector", "none"});
inline constexpr auto core_dump_setting_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::text("core_pattern", "kernel.core_pattern in force", "a mounted root has no running kernel"),
    column::boolean("hard_limit_zero", "a hard limit of 0 for everybody is configured", "the limits could not be read"),
    column::one_of("collector_storage", core_dump_values,
                   "Storage of coredump.conf: where the collector keeps dumps (none: keeps nothing)",
                   "there is no such collector"),
    column::integer("suid_dumpable", "level", "fs.suid_dumpable in force", "a mounted root has no running kernel"),
});
inline constexpr TableSpec core_dump_setting{
    "core_dump_setting", "host", "One row per machine: what happens to core dumps.", core_dump_setting_columns};

inline constexpr auto security_agent_kind_values = std::to_array<std::string_view>(
    {"malware_scanner", "intrusion_detection", "file_integrity", "endpoint_detection", "brute_force_guard"});
inline constexpr auto security_agent_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("product", "product name, lower case: `clamav`, `wazuh`, `aide`"),
    column::one_of("kind", security_agent_kind_values, "what it is for"),
    column::boolean("running", "a process of it runs", "a mounted root has no processes, or they could not be listed"),
    column::instant("signatures_at", "date of its signatures or rules", "it has none, or they could not be read"),
});
inline constexpr TableSpec security_agent{
    "security_agent", "host", "One row per malware or intrusion detection product installed.", security_agent_columns};

}  // namespace ehdscan::tables
