// SPDX-License-Identifier: Apache-2.0
// Small parsers of the host collector: the first byte says which.
#include <array>

#include "collectors/linux_host/audit_rules.h"
#include "collectors/linux_host/authorized_keys.h"
#include "collectors/linux_host/clock.h"
#include "collectors/linux_host/crypttab.h"
#include "collectors/linux_host/login_records.h"
#include "collectors/linux_host/logrotate.h"
#include "collectors/linux_host/logs.h"
#include "collectors/linux_host/luks_header.h"
#include "collectors/linux_host/machine.h"
#include "collectors/linux_host/mount_table.h"
#include "collectors/linux_host/packages.h"
#include "collectors/linux_host/pam.h"
#include "collectors/linux_host/rsyslog.h"
#include "collectors/linux_host/systemd_files.h"
#include "fuzz.h"

using namespace ehdscan;

namespace {

void audit(std::string_view text) {
  for (const AuditRule& rule : parse_audit_rules(text)) fuzz::must(is_utf8(rule.text), "texts are UTF-8");
  (void)decode_audit_rule(ByteView(reinterpret_cast<const std::byte*>(text.data()), text.size()));
}

void keys(std::string_view text) {
  for (const AuthorizedKey& key : parse_authorized_keys(text).keys) fuzz::must(key.fingerprint.starts_with("SHA256:"), "a key has a fingerprint");
}

void logs(std::string_view text) {
  LogrotateRule defaults;
  for (const LogrotateRule& rule : parse_logrotate(text, defaults).rules) (void)rule.promised_days();
  for (const RsyslogAction& action : parse_rsyslog(text).actions) (void)action.takes_access_records();
  (void)journal_start(text);
}

void disks(std::string_view text) {
  (void)parse_crypttab(text);
  (void)parse_mountinfo(text);
  (void)parse_fstab(text);
  (void)parse_luks_header({reinterpret_cast<const std::byte*>(text.data()), text.size()});
}

void system(std::string_view text) {
  for (const auto& [name, value] : parse_os_release(text)) (void)value;
  for (const SystemdSetting& setting : parse_systemd(text, 1)) fuzz::must(is_utf8(setting.value), "values are UTF-8");
  (void)span_seconds(text);
  (void)parse_time_sources(text);
}

void versions(std::string_view text) {
  const std::size_t middle = text.size() / 2;
  const std::string_view a = text.substr(0, middle);
  const std::string_view b = text.substr(middle);
  fuzz::must((compare_debian_versions(a, b) < 0) == (compare_debian_versions(b, a) > 0), "order is antisymmetric");
  fuzz::must(compare_debian_versions(a, a) == 0, "a version equals itself");
}

void pam(std::string_view text) {
  const auto rules = unfolded_pam_stack("x", [&](const std::string&) { return std::optional(std::string(text)); });
  fuzz::must(rules.size() <= 2000, "stacks are bounded");
}

void records(std::string_view text) {
  LoginRecords found;
  read_wtmp(text, login_record_layout(text), found);
  for (const auto& [name, when] : found.last) fuzz::must(is_utf8(name), "names are UTF-8");
}

constexpr std::array kParsers{audit, keys, logs, disks, system, versions, pam, records};

}  // namespace

FUZZ_TARGET(data, size) {
  if (size == 0) return 0;
  kParsers[data[0] % kParsers.size()](fuzz::text_of(data + 1, size - 1));
  return 0;
}
