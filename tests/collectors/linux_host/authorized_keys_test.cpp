// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/authorized_keys.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "base/text.h"
#include "support/run_tool.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

constexpr std::string_view kEd25519 =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJakEiKZq5vA07PRVRTQeLzq5vA07PRVRTQeLzq5vA0";

std::string options_of(std::string_view options) {
  const AuthorizedKeysText parsed = parse_authorized_keys(fmt::format("{} {} comment\n", options, kEd25519));
  if (parsed.keys.size() != 1) return "refused";
  const AuthorizedKey& key = parsed.keys[0];
  std::string text;
  if (key.from) text += "from ";
  if (key.command) text += "command ";
  if (key.certificate_authority) text += "ca ";
  if (key.verify_required) text += "verify ";
  if (key.expires_on) text += to_string(*key.expires_on);
  return text;
}

}  // namespace

TEST_CASE("authorized keys: options are told, quoted blanks and commas belong to them") {
  CHECK(options_of("from=\"10.0.0.0/8,!10.1.2.3\"") == "from ");
  CHECK(options_of("restrict,command=\"echo \\\"a b\\\", c\",pty") == "command ");
  CHECK(options_of("CERT-AUTHORITY,principals=\"a,b\"") == "ca ");
  CHECK(options_of("verify-required,expiry-time=\"202612311200Z\"") == "verify 2026-12-31");
  CHECK(options_of("environment=\"A=b\",tunnel=\"0\",permitopen=\"h:1\"") == "");
}

TEST_CASE("authorized keys: a line that sshd refuses opens nothing") {
  CHECK(options_of("frm=\"x\"") == "refused");
  CHECK(options_of("from=10.0.0.0/8") == "refused");
  CHECK(options_of("expiry-time=\"tomorrow\"") == "refused");
  CHECK(options_of("expiry-time=\"20261301\"") == "refused");
  const AuthorizedKeysText parsed = parse_authorized_keys(
      fmt::format("# {0}\n\nssh-rsa {1}\nssh-ed25519 not!base64\nssh-ed25519\n  {0}\n\xff\xfe\n\"\n", kEd25519,
                  kEd25519.substr(12)));
  REQUIRE(parsed.keys.size() == 1);
  CHECK(parsed.keys[0].line == 6);
  CHECK(parsed.bad_lines == std::vector<std::uint32_t>{3, 4, 5, 7, 8});
}

TEST_CASE("authorized keys: the files of an account") {
  const PasswdEntry account{.name = "bob", .uid = 1001, .home = "/home/bob"};
  using Paths = std::vector<std::string>;
  CHECK(authorized_keys_paths({".ssh/authorized_keys", "/etc/keys/%u"}, account) ==
        Paths{"/home/bob/.ssh/authorized_keys", "/etc/keys/bob"});
  CHECK(authorized_keys_paths({"none"}, account).empty());
  CHECK(authorized_keys_paths({"%h/k", "/k/%U/%%", "%x"}, account) ==
        Paths{"/home/bob/k", "/k/1001/%", "/home/bob/%x"});
  CHECK(authorized_keys_paths({".ssh/k"}, PasswdEntry{.name = "x"}) == Paths{"/.ssh/k"});
}

TEST_CASE("authorized keys: lengths and fingerprints are those of ssh-keygen") {
  if (!tool_installed("ssh-keygen")) {
    MESSAGE("ssh-keygen is not installed");
    return;
  }
  const TemporaryFolder folder;
  const std::string file = (folder.path / "all").string();
  int number = 0;
  for (const std::string_view kind :
       {"rsa -b 3072", "rsa -b 1024", "ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521"}) {
    const std::string name = (folder.path / fmt::format("k{}", ++number)).string();
    REQUIRE(output_of(fmt::format("ssh-keygen -q -t {0} -N '' -f {1} && cat {1}.pub >> {2}", kind, name, file)));
  }
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  std::string ours;
  for (const AuthorizedKey& key : parse_authorized_keys(text.str()).keys) {
    ours += fmt::format("{} {}\n", *key.bits, key.fingerprint);
  }
  CHECK(ours == output_of(fmt::format("ssh-keygen -lf {} | cut -d' ' -f1,2", file)));
}
