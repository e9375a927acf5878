// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "collectors/linux_host/host_files.h"
#include "collectors/linux_host/luks_header.h"

namespace ehdscan {

/// A block device as /sys shows it.
struct BlockDevice {
  std::string name;  ///< `sda1`, `dm-0`
  std::string kind;
  std::string number;  ///< `253:0`
  std::string dm_name;
  std::string dm_uuid;
  std::vector<std::string> backing;
  bool backing_known = true;
  bool read_only = false;
  bool removable = false;
  std::int64_t size_bytes = 0;
};

/// All of them with what lies below what.
class BlockDevices {
 public:
  /// Errors: those of listing /sys/class/block.
  static Result<BlockDevices> read(const HostFiles& files);

  [[nodiscard]] const std::map<std::string, BlockDevice, std::less<>>& all() const { return devices_; }
  [[nodiscard]] const BlockDevice* find(std::string_view name) const;
  /// By `major:minor`, or by a path such as `/dev/mapper/root`. nullptr if it is none.
  [[nodiscard]] const BlockDevice* by_number(std::string_view number) const;
  [[nodiscard]] const BlockDevice* by_path(const HostFiles& files, std::string_view path) const;

  /// True if the device is dm-crypt, or everything below it is. Empty if the chain could not be followed to its end
  /// (a loop file, something that has vanished).
  [[nodiscard]] std::optional<bool> encrypted(const BlockDevice& device) const;

 private:
  [[nodiscard]] std::optional<bool> encrypted(const BlockDevice& device, int depth) const;
  std::map<std::string, BlockDevice, std::less<>> devices_;
};

/// The LUKS header at the beginning of a device or file. Empty if there is none; errors: denied, invalid_input, io.
Result<std::optional<LuksHeader>> read_luks_header(const HostFiles& files, const std::string& path);

}  // namespace ehdscan
