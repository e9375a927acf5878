// SPDX-License-Identifier: Apache-2.0
// Disks, encryption, mounts and swap of a machine.
#pragma once

#include <array>

#include "model/table_spec.h"

namespace ehdscan::tables {

inline constexpr auto block_device_kind_values = std::to_array<std::string_view>(
    {"disk", "partition", "crypt", "lvm", "raid", "loop", "zram", "ram", "multipath", "other"});
inline constexpr auto block_device_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("name", "kernel name: `sda1`, `dm-0`"),
    column::one_of("kind", block_device_kind_values, "what it is"),
    column::text("dm_name", "device-mapper name", "not a device-mapper device"),
    column::list("backing_devices", "kernel names directly below it; empty for hardware"),
    column::boolean("encrypted", "it is dm-crypt, or every device below it is on dm-crypt",
                    "the chain below it could not be read"),
    column::boolean("read_only", "the kernel refuses writing"),
    column::boolean("removable", "the kernel says so"),
    column::integer("size_bytes", "bytes", "size"),
    column::text("crypt_type", "`LUKS1`, `LUKS2`, `PLAIN`, `VERITY`, `BITLK` …", "not dm-crypt, or not told"),
    column::text("cipher", "cipher, chain and IV as cryptsetup prints them: `aes-xts-plain64`",
                 "not dm-crypt, or the header could not be read"),
    column::integer("key_bits", "bits", "volume key length; XTS counts both keys",
                    "not dm-crypt, or the header could not be read"),
});
inline constexpr TableSpec block_device{"block_device", "host storage", "One row per block device.",
                                        block_device_columns};

inline constexpr auto luks_key_slot_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("device", "device or file that holds the header", "block_device.name"),
    column::key_integer("slot", "number of the key slot"),
    column::text("kdf", "`argon2id`, `argon2i`, `pbkdf2`"),
    column::integer("kdf_iterations", "count", "PBKDF2 iterations or Argon2 time cost"),
    column::integer("kdf_memory_kib", "KiB", "Argon2 memory cost", "PBKDF2 has none"),
    column::text("token_type", "`systemd-tpm2`, `systemd-fido2`, `clevis` …: what unlocks it instead of a passphrase",
                 "no token names the slot"),
});
inline constexpr TableSpec luks_key_slot{"luks_key_slot", "host storage", "One row per used LUKS key slot.",
                                         luks_key_slot_columns};

inline constexpr auto mount_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("path", "where it is mounted; escapes resolved"),
    column::text("device", "source: kernel name of a local device, or as written"),
    column::text("filesystem", "`ext4`, `xfs`, `nfs4`, `tmpfs` …"),
    column::list("options", "options in force"),
    column::boolean("mounted", "it is mounted now", "a mounted root has no running system"),
    column::boolean("configured", "fstab has it"),
    column::boolean("network_filesystem", "data comes over the network"),
    column::boolean("virtual_filesystem", "holds no data of its own on a disk (proc, sysfs, tmpfs …)"),
    column::boolean("nodev", "device files do not work", "not mounted, and fstab does not say"),
    column::boolean("nosuid", "set-user-id does not work", "not mounted, and fstab does not say"),
    column::boolean("noexec", "programs cannot be started from it", "not mounted, and fstab does not say"),
    column::boolean("read_only", "mounted read-only", "not mounted, and fstab does not say"),
    column::boolean("encrypted",
                    "its block device is on dm-crypt; virtual ones inherit that of swap and are not judged here",
                    "the device could not be traced, or the data lies on another machine"),
});
inline constexpr TableSpec mount{"mount", "host storage", "One row per mount point.", mount_columns};

inline constexpr auto swap_kind_values = std::to_array<std::string_view>({"partition", "file", "zram"});
inline constexpr auto swap_area_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("path", "device or file"),
    column::one_of("kind", swap_kind_values, "zram stays in memory"),
    column::boolean("active", "in use now", "a mounted root has no running system"),
    column::boolean("encrypted",
                    "on dm-crypt, or a file on an encrypted filesystem; zram counts as never on disk and is true",
                    "the device could not be traced"),
    column::boolean("hibernation", "the kernel would write a hibernation image to it",
                    "a mounted root has no running kernel"),
});
inline constexpr TableSpec swap_area{"swap_area", "host storage", "One row per swap area.", swap_area_columns};

inline constexpr auto crypttab_entry_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("name", "name of the mapping"),
    column::text("device", "source as written"),
    column::text("key_source", "`none` (asked), `random` (new at each start), `file`, `tpm2`, `fido2`; never the key"),
    column::list("options", "options"),
});
inline constexpr TableSpec crypttab_entry{"crypttab_entry", "host storage", "One row per entry of crypttab.",
                                          crypttab_entry_columns};

}  // namespace ehdscan::tables
