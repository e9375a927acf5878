// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ehdscan {

enum class SshdKind : std::uint8_t {
  flag,          ///< yes, no
  choice,        ///< one of a list, several spellings for one value
  integer,       ///< decimal
  octal,         ///< printed with a leading 0
  seconds,       ///< "2m" and the like, printed in seconds
  text,          ///< the first argument
  upper,         ///< the first argument in upper case
  command,       ///< the rest of the line as written
  words,         ///< all arguments, joined by a blank; the first line counts
  max_startups,  ///< 10 or 10:30:100
  rekey_limit,   ///< bytes and seconds
  algorithms,    ///< a list that may add to, take from or reorder the default
  each,          ///< every argument of every line is a value of its own (AllowUsers, AcceptEnv)
  each_line,     ///< every line is a value of its own (HostKey, Subsystem, Port)
  listen,        ///< ListenAddress
  ignored,       ///< obsolete; sshd warns and goes on
};

/// Since when and for whom a default holds.
enum class SshdDefault : std::uint8_t {
  stable,  ///< the same in OpenSSH 8.2 to 10.2 as its manual pages say
  pinned,  ///< read from the one build that tests compare with
  none,    ///< not printed unless set
};

/// One keyword of sshd_config as `sshd -T` treats it.
struct SshdKeyword {
  std::string_view name;
  SshdKind kind = SshdKind::text;
  bool in_match = false;  ///< may stand in a Match block
  SshdDefault known = SshdDefault::none;
  std::string_view value{};  ///< default as printed; several lines separated by '\n'
};

std::span<const SshdKeyword> sshd_keywords();
const SshdKeyword* find_sshd_keyword(std::string_view name);

/// What of the defaults of the installed sshd we know.
struct SshdVersion {
  bool stable = false;        ///< an OpenSSH from 8.2 to 10.2
  bool pinned = false;        ///< Debian 12's 9.2p1
  bool sntrup_alias = false;  ///< its key exchange default starts with sntrup761x25519-sha512 (deb12u4 and later)
  int major = 0;
  int minor = 0;
};
/// Reads a package version: "1:9.2p1-2+deb12u10", "8.7p1-38.el9".
SshdVersion parse_sshd_version(std::string_view package_version);

/// The default as `sshd -T` prints it, one value per line; empty if not known for this version.
std::optional<std::vector<std::string>> sshd_default(const SshdKeyword& keyword, const SshdVersion& version);

/// The value of one line as `sshd -T` prints it. Empty if sshd would refuse it or it depends on what we do not know.
std::optional<std::vector<std::string>> sshd_value(const SshdKeyword& keyword,
                                                   const std::vector<std::string>& arguments, std::string_view rest,
                                                   const SshdVersion& version);

}  // namespace ehdscan
