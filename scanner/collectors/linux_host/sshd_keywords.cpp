// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sshd_keywords.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ehdscan {
namespace {

using enum SshdKind;
using enum SshdDefault;

constexpr std::string_view kKex =
    "sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,"
    "ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,"
    "diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha256";
constexpr std::string_view kCiphers =
    "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com";
constexpr std::string_view kMacs =
    "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"
    "hmac-sha1-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1";
constexpr std::string_view kCaSignature =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,"
    "sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256";
constexpr std::string_view kSignature =
    "ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@openssh.com,"
    "ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521-cert-v01@openssh.com,"
    "sk-ssh-ed25519-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,"
    "rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com,ssh-ed25519,ecdsa-sha2-nistp256,"
    "ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,"
    "rsa-sha2-512,rsa-sha2-256";
constexpr std::string_view kGssKex =
    "gss-group14-sha256-,gss-group16-sha512-,gss-nistp256-sha256-,gss-curve25519-sha256-,gss-group14-sha1-,"
    "gss-gex-sha1-";

constexpr auto kKeywords = std::to_array<SshdKeyword>({
    {"acceptenv", each, true},
    {"addressfamily", choice, false, stable, "any"},
    {"allowagentforwarding", flag, true, stable, "yes"},
    {"allowgroups", each, true},
    {"allowstreamlocalforwarding", choice, true, stable, "yes"},
    {"allowtcpforwarding", choice, true, stable, "yes"},
    {"allowusers", each, true},
    {"authenticationmethods", words, true, stable, "any"},
    {"authorizedkeyscommand", command, true, stable, "none"},
    {"authorizedkeyscommanduser", text, true, stable, "none"},
    {"authorizedkeysfile", words, true, stable, ".ssh/authorized_keys .ssh/authorized_keys2"},
    {"authorizedprincipalscommand", command, true, stable, "none"},
    {"authorizedprincipalscommanduser", text, true, stable, "none"},
    {"authorizedprincipalsfile", text, true, stable, "none"},
    {"banner", text, true, stable, "none"},
    {"casignaturealgorithms", algorithms, true, pinned, kCaSignature},
    {"channeltimeout", words, true},
    {"chrootdirectory", text, true, stable, "none"},
    {"ciphers", algorithms, false, pinned, kCiphers},
    {"clientalivecountmax", integer, true, stable, "3"},
    {"clientaliveinterval", seconds, true, stable, "0"},
    {"compression", choice, false, stable, "yes"},
    {"debianbanner", flag, false},
    {"denygroups", each, true},
    {"denyusers", each, true},
    {"disableforwarding", flag, true, stable, "no"},
    {"exposeauthinfo", flag, true, stable, "no"},
    {"fingerprinthash", upper, false, stable, "SHA256"},
    {"forcecommand", command, true, stable, "none"},
    {"gatewayports", choice, true, stable, "no"},
    {"gssapiauthentication", flag, true, stable, "no"},
    {"gssapicleanupcredentials", flag, false, stable, "yes"},
    {"gssapikexalgorithms", algorithms, false, pinned, kGssKex},
    {"gssapikeyexchange", flag, false, pinned, "no"},
    {"gssapistorecredentialsonrekey", flag, false, pinned, "no"},
    {"gssapistrictacceptorcheck", flag, false, stable, "yes"},
    {"hostbasedacceptedalgorithms", algorithms, true, pinned, kSignature},
    {"hostbasedauthentication", flag, true, stable, "no"},
    {"hostbasedusesnamefrompacketonly", flag, true, stable, "no"},
    {"hostcertificate", each_line, false},
    {"hostkey", each_line, false, stable,
     "/etc/ssh/ssh_host_rsa_key\n/etc/ssh/ssh_host_ecdsa_key\n/etc/ssh/ssh_host_ed25519_key"},
    {"hostkeyagent", text, false, stable, "none"},
    {"hostkeyalgorithms", algorithms, false, pinned, kSignature},
    {"ignorerhosts", choice, true, stable, "yes"},
    {"ignoreuserknownhosts", flag, false, stable, "no"},
    {"include", ignored, true},
    {"ipqos", words, true, pinned, "lowdelay throughput"},
    {"kbdinteractiveauthentication", flag, true, stable, "yes"},
    {"kerberosauthentication", flag, true, stable, "no"},
    {"kerberosgetafstoken", flag, false},
    {"kerberosorlocalpasswd", flag, false, stable, "yes"},
    {"kerberosticketcleanup", flag, false, stable, "yes"},
    {"kexalgorithms", algorithms, false, pinned, kKex},
    {"keyregenerationinterval", ignored, false},
    {"listenaddress", listen, false, stable, "[::]:22\n0.0.0.0:22"},
    {"logingracetime", seconds, false, stable, "120"},
    {"loglevel", upper, true, stable, "INFO"},
    {"logverbose", each, true},
    {"macs", algorithms, false, pinned, kMacs},
    {"maxauthtries", integer, true, stable, "6"},
    {"maxsessions", integer, true, stable, "10"},
    {"maxstartups", max_startups, false, stable, "10:30:100"},
    {"modulifile", text, false, pinned, "/etc/ssh/moduli"},
    {"passwordauthentication", flag, true, stable, "yes"},
    {"permitemptypasswords", flag, true, stable, "no"},
    {"permitlisten", words, true, stable, "any"},
    {"permitopen", words, true, stable, "any"},
    {"permitrootlogin", choice, true, stable, "without-password"},
    {"permittty", flag, true, stable, "yes"},
    {"permittunnel", choice, true, stable, "no"},
    {"permituserenvironment", text, false, stable, "no"},
    {"permituserrc", flag, true, stable, "yes"},
    {"persourcemaxstartups", text, false, pinned, "none"},
    {"persourcenetblocksize", text, false, pinned, "32:128"},
    {"persourcepenalties", words, false},
    {"persourcepenaltyexemptlist", text, false},
    {"pidfile", text, false, pinned, "/run/sshd.pid"},
    {"port", each_line, false, stable, "22"},
    {"printlastlog", flag, false, stable, "yes"},
    {"printmotd", flag, false, stable, "yes"},
    {"protocol", ignored, false},
    {"pubkeyacceptedalgorithms", algorithms, true, pinned, kSignature},
    {"pubkeyauthentication", flag, true, stable, "yes"},
    {"pubkeyauthoptions", words, true, stable, "none"},
    {"rdomain", text, true},
    {"refuseconnection", flag, true},
    {"rekeylimit", rekey_limit, true, stable, "0 0"},
    {"requiredrsasize", integer, true, pinned, "1024"},
    {"revokedkeys", text, true, stable, "none"},
    {"rhostsrsaauthentication", ignored, true},
    {"rsaauthentication", ignored, true},
    {"securitykeyprovider", text, false, pinned, "internal"},
    {"serverkeybits", ignored, false},
    {"setenv", each, true},
    {"sshdauthpath", text, false},
    {"sshdsessionpath", text, false},
    {"streamlocalbindmask", octal, true, stable, "0177"},
    {"streamlocalbindunlink", flag, true, stable, "no"},
    {"strictmodes", flag, false, stable, "yes"},
    {"subsystem", each_line, true},
    {"syslogfacility", upper, false, stable, "AUTH"},
    {"tcpkeepalive", flag, false, stable, "yes"},
    {"trustedusercakeys", text, true, stable, "none"},
    {"unusedconnectiontimeout", seconds, true, pinned, "none"},
    {"usedns", flag, false, stable, "no"},
    {"uselogin", ignored, false},
    {"usepam", flag, false, stable, "no"},
    {"useprivilegeseparation", ignored, false},
    {"versionaddendum", command, false, stable, "none"},
    {"x11displayoffset", integer, false, stable, "10"},
    {"x11forwarding", flag, true, stable, "no"},
    {"x11maxdisplays", integer, true},
    {"x11uselocalhost", flag, true, stable, "yes"},
    {"xauthlocation", text, false, pinned, "/usr/bin/xauth"},
});
static_assert(std::ranges::is_sorted(kKeywords, {}, &SshdKeyword::name));

}  // namespace

std::span<const SshdKeyword> sshd_keywords() { return kKeywords; }

const SshdKeyword* find_sshd_keyword(std::string_view name) {
  const auto found = std::ranges::lower_bound(kKeywords, name, {}, &SshdKeyword::name);
  return found != kKeywords.end() && found->name == name ? &*found : nullptr;
}

SshdVersion parse_sshd_version(std::string_view package_version) {
  SshdVersion version;
  if (const std::size_t colon = package_version.find(':'); colon != std::string_view::npos) {
    package_version.remove_prefix(colon + 1);
  }
  const std::size_t dot = package_version.find('.');
  const std::size_t patch = package_version.find('p');
  if (dot == std::string_view::npos || patch == std::string_view::npos || patch < dot) return version;
  const std::optional<std::int64_t> major = parse_integer(package_version.substr(0, dot));
  const std::optional<std::int64_t> minor = parse_integer(package_version.substr(dot + 1, patch - dot - 1));
  if (!major || !minor || *major < 0 || *major > 99 || *minor < 0 || *minor > 99) return version;
  version.major = static_cast<int>(*major);
  version.minor = static_cast<int>(*minor);
  const int number = version.major * 100 + version.minor;
  version.stable = number >= 802 && number <= 1002;
  constexpr std::string_view kDebian = "9.2p1-2+deb12u";
  if (package_version.starts_with(kDebian)) {
    version.pinned = true;
    version.sntrup_alias = parse_integer(package_version.substr(kDebian.size())).value_or(0) >= 4;
  } else if (package_version == "9.2p1-2") {
    version.pinned = true;
  }
  return version;
}

std::optional<std::vector<std::string>> sshd_default(const SshdKeyword& keyword, const SshdVersion& version) {
  if (keyword.known == none) return std::vector<std::string>{};
  if (keyword.known == stable ? !version.stable : !version.pinned) return std::nullopt;
  std::string_view value = keyword.value;
  if (keyword.name == "kexalgorithms" && !version.sntrup_alias) value.remove_prefix(value.find(',') + 1);
  std::vector<std::string> values;
  for (const std::string_view line : split(value, '\n')) values.emplace_back(line);
  return values;
}

}  // namespace ehdscan
