// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/services.h"

#include <doctest/doctest.h>

#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host_software.h"

using namespace ehdscan;

TEST_CASE("services: links in .wants enable, links to /dev/null mask, aliases enable their unit") {
  HostFixture host({{"/usr/lib/systemd/system/ssh.service", "[Unit]\n"}, {"/usr/lib/systemd/system/idle.service", "[Unit]\n"}});
  std::filesystem::create_directories(host.path("/etc/systemd/system/multi-user.target.wants"));
  std::filesystem::create_symlink("/lib/systemd/system/cron.service", host.path("/etc/systemd/system/multi-user.target.wants/cron.service"));
  std::filesystem::create_symlink("/dev/null", host.path("/etc/systemd/system/bluetooth.service"));
  std::filesystem::create_symlink("/lib/systemd/system/ssh.service", host.path("/etc/systemd/system/sshd.service"));
  host.run(services_section);
  const auto row = [&](std::string_view name) { return host.sink.find(tables::service_unit, "name", name); };
  REQUIRE(row("cron.service") != nullptr);
  CHECK((*row("cron.service"))["enabled"] == "1");
  CHECK((*row("cron.service"))["running"] == "NULL");
  CHECK((*row("bluetooth.service"))["masked"] == "1");
  CHECK((*row("bluetooth.service"))["enabled"] == "0");
  CHECK((*row("ssh.service"))["enabled"] == "1");
  CHECK(row("idle.service") == nullptr);
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("cron: jobs with user, schedule and plain programs; assignments are no jobs") {
  HostFixture host({{"/etc/crontab", "SHELL=/bin/sh\n# c\n17 *\t* * *\troot\tcd / && run-parts /etc/cron.hourly\n@daily root /usr/bin/a --x\n"},
                    {"/etc/cron.d/b", "*/5 * * * * www /usr/bin/b\n"},
                    {"/var/spool/cron/crontabs/ann", "0 1 * * 1 /home/ann/c\n"},
                    {"/usr/bin/a", ""}});
  host.run(services_section);
  const auto jobs = host.sink.rows_of(tables::cron_job);
  REQUIRE(jobs.size() == 4);
  CHECK((*jobs[0])["job_id"] == "/etc/crontab:3");
  CHECK((*jobs[0])["program"] == "NULL");
  CHECK((*jobs[1])["schedule"] == "@daily");
  CHECK((*jobs[1])["program"] == "/usr/bin/a");
  CHECK((*jobs[1])["program_writable_by_others"] == "0");
  CHECK((*jobs[2])["account_name"] == "www");
  CHECK((*jobs[2])["schedule"] == "*/5 * * * *");
  CHECK((*jobs[3])["account_name"] == "ann");
  CHECK((*jobs[3])["program"] == "/home/ann/c");
  CHECK((*jobs[3])["program_writable_by_others"] == "NULL");
  CHECK(host.sink.mistakes.empty());
}
