// SPDX-License-Identifier: Apache-2.0
// Tables that a kernel gave for iptables_legacy/rules.sh (recorded on Linux 6.18), read back.
#include "collectors/linux_host/iptables_legacy.h"

#include <doctest/doctest.h>
#include <linux/netfilter_ipv4/ip_tables.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace ehdscan;

namespace {

LegacyTable recording(const std::string& file, const std::string& name, bool v6) {
  std::ifstream stream(std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/linux_host/iptables_legacy" / file,
                       std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  REQUIRE(text.size() > sizeof(ipt_getinfo));
  ipt_getinfo info{};
  std::memcpy(&info, text.data(), sizeof(info));
  LegacyTable table{.name = name, .v6 = v6, .valid_hooks = info.valid_hooks};
  std::copy_n(info.hook_entry, table.hook_entry.size(), table.hook_entry.begin());
  std::copy_n(info.underflow, table.underflow.size(), table.underflow.begin());
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  table.entries.assign(bytes + sizeof(info), bytes + text.size());
  return table;
}

FilterRuleset read(const LegacyTable& table) {
  FilterRuleset ruleset;
  read_legacy_table(table, ruleset);
  return ruleset;
}

const FilterChain& chain(const FilterRuleset& ruleset, std::string_view name) {
  const auto found = std::ranges::find(ruleset.chains, name, &FilterChain::name);
  REQUIRE(found != ruleset.chains.end());
  return *found;
}

/// "accept tcp 22-22 10.0.0.0/8 …" per row of one rule.
std::vector<std::string> shown(const FilterRuleset& ruleset, std::string_view chain, std::uint32_t position) {
  std::vector<std::string> rows;
  for (const FilterRule& rule : ruleset.rules) {
    if (rule.chain != chain || rule.position != position) continue;
    for (const FilterRow& row : to_rows(rule)) {
      const PacketMatch& match = row.part.match;
      std::string text(to_string(row.part.verdict));
      if (!row.part.jump_chain.empty()) text += " " + row.part.jump_chain;
      text += " " + protocol_name(match.protocol);
      text += " " + std::to_string(match.destination_ports.first) + "-" + std::to_string(match.destination_ports.last);
      if (row.source_prefixes.size() > 3) {
        text += " many";
      } else {
        for (const std::string& prefix : row.source_prefixes) text += " " + prefix;
      }
      for (const std::string& state : state_names(match.states)) text += " " + state;
      for (const std::string& name : match.conditions) text += " +" + name;
      if (!match.input_interface.empty()) text += " in " + match.input_interface;
      if (match.unknown) text += " ?";
      rows.push_back(text);
    }
  }
  return rows;
}

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("iptables-legacy: chains with their hooks, policies and ends") {
  const FilterRuleset filter = read(recording("filter.bin", "filter", false));
  CHECK(filter.troubles.empty());
  CHECK(filter.chains.size() == 4);
  CHECK(chain(filter, "INPUT").policy == "drop");
  CHECK(chain(filter, "INPUT").hook == "input");
  CHECK(chain(filter, "FORWARD").policy == "accept");
  CHECK(chain(filter, "ADMIN").hook.empty());
  CHECK(chain(filter, "ADMIN").policy.empty());
  CHECK(ends_in_drop(filter, chain(filter, "INPUT")) == true);
  CHECK(ends_in_drop(filter, chain(filter, "ADMIN")) == false);
  const FilterRuleset nat = read(recording("nat.bin", "nat", false));
  CHECK(chain(nat, "PREROUTING").type == "nat");
  CHECK(chain(nat, "PREROUTING").priority == -100);
  CHECK(shown(nat, "PREROUTING", 1) == Rows{"nat tcp 8080-8080 0.0.0.0/0"});
}

TEST_CASE("iptables-legacy: rules say what iptables was told") {
  const FilterRuleset filter = read(recording("filter.bin", "filter", false));
  CHECK(filter.rules.size() == 13);
  CHECK(shown(filter, "INPUT", 1) == Rows{"accept any 0-65535 0.0.0.0/0 in lo"});
  CHECK(shown(filter, "INPUT", 2) == Rows{"accept any 0-65535 0.0.0.0/0 established related"});
  CHECK(shown(filter, "INPUT", 3) == Rows{"drop any 0-65535 0.0.0.0/0 invalid"});
  CHECK(shown(filter, "INPUT", 4) == Rows{"jump ADMIN tcp 22-22 10.0.0.0/8"});
  CHECK(shown(filter, "INPUT", 5) ==
        Rows{"accept tcp 80-80 0.0.0.0/0", "accept tcp 443-443 0.0.0.0/0", "accept tcp 8000-8010 0.0.0.0/0"});
  CHECK(shown(filter, "INPUT", 6) == Rows{"accept udp 0-52 many in eth*", "accept udp 54-65535 many in eth*"});
  CHECK(shown(filter, "INPUT", 7) == Rows{"accept icmp 0-65535 0.0.0.0/0 +limit"});
  CHECK(shown(filter, "INPUT", 8) == Rows{"goto ADMIN tcp 0-65535 0.0.0.0/0"});
  CHECK(shown(filter, "INPUT", 9) == Rows{"continue any 0-65535 0.0.0.0/0"});
  CHECK(shown(filter, "INPUT", 10) == Rows{"continue any 0-65535 203.0.113.9/32"});
  CHECK(shown(filter, "INPUT", 11) == Rows{"reject any 0-65535 0.0.0.0/0"});
  CHECK(shown(filter, "ADMIN", 1) == Rows{"accept any 0-65535 0.0.0.0/0 new +input_interface"});
  CHECK(shown(filter, "ADMIN", 2) == Rows{"return any 0-65535 0.0.0.0/0"});
}

TEST_CASE("iptables-legacy: IPv6 tables") {
  const FilterRuleset filter = read(recording("filter6.bin", "filter", true));
  CHECK(filter.troubles.empty());
  CHECK(chain(filter, "INPUT").policy == "drop");
  CHECK(shown(filter, "INPUT", 1) == Rows{"accept tcp 22-22 fe80::/10"});
  REQUIRE(shown(filter, "INPUT", 2).size() == 1);
  CHECK(shown(filter, "INPUT", 2)[0] == "accept tcp 443-443 many");
}

TEST_CASE("iptables-legacy: what is cut or garbled is a trouble or unknown, and never read past its end") {
  const LegacyTable whole = recording("filter.bin", "filter", false);
  for (std::size_t length = 0; length < whole.entries.size(); length += 7) {
    LegacyTable cut = whole;
    cut.entries.resize(length);
    read(cut);
  }
  LegacyTable table = whole;
  table.entries.resize(table.entries.size() - 1);
  CHECK(read(table).troubles.size() == 1);
  for (std::size_t at = 0; at < whole.entries.size(); ++at) {
    LegacyTable garbled = whole;
    garbled.entries[at] ^= std::byte{0xFF};
    read(garbled);
  }
}
