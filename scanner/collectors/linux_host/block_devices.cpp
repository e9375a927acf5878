// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/block_devices.h"

#include <fmt/format.h>

#include <span>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::string_view kClass = "/sys/class/block";
constexpr std::int64_t kSectorBytes = 512;
/// Stacks are a few levels high; more is a loop of our own making.
constexpr int kDeepest = 32;

std::string short_text(const HostFiles& files, const std::string& path) {
  const Result<std::string> text = files.read(path, 4096);
  return text ? to_valid_utf8(trim(*text)) : std::string();
}

std::string kind_of(const HostFiles& files, const std::string& folder, const std::string& name, std::string_view dm_uuid) {
  if (files.exists(folder + "/dm")) {
    if (dm_uuid.starts_with("CRYPT-")) return "crypt";
    if (dm_uuid.starts_with("LVM-")) return "lvm";
    if (dm_uuid.starts_with("mpath-")) return "multipath";
    if (dm_uuid.starts_with("part")) return "partition";
    return "other";
  }
  if (files.exists(folder + "/partition")) return "partition";
  if (files.exists(folder + "/md")) return "raid";
  if (name.starts_with("loop")) return "loop";
  if (name.starts_with("zram")) return "zram";
  if (name.starts_with("ram")) return "ram";
  return "disk";
}

/// A partition lies in the folder of its disk: ".../block/sda/sda1".
std::string disk_of(const HostFiles& files, const std::string& folder) {
  const Result<std::string> link = files.read_link(folder);
  if (!link) return {};
  const std::vector<std::string_view> parts = split(*link, '/');
  return parts.size() < 2 ? std::string() : std::string(parts[parts.size() - 2]);
}

BlockDevice read_device(const HostFiles& files, const std::string& name) {
  const std::string folder = fmt::format("{}/{}", kClass, name);
  BlockDevice device{.name = name};
  device.number = short_text(files, folder + "/dev");
  device.dm_name = short_text(files, folder + "/dm/name");
  device.dm_uuid = short_text(files, folder + "/dm/uuid");
  device.kind = kind_of(files, folder, name, device.dm_uuid);
  device.read_only = short_text(files, folder + "/ro") == "1";
  device.removable = short_text(files, folder + "/removable") == "1";
  device.size_bytes = parse_integer(short_text(files, folder + "/size")).value_or(0) * kSectorBytes;
  if (const auto slaves = files.list(folder + "/slaves")) {
    for (const FolderEntry& slave : *slaves) device.backing.push_back(to_valid_utf8(slave.name));
  }
  if (device.kind == "partition" && device.backing.empty()) {
    if (std::string disk = disk_of(files, folder); !disk.empty()) device.backing.push_back(std::move(disk));
  }
  // What a loop device or a bare device-mapper target rests on is not shown here.
  device.backing_known = !device.backing.empty() || (device.kind != "loop" && device.kind != "lvm" && device.kind != "other");
  return device;
}

}  // namespace

Result<BlockDevices> BlockDevices::read(const HostFiles& files) {
  const Result<std::vector<FolderEntry>> entries = files.list(kClass);
  if (!entries) return std::unexpected(entries.error());
  BlockDevices devices;
  for (const FolderEntry& entry : *entries) {
    BlockDevice device = read_device(files, entry.name);
    // Loop and ram devices that hold nothing.
    if (device.size_bytes == 0 && (device.kind == "loop" || device.kind == "ram" || device.kind == "zram")) continue;
    devices.devices_.emplace(entry.name, std::move(device));
  }
  return devices;
}

const BlockDevice* BlockDevices::find(std::string_view name) const {
  const auto found = devices_.find(name);
  return found == devices_.end() ? nullptr : &found->second;
}

const BlockDevice* BlockDevices::by_number(std::string_view number) const {
  for (const auto& [name, device] : devices_) {
    if (device.number == number) return &device;
  }
  return nullptr;
}

const BlockDevice* BlockDevices::by_path(const HostFiles& files, std::string_view path) const {
  std::string current(path);
  // /dev/mapper/root and /dev/disk/by-uuid/… are links to ../dm-0.
  for (int i = 0; i < 4; ++i) {
    const std::size_t slash = current.rfind('/');
    if (const BlockDevice* device = find(std::string_view(current).substr(slash + 1)); device != nullptr && current.starts_with("/dev/")) {
      return device;
    }
    const Result<std::string> link = files.read_link(current);
    if (!link) break;
    current = link->starts_with('/') ? *link : fmt::format("{}/{}", current.substr(0, slash), *link);
  }
  if (!path.starts_with("/dev/mapper/")) return nullptr;
  for (const auto& [name, device] : devices_) {
    if (device.dm_name == path.substr(12)) return &device;
  }
  return nullptr;
}

std::optional<bool> BlockDevices::encrypted(const BlockDevice& device) const { return encrypted(device, 0); }

std::optional<bool> BlockDevices::encrypted(const BlockDevice& device, int depth) const {
  if (device.kind == "crypt") return !device.dm_uuid.starts_with("CRYPT-VERITY");
  if (!device.backing_known || depth == kDeepest) return std::nullopt;
  if (device.backing.empty()) return false;
  bool known = true;
  for (const std::string& name : device.backing) {
    const BlockDevice* below = find(name);
    const std::optional<bool> there = below == nullptr ? std::nullopt : encrypted(*below, depth + 1);
    if (there == false) return false;
    known = known && there.has_value();
  }
  return known ? std::optional(true) : std::nullopt;
}

Result<std::optional<LuksHeader>> read_luks_header(const HostFiles& files, const std::string& path) {
  const Result<std::string> start = files.read_at(path, 0, 4096);
  if (!start) return std::unexpected(start.error());
  const std::size_t size = luks_header_size(std::as_bytes(std::span(*start)));
  if (size == 0) return std::optional<LuksHeader>{};
  const Result<std::string> whole = files.read_at(path, 0, size);
  if (!whole) return std::unexpected(whole.error());
  Result<LuksHeader> header = parse_luks_header(std::as_bytes(std::span(*whole)));
  if (!header) return std::unexpected(header.error());
  return std::optional(std::move(*header));
}

}  // namespace ehdscan
