// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "collectors/linux_host/account_files.h"
#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// Sign-ins that the machine remembers. Only sessions with a terminal are recorded by sshd and login.
struct LoginRecords {
  std::map<std::string, Instant> last;  ///< by login name
  std::optional<Instant> since;         ///< oldest record of all: from then on the machine did record sign-ins
  std::vector<Error> errors;            ///< records that are there and could not be read

  void add(const std::string& name, Instant when);
  void reach_back_to(Instant when);
};

/// Sizes of the records of utmp(5) depend on the machine: where time_t is part of them they are larger.
struct LoginRecordLayout {
  std::size_t wtmp_bytes = 384;
  std::size_t lastlog_bytes = 292;
  bool wide_time = false;
};
/// By the header of an ELF program of the machine: 64-bit ARM, RISC-V and LoongArch are wide.
LoginRecordLayout login_record_layout(std::string_view elf_header);

/// wtmp(5): sessions of users, and starts of the machine as proof of how far the file reaches.
void read_wtmp(std::string_view bytes, const LoginRecordLayout& layout, LoginRecords& records);

/// Everything there is: lastlog, lastlog2, wtmp with its older files, wtmpdb.
LoginRecords read_login_records(const HostContext& context, const std::vector<PasswdEntry>& accounts);

}  // namespace ehdscan
