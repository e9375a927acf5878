// SPDX-License-Identifier: Apache-2.0
// A big node for `./run bench`: bench_node export FOLDER | register FOLDER [DIVISOR] writes it, bench_node parse FOLDER
// reads its JSON files with simdjson alone and prints the seconds.
#include <fmt/format.h>
#include <simdjson.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/time.h"
#include "cli/clock.h"
#include "crypto/identity_hash.h"

namespace {

constexpr int kProjects = 200;
const std::string kKey(32, 'k');
const std::string kIssuer = "keystone:https://keystone.node.example:5000/v3#d";

std::string id(std::string_view kind, int number) {
  return fmt::format("{:08x}-0000-4000-8000-{:012d}", std::hash<std::string_view>{}(kind) & 0xffffffffU, number);
}
std::string project(int number) { return fmt::format("{:032x}", number % kProjects + 1); }

template <typename One>
void list(const std::filesystem::path& file, std::string_view key, int count, One one) {
  std::ofstream out(file, std::ios::binary);
  out << "{\"" << key << "\": [\n";
  for (int i = 0; i < count; ++i) out << one(i) << (i + 1 < count ? ",\n" : "\n");
  out << "]}\n";
}

/// 150,000 resources, about 200 MB, as the APIs answer.
void write_export(const std::filesystem::path& folder, int divisor) {
  const auto path = folder / "export";
  std::filesystem::create_directories(path);
  const std::string links = fmt::format(
      "\"links\":[{{\"rel\":\"self\",\"href\":\"https://api.node.example:8774/v2.1/"
      "{0}\"}},{{\"rel\":\"bookmark\",\"href\":\"https://api.node.example:8774/{0}\"}}]",
      std::string(360, 'x'));
  list(path / "ports.json", "ports", 50'000 / divisor, [&](int i) {
    return fmt::format(
        R"({{"id":"{}","name":"port-{}","network_id":"{}","project_id":"{}","tenant_id":"{}","device_owner":"compute:az1","device_id":"{}","fixed_ips":[{{"ip_address":"10.{}.{}.{}","subnet_id":"{}"}}],"mac_address":"fa:16:3e:00:00:00","port_security_enabled":true,"security_groups":["{}"],"status":"ACTIVE","admin_state_up":true,"allowed_address_pairs":[],"binding:vnic_type":"normal","binding:vif_type":"ovs","binding:host_id":"compute{}","binding:vif_details":{{"port_filter":true,"connectivity":"l2"}},"binding:profile":{{}},"extra_dhcp_opts":[],"description":"","created_at":"2026-02-03T09:00:00Z","updated_at":"2026-02-03T09:00:00Z","revision_number":4,"tags":[],{}}})",
        id("port", i), i, id("net", i % 400), project(i), project(i), id("server", i), i / 65536, i / 256 % 256,
        i % 256, id("sub", i % 400), id("sg", i % 1000), i % 50, links);
  });
  list(path / "servers.json", "servers", 50'000 / divisor, [&](int i) {
    return fmt::format(
        R"({{"id":"{}","name":"vm-{}","tenant_id":"{}","user_id":"u","status":"ACTIVE","created":"2026-02-03T09:00:00Z","updated":"2026-02-03T09:00:00Z","key_name":null,"image":{{"id":"{}"}},"flavor":{{"original_name":"m1.large","vcpus":4,"ram":8192,"disk":20}},"metadata":{{"class":"pseudonymised"}},"addresses":{{}},"OS-EXT-AZ:availability_zone":"az1","OS-EXT-SRV-ATTR:hypervisor_hostname":"compute{}","OS-EXT-SRV-ATTR:user_data":null,"os-extended-volumes:volumes_attached":[{{"id":"{}"}}],"security_groups":[{{"name":"workspace"}}],"trusted_image_certificates":["ca"],"config_drive":"","hostId":"{}",{}}})",
        id("server", i), i, project(i), id("image", 1), i % 50, id("volume", i), std::string(56, 'a'), links);
  });
  list(path / "volumes.json", "volumes", 48'000 / divisor, [&](int i) {
    return fmt::format(
        R"({{"id":"{}","name":"vol-{}","size":100,"status":"in-use","encrypted":true,"multiattach":false,"volume_type":"luks","created_at":"2026-02-03T09:00:00.000000","updated_at":"2026-02-03T09:00:00.000000","snapshot_id":null,"metadata":{{"class":"pseudonymised"}},"attachments":[{{"server_id":"{}","device":"/dev/vdb","attached_at":"2026-02-03T09:05:00.000000"}}],"os-vol-tenant-attr:tenant_id":"{}","availability_zone":"az1","bootable":"false","description":null,"replication_status":null,"user_id":"u",{}}})",
        id("volume", i), i, id("server", i), project(i), links);
  });
  list(path / "security-groups.json", "security_groups", 1000, [&](int i) {
    return fmt::format(R"({{"id":"{}","name":"workspace","project_id":"{}"}})", id("sg", i), project(i));
  });
  list(path / "rules.json", "security_group_rules", 1000, [&](int i) {
    return fmt::format(
        R"({{"id":"{}","security_group_id":"{}","project_id":"{}","direction":"ingress","ethertype":"IPv4","protocol":"tcp","port_range_min":443,"port_range_max":443,"remote_ip_prefix":"10.0.0.0/8","remote_group_id":null}})",
        id("rule", i), id("sg", i), project(i));
  });
  std::ofstream(folder / "export.yaml")
      << "site: big-export\ncountry: FI\ntargets:\n  - openstack_export: {path: export, all_projects: true}\n";
}

/// 10,000 permits with 10 persons each, two accounts for every person, one grant an account.
void write_register(const std::filesystem::path& folder, int divisor) {
  using namespace ehdscan;
  std::filesystem::create_directories(folder);
  const int permits = 10'000 / divisor;
  std::ofstream key(folder / "hmac.key", std::ios::binary);
  key << kKey;
  std::ofstream list(folder / "permits.yaml", std::ios::binary);
  std::ofstream rows(folder / "rows.ndjson", std::ios::binary);
  const Instant now = wall_clock();
  list << fmt::format(
      "schema: ehdscan-permit-register/1\nissued_at: \"{}\"\ncomplete: true\npermit_count: {}\nzone: "
      "UTC\nidentity_hash: {{algorithm: hmac-sha256, key_id: k}}\npermits:\n",
      to_string(Instant{now.seconds_since_epoch - 3600}), permits);
  rows << fmt::format(
      "{{\"schema\":\"ehdscan-rows/1\",\"tool\":\"generator "
      "1\",\"observed_at\":\"{}\",\"tables\":[\"account\",\"account_group\",\"group_member\",\"role\",\"role_"
      "implication\",\"role_grant\",\"project\"]}}\n",
      to_string(Instant{now.seconds_since_epoch - 3600}));
  std::int64_t count = 0;
  const auto row = [&](std::string_view table, const std::string& fields) {
    rows << fmt::format("{{\"table\":\"{}\",\"platform\":\"openstack:big\",\"row\":{{{}}}}}\n", table, fields);
    ++count;
  };
  row("role", R"("role_id":"member","name":"member","rights_known":false)");
  for (int p = 0; p < permits; ++p) {
    list << fmt::format(
        "  - permit_id: P{0}\n    issuer: hdab\n    applicant: org\n    purpose: \"53(1)(e)\"\n    issued: "
        "\"2025-01-01\"\n    valid_from: \"2025-02-01\"\n    valid_to: \"2033-01-31\"\n    datasets: [{{id: ds{0}, "
        "source: s, form: pseudonymised}}]\n    tools: []\n    conditions: []\n    project_ids: [\"keystone:pr{0}\"]\n "
        "   persons:\n",
        p);
    row("project", fmt::format(R"("project_id":"pr{0}","kind":"project","name":"pr{0}","enabled":true)", p));
    for (int n = 0; n < 10; ++n) {
      const int person = p * 10 + n;
      std::string identities;
      for (int a = 0; a < 2; ++a) {
        const std::string account = fmt::format("u{}-{}", person, a);
        const std::string hash = identity_hash(kKey, kIssuer, account).value();
        identities += fmt::format("{}{{issuer: \"{}\", hash: {}}}", a == 0 ? "" : ", ", kIssuer, hash);
        row("account",
            fmt::format(
                R"("account_id":"{}","issuer":"{}","identity_hash":"{}","enabled":true,"kind":"human","origin":"federated","last_used_known":false)",
                account, kIssuer, hash));
        row("role_grant",
            fmt::format(
                R"("grant_id":"g{0}","role_id":"member","grantee_kind":"account","grantee_id":"{0}","scope_kind":"project","scope_id":"pr{1}","inherited":false,"assignment":"standing","conditional":false,"denies":false,"expires_kind":"never")",
                account, p));
      }
      list << fmt::format("      - {{id: p{}, role: {}, added: \"2025-02-01\", identities: [{}]}}\n", person,
                          n == 0 ? "principal_investigator" : "researcher", identities);
    }
  }
  list << "staff: []\nservices: []\n";
  rows << fmt::format(
      "{{\"complete\":[\"account\",\"account_group\",\"group_member\",\"role\",\"role_implication\",\"role_grant\","
      "\"project\"],\"rows\":{}}}\n",
      count);
  std::ofstream(folder / "register.yaml") << "site: big-register\ncountry: FI\ntargets:\n  - rows: rows.ndjson\n  - "
                                             "permit_register: {file: permits.yaml, key_file: hmac.key}\n";
}

/// 100,000 accounts, 20,000 groups in chains six deep, 1,000,000 raw assignments, 500 permits of 200 persons each: an
/// institution whose groups and projects grew for years. Three of a hundred accounts are of nobody, one grant of fifty
/// reaches a project of another permit.
void write_identity(const std::filesystem::path& folder, int divisor) {
  using namespace ehdscan;
  std::filesystem::create_directories(folder);
  const int accounts = 100'000 / divisor;
  const int groups = 20'000 / divisor;
  const int grants = 1'000'000 / divisor;
  const int permits = std::max(1, 500 / divisor);
  constexpr int kDepth = 6;
  const Instant now = wall_clock();
  const std::string observed_at = to_string(Instant{now.seconds_since_epoch - 3600});
  std::ofstream list(folder / "permits.yaml", std::ios::binary);
  list << fmt::format(
      "schema: ehdscan-permit-register/1\nissued_at: \"{}\"\ncomplete: true\npermit_count: {}\nzone: UTC\npermits:\n",
      observed_at, permits);
  for (int p = 0; p < permits; ++p) {
    list << fmt::format(
        "  - permit_id: P{0}\n    issuer: hdab\n    applicant: org\n    purpose: \"53(1)(e)\"\n    issued: "
        "\"2025-01-01\"\n    valid_from: \"2025-02-01\"\n    valid_to: \"2033-01-31\"\n    datasets: [{{id: ds{0}, "
        "source: s, form: pseudonymised}}]\n    tools: []\n    conditions: []\n    project_ids: [\"keystone:pr{0}\"]\n "
        "   persons:\n",
        p);
    for (int a = p; a < accounts; a += permits) {
      if (a / permits % 33 == 7) continue;
      list << fmt::format(
          "      - {{id: p{0}, role: {1}, added: \"2025-02-01\", identities: [{{issuer: \"{2}\", subject: u{0}}}]}}\n",
          a, a < permits ? "principal_investigator" : "researcher", kIssuer);
    }
  }
  list << "staff: []\nservices: []\n";
  std::ofstream rows(folder / "identity.ndjson", std::ios::binary);
  constexpr std::string_view kTables =
      R"("account","account_group","group_member","role","role_implication","role_grant","project")";
  rows << fmt::format(
      "{{\"schema\":\"ehdscan-rows/1\",\"tool\":\"generator 1\",\"observed_at\":\"{}\",\"tables\":[{}]}}\n",
      observed_at, kTables);
  std::int64_t count = 0;
  const auto row = [&](std::string_view table, const std::string& fields) {
    rows << fmt::format("{{\"table\":\"{}\",\"platform\":\"openstack:big\",\"row\":{{{}}}}}\n", table, fields);
    ++count;
  };
  for (const std::string_view role : {"admin", "member", "reader"})
    row("role", fmt::format(R"("role_id":"{0}","name":"{0}","rights_known":false)", role));
  row("role_implication", R"("role_id":"admin","implied_role_id":"member")");
  row("role_implication", R"("role_id":"member","implied_role_id":"reader")");
  for (int p = 0; p < permits; ++p)
    row("project", fmt::format(R"("project_id":"pr{0}","kind":"project","name":"pr{0}","enabled":true)", p));
  for (int a = 0; a < accounts; ++a) {
    row("account",
        fmt::format(
            R"("account_id":"u{0}","issuer":"{1}","subject":"u{0}","enabled":true,"kind":"human","origin":"federated","last_used_known":false)",
            a, kIssuer));
  }
  const auto member = [&](int group, std::string_view kind, const std::string& id) {
    row("group_member",
        fmt::format(R"("group_id":"g{}","member_kind":"{}","member_id":"{}","expires_kind":"never")", group, kind, id));
  };
  for (int g = 0; g < groups; ++g) {
    row("account_group", fmt::format(R"("group_id":"g{0}","name":"g{0}","members_listed":true)", g));
    if (g % kDepth != kDepth - 1 && g + 1 < groups) member(g, "group", fmt::format("g{}", g + 1));
    for (int m = 0; m < 5; ++m) member(g, "account", fmt::format("u{}", (g * 5 + m) % accounts));
  }
  for (int n = 0; n < grants; ++n) {
    const bool of_group = n % 20 == 0;
    const int who = of_group ? n / 20 % groups : n % accounts;
    // Own project first, then others' projects; the role says which of the ten grants of an account it is.
    const int where = (who + (n % 50 == 7 ? 1 : 0)) % permits;
    row("role_grant",
        fmt::format(
            R"("grant_id":"a{0}","role_id":"{1}","grantee_kind":"{2}","grantee_id":"{3}{4}","scope_kind":"project","scope_id":"pr{5}","inherited":false,"assignment":"standing","conditional":false,"denies":false,"expires_kind":"never")",
            n,
            n % 1000 == 1 ? "admin"
            : n % 3 == 0  ? "member"
                          : "reader",
            of_group ? "group" : "account", of_group ? "g" : "u", who, where));
  }
  rows << fmt::format("{{\"complete\":[{}],\"rows\":{}}}\n", kTables, count);
  std::ofstream(folder / "identity.yaml") << "site: big-institution\ncountry: FI\ntargets:\n  - rows: "
                                             "identity.ndjson\n  - permit_register: {file: permits.yaml}\n";
}

void parse(const std::filesystem::path& folder) {
  simdjson::dom::parser parser;
  std::size_t bytes = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (const auto& entry : std::filesystem::directory_iterator(folder / "export")) {
    const simdjson::padded_string text = simdjson::padded_string::load(entry.path().string());
    bytes += text.size();
    if (parser.parse(text).error() != simdjson::SUCCESS) std::exit(1);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  fmt::print("{:.3f} {}\n", seconds.count(), bytes);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string_view what = argv[1];
  const int divisor = argc > 3 ? std::max(1, std::atoi(argv[3])) : 1;
  if (what == "export") write_export(argv[2], divisor);
  if (what == "register") write_register(argv[2], divisor);
  if (what == "identity") write_identity(argv[2], divisor);
  if (what == "parse") parse(argv[2]);
  return 0;
}
