// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/mount_table.h"

#include <doctest/doctest.h>

using namespace ehdscan;

TEST_CASE("mount_table: lines that are cut off or no mounts are counted, the rest is read") {
  const MountTable table = parse_mountinfo(
      "\n22 27 0:21 / /proc\n"
      "garbage\n"
      "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n"
      "36 35 98:0 / relative rw - ext3 /dev/root rw\n"
      "36 35 98:0 / /x rw - ext3\n");
  REQUIRE(table.entries.size() == 1);
  CHECK(table.malformed_lines == 4);
  CHECK(table.first_malformed_line == 2);
  const MountEntry& entry = table.entries[0];
  CHECK(entry.mount_point == "/mnt2");
  CHECK(entry.root == "/mnt1");
  CHECK(entry.device == "98:0");
  CHECK(entry.filesystem == "ext3");
  CHECK(entry.source == "/dev/root");
  CHECK(entry.line == 4);
  CHECK(entry.has_option("noatime"));
  CHECK_FALSE(entry.has_option("noat"));
  CHECK(entry.option_value("errors") == "continue");
  CHECK(entry.option_value("error").empty());
}

TEST_CASE("mount_table: escapes become bytes, other backslashes stay") {
  CHECK(unescape_octal("a\\040b\\011\\134c") == "a b\t\\c");
  CHECK(unescape_octal("\\04") == "\\04");
  CHECK(unescape_octal("\\999\\x\\") == "\\999\\x\\");
  CHECK(unescape_octal("\\777") == "\\777");
  const MountTable table = parse_mountinfo("1 2 8:1 / /my\\040disk\\012x rw - ext4 /dev/a\\040b rw\n");
  REQUIRE(table.entries.size() == 1);
  CHECK(table.entries[0].mount_point == "/my disk\nx");
  CHECK(table.entries[0].source == "/dev/a b");
}

TEST_CASE("mount_table: no optional fields, many optional fields, empty source") {
  const MountTable table = parse_mountinfo(
      "1 2 0:5 / /a ro,nosuid - tmpfs tmpfs rw\n"
      "1 2 0:5 / /b rw shared:1 master:2 propagate_from:3 unbindable - tmpfs  rw\n"
      "1 2 0:5 / /c rw - tmpfs none ro\n");
  REQUIRE(table.entries.size() == 3);
  CHECK(table.entries[0].read_only());
  CHECK_FALSE(table.entries[1].read_only());
  CHECK(table.entries[1].source.empty());
  CHECK(table.entries[2].read_only());  // the filesystem, not the mount
}

TEST_CASE("mount_table: the last mount on a place hides the ones below") {
  const MountTable table = parse_mountinfo(
      "1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /mnt rw - ext4 /dev/b rw\n3 2 8:3 / /mnt rw - xfs /dev/c rw\n");
  const auto visible = visible_mounts(table);
  REQUIRE(visible.size() == 2);
  CHECK(visible[1]->filesystem == "xfs");
}

TEST_CASE("mount_table: fstab with comments, missing options and swap") {
  const MountTable table = parse_fstab(
      "# <file system> <mount point>\n"
      "UUID=12 / ext4 errors=remount-ro 0 1\n"
      "  \t \n"
      "/dev/mapper/swap none swap\n"
      "nas:/data\\040x /data nfs4 nosuid,nodev,noexec,vers=4.2,sec=krb5p 0 0\n"
      "/dev/sdb1 /only-two\n");
  REQUIRE(table.entries.size() == 3);
  CHECK(table.malformed_lines == 1);
  CHECK(table.first_malformed_line == 6);
  CHECK(table.entries[1].filesystem == "swap");
  CHECK(table.entries[1].has_option("defaults"));
  CHECK(table.entries[2].source == "nas:/data x");
  CHECK(table.entries[2].option_value("sec") == "krb5p");
  CHECK(table.entries[2].line == 5);
}

TEST_CASE("mount_table: kinds of filesystems") {
  CHECK(is_network_filesystem("nfs4"));
  CHECK(is_network_filesystem("fuse.sshfs"));
  CHECK(is_network_filesystem("9p"));
  CHECK(is_network_filesystem("wekafs"));
  CHECK_FALSE(is_network_filesystem("ext4"));
  CHECK(is_pseudo_filesystem("autofs"));
  CHECK(is_pseudo_filesystem("tracefs"));
  CHECK_FALSE(is_pseudo_filesystem("tmpfs"));
}
