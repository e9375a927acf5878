// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>

#include "base/text.h"
#include "collectors/linux_host/kernel.h"
#include "evidence/tables/host.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 1> kTables{&tables::boot_state};
/// EFI_GLOBAL_VARIABLE (UEFI 2.10, section 3.3); the first four bytes of the file are the variable's attributes.
constexpr std::string_view kSecureBoot = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

std::optional<bool> secure_boot(const HostFiles& files, bool uefi) {
  if (!uefi) return false;
  const Result<std::string> variable = files.read(kSecureBoot, 64);
  if (!variable || variable->size() != 5) return std::nullopt;
  return (*variable)[4] == '\1';
}

/// "none [integrity] confidentiality": the mode in brackets is in force.
std::optional<std::string> bracketed(std::string_view text) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  return to_valid_utf8(text.substr(open + 1, close - open - 1));
}

std::optional<bool> module_signatures(const HostFiles& files) {
  if (const Result<std::string> enforce = files.read("/sys/module/module/parameters/sig_enforce", 16)) {
    return trim(*enforce) == "Y" || trim(*enforce) == "1";
  }
  return std::nullopt;
}

/// GRUB 2: `password_pbkdf2 user hash` and `set superusers`, in the generated configuration.
std::optional<bool> bootloader_password(HostContext& context) {
  for (const char* path : {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"}) {
    const Result<std::string> text = context.files.read(path);
    if (!text) {
      if (text.error().kind == ErrorKind::not_found) continue;
      return std::nullopt;
    }
    for (const std::string_view line : split_lines(*text)) {
      const std::string_view word = trim(line);
      if (word.starts_with("password_pbkdf2 ") || word.starts_with("password ")) return true;
    }
    return false;
  }
  return std::nullopt;
}

void collect(HostContext& context) {
  const bool uefi = context.files.exists("/sys/firmware/efi");
  Row<tables::boot_state> row(context.platform);
  row.set<"host_id">(context.host_id).set<"uefi">(uefi);
  row.set<"secure_boot">(secure_boot(context.files, uefi));
  const bool tpm = context.files.exists("/sys/class/tpm/tpm0");
  row.set<"tpm_present">(tpm);
  if (const auto version = context.files.read("/sys/class/tpm/tpm0/tpm_version_major", 16); tpm && version) {
    row.set<"tpm_version_major">(parse_integer(trim(*version)));
  }
  if (const auto lockdown = context.files.read("/sys/kernel/security/lockdown", 256)) {
    row.set<"kernel_lockdown">(bracketed(*lockdown));
  }
  row.set<"module_signatures_enforced">(module_signatures(context.files));
  row.set<"bootloader_password">(bootloader_password(context));
  row.write(context.sink, {.source = context.add_source("/sys/firmware/efi")});
}

}  // namespace

const HostSection boot_section{
    .name = "boot", .tables = kTables, .needs_running_kernel = true, .collect = collect};

}  // namespace ehdscan
