// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/host_glob.h"

#include <doctest/doctest.h>

#include "collectors/linux_host/host_fixture.h"

using namespace ehdscan;

TEST_CASE("host glob: hidden files are left out, folders that are not there give nothing") {
  const HostFixture host(
      {{"/d/b.conf", ""}, {"/d/a.conf", ""}, {"/d/.x.conf", ""}, {"/d/c.txt", ""}, {"/e/a.conf", ""}});
  const HostFiles files = HostFiles::open(host.folder.path).value();
  using Paths = std::vector<std::string>;
  CHECK(glob_host(files, "/none/*.conf").value().empty());
  CHECK(glob_host(files, "/d/c.txt/*").value().empty());
  CHECK(glob_host(files, "/d/*.conf").value() == Paths{"/d/a.conf", "/d/b.conf"});
  CHECK(glob_host(files, "/?/a.conf").value() == Paths{"/d/a.conf", "/e/a.conf"});
  CHECK(glob_host(files, "/d/[ab].conf").value() == Paths{"/d/a.conf", "/d/b.conf"});
  CHECK(glob_host(files, "/d/c.txt").value() == Paths{"/d/c.txt"});
  CHECK(glob_host(files, "/d/c").value().empty());
}
