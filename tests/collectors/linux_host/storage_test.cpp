// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/storage.h"

#include <doctest/doctest.h>

#include "collectors/linux_host/block_devices.h"
#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host_storage.h"

using namespace ehdscan;

namespace {

/// A device as /sys/class/block shows it; `below` are the names under slaves/.
void device(const HostFixture& host, const std::string& name, const std::string& number, std::initializer_list<std::string> below = {},
            const std::string& dm_uuid = "") {
  const std::string folder = "/sys/class/block/" + name;
  host.add(folder + "/dev", number + "\n");
  host.add(folder + "/size", "2048\n");
  for (const std::string& slave : below) host.add(folder + "/slaves/" + slave + "/dev", "");
  if (!dm_uuid.empty()) {
    host.add(folder + "/dm/uuid", dm_uuid + "\n");
    host.add(folder + "/dm/name", name + "-name\n");
  }
}

}  // namespace

TEST_CASE("block devices: encryption goes up through the stack, and one plain leg takes it away") {
  const HostFixture host;
  device(host, "sda", "8:0");
  host.add("/sys/class/block/sda1/partition", "1\n");
  device(host, "sda1", "8:1", {"sda"});
  device(host, "dm-0", "253:0", {"sda1"}, "CRYPT-LUKS2-0a-root");
  device(host, "dm-1", "253:1", {"dm-0"}, "LVM-abc");
  device(host, "dm-2", "253:2", {"dm-0", "sda"}, "LVM-def");
  device(host, "dm-3", "253:3", {"sda1"}, "CRYPT-VERITY-0b-usr");
  device(host, "loop0", "7:0");
  const HostFiles files = HostFiles::open(host.folder.path).value();
  const BlockDevices devices = BlockDevices::read(files).value();
  const auto encrypted = [&](const char* name) { return devices.encrypted(*devices.find(name)); };
  CHECK(encrypted("sda") == false);
  CHECK(encrypted("sda1") == false);
  CHECK(encrypted("dm-0") == true);
  CHECK(encrypted("dm-1") == true);
  CHECK(encrypted("dm-2") == false);
  CHECK(encrypted("dm-3") == false);
  CHECK(!encrypted("loop0").has_value());
  CHECK(devices.find("dm-0")->kind == "crypt");
  CHECK(devices.find("dm-1")->kind == "lvm");
  CHECK(devices.find("sda1")->kind == "partition");
  CHECK(devices.by_number("253:1")->name == "dm-1");
  CHECK(devices.find("sda")->size_bytes == 1'048'576);
}

TEST_CASE("storage: an image tells what fstab and crypttab configure, and what needs a kernel is not attempted") {
  HostFixture host({{"/etc/fstab", "UUID=1 / ext4 defaults 0 1\n/dev/sda2 none swap sw 0 0\ntmpfs /tmp tmpfs nosuid,nodev 0 0\n"},
                    {"/etc/crypttab", "swap /dev/sda2 /dev/urandom swap\ndata UUID=2 none luks\n"}});
  host.run(storage_section);
  const RecordedRow* root = host.sink.find(tables::mount, "path", "/");
  REQUIRE(root != nullptr);
  CHECK((*root)["mounted"] == "NULL");
  CHECK((*root)["configured"] == "1");
  CHECK((*root)["encrypted"] == "NULL");
  CHECK((*host.sink.find(tables::mount, "path", "/tmp"))["nosuid"] == "1");
  CHECK((*host.sink.find(tables::swap_area, "path", "/dev/sda2"))["active"] == "NULL");
  CHECK((*host.sink.find(tables::crypttab_entry, "name", "swap"))["key_source"] == "random");
  CHECK((*host.sink.find(tables::crypttab_entry, "name", "data"))["key_source"] == "none");
  CHECK(host.sink.state_of(tables::block_device) == "not_attempted: a mounted root has no running kernel");
  CHECK(host.sink.mistakes.empty());
}
