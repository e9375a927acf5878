// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/systemd_files.h"

#include <doctest/doctest.h>

#include "collectors/linux_host/host_fixture.h"

using namespace ehdscan;

TEST_CASE("systemd files: comments, sections and continuation lines") {
  const auto settings = parse_systemd("# c\n[Journal]\n; c\nStorage = persistent\nList=a \\\n  b \\\n# inside\n  c\n[Other]\nx=1\nno assignment\n", 7);
  REQUIRE(settings.size() == 3);
  CHECK(settings[0].section == "Journal");
  CHECK(settings[0].key == "Storage");
  CHECK(settings[0].value == "persistent");
  CHECK(settings[0].line == 4);
  CHECK(settings[1].value == "a  b  c");
  CHECK(settings[1].line == 5);
  CHECK(settings[2].section == "Other");
  CHECK(settings[2].source == 7);
}

TEST_CASE("systemd files: fragments are sorted by name across folders, the first folder wins, empty files mask") {
  HostFixture host({{"/etc/x.d/20-b.conf", "x"},
                    {"/usr/lib/x.d/20-b.conf", "y"},
                    {"/usr/lib/x.d/10-a.conf", "y"},
                    {"/etc/x.d/30-c.conf", ""},
                    {"/usr/lib/x.d/30-c.conf", "y"},
                    {"/etc/x.d/notes.txt", "x"}});
  const HostFiles files = HostFiles::open(host.folder.path).value();
  const auto paths = conf_fragments(files, {"/etc/x.d", "/run/x.d", "/usr/lib/x.d"}, ".conf");
  REQUIRE(paths);
  CHECK(*paths == std::vector<std::string>{"/usr/lib/x.d/10-a.conf", "/etc/x.d/20-b.conf"});
}

TEST_CASE("systemd files: the last assignment counts, an empty one takes it back") {
  SystemdConfig config;
  config.settings = parse_systemd("[A]\nx=1\nx=2\ny=1\ny=\nlist=a b\nlist=c\n", 1);
  CHECK(config.value("A", "x") == "2");
  CHECK(config.value("A", "y").empty());
  CHECK(config.words("A", "list") == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("systemd files: spans of time") {
  CHECK(span_seconds("90") == 90);
  CHECK(span_seconds("15min") == 900);
  CHECK(span_seconds("1h 30m") == 5400);
  CHECK(span_seconds("1h30m") == 5400);
  CHECK(span_days("2weeks") == 14);
  CHECK(span_days("1year") == 365);
  CHECK(!span_seconds("soon"));
  CHECK(!span_seconds(""));
  CHECK(!span_seconds("-5"));
  CHECK(!span_seconds("99999999999999999999"));
}
