// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/text.h"
#include "collectors/linux_host/block_devices.h"
#include "collectors/linux_host/crypttab.h"
#include "collectors/linux_host/mount_table.h"
#include "evidence/tables/host_storage.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 5> kTables{&tables::block_device, &tables::luks_key_slot, &tables::mount,
                                                  &tables::swap_area, &tables::crypttab_entry};

/// "CRYPT-LUKS2-<uuid>-name": how cryptsetup marks its mappings.
std::string crypt_type(const BlockDevice& device) {
  if (device.kind != "crypt") return {};
  const std::vector<std::string_view> parts = split(device.dm_uuid, '-');
  return parts.size() < 2 ? std::string() : std::string(parts[1]);
}

void write_key_slots(HostContext& context, const std::string& device, const LuksHeader& header, SourceId source) {
  Row<tables::luks_key_slot> row(context.platform);
  for (const LuksKeySlot& slot : header.key_slots) {
    row.set<"host_id">(context.host_id).set<"device">(device).set<"slot">(slot.number).set<"kdf">(slot.kdf);
    row.set<"kdf_iterations">(slot.iterations).set<"kdf_memory_kib">(slot.memory_kib);
    if (!slot.tokens.empty()) row.set<"token_type">(slot.tokens.front());
    row.write(context.sink, {.source = source});
  }
}

/// The header of a mapping stands on the one device below it.
std::optional<LuksHeader> header_of(HostContext& context, const BlockDevice& device) {
  if (device.backing.size() != 1) return std::nullopt;
  const std::string path = "/dev/" + device.backing.front();
  Result<std::optional<LuksHeader>> header = read_luks_header(context.files, path);
  if (!header) {
    context.partial(tables::luks_key_slot, header.error());
    return std::nullopt;
  }
  if (*header) write_key_slots(context, device.backing.front(), **header, context.add_source(path));
  return std::move(*header);
}

void collect_devices(HostContext& context, const BlockDevices& devices) {
  const SourceId source = context.add_source("/sys/class/block");
  Row<tables::block_device> row(context.platform);
  for (const auto& [name, device] : devices.all()) {
    row.set<"host_id">(context.host_id).set<"name">(to_valid_utf8(name)).set<"kind">(device.kind);
    if (!device.dm_name.empty()) row.set<"dm_name">(device.dm_name);
    if (device.backing_known) row.set<"backing_devices">(device.backing);
    row.set<"encrypted">(devices.encrypted(device)).set<"read_only">(device.read_only).set<"removable">(device.removable);
    row.set<"size_bytes">(device.size_bytes);
    if (const std::string type = crypt_type(device); !type.empty()) {
      row.set<"crypt_type">(type);
      if (type.starts_with("LUKS")) {
        if (const std::optional<LuksHeader> header = header_of(context, device)) {
          if (!header->cipher.empty() && !header->reencryption) row.set<"cipher">(header->cipher).set<"key_bits">(header->key_bits);
        }
      }
    }
    row.write(context.sink, {.source = source});
  }
}

const BlockDevice* device_of(const HostFiles& files, const BlockDevices* devices, const MountEntry& entry) {
  if (devices == nullptr) return nullptr;
  if (const BlockDevice* device = devices->by_number(entry.device)) return device;
  return entry.source.starts_with("/dev/") ? devices->by_path(files, entry.source) : nullptr;
}

bool holds_no_data(std::string_view filesystem) {
  return is_pseudo_filesystem(filesystem) || filesystem == "tmpfs" || filesystem == "ramfs" || filesystem == "devtmpfs";
}

void write_mount(HostContext& context, const BlockDevices* devices, const MountEntry& entry, std::optional<bool> mounted,
                 bool configured, const Origin& origin) {
  Row<tables::mount> row(context.platform);
  std::vector<std::string> options(entry.options);
  for (const std::string& option : entry.super_options) {
    if (std::ranges::find(options, option) == options.end()) options.push_back(option);
  }
  const bool network = is_network_filesystem(entry.filesystem);
  const bool without_data = holds_no_data(entry.filesystem);
  row.set<"host_id">(context.host_id).set<"path">(to_valid_utf8(entry.mount_point)).set<"filesystem">(to_valid_utf8(entry.filesystem));
  row.set<"options">(options).set<"mounted">(mounted).set<"configured">(configured);
  row.set<"network_filesystem">(network).set<"virtual_filesystem">(without_data);
  row.set<"nodev">(entry.has_option("nodev")).set<"nosuid">(entry.has_option("nosuid")).set<"noexec">(entry.has_option("noexec"));
  row.set<"read_only">(entry.read_only());
  const BlockDevice* device = network || without_data ? nullptr : device_of(context.files, devices, entry);
  row.set<"device">(device == nullptr ? to_valid_utf8(entry.source) : device->name);
  if (device != nullptr) row.set<"encrypted">(devices->encrypted(*device));
  row.write(context.sink, origin);
}

void collect_mounts(HostContext& context, const BlockDevices* devices, const MountTable& fstab, SourceId fstab_source) {
  std::map<std::string, const MountEntry*> configured;
  for (const MountEntry& entry : fstab.entries) {
    if (entry.filesystem != "swap") configured.emplace(entry.mount_point, &entry);
  }
  if (context.files.live()) {
    const Result<ReadFile> file = context.read("/proc/self/mountinfo");
    if (!file) {
      context.failed(tables::mount, file.error());
    } else {
      const MountTable table = parse_mountinfo(file->text);
      if (table.malformed_lines > 0) {
        context.partial(tables::mount, fmt::format("{} lines of /proc/self/mountinfo were not understood", table.malformed_lines));
      }
      for (const MountEntry* entry : visible_mounts(table)) {
        const bool in_fstab = configured.erase(entry->mount_point) > 0;
        write_mount(context, devices, *entry, true, in_fstab, file->at(entry->line));
      }
    }
  }
  const std::optional<bool> mounted = context.files.live() ? std::optional(false) : std::nullopt;
  for (const auto& [path, entry] : configured) {
    write_mount(context, devices, *entry, mounted, true, {.source = fstab_source, .line = entry->line});
  }
}

/// Encryption of a swap file is that of the filesystem it lies on: the longest mount point above it.
std::optional<bool> encryption_of_file(HostContext& context, const BlockDevices& devices, std::string_view path) {
  const Result<std::string> text = context.files.read("/proc/self/mountinfo");
  if (!text) return std::nullopt;
  const MountTable table = parse_mountinfo(*text);
  const MountEntry* best = nullptr;
  for (const MountEntry* entry : visible_mounts(table)) {
    const std::string& point = entry->mount_point;
    const bool above = point == "/" || (path.starts_with(point) && path.size() > point.size() && path[point.size()] == '/');
    if (above && (best == nullptr || point.size() > best->mount_point.size())) best = entry;
  }
  const BlockDevice* device = best == nullptr ? nullptr : device_of(context.files, &devices, *best);
  return device == nullptr ? std::nullopt : devices.encrypted(*device);
}

void write_swap(HostContext& context, const BlockDevices* devices, const std::string& path, std::string kind,
                std::optional<bool> active, const Origin& origin) {
  Row<tables::swap_area> row(context.platform);
  const BlockDevice* device = devices == nullptr ? nullptr : devices->by_path(context.files, path);
  if (device != nullptr && device->kind == "zram") kind = "zram";
  row.set<"host_id">(context.host_id).set<"path">(to_valid_utf8(path)).set<"kind">(kind).set<"active">(active);
  if (kind == "zram") {
    row.set<"encrypted">(true);
  } else if (device != nullptr) {
    row.set<"encrypted">(devices->encrypted(*device));
  } else if (kind == "file" && devices != nullptr && context.files.live()) {
    row.set<"encrypted">(encryption_of_file(context, *devices, path));
  }
  if (const auto resume = context.files.read("/sys/power/resume", 64); context.files.live() && resume) {
    row.set<"hibernation">(device != nullptr && trim(*resume) == device->number);
  }
  row.write(context.sink, origin);
}

void collect_swap(HostContext& context, const BlockDevices* devices, const MountTable& fstab, SourceId fstab_source) {
  std::map<std::string, const MountEntry*> configured;
  for (const MountEntry& entry : fstab.entries) {
    if (entry.filesystem == "swap") configured.emplace(entry.source, &entry);
  }
  if (context.files.live()) {
    const Result<ReadFile> file = context.read("/proc/swaps");
    if (!file && file.error().kind != ErrorKind::not_found) context.failed(tables::swap_area, file.error());
    if (file) {
      const SwapTable table = parse_swaps(file->text);
      if (table.malformed_lines > 0) context.partial(tables::swap_area, "lines of /proc/swaps were not understood");
      for (const SwapEntry& entry : table.entries) {
        configured.erase(entry.path);
        write_swap(context, devices, entry.path, entry.kind, true, file->at(entry.line));
      }
      // What fstab names by UUID or label is active under its device's name: named twice it would count twice.
      if (!table.entries.empty()) std::erase_if(configured, [](const auto& entry) { return !entry.first.starts_with("/dev/"); });
    }
  }
  const std::optional<bool> active = context.files.live() ? std::optional(false) : std::nullopt;
  for (const auto& [source, entry] : configured) {
    const bool on_device = source.starts_with("/dev/") || source.find('=') != std::string::npos;
    write_swap(context, devices, source, on_device ? "partition" : "file", active, {.source = fstab_source, .line = entry->line});
  }
}

std::string key_source(const CrypttabEntry& entry) {
  if (entry.random_key()) return "random";
  if (!entry.option_value("tpm2-device").empty()) return "tpm2";
  if (!entry.option_value("fido2-device").empty()) return "fido2";
  return entry.key_file.empty() ? "none" : "file";
}

void collect_crypttab(HostContext& context) {
  const Result<ReadFile> file = context.read("/etc/crypttab");
  if (!file) {
    if (file.error().kind != ErrorKind::not_found) context.failed(tables::crypttab_entry, file.error());
    return;
  }
  const Crypttab table = parse_crypttab(file->text);
  if (table.malformed_lines > 0) {
    context.partial(tables::crypttab_entry, fmt::format("{} lines of /etc/crypttab were not understood", table.malformed_lines));
  }
  Row<tables::crypttab_entry> row(context.platform);
  for (const CrypttabEntry& entry : table.entries) {
    row.set<"host_id">(context.host_id).set<"name">(to_valid_utf8(entry.name)).set<"device">(to_valid_utf8(entry.device));
    row.set<"key_source">(key_source(entry)).set<"options">(entry.options);
    row.write(context.sink, file->at(entry.line));
  }
}

void collect(HostContext& context) {
  std::optional<BlockDevices> devices;
  if (context.files.live()) {
    Result<BlockDevices> found = BlockDevices::read(context.files);
    if (found) {
      devices = std::move(*found);
      collect_devices(context, *devices);
    } else {
      context.failed(tables::block_device, found.error());
      context.failed(tables::luks_key_slot, found.error());
    }
  } else {
    context.not_attempted(tables::block_device, kNoRunningKernel);
    context.not_attempted(tables::luks_key_slot, kNoRunningKernel);
  }
  MountTable fstab;
  SourceId source = 0;
  if (const Result<ReadFile> file = context.read("/etc/fstab")) {
    fstab = parse_fstab(file->text);
    source = file->source;
  } else if (file.error().kind != ErrorKind::not_found) {
    context.partial(tables::mount, file.error());
    context.partial(tables::swap_area, file.error());
  }
  const BlockDevices* known = devices ? &*devices : nullptr;
  collect_mounts(context, known, fstab, source);
  collect_swap(context, known, fstab, source);
  collect_crypttab(context);
}

}  // namespace

const HostSection storage_section{.name = "storage", .tables = kTables, .collect = collect};

}  // namespace ehdscan
