// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/logs.h"

#include <doctest/doctest.h>

#include "collectors/linux_host/host_fixture.h"
#include "collectors/linux_host/logrotate.h"
#include "collectors/linux_host/rsyslog.h"
#include "evidence/tables/host_log.h"

using namespace ehdscan;

TEST_CASE("logrotate: what a block promises, with what stood before it") {
  LogrotateRule defaults;
  const LogrotateConfig config = parse_logrotate(R"(weekly
rotate 4
include /etc/logrotate.d
/var/log/auth.log
/var/log/mail.log
{
  rotate 60
  postrotate
    rotate 1
  endscript
}
"/var/log/with blank" { daily
}
/var/log/wtmp { monthly
 rotate 12
 maxage 200
}
/var/log/big { size 10M
 rotate 100
}
)",
                                                 defaults);
  CHECK(config.includes == std::vector<std::string>{"/etc/logrotate.d"});
  REQUIRE(config.rules.size() >= 3);
  CHECK(config.rules[0].patterns == std::vector<std::string>{"/var/log/auth.log", "/var/log/mail.log"});
  CHECK(config.rules[0].promised_days() == 420);
  CHECK(config.rules[0].line == 6);
  CHECK(defaults.rotate == 4);
}

TEST_CASE("logrotate: maxage cuts, size promises nothing, a negative count keeps everything") {
  const auto promised = [](const std::string& body) {
    LogrotateRule defaults;
    return parse_logrotate("/x {\n" + body + "\n}\n", defaults).rules.at(0).promised_days();
  };
  CHECK(promised("monthly\nrotate 12") == 360);
  CHECK(promised("monthly\nrotate 12\nmaxage 200") == 200);
  CHECK(!promised("size 10M\nrotate 100"));
  CHECK(!promised("weekly\nrotate 60\nmaxsize 1G"));
  CHECK(promised("weekly\nrotate -1") == 36'500);
  CHECK(promised("daily") == 0);
}

TEST_CASE("rsyslog: files and receivers of both spellings") {
  const RsyslogConfig config = parse_rsyslog(R"($IncludeConfig /etc/rsyslog.d/*.conf
# comment
auth,authpriv.*  /var/log/auth.log
*.*;auth,authpriv.none  -/var/log/syslog
*.* @@log.example.org:6514
auth.* @192.0.2.1
*.* action(type="omfwd" target="archive" port="6514" protocol="tcp"
           StreamDriver="gtls" StreamDriverMode="1")
:msg, contains, "x" /var/log/x.log
)");
  CHECK(config.includes == std::vector<std::string>{"/etc/rsyslog.d/*.conf"});
  REQUIRE(config.actions.size() == 5);
  CHECK(config.actions[0].file == "/var/log/auth.log");
  CHECK(config.actions[0].takes_access_records() == true);
  CHECK(config.actions[1].file == "/var/log/syslog");
  CHECK(config.actions[1].takes_access_records() == false);
  CHECK(config.actions[2].transport == "tcp");
  CHECK(config.actions[2].receiver == "log.example.org:6514");
  CHECK(config.actions[3].receiver == "192.0.2.1:514");
  CHECK(config.actions[3].takes_access_records() == false);
  CHECK(config.actions[4].transport == "tls");
  CHECK(config.actions[4].receiver == "archive:6514");
  CHECK(config.actions[4].line == 7);
}

TEST_CASE("logs: the start of an archived journal stands in its name") {
  const auto start = journal_start("system@0123456789abcdef0123456789abcdef-0000000000000001-00060d3f5b8a4c00.journal");
  REQUIRE(start);
  CHECK(to_string(*start).starts_with("2023-"));
  CHECK(!journal_start("system.journal"));
  CHECK(!journal_start("system@x-y-zz.journal"));
}

TEST_CASE("logs: layers of a Debian host with rsyslog and logrotate") {
  HostFixture host({{"/usr/lib/systemd/systemd-journald", ""},
                    {"/etc/systemd/journald.conf", "[Journal]\nStorage=volatile\n"},
                    {"/usr/sbin/rsyslogd", ""},
                    {"/etc/rsyslog.conf", "auth,authpriv.*\t/var/log/auth.log\n*.*  @@log:6514\n"},
                    {"/usr/sbin/logrotate", ""},
                    {"/etc/logrotate.conf", "weekly\nrotate 4\ninclude /etc/logrotate.d\n"},
                    {"/etc/logrotate.d/rsyslog", "/var/log/*.log {\n rotate 60\n}\n"},
                    {"/var/log/wtmp", "x"}});
  host.run(logs_section);
  const auto kind = [&](std::string_view path, std::string_view layer) -> std::string {
    for (const RecordedRow* row : host.sink.rows_of(tables::log_retention_layer)) {
      if ((*row)["path"] == path && (*row)["layer"] == layer) return (*row)["retention_kind"] + " " + (*row)["retention_days"];
    }
    return "no row";
  };
  CHECK(kind("/var/log/journal", "journald") == "volatile NULL");
  CHECK(kind("/var/log/auth.log", "rsyslog") == "unlimited NULL");
  CHECK(kind("/var/log/auth.log", "logrotate") == "days 420");
  CHECK(kind("/var/log/wtmp", "file") == "unlimited NULL");
  const RecordedRow* target = host.sink.find(tables::remote_log_target, "program", "rsyslog");
  REQUIRE(target != nullptr);
  CHECK((*target)["transport"] == "tcp");
  CHECK((*target)["access_logs_included"] == "1");
  CHECK((*host.sink.find(tables::log_service, "service", "journald"))["persistent"] == "0");
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("logs: a limit of time below a year is a number of days, above it only size counts") {
  const auto kind = [](std::string_view most) {
    HostFixture host({{"/usr/lib/systemd/systemd-journald", ""}});
    host.add("/etc/systemd/journald.conf", "[Journal]\nStorage=persistent\nMaxRetentionSec=" + std::string(most) + "\n");
    host.run(logs_section);
    const RecordedRow* row = host.sink.find(tables::log_retention_layer, "layer", "journald");
    return (*row)["retention_kind"] + " " + (*row)["retention_days"];
  };
  CHECK(kind("30day") == "days 30");
  CHECK(kind("2year") == "size_bound NULL");
  CHECK(kind("") == "size_bound NULL");
}
