// SPDX-License-Identifier: Apache-2.0
// Dumps that a kernel gave for nftables/ruleset.nft (recorded on Linux 6.18), read back.
#include "collectors/linux_host/nftables.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "collectors/linux_host/firewall.h"
#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host_network.h"

using namespace ehdscan;

namespace {

std::vector<std::byte> recording(const std::string& name) {
  std::ifstream file(std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/linux_host/nftables" / name,
                     std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  REQUIRE(!text.empty());
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  return {bytes, bytes + text.size()};
}

NftSets recorded_sets() {
  NftSets sets;
  for (const char* name : {"admins", "__set0", "__map0", "__map1"}) {
    sets[{"inet/filter", name}] = read_set_elements(recording(std::string("set-") + name + ".bin"));
  }
  return sets;
}

FilterRuleset recorded() {
  FilterRuleset ruleset{.chains = read_chains(recording("chains.bin"))};
  ruleset.rules = read_rules(recording("rules.bin"), recorded_sets());
  return ruleset;
}

/// "accept tcp 22-22 from …" per row of one rule of the input chain.
std::vector<std::string> shown(const FilterRuleset& ruleset, std::uint32_t position) {
  std::vector<std::string> rows;
  for (const FilterRule& rule : ruleset.rules) {
    if (rule.chain != "input" || rule.position != position) continue;
    for (const FilterRow& row : to_rows(rule)) {
      const PacketMatch& match = row.part.match;
      std::string text = std::string(to_string(row.part.verdict)) + " " + protocol_name(match.protocol) + " " +
                         std::to_string(match.destination_ports.first) + "-" +
                         std::to_string(match.destination_ports.last);
      for (const std::string& prefix : row.source_prefixes) text += " " + prefix;
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

TEST_CASE("nftables: chains with hook, policy and what their last rule does") {
  const FilterRuleset ruleset = recorded();
  REQUIRE(ruleset.chains.size() == 4);
  CHECK(ruleset.chains[0].name == "input");
  CHECK(ruleset.chains[0].hook == "input");
  CHECK(ruleset.chains[0].policy == "drop");
  CHECK(ruleset.chains[0].type == "filter");
  CHECK(ends_in_drop(ruleset, ruleset.chains[0]) == false);
  CHECK(ruleset.chains[1].hook.empty());
  CHECK(ruleset.chains[2].policy == "accept");
  CHECK(ends_in_drop(ruleset, ruleset.chains[2]) == true);
  CHECK(ruleset.chains[3].family == "ip");
  CHECK(ruleset.chains[3].priority == 100);
}

TEST_CASE("nftables: every rule of the recorded ruleset is understood") {
  const FilterRuleset ruleset = recorded();
  const std::string any = " 0.0.0.0/0 ::/0";
  CHECK(shown(ruleset, 1) == Rows{"accept any 0-65535" + any + " in lo"});
  CHECK(shown(ruleset, 3) == Rows{"accept any 0-65535" + any + " established related"});
  CHECK(shown(ruleset, 4) ==
        Rows{"accept tcp 22-22 192.0.2.0/24 198.51.100.7/32 203.0.113.5/32 203.0.113.6/31 203.0.113.8/31"});
  CHECK(shown(ruleset, 5) == Rows{"accept tcp 80-80" + any, "accept tcp 443-443" + any, "accept tcp 8000-8100" + any});
  CHECK(shown(ruleset, 6) == Rows{"accept udp 161-161 10.1.2.0/23"});
  CHECK(shown(ruleset, 7) == Rows{"accept tcp 5432-5432 2001:db8::/32"});
  CHECK(shown(ruleset, 8) == Rows{"accept icmp 0-65535 0.0.0.0/0 +icmp_type +limit"});
  CHECK(shown(ruleset, 10) == Rows{"accept udp 0-65535" + any + " +source_port"});
  CHECK(shown(ruleset, 11) == Rows{"continue tcp 0-21" + any, "continue tcp 23-65535" + any});
  CHECK(shown(ruleset, 12) == Rows{"reject any 0-65535" + any + " in eth*"});
  const Rows states = shown(ruleset, 2);
  CHECK(std::set<std::string>(states.begin(), states.end()) ==
        std::set<std::string>{"accept any 0-65535" + any + " established", "accept any 0-65535" + any + " related",
                              "drop any 0-65535" + any + " invalid"});
  const Rows ports = shown(ruleset, 9);
  CHECK(std::set<std::string>(ports.begin(), ports.end()) ==
        std::set<std::string>{"accept tcp 53-53" + any, "jump tcp 25-25" + any});
}

TEST_CASE("nftables: a set that could not be read makes its rules unknown, never narrower") {
  const auto rules = read_rules(recording("rules.bin"), {});
  const auto with_set =
      std::ranges::find_if(rules, [](const FilterRule& rule) { return rule.chain == "input" && rule.position == 4; });
  REQUIRE(with_set != rules.end());
  for (const RulePart& part : with_set->parts) CHECK(part.match.unknown);
}

TEST_CASE("nftables: cut-off and broken dumps are read as far as they go") {
  const std::vector<std::byte> whole = recording("rules.bin");
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    const auto rules = read_rules(ByteView(whole).first(size), recorded_sets());
    CHECK(rules.size() <= 15);
  }
  std::vector<std::byte> broken = whole;
  for (std::size_t i = 0; i < broken.size(); i += 13) {
    broken[i] ^= std::byte{0x5A};
    (void)read_rules(broken, recorded_sets());
    (void)read_chains(broken);
    (void)read_set_elements(broken);
  }
}

TEST_CASE("firewall: rows of a ruleset") {
  HostFixture host;
  const HostFiles files = HostFiles::open(host.folder.path).value();
  HostContext context(files, host.sink, host.run_context, "test", EvidenceGrade::e3);
  write_ruleset(context, recorded(), "nftables", context.add_source("netlink:nftables"));
  CHECK(host.sink.rows_of(tables::firewall_chain).size() == 4);
  const RecordedRow* forward = host.sink.find(tables::firewall_chain, "chain", "forward");
  CHECK((*forward)["ends_in_drop"] == "1");
  const RecordedRow* jump = host.sink.find(tables::firewall_rule, "jump_chain", "mail");
  REQUIRE(jump != nullptr);
  CHECK((*jump)["verdict"] == "jump");
  CHECK((*jump)["port_from"] == "25");
  CHECK(host.sink.mistakes.empty());
}
