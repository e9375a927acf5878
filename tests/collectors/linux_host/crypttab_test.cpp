// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/crypttab.h"

#include <doctest/doctest.h>

using namespace ehdscan;

TEST_CASE("crypttab: comments, short lines, key files and options") {
  const Crypttab table = parse_crypttab(
      "# <target> <source> <key> <options>\n"
      "data UUID=1 none luks,discard,,tpm2-device=auto\n"
      "swap\t/dev/sda2 /dev/urandom swap,cipher=aes-xts-plain64,size=512\n"
      "alone\n"
      "bare /dev/sdb\n"
      "file /dev/sdc /etc/keys/c.key luks\n");
  REQUIRE(table.entries.size() == 4);
  CHECK(table.malformed_lines == 1);
  CHECK(table.entries[0].key_file.empty());
  CHECK(table.entries[0].options == std::vector<std::string>{"luks", "discard", "tpm2-device=auto"});
  CHECK(table.entries[0].option_value("tpm2-device") == "auto");
  CHECK(table.entries[1].random_key());
  CHECK(table.entries[1].option_value("size") == "512");
  CHECK_FALSE(table.entries[2].has_option("luks"));
  CHECK(table.entries[3].key_file == "/etc/keys/c.key");
  CHECK(table.entries[3].line == 6);
  CHECK_FALSE(table.entries[3].random_key());
}

TEST_CASE("swaps: heading alone, escapes, deleted files, nonsense") {
  CHECK(parse_swaps("").entries.empty());
  CHECK(parse_swaps("Filename\tType\tSize\tUsed\tPriority\n").entries.empty());
  const SwapTable table = parse_swaps(
      "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
      "/dev/zram0                              partition\t1024\t\t0\t\t100\n"
      "/swap\\040file                           file\t\t2048\t\t0\t\t-2\n"
      "/old\\040(deleted)                       file\t\t8\t\t0\t\t-3\n"
      "/older (deleted)                        file\t\t8\t\t0\t\t-3\n"
      "/bad file -5 0 1\n"
      "/bad file x 0 1\n"
      "nonsense\n");
  REQUIRE(table.entries.size() == 4);
  CHECK(table.malformed_lines == 3);
  CHECK(table.entries[0] == SwapEntry{"/dev/zram0", "partition", 1024 * 1024, false, 2});
  CHECK(table.entries[1].path == "/swap file");
  CHECK(table.entries[2] == SwapEntry{"/old", "file", 8192, true, 4});
  CHECK(table.entries[3] == SwapEntry{"/older", "file", 8192, true, 5});
}
