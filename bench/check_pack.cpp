// SPDX-License-Identifier: Apache-2.0
#include "check_pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace bench {
namespace {

constexpr const char* kIngress = "direction = 'ingress' and action = 'allow' and remote_kind = 'prefix'";
constexpr const char* kEgress = "direction = 'egress' and action = 'allow' and remote_kind = 'prefix'";

std::string rule_row(const std::string& direction, const std::string& rest) {
  return fmt::format(
      "{{rule_id: r, group_id: g, group_name: g, project_id: p, direction: {}, action: allow, ethertype: ipv4, "
      "remote_kind: prefix, enabled: true, {}}}",
      direction, rest);
}

void add_open_port(std::vector<PackCheck>& pack, int port) {
  pack.push_back(
      {.id = fmt::format("bench-rule-port-{}", port),
       .table = "network_rule",
       .where = kIngress,
       .pass = fmt::format("not (cidr_is_any(remote_prefix) and port_from <= {0} and port_to >= {0})", port),
       .query = {},
       .good = rule_row("ingress", fmt::format("remote_prefix: 10.0.0.0/8, port_from: {0}, port_to: {0}", port)),
       .bad = rule_row("ingress", "remote_prefix: 0.0.0.0/0, port_from: 0, port_to: 65535"),
       .unknown = rule_row("ingress", fmt::format("port_from: {0}, port_to: {0}", port))});
}

void add_port_list(std::vector<PackCheck>& pack, const std::string& list, int port) {
  pack.push_back(
      {.id = fmt::format("bench-rule-list-{}", list.substr(list.rfind('.') + 1)),
       .table = "network_rule",
       .where = kIngress,
       .pass = fmt::format(
           "not (cidr_is_any(remote_prefix) and ports_overlap(protocol, port_from, port_to, threshold('{}')))", list),
       .query = {},
       .good = rule_row("ingress", "protocol: tcp, remote_prefix: 10.0.0.0/8, port_from: 1, port_to: 65535"),
       .bad = rule_row("ingress",
                       fmt::format("protocol: any, remote_prefix: 0.0.0.0/0, port_from: {0}, port_to: {0}", port)),
       .unknown = rule_row("ingress", "protocol: tcp, remote_prefix: 0.0.0.0/0")});
  std::ranges::replace(pack.back().id, '_', '-');
}

void add_egress(std::vector<PackCheck>& pack, const std::string& id, const std::string& pass) {
  pack.push_back({.id = "bench-rule-egress-" + id,
                  .table = "network_rule",
                  .where = kEgress,
                  .pass = pass,
                  .query = {},
                  .good = rule_row("egress", "remote_prefix: 10.0.0.0/8"),
                  .bad = rule_row("egress", "remote_prefix: 0.0.0.0/0"),
                  .unknown = rule_row("egress", "port_from: 1")});
}

void add_plain_rule(std::vector<PackCheck>& pack, const std::string& id, const std::string& pass,
                    const std::string& good, const std::string& bad, const std::string& unknown) {
  pack.push_back({.id = "bench-rule-" + id,
                  .table = "network_rule",
                  .where = kIngress,
                  .pass = pass,
                  .query = {},
                  .good = rule_row("ingress", good),
                  .bad = rule_row("ingress", bad),
                  .unknown = rule_row("ingress", unknown)});
}

void add_rules(std::vector<PackCheck>& pack) {
  for (const int port : {22, 3389, 5432, 3306, 6379, 9200}) add_open_port(pack, port);
  add_port_list(pack, "network.sensitive_ports", 22);
  add_port_list(pack, "network.sensitive_ports.remote_admin", 22);
  add_port_list(pack, "network.sensitive_ports.database", 5432);
  add_port_list(pack, "network.sensitive_ports.hypervisor_and_bmc", 902);
  add_egress(pack, "inside", "cidr_contains('10.0.0.0/8', remote_prefix)");
  add_egress(pack, "not-lab", "not cidr_overlaps('198.51.100.0/24', remote_prefix)");
  add_egress(pack, "not-partner", "not cidr_overlaps('203.0.113.0/24', remote_prefix)");
  add_plain_rule(pack, "range", "port_to - port_from < 1024", "port_from: 1, port_to: 9",
                 "port_from: 0, port_to: 65535", "port_from: 1");
  add_plain_rule(pack, "protocol", "protocol in ('tcp', 'udp', 'icmp')", "protocol: tcp", "protocol: any",
                 "port_from: 1");
  add_plain_rule(pack, "family", "ethertype = 'ipv4' and protocol <> 'any'", "protocol: tcp", "protocol: any",
                 "port_from: 1");
  add_plain_rule(pack, "described", "length(description) > 3", "description: from the bastion", "description: x",
                 "port_from: 1");
  add_plain_rule(pack, "low-port", "port_from >= 1024 or port_from = 443", "port_from: 443", "port_from: 80",
                 "port_to: 1");
  add_plain_rule(pack, "public", "not cidr_is_public(remote_prefix)", "remote_prefix: 10.0.0.0/8",
                 "remote_prefix: 8.8.8.0/24", "port_from: 1");
  add_plain_rule(pack, "named", "group_name <> 'default' and remote_prefix <> '0.0.0.0/0'", "remote_prefix: 10.0.0.0/8",
                 "remote_prefix: 0.0.0.0/0", "port_from: 1");
}

/// A check on one column of a table: the condition and a value that fulfils it and one that does not.
struct Simple {
  const char* table;
  const char* column;
  const char* condition;
  const char* good;
  const char* bad;
};

constexpr auto kSimple = std::to_array<Simple>({
    {"port", "port_security", "port_security", "true", "false"},
    {"port", "active", "active", "true", "false"},
    {"port", "forwards", "not forwards", "false", "true"},
    {"port", "vnic_type", "vnic_type = 'normal'", "normal", "direct"},
    {"port", "device_kind", "device_kind in ('instance', 'router', 'dhcp')", "instance", "unbound"},
    {"port", "device_id", "length(device_id) > 3", "i-00001", "x"},
    {"port", "filter_driver", "filter_driver = 'openvswitch'", "openvswitch", "noop"},
    {"port", "network_id", "network_id <> 'n-0'", "n-1", "n-0"},
    {"port", "name", "name glob 'port-*'", "port-1", "other"},
    {"port", "region", "region = 'fi-1'", "fi-1", "us-1"},
    {"port", "project_id", "project_id glob 'p-*'", "p-1", "admin"},
    {"port", "project_id", "length(project_id) < 8", "p-1", "p-123456789"},
    {"instance", "secure_boot", "secure_boot", "true", "false"},
    {"instance", "virtual_tpm", "virtual_tpm", "true", "false"},
    {"instance", "memory_encrypted", "memory_encrypted", "true", "false"},
    {"instance", "metadata_tokens", "metadata_tokens = 'required'", "required", "optional"},
    {"instance", "metadata_hop_limit", "metadata_hop_limit <= 1", "1", "64"},
    {"instance", "metadata_ipv6", "not metadata_ipv6", "false", "true"},
    {"instance", "user_data_present", "not user_data_present", "false", "true"},
    {"instance", "serial_console", "not serial_console", "false", "true"},
    {"instance", "image_signature_checked", "image_signature_checked", "true", "false"},
    {"instance", "local_disk_encrypted", "local_disk_encrypted", "true", "false"},
    {"instance", "dedicated_host", "dedicated_host", "true", "false"},
    {"instance", "state", "state in ('running', 'stopped')", "running", "failed"},
    {"instance", "created_at", "days_between(created_at, as_of()) < 3650", "'2026-01-01T00:00:00Z'",
     "'2001-01-01T00:00:00Z'"},
    {"instance", "key_pair", "key_pair <> 'shared'", "own", "shared"},
    {"volume", "encrypted", "encrypted", "true", "false"},
    {"volume", "encryption", "encryption = 'customer_key'", "customer_key", "none"},
    {"volume", "key_bits", "key_bits >= 256", "512", "128"},
    {"volume", "cipher", "cipher glob 'aes-xts-*'", "aes-xts-plain64", "aes-cbc-plain"},
    {"volume", "multi_attach", "not multi_attach", "false", "true"},
    {"volume", "state", "state <> 'failed'", "in_use", "failed"},
    {"volume", "size_bytes", "size_bytes < 17592186044416", "1024", "35184372088832"},
    {"volume", "region", "region in ('fi-1', 'fi-2')", "fi-1", "us-1"},
    {"volume", "key_id", "key_id <> 'k-0'", "k-1", "k-0"},
    {"volume", "created_at", "days_between(created_at, as_of()) < 3650", "'2026-01-01T00:00:00Z'",
     "'2001-01-01T00:00:00Z'"},
    {"account", "enabled", "enabled", "true", "false"},
    {"account", "kind", "kind in ('human', 'service')", "human", "anonymous"},
    {"account", "second_factor_enrolled", "second_factor_enrolled", "true", "false"},
    {"account", "last_used_at", "days_between(last_used_at, as_of()) <= threshold('identity.dormant_days')",
     "'2026-11-20T00:00:00Z'", "'2020-01-01T00:00:00Z'"},
    {"account", "lockout_exempt", "not lockout_exempt", "false", "true"},
    {"account", "password_expiry_exempt", "not password_expiry_exempt", "false", "true"},
    {"account", "inactivity_exempt", "not inactivity_exempt", "false", "true"},
    {"account", "origin", "origin <> 'guest'", "local", "guest"},
    {"account", "expires_kind", "expires_kind = 'at'", "at", "never"},
    {"account", "issuer", "issuer glob 'https://*'", "https://id.example", "unix:a"},
    {"role_grant", "assignment", "assignment = 'eligible'", "eligible", "standing"},
    {"role_grant", "inherited", "not inherited", "false", "true"},
    {"role_grant", "conditional", "not conditional", "false", "true"},
    {"role_grant", "scope_kind", "scope_kind = 'project'", "project", "system"},
    {"role_grant", "grantee_kind", "grantee_kind in ('account', 'group')", "account", "everyone"},
    {"role_grant", "role_id", "role_id <> 'admin'", "member", "admin"},
    {"role_grant", "expires_kind", "expires_kind = 'at'", "at", "never"},
    {"role_grant", "reason", "length(reason) > 3", "on call", "x"},
    {"bucket", "encryption", "encryption <> 'none'", "customer_key", "none"},
    {"bucket", "versioning", "versioning = 'enabled'", "enabled", "off"},
    {"bucket", "lock_mode", "lock_mode = 'compliance'", "compliance", "none"},
    {"bucket", "lock_days", "lock_days >= 365", "400", "1"},
    {"bucket", "lock_final", "lock_final", "true", "false"},
    {"bucket", "acl_disabled", "acl_disabled", "true", "false"},
    {"bucket", "public_access_blocked", "public_access_blocked", "true", "false"},
    {"bucket", "public_network_access", "not public_network_access", "false", "true"},
    {"bucket", "shared_keys_allowed", "not shared_keys_allowed", "false", "true"},
    {"bucket", "temporary_url_key_present", "not temporary_url_key_present", "false", "true"},
    {"bucket", "link_max_seconds", "link_max_seconds between 0 and 3600", "900", "-1"},
    {"bucket", "tls_required", "tls_required", "true", "false"},
    {"bucket", "read_logged", "read_logged", "true", "false"},
    {"bucket", "write_logged", "write_logged", "true", "false"},
    {"bucket", "website", "not website", "false", "true"},
    {"bucket", "region", "region in ('fi-1', 'fi-2')", "fi-1", "us-1"},
});
static_assert(kSimple.size() == 70);

std::string first_column(const std::string& table) {
  if (table == "role_grant") return "grant_id: x";
  return table == "account" ? "account_id: x" : table + "_id: x";
}

void add_simple(std::vector<PackCheck>& pack) {
  int number = 0;
  for (const Simple& simple : kSimple) {
    const std::string key = first_column(simple.table);
    std::string id = fmt::format("bench-{}-{}-{}", simple.table, simple.column, ++number);
    std::ranges::replace(id, '_', '-');
    pack.push_back({.id = std::move(id),
                    .table = simple.table,
                    .where = {},
                    .pass = simple.condition,
                    .query = {},
                    .good = fmt::format("{{{}, {}: {}}}", key, simple.column, simple.good),
                    .bad = fmt::format("{{{}, {}: {}}}", key, simple.column, simple.bad),
                    .unknown = fmt::format("{{{}}}", key)});
  }
}

void add_long(std::vector<PackCheck>& pack, const std::string& id, const std::string& table, const std::string& query,
              const std::string& good, const std::string& bad) {
  pack.push_back({.id = "bench-long-" + id,
                  .table = table,
                  .where = {},
                  .pass = {},
                  .query = query,
                  .good = good,
                  .bad = bad,
                  .unknown = good});
}

/// Groups rows of a table and judges each group by an aggregate that keeps NULL.
std::string grouped(const std::string& table, const std::string& by, const std::string& where,
                    const std::string& holds) {
  return fmt::format(
      "select platform, min(source_id) as source_id, {1}, {1} as resource,\n"
      "         case {3} when 1 then 'pass' when 0 then 'fail' end as verdict, '' as reason\n"
      "  from {0} where {2} group by {1}, platform",
      table, by, where, holds);
}

void add_long_forms(std::vector<PackCheck>& pack) {
  const std::string ingress =
      "direction = 'ingress' and remote_kind = 'prefix' and ethertype = 'ipv4' and group_id is not null";
  add_long(pack, "union-of-sources", "network_rule",
           grouped("network_rule", "group_id", ingress,
                   "not cidr_list_public_larger_than(cidr_union(remote_prefix), 16, 32)"),
           rule_row("ingress", "remote_prefix: 10.0.0.0/8"),
           rule_row("ingress", "remote_prefix: 0.0.0.0/1") + ", " + "{rule_id: q, group_id: g, direction: ingress, " +
               "ethertype: ipv4, remote_kind: prefix, remote_prefix: 128.0.0.0/1}");
  add_long(pack, "project-egress", "network_rule",
           grouped("network_rule", "project_id",
                   "direction = 'egress' and remote_kind = 'prefix' and project_id is not null",
                   "every(not cidr_is_any(remote_prefix))"),
           rule_row("egress", "remote_prefix: 10.0.0.0/8"), rule_row("egress", "remote_prefix: 0.0.0.0/0"));
  add_long(pack, "key-of-one-project", "volume",
           grouped("volume", "key_id", "key_id is not null", "min_known(project_id) = max_known(project_id)"),
           "{volume_id: v, key_id: k, project_id: p}",
           "{volume_id: v, key_id: k, project_id: p}, {volume_id: w, key_id: k, project_id: q}");
  add_long(pack, "project-volumes-encrypted", "volume",
           grouped("volume", "project_id", "project_id is not null", "every(encrypted)"),
           "{volume_id: v, project_id: p, encrypted: true}", "{volume_id: v, project_id: p, encrypted: false}");
  add_long(pack, "one-uid-one-account", "account", grouped("account", "uid", "uid is not null", "count(*) = 1"),
           "{account_id: a, uid: 1}", "{account_id: a, uid: 1}, {account_id: b, uid: 1}");
  add_long(pack, "network-port-security", "port",
           grouped("port", "network_id", "network_id is not null", "every(port_security)"),
           "{port_id: p, network_id: n, port_security: true}", "{port_id: p, network_id: n, port_security: false}");
  add_long(pack, "instance-name-once", "instance", grouped("instance", "name", "name is not null", "count(*) = 1"),
           "{instance_id: i, name: a}", "{instance_id: i, name: a}, {instance_id: j, name: a}");
  add_long(
      pack, "identity-of-one-project", "instance",
      grouped("instance", "identity_id", "identity_id is not null", "min_known(project_id) = max_known(project_id)"),
      "{instance_id: i, identity_id: s, project_id: p}",
      "{instance_id: i, identity_id: s, project_id: p}, {instance_id: j, identity_id: s, project_id: q}");
  add_long(pack, "project-buckets-logged", "bucket",
           grouped("bucket", "project_id", "project_id is not null", "every(read_logged and write_logged)"),
           "{bucket_id: b, project_id: p, read_logged: true, write_logged: true}",
           "{bucket_id: b, project_id: p, read_logged: false, write_logged: true}");
  add_long(pack, "grantee-one-admin", "role_grant",
           grouped("role_grant", "grantee_id", "grantee_id is not null",
                   "every(role_id <> 'admin' or scope_kind = 'project')"),
           "{grant_id: g, grantee_id: a, role_id: member, scope_kind: project}",
           "{grant_id: g, grantee_id: a, role_id: admin, scope_kind: system}");
}

}  // namespace

std::vector<TableSize> inventory(long divisor) {
  return {{"network_rule", 1'000'000 / divisor}, {"port", 60'000 / divisor},    {"instance", 20'000 / divisor},
          {"volume", 30'000 / divisor},          {"account", 40'000 / divisor}, {"role_grant", 30'000 / divisor},
          {"bucket", 20'000 / divisor}};
}

std::vector<UsualValue> usual_values() {
  std::vector<UsualValue> values;
  for (const Simple& simple : kSimple) {
    const auto same = [&](const UsualValue& value) {
      return value.table == simple.table && value.column == simple.column;
    };
    if (std::ranges::any_of(values, same)) continue;
    values.push_back({simple.table, simple.column, simple.good, simple.bad});
  }
  return values;
}

std::vector<PackCheck> check_pack() {
  std::vector<PackCheck> pack;
  add_rules(pack);
  add_simple(pack);
  add_long_forms(pack);
  return pack;
}

std::string yaml_of(const PackCheck& check) {
  const bool is_short = check.query.empty();
  std::string text =
      fmt::format("# SPDX-License-Identifier: Apache-2.0\nid: {0}\ntitle: Benchmark {0}\nseverity: medium\n", check.id);
  if (is_short) {
    text += fmt::format("table: {}\n", check.table);
    if (!check.where.empty()) text += fmt::format("where: >-\n  {}\n", check.where);
    text += fmt::format("pass: >-\n  {}\nsubject: \"{{{}}}\"\n", check.pass,
                        check.table == "network_rule" ? "rule_id"
                        : check.table == "role_grant" ? "grant_id"
                                                      : check.table + "_id");
  } else {
    text += fmt::format("needs: {{{0}: whole}}\nresource_type: {0}_group\nquery: |\n  {1}\nsubject: \"{{resource}}\"\n",
                        check.table, check.query);
  }
  text +=
      "empty: not_applicable\nmessage: the condition does not hold\nrationale: Measures, decides nothing.\n"
      "remediation: None is needed.\nreferences: [benchmark]\nexamples:\n";
  const std::string partial = is_short ? "" : fmt::format("    collections: {{{}: partial}}\n", check.table);
  const auto example = [&](const char* name, const std::string& rows, const char* verdict, const std::string& more) {
    text += fmt::format("  - name: {}\n    given: {{{}: [{}]}}\n{}    expect: {{\"*\": {}}}\n", name, check.table, rows,
                        more, verdict);
  };
  example("good", check.good, "pass", "");
  example("bad", check.bad, "fail", "");
  example("not known", check.unknown, "not_assessed", partial);
  return text;
}

}  // namespace bench
