// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/firewall.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "collectors/linux_host/iptables_legacy.h"
#include "collectors/linux_host/nftables.h"
#include "evidence/tables/host_network.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 2> kTables{&tables::firewall_chain, &tables::firewall_rule};

std::string or_any(const std::string& name) { return name.empty() ? "any" : to_valid_utf8(name); }

void write_rule(HostContext& context, const FilterRule& rule, std::string_view backend, SourceId source) {
  Row<tables::firewall_rule> row(context.platform);
  std::int64_t number = 0;
  for (const FilterRow& found : to_rows(rule)) {
    const PacketMatch& match = found.part.match;
    row.set<"host_id">(context.host_id).set<"backend">(backend).set<"family">(rule.family);
    row.set<"table_name">(rule.table).set<"chain">(rule.chain).set<"position">(rule.position).set<"part">(++number);
    if (const std::string_view verdict = to_string(found.part.verdict); !verdict.empty()) row.set<"verdict">(verdict);
    if (!found.part.jump_chain.empty()) row.set<"jump_chain">(found.part.jump_chain);
    if (const std::string protocol = protocol_name(match.protocol); !protocol.empty()) row.set<"protocol">(protocol);
    if (!match.ports_unknown)
      row.set<"port_from">(match.destination_ports.first).set<"port_to">(match.destination_ports.last);
    if (!match.source_unknown) row.set<"source_prefixes">(found.source_prefixes);
    if (!match.destination_unknown) row.set<"destination_prefixes">(found.destination_prefixes);
    row.set<"input_interface">(or_any(match.input_interface)).set<"output_interface">(or_any(match.output_interface));
    row.set<"connection_states">(state_names(match.states)).set<"other_conditions">(match.conditions);
    row.set<"has_unknown_expression">(match.unknown || found.part.verdict == PacketVerdict::unknown);
    row.write(context.sink, {.source = source});
  }
}

/// iptables-legacy keeps its rules apart from nftables; its modules name the tables that are in use.
void read_legacy(HostContext& context, bool v6) {
  const char* path = v6 ? "/proc/net/ip6_tables_names" : "/proc/net/ip_tables_names";
  const Result<std::string> names = context.files.read(path, 4096);
  if (!names && names.error().kind == ErrorKind::not_found) return;
  std::vector<std::string_view> tables;
  if (names) tables = split_lines(*names);
  std::erase_if(tables, [](std::string_view name) { return trim(name).empty(); });
  if (names && tables.empty()) return;
  const Result<FilterRuleset> ruleset = names ? read_iptables_legacy(v6, tables) : std::unexpected(names.error());
  for (const TableSpec* table : kTables) {
    if (!ruleset)
      context.partial(*table, fmt::format("iptables-legacy has tables of its own: {}", ruleset.error().message));
  }
  if (!ruleset) return;
  for (const std::string& trouble : ruleset->troubles) {
    for (const TableSpec* table : kTables) context.partial(*table, trouble);
  }
  write_ruleset(context, *ruleset, "iptables_legacy",
                context.add_source(v6 ? "kernel:ip6_tables" : "kernel:ip_tables"));
}

void collect(HostContext& context) {
  const Result<FilterRuleset> ruleset = read_nftables();
  if (!ruleset) {
    context.failed(tables::firewall_chain, ruleset.error());
    return context.failed(tables::firewall_rule, ruleset.error());
  }
  for (const std::string& trouble : ruleset->troubles) context.partial(tables::firewall_rule, trouble);
  write_ruleset(context, *ruleset, "nftables", context.add_source("netlink:nftables"));
  read_legacy(context, false);
  read_legacy(context, true);
}

}  // namespace

void write_ruleset(HostContext& context, const FilterRuleset& ruleset, std::string_view backend, SourceId source) {
  Row<tables::firewall_chain> row(context.platform);
  for (const FilterChain& chain : ruleset.chains) {
    row.set<"host_id">(context.host_id).set<"backend">(backend).set<"family">(chain.family);
    row.set<"table_name">(chain.table).set<"chain">(chain.name);
    if (!chain.hook.empty()) row.set<"hook">(chain.hook).set<"chain_type">(chain.type).set<"priority">(chain.priority);
    if (!chain.policy.empty()) row.set<"policy">(chain.policy);
    row.set<"ends_in_drop">(ends_in_drop(ruleset, chain));
    row.write(context.sink, {.source = source});
  }
  for (const FilterRule& rule : ruleset.rules) write_rule(context, rule, backend, source);
}

const HostSection firewall_section{
    .name = "firewall", .tables = kTables, .needs_running_kernel = true, .collect = collect};

}  // namespace ehdscan
