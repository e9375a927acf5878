// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "collectors/linux_host/kernel.h"
#include "collectors/linux_host/processes.h"
#include "evidence/tables/host.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 1> kTables{&tables::security_agent};

struct Product {
  const char* name;
  const char* kind;
  const char* program;     ///< there if it is installed
  const char* process;     ///< name while it runs; empty for those that run now and then
  std::array<const char*, 3> signatures;  ///< files whose date is that of its rules; nullptr: none
};

constexpr std::array kProducts{
    Product{"clamav", "malware_scanner", "/usr/sbin/clamd", "clamd",
            {"/var/lib/clamav/daily.cld", "/var/lib/clamav/daily.cvd", nullptr}},
    Product{"clamav-freshclam", "malware_scanner", "/usr/bin/freshclam", "freshclam",
            {"/var/lib/clamav/daily.cld", "/var/lib/clamav/daily.cvd", nullptr}},
    Product{"wazuh", "endpoint_detection", "/var/ossec/bin/wazuh-agentd", "wazuh-agentd", {nullptr, nullptr, nullptr}},
    Product{"ossec", "intrusion_detection", "/var/ossec/bin/ossec-agentd", "ossec-agentd", {nullptr, nullptr, nullptr}},
    Product{"falcon-sensor", "endpoint_detection", "/opt/CrowdStrike/falcond", "falcon-sensor", {nullptr, nullptr, nullptr}},
    Product{"mdatp", "endpoint_detection", "/opt/microsoft/mdatp/sbin/wdavdaemon", "wdavdaemon", {nullptr, nullptr, nullptr}},
    Product{"sentinelone", "endpoint_detection", "/opt/sentinelone/bin/sentinelone-agent", "s1-agent", {nullptr, nullptr, nullptr}},
    Product{"falco", "intrusion_detection", "/usr/bin/falco", "falco", {"/etc/falco/falco_rules.yaml", nullptr, nullptr}},
    Product{"suricata", "intrusion_detection", "/usr/bin/suricata", "Suricata-Main",
            {"/var/lib/suricata/rules/suricata.rules", "/etc/suricata/rules", nullptr}},
    Product{"aide", "file_integrity", "/usr/bin/aide", "", {"/var/lib/aide/aide.db", "/var/lib/aide/aide.db.gz", nullptr}},
    Product{"tripwire", "file_integrity", "/usr/sbin/tripwire", "", {nullptr, nullptr, nullptr}},
    Product{"rkhunter", "malware_scanner", "/usr/bin/rkhunter", "", {"/var/lib/rkhunter/db/rkhunter.dat", nullptr, nullptr}},
    Product{"fail2ban", "brute_force_guard", "/usr/bin/fail2ban-server", "fail2ban-server", {nullptr, nullptr, nullptr}},
    Product{"crowdsec", "brute_force_guard", "/usr/bin/crowdsec", "crowdsec", {nullptr, nullptr, nullptr}},
};

std::optional<Instant> newest(const HostFiles& files, const Product& product) {
  std::optional<Instant> found;
  for (const char* path : product.signatures) {
    if (path == nullptr) continue;
    const Result<FileFacts> facts = files.facts_of_target(path);
    if (facts && (!found || facts->modified_at > *found)) found = facts->modified_at;
  }
  return found;
}

void collect(HostContext& context) {
  std::optional<std::vector<HostProcess>> processes;
  if (context.files.live()) {
    if (Result<std::vector<HostProcess>> found = host_processes(context.files)) processes = std::move(*found);
  }
  Row<tables::security_agent> row(context.platform);
  for (const Product& product : kProducts) {
    if (!context.files.exists(product.program)) continue;
    row.set<"host_id">(context.host_id).set<"product">(product.name).set<"kind">(product.kind);
    if (processes && *product.process != '\0') row.set<"running">(runs(*processes, product.process));
    row.set<"signatures_at">(newest(context.files, product));
    row.write(context.sink, {.source = context.add_source(product.program)});
  }
}

}  // namespace

const HostSection security_agents_section{.name = "security agents", .tables = kTables, .collect = collect};

}  // namespace ehdscan
