// SPDX-License-Identifier: Apache-2.0
// Suites and groups by elimination: a hello makes the server name one suite, the next hello leaves that one out, until
// a refusal ends the list.
#pragma once

#include "net/tls/examine.h"

namespace ehdscan::tls {

class SuiteSearch {
 public:
  /// `wide`: popular suites are asked singly and beside each other, so that distance costs few rounds.
  SuiteSearch(Prober& prober, EndpointFinding& found, bool wide, Depth depth)
      : prober_(prober), found_(found), wide_(wide), depth_(depth) {}

  /// `tls12_picks`: the suites that the small list and the whole list backwards brought (position 0 and 1).
  Task<> run(const std::vector<SuiteFinding>& tls12_picks);

 private:
  /// One hello of the search for one version: what it listed and what the server took of it.
  struct Pick {
    explicit Pick(std::vector<std::uint16_t> list, std::uint16_t suite = 0) : listed(std::move(list)), taken(suite) {}
    std::vector<std::uint16_t> listed;
    std::uint16_t taken;
  };
  struct Search {
    Search(VersionFinding& of, std::vector<Pick> first) : version(of), picks(std::move(first)) {}
    VersionFinding& version;
    std::vector<Pick> picks;
    bool complete = true;     ///< every list ended with a refusal
    bool in_sequence = true;  ///< one chain over everything: the picks stand in the server's order
    [[nodiscard]] bool has(std::uint16_t suite) const;
  };

  Task<> version(Version version, std::vector<Pick> picks);
  Task<> chain(Search& search, std::vector<std::uint16_t> left);
  Task<> single(Search& search, std::uint16_t suite);
  Task<> decide_order(Search& search);
  Task<> sort_by_server(Search& search);
  Task<> tls13();
  Task<> tls13_together(VersionFinding& version, std::vector<std::uint16_t> suites, std::vector<std::uint16_t> groups);
  Task<> tls13_suites_alone(VersionFinding& version, std::vector<std::uint16_t> suites, bool& complete);
  Task<> tls13_groups_alone(VersionFinding& version, std::vector<std::uint16_t> groups, bool& complete);
  Task<> groups_below_tls13(Version version);
  Task<> groups_beside_certificate(VersionFinding& version, std::vector<std::uint16_t> suites, bool& complete);
  Task<> groups_chain(VersionFinding& version, std::vector<std::uint16_t> suites, std::vector<std::uint16_t> left,
                      std::vector<std::uint16_t> kept, bool& complete);
  [[nodiscard]] Hello hello_for(Version version, std::vector<std::uint16_t> suites) const;

  Prober& prober_;
  EndpointFinding& found_;
  bool wide_;
  Depth depth_;
};

}  // namespace ehdscan::tls
