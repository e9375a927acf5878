// SPDX-License-Identifier: Apache-2.0
#include "net/tls/suites.h"

#include <algorithm>
#include <utility>

#include "net/tls/codes.h"

namespace ehdscan::tls {
namespace {

using Codes = std::vector<std::uint16_t>;

constexpr std::array kLegacy{Version::tls12, Version::tls11, Version::tls10, Version::ssl3};
constexpr std::size_t kSmallList = 56;  ///< suites in a hello of less than 256 bytes
constexpr std::size_t kWideChains = 8;
constexpr std::size_t kWorthSorting = 16;

bool contains(const Codes& codes, std::uint16_t code) { return std::ranges::find(codes, code) != codes.end(); }

Codes without(const Codes& codes, const Codes& those) {
  Codes out;
  std::ranges::copy_if(codes, std::back_inserter(out), [&](std::uint16_t code) { return !contains(those, code); });
  return out;
}

Codes reversed(Codes codes) {
  std::ranges::reverse(codes);
  return codes;
}

}  // namespace

bool SuiteSearch::Search::has(std::uint16_t suite) const {
  return std::ranges::find(version.suites, suite, &SuiteFinding::code) != version.suites.end();
}

Hello SuiteSearch::hello_for(Version version, Codes suites) const {
  return found_.large_hello_lost.value_or(false) ? small_hello(prober_, version, std::move(suites))
                                                 : full_hello(prober_, version, std::move(suites));
}

Task<> SuiteSearch::run(const std::vector<SuiteFinding>& tls12_picks) {
  TaskGroup group(prober_.session().network().loop());
  const Codes& all = legacy_suites();
  const Codes popular(all.begin(), all.begin() + kPopularSuites);
  if (found_.large_hello_lost.value_or(false)) wide_ = false;
  for (const Version asked : kLegacy) {
    VersionFinding& finding = found_.of(asked);
    const bool popular_refused =
        finding.answer == Answer::alert || finding.answer == Answer::closed || finding.answer == Answer::reset;
    if (!finding.offered && !popular_refused) continue;
    if (finding.offered == false) continue;
    std::vector<Pick> picks;
    if (asked == Version::tls12) {
      for (const SuiteFinding& pick : tls12_picks)
        picks.emplace_back(pick.position == 1 ? reversed(all) : popular, pick.code);
    } else {
      for (const std::uint16_t suite : finding.picks)
        picks.emplace_back(finding.picks_of_everything ? all : popular, suite);
    }
    group.spawn(version(asked, std::move(picks)));
  }
  VersionFinding& newest = found_.of(Version::tls13);
  if (newest.offered.value_or(false) || (!newest.offered && newest.answer == Answer::alert)) group.spawn(tls13());
  co_await group.wait();
}

Task<> SuiteSearch::version(Version asked, std::vector<Pick> picks) {
  Search search(found_.of(asked), std::move(picks));
  // Of two picks that differ although both lists held both, both stand and the client's order counts. Otherwise only
  // the pick out of everything stands, or a small list's pick may hide what the server likes better.
  Codes known;
  if (search.picks.size() == 2 && search.picks[0].taken != search.picks[1].taken &&
      contains(search.picks[0].listed, search.picks[1].taken)) {
    search.version.order_by_server = false;
    known = {search.picks[0].taken, search.picks[1].taken};
  } else if (!search.picks.empty() && (wide_ || search.picks.back().listed.size() == legacy_suites().size())) {
    known = {search.picks.back().taken};
  }
  for (const std::uint16_t suite : known) search.version.suites.push_back({.code = suite, .position = {}});
  const Codes left = without(legacy_suites(), known);
  if (found_.large_hello_lost.value_or(false)) {
    search.in_sequence = false;
    for (std::size_t at = 0; at < left.size(); at += kSmallList) {
      const auto begin = left.begin() + static_cast<std::ptrdiff_t>(at);
      co_await chain(search, Codes(begin, begin + static_cast<std::ptrdiff_t>(std::min(kSmallList, left.size() - at))));
    }
  } else if (wide_) {
    search.in_sequence = false;
    TaskGroup group(prober_.session().network().loop());
    const auto& all = legacy_suites();
    const Codes popular(all.begin(), all.begin() + kPopularSuites);
    // The old versions have few suites, and mostly the same ones.
    if (asked == Version::tls12) {
      for (const std::uint16_t suite : without(popular, known)) group.spawn(single(search, suite));
    } else {
      for (std::size_t chains = 0; chains < kWideChains; ++chains) {
        Codes part;
        for (std::size_t i = chains; i < popular.size(); i += kWideChains) part.push_back(popular[i]);
        group.spawn(chain(search, without(part, known)));
      }
    }
    const Codes rest = without(left, popular);
    const std::size_t rest_chains = asked == Version::tls12 ? kWideChains : 2;
    for (std::size_t chains = 0; chains < rest_chains; ++chains) {
      Codes part;
      for (std::size_t i = chains; i < rest.size(); i += rest_chains) part.push_back(rest[i]);
      group.spawn(chain(search, std::move(part)));
    }
    if (asked == Version::tls12) group.spawn(groups_below_tls13(asked));
    co_await group.wait();
  } else {
    co_await chain(search, left);
  }
  if (!search.version.offered) {
    // Only an alert came so far, which a fuller list might have avoided.
    if (!search.version.suites.empty()) {
      search.version.offered = true;
      search.version.answer = Answer::server_hello;
      search.version.alert_code.reset();
    } else if (search.complete) {
      search.version.offered = false;
    }
  }
  if (!search.version.offered.value_or(false)) co_return;
  search.version.suites_complete = search.complete;
  co_await decide_order(search);
  if (!wide_ || asked != Version::tls12) {
    const bool newest = std::ranges::none_of(kVersions, [&](Version other) {
      return other > asked && other < Version::tls13 && found_.of(other).offered.value_or(false);
    });
    if (asked > Version::ssl3 && (newest || depth_ == Depth::full)) co_await groups_below_tls13(asked);
  }
  if (asked == Version::ssl3) search.version.groups_complete = search.complete;
}

Task<> SuiteSearch::chain(Search& search, Codes left) {
  bool backwards = false;
  while (!left.empty()) {
    if (prober_.session().over()) {
      search.complete = false;
      co_return;
    }
    Hello hello = hello_for(search.version.version, backwards ? reversed(left) : left);
    Pick pick(hello.suites);
    backwards = !backwards;
    const ProbeResult result = co_await prober_.ask(std::move(hello), true);
    note_flight(result.flight, found_);
    if (!result.decided) {
      search.complete = false;
      co_return;
    }
    if (!result.flight.chose(search.version.version)) co_return;
    pick.taken = result.flight.suite;
    if (!contains(left, pick.taken)) {  // a suite that was not offered: nothing more can be said
      search.complete = false;
      co_return;
    }
    std::erase(left, pick.taken);
    if (!search.has(pick.taken)) search.version.suites.push_back({.code = pick.taken, .position = {}});
    search.picks.push_back(std::move(pick));
  }
}

Task<> SuiteSearch::single(Search& search, std::uint16_t suite) {
  if (prober_.session().over()) {
    search.complete = false;
    co_return;
  }
  Hello hello = hello_for(search.version.version, Codes(1, suite));
  const ProbeResult result = co_await prober_.ask(std::move(hello), true);
  note_flight(result.flight, found_);
  if (!result.decided) search.complete = false;
  if (result.flight.chose(search.version.version) && result.flight.suite == suite && !search.has(suite))
    search.version.suites.push_back({.code = suite, .position = {}});
}

Task<> SuiteSearch::decide_order(Search& search) {
  VersionFinding& version = search.version;
  Codes suites;
  for (const SuiteFinding& suite : version.suites) suites.push_back(suite.code);
  if (suites.size() < 2 || version.order_by_server == false || !search.complete) co_return;
  // A server that follows the client takes the first it has of every list.
  const bool follows = std::ranges::all_of(search.picks, [&](const Pick& pick) {
    const auto first = std::ranges::find_if(pick.listed, [&](std::uint16_t code) { return contains(suites, code); });
    return first != pick.listed.end() && *first == pick.taken;
  });
  if (follows) {
    Codes list = suites;
    std::ranges::rotate(list, list.begin() + 1);  // what was taken first stands last now
    if (search.picks.empty() || !search.in_sequence) {
      // The favourite is not known: ask twice.
      Hello forward = hello_for(version.version, suites);
      const ProbeResult one = co_await prober_.ask(std::move(forward), false);
      Hello backward = hello_for(version.version, reversed(suites));
      const ProbeResult two = co_await prober_.ask(std::move(backward), false);
      if (!one.flight.chose(version.version) || !two.flight.chose(version.version)) co_return;
      version.order_by_server = one.flight.suite == two.flight.suite;
    } else {
      Hello hello = hello_for(version.version, list);
      const ProbeResult result = co_await prober_.ask(std::move(hello), false);
      if (!result.flight.chose(version.version)) co_return;
      version.order_by_server = result.flight.suite == suites.front();
    }
  } else {
    version.order_by_server = true;
  }
  if (!version.order_by_server.value_or(false)) co_return;
  if (search.in_sequence) {
    int position = 0;
    for (SuiteFinding& suite : version.suites) suite.position = ++position;
  } else if (suites.size() <= kWorthSorting) {
    co_await sort_by_server(search);
  }
}

Task<> SuiteSearch::sort_by_server(Search& search) {
  Codes left;
  for (const SuiteFinding& suite : search.version.suites) left.push_back(suite.code);
  Codes order;
  while (left.size() > 1) {
    Hello hello = hello_for(search.version.version, left);
    const ProbeResult result = co_await prober_.ask(std::move(hello), false);
    if (!result.flight.chose(search.version.version) || !contains(left, result.flight.suite)) co_return;
    order.push_back(result.flight.suite);
    std::erase(left, result.flight.suite);
  }
  if (!left.empty()) order.push_back(left.front());
  std::vector<SuiteFinding> sorted;
  for (const std::uint16_t suite : order)
    sorted.push_back({.code = suite, .position = static_cast<int>(sorted.size()) + 1});
  search.version.suites = std::move(sorted);
}

}  // namespace ehdscan::tls
