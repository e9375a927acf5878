// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/accounts.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host_access.h"
#include "evidence/tables/identity.h"
#include "support/run_tool.h"

using namespace ehdscan;

namespace {

constexpr std::string_view kKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJakEiKZq5vA07PRVRTQeLzq5vA07PRVRTQeLzq5vA0 me";
constexpr std::string_view kFingerprint = "SHA256:";

std::string of(const HostFixture& host, std::string_view account, std::string_view columns) {
  const RecordedRow* row = host.sink.find(tables::local_account, "name", account);
  if (row == nullptr) return "no row";
  std::string text;
  for (const std::string_view column : split_words(columns)) text += (text.empty() ? "" : " ") + (*row)[column];
  return text;
}

std::string members(const HostFixture& host) {
  std::string text;
  for (const RecordedRow* row : host.sink.rows_of(tables::local_group_member)) {
    text += (*row)["group_name"] + "/" + (*row)["account_name"] + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("accounts: without passwd nothing is known") {
  HostFixture host;
  host.run(accounts_section);
  CHECK(host.sink.rows.empty());
  for (const TableSpec* table : accounts_section.tables) {
    CHECK(host.sink.state_of(*table) == "failed: cannot read `/etc/passwd`: No such file or directory");
  }
}

TEST_CASE("accounts: passwd and shadow give state, method and ends, never the hash") {
  HostFixture host({{"/etc/passwd",
                     "root:x:0:0:root:/root:/bin/bash\n# comment\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n"
                     "bob:x:1000:1000:Bob:/home/bob:/bin/bash\neve:x:1001:1000::/home/eve:\n"
                     "old:x:1002:1000::/home/old:/bin/zsh\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"
                     "in:$1$salt$hash:1003:1000::/home/in:/bin/sh\nbroken:x\n+nis::::::\nbob:x:1:1::/:/bin/sh\n"},
                    {"/etc/shadow",
                     "root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n"
                     "bob:$y$j9T$salt$SECRETHASH:20000:0:90:7::20500:\neve::0:::::: \nold:!$6$x$y:20001::::::\n"},
                    {"/etc/group", "root:x:0:\nusers:x:1000:eve,ldapuser\nadm:x:4:bob\n"},
                    {"/etc/login.defs", "UID_MIN 1000\n"},
                    {"/home/bob/x", ""},
                    {"/home/eve/x", ""},
                    {"/home/old/x", ""},
                    {"/home/in/x", ""},
                    {"/root/x", ""}});
  host.run(accounts_section);
  const std::string_view columns =
      "uid interactive system_account password_state password_hash_algorithm password_changed_on "
      "password_max_days account_expires_kind account_expires_on";
  CHECK(of(host, "root", columns) == "0 1 0 locked NULL 2022-01-08 99999 never NULL");
  CHECK(of(host, "daemon", columns) == "1 0 1 locked NULL 2022-01-08 99999 never NULL");
  CHECK(of(host, "bob", columns) == "1000 1 0 set yescrypt 2024-10-04 90 at 2026-02-15");
  CHECK(of(host, "eve", columns) == "1001 1 0 empty NULL NULL NULL never NULL");
  CHECK(of(host, "old", columns) == "1002 1 0 locked NULL 2024-10-05 NULL never NULL");
  CHECK(of(host, "in", columns) == "1003 1 0 set md5 NULL NULL never NULL");
  CHECK(of(host, "nobody", columns) == "65534 0 1 none NULL NULL NULL never NULL");
  CHECK(members(host) == "root/root users/bob users/eve users/in users/ldapuser users/old adm/bob ");

  // The same accounts as identities: who can sign in, and as what.
  const auto identity = [&](std::string_view name) {
    const RecordedRow* row = host.sink.find(tables::account, "account_id", name);
    return row == nullptr ? "no row" : (*row)["issuer"] + " " + (*row)["subject"] + " " + (*row)["kind"] + " " + (*row)["enabled"];
  };
  const std::string issuer = "unix:test ";
  CHECK(identity("root") == issuer + "root root 0");
  CHECK(identity("daemon") == issuer + "daemon service 0");
  CHECK(identity("bob") == issuer + "bob human 0");  // expired
  CHECK(identity("eve") == issuer + "eve human 1");
  CHECK(identity("in") == issuer + "in human 1");
  CHECK(identity("old") == issuer + "old human 0");
  CHECK(host.sink.dump().find("SECRETHASH") == std::string::npos);
  CHECK(host.sink.dump().find("salt") == std::string::npos);
  CHECK(host.sink.find(tables::local_account, "name", "bob")->location == "/etc/passwd");
  CHECK(host.sink.find(tables::local_account, "name", "bob")->line == 4);
  CHECK(host.sink.state_of(tables::local_account) ==
        "partial: `/etc/passwd:9` is no entry; partial: `/etc/passwd:10` is no entry; "
        "partial: `/etc/passwd:11`: `bob` is there again; only the first counts");
  CHECK(host.sink.state_of(tables::local_group) == "complete");
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("accounts: without shadow the password and the end are not known") {
  HostFixture host({{"/etc/passwd", "root:x:0:0::/root:/bin/sh\n"}, {"/etc/group", ""}, {"/root/x", ""}});
  host.run(accounts_section);
  CHECK(of(host, "root", "password_state account_expires_kind last_login_kind authorized_keys keys_from_elsewhere") ==
        "NULL NULL NULL 0 0");
  CHECK(host.sink.state_of(tables::local_account) == "partial: cannot read `/etc/shadow`: No such file or directory");
}

TEST_CASE("accounts: a directory beside the files is named as not read") {
  HostFixture host(
      {{"/etc/passwd", ""},
       {"/etc/shadow", ""},
       {"/etc/group", ""},
       {"/etc/nsswitch.conf", "passwd: files [NOTFOUND=continue] systemd sss # ldap\ngroup: files ldap\n"}});
  host.run(accounts_section);
  CHECK(host.sink.state_of(tables::local_account) ==
        "partial: `/etc/nsswitch.conf` takes more of it from `sss`, which is not read");
  CHECK(host.sink.state_of(tables::local_group_member) ==
        "partial: `/etc/nsswitch.conf` takes more of it from `ldap`, which is not read");
}

TEST_CASE("accounts: keys are looked for where sshd looks, per account") {
  HostFixture host({{"/etc/passwd", "root:x:0:0::/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\n"},
                    {"/etc/shadow", ""},
                    {"/etc/group", "wheel:x:10:bob\n"},
                    {"/root/.ssh/authorized_keys", kKey},
                    {"/home/bob/.ssh/authorized_keys", kKey},
                    {"/etc/keys/bob", fmt::format("# head\nfrom=\"10.0.0.1\" {0}\n{0}\n", kKey)},
                    {"/etc/ssh/sshd_config",
                     "TrustedUserCAKeys none\nMatch Group wheel\nAuthorizedKeysFile /etc/keys/%u\nMatch User root\n"
                     "AuthorizedKeysCommand /usr/bin/sss_ssh_authorizedkeys %u\n"}});
  host.run(accounts_section);
  CHECK(of(host, "root", "authorized_keys keys_from_elsewhere") == "1 1");
  CHECK(of(host, "bob", "authorized_keys keys_from_elsewhere") == "1 0");
  const RecordedRow* row = host.sink.find(tables::authorized_key, "account_name", "bob");
  REQUIRE(row != nullptr);
  CHECK(row->location == "/etc/keys/bob");
  CHECK(row->line == 2);
  CHECK((*row)["has_from"] == "0");
  CHECK((*row)["fingerprint"].starts_with(kFingerprint));
  CHECK((*row)["key_type"] == "ssh-ed25519");
  CHECK((*row)["key_bits"] == "256");
  CHECK((*row)["file_changed_at"] != "NULL");
  CHECK(host.sink.state_of(tables::authorized_key) == "complete");
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("accounts: keys that cannot be read are not none") {
  HostFixture host(
      {{"/etc/passwd",
        "root:x:0:0::/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\neve:x:1001:1000::/home/eve:/bin/sh\n"},
       {"/etc/shadow", ""},
       {"/etc/group", ""},
       {"/root/.ssh/authorized_keys/x", ""},
       {"/home/eve/x", ""}});
  host.run(accounts_section);
  CHECK(of(host, "root", "authorized_keys") == "NULL");
  CHECK(of(host, "bob", "authorized_keys") == "NULL");
  CHECK(of(host, "eve", "authorized_keys") == "0");
  CHECK(host.sink.state_of(tables::authorized_key).find("the keys of 2 accounts are not known") != std::string::npos);
  CHECK(host.sink.state_of(tables::authorized_key).find("the home of `bob` is not below the root") !=
        std::string::npos);
}

TEST_CASE("accounts: where sshd looks is not known if its configuration cannot be read") {
  HostFixture host({{"/etc/passwd", "root:x:0:0::/root:/bin/sh\n"},
                    {"/etc/shadow", ""},
                    {"/etc/group", ""},
                    {"/usr/sbin/sshd", ""},
                    {"/root/.ssh/authorized_keys", kKey}});
  host.run(accounts_section);
  CHECK(of(host, "root", "authorized_keys keys_from_elsewhere") == "NULL NULL");
  CHECK(host.sink.rows_of(tables::authorized_key).empty());
  CHECK(host.sink.state_of(tables::authorized_key).starts_with("partial: cannot read `/etc/ssh/sshd_config`"));
}

TEST_CASE("accounts: ages and ends are those of chage") {
  HostFixture host({{"/etc/passwd", "bob:x:1000:1000::/home/bob:/bin/bash\n"},
                    {"/etc/shadow", "bob:$6$x$y:20000:0:90:7::20500:\n"},
                    {"/etc/group", "bob:x:1000:\n"}});
  const auto printed = output_of(fmt::format("chage -R {} -i -l bob", host.folder.path.string()));
  if (!printed) {
    MESSAGE("chage is not installed, or we are not root");
    return;
  }
  host.run(accounts_section);
  const std::string changed = of(host, "bob", "password_changed_on");
  CHECK(printed->find(": " + changed + "\n") != std::string::npos);
  // chage names the first day on which the account is refused.
  const Day last = parse_day(of(host, "bob", "account_expires_on")).value();
  CHECK(printed->find("Account expires						: " + to_string(add_days(last, 1)) +
                      "\n") != std::string::npos);
  CHECK(printed->find(": " + of(host, "bob", "password_max_days") + "\n") != std::string::npos);
}
