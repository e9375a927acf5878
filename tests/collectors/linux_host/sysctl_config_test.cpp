// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sysctl_config.h"

#include <doctest/doctest.h>

#include <optional>

using namespace ehdscan;

namespace {

std::optional<std::string> value(std::vector<SysctlFile> files, std::string_view name) {
  const auto found = configured_sysctls(files, std::array{name});
  const auto setting = found.find(name);
  return setting == found.end() ? std::nullopt : std::optional(setting->second.value);
}

}  // namespace

TEST_CASE("sysctl_config: lines that set nothing") {
  CHECK_FALSE(value({{"a", "# kernel.x = 1\n; kernel.x = 1\nkernel.x\n= 1\n\nkernel.xx=2\n"}}, "kernel.x"));
  CHECK_FALSE(value({}, "kernel.x"));
  CHECK_FALSE(value({{"a", "-kernel.x\n"}}, "kernel.x"));
}

TEST_CASE("sysctl_config: spaces, minus, slashes and blanks in values") {
  CHECK(value({{"a", " \tkernel.x\t= 1\n"}}, "kernel.x") == "1");
  CHECK(value({{"a", "-kernel.x=2"}}, "kernel.x") == "2");
  CHECK(value({{"a", "kernel/x = a=b"}}, "kernel.x") == "a=b");
  CHECK(value({{"a", "net.ipv4.ping_group_range = 0\t\t 100 \r\n"}}, "net.ipv4.ping_group_range") == "0 100");
  CHECK(value({{"a", "kernel.x =\n"}}, "kernel.x") == "");
  CHECK(sysctl_path("net.ipv4.conf.eth0/1.rp_filter") == "net/ipv4/conf/eth0.1/rp_filter");
  CHECK(sysctl_path("net/ipv4/conf/eth0.1/rp_filter") == "net/ipv4/conf/eth0.1/rp_filter");
}

TEST_CASE("sysctl_config: the later file and the later line win, with their place") {
  const std::vector<SysctlFile> files{{"10.conf", "kernel.x = 1\n"}, {"99.conf", "\nkernel.x = 2\nkernel/x = 3\n"}};
  const auto found = configured_sysctls(files, std::array{std::string_view("kernel.x")});
  REQUIRE(found.size() == 1);
  CHECK(found.begin()->second == SysctlSetting{"3", 1, 3});
}

TEST_CASE("sysctl_config: a name in full wins over globs, a bare minus name keeps them off") {
  CHECK(value({{"a", "net.ipv4.conf.*.rp_filter = 2\n"}}, "net.ipv4.conf.all.rp_filter") == "2");
  CHECK(value({{"a", "net.ipv4.conf.all.rp_filter = 1\nnet.ipv4.conf.*.rp_filter = 2\n"}},
              "net.ipv4.conf.all.rp_filter") == "1");
  CHECK_FALSE(
      value({{"a", "net.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.all.rp_filter\n"}}, "net.ipv4.conf.all.rp_filter"));
  // The star does not cross a separator.
  CHECK_FALSE(value({{"a", "net.*.rp_filter = 2\n"}}, "net.ipv4.conf.all.rp_filter"));
  CHECK(value({{"a", "net.ipv4.conf.*.rp_filter = 2\nnet.ipv4.conf.a*.rp_filter = 0\n"}},
              "net.ipv4.conf.all.rp_filter") == "0");
}

TEST_CASE("sysctl_config: hostile globs end soon") {
  std::string evil = "net.";
  for (int i = 0; i < 5000; ++i) evil += "*a";
  CHECK_FALSE(value({{"a", evil + " = 1\n"}}, "net.ipv4.conf.all.rp_filter"));
}
