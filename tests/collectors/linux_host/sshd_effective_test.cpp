// SPDX-License-Identifier: Apache-2.0
// The evaluator is compared with what the real `sshd -T` of Debian 12 printed (tests/golden/sshd). Where that sshd is
// installed, the recordings themselves are compared with it again.
#include "collectors/linux_host/sshd_effective.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "base/file.h"
#include "base/text.h"
#include "collectors/recording_sink.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

struct Case {
  std::string name;
  std::string config;                           ///< @ is the folder of the configuration
  std::map<std::string, std::string> others{};  ///< further files below the folder
  std::string spec{};                           ///< of -C; empty: none
  SshdConnection connection{};
};

SshdConnection from(std::string user, std::vector<std::string> groups, std::string address = "203.0.113.5") {
  return {.user = std::move(user),
          .groups = std::move(groups),
          .host = "client.example",
          .address = std::move(address),
          .local_address = "192.0.2.22",
          .local_port = 22,
          .rdomain = {}};
}

std::string spec(const SshdConnection& c) {
  return fmt::format("user={},host={},addr={},laddr={},lport={}", c.user, c.host, c.address, c.local_address,
                     c.local_port);
}

Case with(std::string name, std::string config, SshdConnection connection,
          std::map<std::string, std::string> others = {}) {
  std::string text = spec(connection);
  return {std::move(name), std::move(config), std::move(others), std::move(text), std::move(connection)};
}

const char* const kMatches =
    "PasswordAuthentication no\nX11Forwarding yes\nAllowUsers a b\n"
    "Match User alice,bob*,!bobby\n PasswordAuthentication yes\n AllowUsers c\n MaxAuthTries 2\n"
    "Match Group root Address 10.0.0.0/8,!10.1.0.0/16,2001:db8::/32\n PermitRootLogin yes\n X11Forwarding no\n"
    "match host *.EXAMPLE\n banner none\n Banner /etc/issue\n MaxAuthTries 9\n"
    "Match LocalPort 2222 LocalAddress 192.0.2.*\n ForceCommand internal-sftp -d /x \"y z\" # tail\n"
    "Match all\n AllowAgentForwarding no\n";

std::vector<Case> cases() {
  return {
      {"empty", "# nothing\n"},
      {"debian",
       "Include @/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\nPrintMotd no\n"
       "AcceptEnv LANG LC_*\nSubsystem\tsftp\t/usr/lib/openssh/sftp-server\n",
       {{"sshd_config.d/50-cloud.conf", "PasswordAuthentication yes\n"},
        {"sshd_config.d/10-hard.conf", "PasswordAuthentication no\nPermitRootLogin no\n"},
        {"sshd_config.d/.hidden.conf", "PermitRootLogin yes\n"},
        {"sshd_config.d/90.conf.bak", "MaxAuthTries 1\n"}}},
      {"spelling",
       "PERMITROOTLOGIN=Prohibit-Password\n  passwordauthentication = \"no\"\n\tLogLevel verbose\n"
       "\"PermitEmptyPasswords\" yes\nClientAliveInterval 1h30m\nLoginGraceTime 2m # tail\nMaxStartups 5\n"
       "RekeyLimit 1G 1h\nStreamLocalBindMask 0077\nIPQoS af21 cs1\nMaxStartups 1:2:3\nCompression delayed\n"
       "AllowTcpForwarding all\nAuthorizedKeysFile /etc/keys/%u \".ssh/my keys\"\nSyslogFacility authpriv\n"
       "AuthenticationMethods publickey,password publickey\nPermitUserEnvironment YES\nFingerprintHash sha256\n"
       "PermitOpen a:1 b:2\nGatewayPorts clientspecified\nChallengeResponseAuthentication no\nRSAAuthentication yes\n"
       "VersionAddendum hello there\nClientAliveCountMax 0\nX11DisplayOffset 11\nBanner /etc/issue.net\f\n"
       "PubkeyAuthOptions verify-required\nUnusedConnectionTimeout 5m\nIgnoreRhosts shosts-only\nPermitTunnel "
       "ethernet\n"
       "AddressFamily inet\nPort 22\nPort 2222\nDenyUsers x y\nDenyUsers z\nAllowGroups \"a b\" c\nSetEnv A=b C=\"d "
       "e\"\n"
       "TrustedUserCAKeys None\nChrootDirectory none\nAuthorizedKeysCommand /usr/bin/x %u %k\n"
       "AuthorizedKeysCommandUser nobody\nTCPKeepAlive no\nRevokedKeys /etc/ssh/revoked\n"},
      {"algorithms-plain",
       "Ciphers aes256-gcm@openssh.com,aes128-ctr,aes256-gcm@openssh.com\nMACs hmac-sha2-256\n"
       "KexAlgorithms curve25519-sha256\nHostKeyAlgorithms ssh-ed25519,ssh-rsa\n"},
      {"algorithms-changed",
       "Ciphers -aes*-ctr,chacha*\nMACs +hmac-md5,hmac-sha1\nKexAlgorithms ^diffie-hellman-group14-sha256,"
       "diffie-hellman-group14-sha1\nPubkeyAcceptedKeyTypes +ssh-rsa\nCASignatureAlgorithms -ecdsa*\n"
       "HostKeyAlgorithms -*cert*\nHostbasedAcceptedAlgorithms ^rsa-sha2-256\n"},
      {"listen",
       "ListenAddress 127.0.0.1\nListenAddress ::1\nListenAddress 127.0.0.2:2022\nListenAddress [::1]:2023\n"
       "Port 22\nPort 24\n"},
      with("matches-nobody", kMatches, from("carol", {"carol"})),
      with("matches-alice", kMatches, from("alice", {"alice"})),
      with("matches-bobby", kMatches, from("bobby", {"bobby"})),
      with("matches-root-inside", kMatches, from("root", {"root"}, "10.2.3.4")),
      with("matches-root-excluded", kMatches, from("root", {"root"}, "10.1.3.4")),
      with("matches-root-v6", kMatches, from("root", {"root"}, "2001:db8::7")),
      with("matches-port", kMatches,
           {.user = "dave",
            .groups = {},
            .host = "x.test",
            .address = "10.0.0.1",
            .local_address = "192.0.2.9",
            .local_port = 2222,
            .rdomain = {}}),
      with("include-in-match",
           "Match User alice\n Include @/in.conf\n PermitTTY no\nMatch User bob\n Include @/in.conf\n X11Forwarding "
           "yes\n",
           from("alice", {"alice"}),
           {{"in.conf",
             "PasswordAuthentication no\nMatch Address 203.0.113.0/24\n MaxAuthTries 3\nMatch User bob\n "
             "MaxSessions 1\n"}}),
      with("include-with-match-first", "Include @/d/*.conf @/none/*.conf\nPasswordAuthentication no\nMaxAuthTries 5\n",
           from("alice", {"alice"}),
           {{"d/1.conf", "Match User alice\n PasswordAuthentication yes\n"}, {"d/2.conf", "MaxAuthTries 4\n"}}),
      with("match-all-late", "PasswordAuthentication no\nMatch all\n PasswordAuthentication yes\n MaxAuthTries 1\n",
           from("alice", {"alice"})),
      with("match-equals", "Match user=alice address=203.0.113.5\nPermitRootLogin forced-commands-only\n",
           from("alice", {"alice"})),
      {"include-nested",
       "Include @/a.conf\nMaxAuthTries 9\n",
       {{"a.conf", "Include @/b.conf\nMaxSessions 3\n"}, {"b.conf", "MaxSessions 4\nMaxAuthTries 8\n"}}},
  };
}

ExpandInclude from_disk() {
  return [](std::string_view pattern) {
    std::vector<IncludedFile> files;
    glob_t found{};
    if (::glob(std::string(pattern).c_str(), 0, nullptr, &found) == 0) {
      for (std::size_t i = 0; i < found.gl_pathc; ++i)
        files.push_back({found.gl_pathv[i], read_file(found.gl_pathv[i])});
    }
    ::globfree(&found);
    return files;
  };
}

std::string at_folder(std::string text, const std::string& folder) {
  for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + folder.size())) {
    if (text.compare(at, 2, "@/") == 0)
      text.replace(at, 1, folder);
    else
      ++at;
  }
  return text;
}

std::string sorted(std::vector<std::string> lines) {
  std::ranges::sort(lines);
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// Lays the case out on disk and returns the path of its configuration.
std::string lay_out(const Case& test, const std::filesystem::path& folder) {
  const auto put = [&](const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << at_folder(text, folder.string());
  };
  put("config", test.config);
  for (const auto& [name, text] : test.others) put(name, text);
  return (folder / "config").string();
}

std::string ours(const Case& test, const std::string& path) {
  const SshdConfig config = parse_sshd_config(read_file(path).value(), path, from_disk());
  std::vector<ConfigProblem> problems = config.problems;
  const auto settings = effective_sshd_settings(config, parse_sshd_version("1:9.2p1-2+deb12u10"),
                                                test.spec.empty() ? nullptr : &test.connection, &problems);
  std::vector<std::string> lines;
  for (const ConfigProblem& problem : problems) lines.push_back("problem: " + problem.message);
  for (const SshdSetting& setting : settings) {
    if (setting.keyword == "hostkey") continue;
    if (!setting.values)
      lines.push_back(std::string(setting.keyword) + " ?");
    else
      for (const std::string& value : *setting.values) lines.push_back(std::string(setting.keyword) + " " + value);
  }
  return sorted(std::move(lines));
}

/// Output of a command; the second says whether it ended well.
std::pair<std::string, bool> output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");  // NOLINT(cert-env33-c): a test, with words of its own
  std::string text;
  char buffer[4096];
  while (const std::size_t got = ::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
  return {text, ::pclose(pipe) == 0};
}

/// Empty if this machine has no sshd of the pinned version that can run here.
std::string real_sshd(const std::string& path, const std::string& key, const std::string& spec) {
  const std::string with_spec = spec.empty() ? "" : " -C " + spec;
  const auto [text, fine] = output_of("/usr/sbin/sshd -T -f " + path + " -h " + key + with_spec + " 2>/dev/null");
  if (!fine) return "failed: " + text;
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty() && !line.starts_with("hostkey ")) lines.emplace_back(line);
  }
  return sorted(std::move(lines));
}

}  // namespace

TEST_CASE("sshd: effective settings are those that sshd -T prints") {
  const TemporaryFolder keys;
  const std::string key = (keys.path / "key").string();
  const bool available = ::geteuid() == 0 && ::access("/usr/sbin/sshd", X_OK) == 0 &&
                         ::access("/run/sshd", X_OK) == 0 &&
                         output_of("ssh -V 2>&1").first.starts_with("OpenSSH_9.2p1 Debian") &&
                         output_of("ssh-keygen -q -t ed25519 -N '' -f " + key + " 2>&1").second;
  if (!available) MESSAGE("skipped: no sshd 9.2p1 of Debian that we may run here; only its recordings are compared");
  for (const Case& test : cases()) {
    CAPTURE(test.name);
    const TemporaryFolder folder;
    const std::string path = lay_out(test, folder.path);
    if (available) {
      const std::string real = at_folder(real_sshd(path, key, test.spec), folder.path.string());
      CHECK(differs_from_golden("sshd/" + test.name + ".txt", real) == "");
    }
    if (::getenv("EHDSCAN_UPDATE_GOLDEN") == nullptr) {
      CHECK(differs_from_golden("sshd/" + test.name + ".txt", ours(test, path)) == "");
    }
  }
}
