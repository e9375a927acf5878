// SPDX-License-Identifier: Apache-2.0
// Groups, and all of TLS 1.3.
#include <algorithm>
#include <utility>

#include "net/tls/codes.h"
#include "net/tls/suites.h"

namespace ehdscan::tls {
namespace {

using Codes = std::vector<std::uint16_t>;

const Codes kCurves{23, 24, 25};  // of ECDSA certificates

bool contains(const Codes& codes, std::uint16_t code) { return std::ranges::find(codes, code) != codes.end(); }

Codes suites_of(const VersionFinding& version) {
  Codes out;
  for (const SuiteFinding& suite : version.suites) out.push_back(suite.code);
  return out;
}

Codes named_groups_of(const VersionFinding& version) {
  Codes out;
  for (const GroupFinding& group : version.groups) {
    if (group.code != 0) out.push_back(group.code);
  }
  return out;
}

void add_suite(VersionFinding& version, std::uint16_t suite) {
  if (std::ranges::find(version.suites, suite, &SuiteFinding::code) == version.suites.end())
    version.suites.push_back({.code = suite, .position = {}});
}

Codes rest_of(const Codes& all, const Codes& known) {
  Codes out;
  std::ranges::copy_if(all, std::back_inserter(out), [&](std::uint16_t code) { return !contains(known, code); });
  return out;
}

/// Signed by RSA, so that the choice of the curve is free: with an ECDSA certificate servers insist on its own curve.
Codes ecdhe_suites(const Codes& suites, std::string_view authentication) {
  Codes out;
  for (const std::uint16_t suite : suites) {
    const SuiteParts parts = suite_parts(suite);
    if (parts.key_exchange == "ECDHE" && parts.authentication == authentication) out.push_back(suite);
  }
  return out;
}

}  // namespace

Task<> SuiteSearch::tls13() {
  VersionFinding& version = found_.of(Version::tls13);
  for (const std::uint16_t suite : version.picks) add_suite(version, suite);
  if (!version.offered) {
    // Some refuse a hello without a key share.
    Hello hello = full_hello(prober_, Version::tls13, tls13_suites());
    hello.key_shares = nobodys_key_shares();
    const ProbeResult result = co_await prober_.ask(std::move(hello), false);
    if (result.flight.chose(Version::tls13)) {
      version.offered = true;
      version.answer = result.flight.answer;
      version.alert_code.reset();
      add_suite(version, result.flight.suite);
      note_flight(result.flight, found_);
    } else {
      if (result.decided) version.offered = false;
      co_return;
    }
  }
  const Codes suites = rest_of(tls13_suites(), suites_of(version));
  const Codes groups = rest_of(all_groups(), named_groups_of(version));
  if (!wide_) {
    co_await tls13_together(version, suites, groups);
    co_return;
  }
  bool suites_complete = true;
  bool groups_complete = true;
  TaskGroup group(prober_.session().network().loop());
  Codes rare_suites;
  for (const std::uint16_t suite : suites) {
    if (suite >= 0x1301 && suite <= 0x1303) {
      group.spawn(tls13_suites_alone(version, Codes(1, suite), suites_complete));
    } else {
      rare_suites.push_back(suite);
    }
  }
  group.spawn(tls13_suites_alone(version, rare_suites, suites_complete));
  Codes rare_groups;
  for (const std::uint16_t code : groups) {
    const auto& all = all_groups();
    if (std::ranges::find(all, code) < all.begin() + kPopularGroups) {
      group.spawn(tls13_groups_alone(version, Codes(1, code), groups_complete));
    } else {
      rare_groups.push_back(code);
    }
  }
  group.spawn(tls13_groups_alone(version, rare_groups, groups_complete));
  co_await group.wait();
  version.suites_complete = suites_complete;
  version.groups_complete = groups_complete;
}

/// A HelloRetryRequest names a suite and a group, so both lists shrink with every hello.
Task<> SuiteSearch::tls13_together(VersionFinding& version, Codes suites, Codes groups) {
  // Most servers have the three suites that everybody has, and then only the ends of the two lists are left to be seen.
  while (!groups.empty() && !prober_.session().over() &&
         std::ranges::any_of(suites, [](std::uint16_t suite) { return suite >= 0x1301 && suite <= 0x1303; })) {
    Hello hello = full_hello(prober_, Version::tls13, suites);
    hello.groups = groups;
    const ProbeResult result = co_await prober_.ask(std::move(hello), false);
    if (!result.flight.chose(Version::tls13)) break;
    const std::uint16_t suite = result.flight.suite;
    const std::uint16_t code = result.flight.group;
    if (!contains(suites, suite) || !contains(groups, code)) break;
    note_flight(result.flight, found_);
    add_suite(version, suite);
    std::erase(suites, suite);
    std::erase(groups, code);
  }
  bool suites_complete = true;
  bool groups_complete = true;
  co_await tls13_suites_alone(version, suites, suites_complete);
  co_await tls13_groups_alone(version, groups, groups_complete);
  version.suites_complete = suites_complete;
  version.groups_complete = groups_complete;
}

Task<> SuiteSearch::tls13_suites_alone(VersionFinding& version, Codes suites, bool& complete) {
  while (!suites.empty()) {
    if (prober_.session().over()) {
      complete = false;
      co_return;
    }
    Hello hello = full_hello(prober_, Version::tls13, suites);
    const ProbeResult result = co_await prober_.ask(std::move(hello), false);
    if (!result.decided) complete = false;
    if (!result.flight.chose(Version::tls13)) co_return;
    const std::uint16_t suite = result.flight.suite;
    if (!contains(suites, suite)) {
      complete = false;
      co_return;
    }
    add_suite(version, suite);
    note_flight(result.flight, found_);
    std::erase(suites, suite);
  }
}

Task<> SuiteSearch::tls13_groups_alone(VersionFinding& version, Codes groups, bool& complete) {
  while (!groups.empty()) {
    if (prober_.session().over()) {
      complete = false;
      co_return;
    }
    Hello hello = full_hello(prober_, Version::tls13, wide_ ? tls13_suites() : suites_of(version));
    hello.groups = groups;
    const ProbeResult result = co_await prober_.ask(std::move(hello), false);
    if (!result.decided) complete = false;
    if (!result.flight.chose(Version::tls13)) co_return;
    const std::uint16_t code = result.flight.group;
    if (!contains(groups, code)) {
      complete = false;
      co_return;
    }
    note_flight(result.flight, found_);
    std::erase(groups, code);
  }
}

Task<> SuiteSearch::groups_below_tls13(Version asked) {
  VersionFinding& version = found_.of(asked);
  Codes suites = ecdhe_suites(wide_ ? legacy_suites() : suites_of(version), "RSA");
  const Codes own = ecdhe_suites(suites_of(version), "ECDSA");
  bool complete = true;
  if (!suites.empty() && !wide_) {
    co_await groups_chain(version, suites, rest_of(all_groups(), named_groups_of(version)), Codes(), complete);
  } else if (!suites.empty()) {
    TaskGroup group(prober_.session().network().loop());
    Codes rare;
    const auto& all = all_groups();
    for (const std::uint16_t code : all) {
      if (std::ranges::find(all, code) < all.begin() + 5) {
        group.spawn(groups_chain(version, suites, Codes(1, code), Codes(), complete));
      } else {
        rare.push_back(code);
      }
    }
    group.spawn(groups_chain(version, suites, rare, Codes(), complete));
    co_await group.wait();
    suites = ecdhe_suites(suites_of(version), "RSA");
  }
  if (suites.empty()) {
    const Codes anonymous = ecdhe_suites(suites_of(version), "anon");
    if (!anonymous.empty()) {
      co_await groups_chain(version, anonymous, rest_of(all_groups(), named_groups_of(version)), Codes(), complete);
    } else if (!own.empty()) {
      co_await groups_beside_certificate(version, own, complete);
    }
  }
  version.groups_complete = complete && version.suites_complete;
  if (wide_) version.groups_complete = complete;
}

/// With an ECDSA certificate its curve must stay in every list. What the server takes before it is found; the rest may
/// hide behind it, unless the server follows the client's order.
Task<> SuiteSearch::groups_beside_certificate(VersionFinding& version, Codes suites, bool& complete) {
  Codes own;
  for (const std::uint16_t curve : kCurves) {
    const Codes alone(1, curve);
    Hello hello = hello_for(version.version, suites);
    hello.groups = alone;
    const ProbeResult result = co_await prober_.ask(std::move(hello), true);
    if (!result.decided) complete = false;
    note_flight(result.flight, found_);
    if (result.flight.chose(version.version) && result.flight.group == curve) own.push_back(curve);
  }
  if (own.empty()) {
    complete = false;
    co_return;
  }
  const Codes others = rest_of(all_groups(), own);
  co_await groups_chain(version, suites, others, own, complete);
  const Codes taken = named_groups_of(version);
  const auto other = std::ranges::find_if(taken, [&](std::uint16_t code) { return !contains(own, code); });
  if (other == taken.end()) {
    complete = false;
    co_return;
  }
  // The certificate's curve first: a server with an order of its own takes the other again.
  Hello hello = hello_for(version.version, std::move(suites));
  hello.groups = own;
  hello.groups.push_back(*other);
  const ProbeResult result = co_await prober_.ask(std::move(hello), true);
  if (!result.flight.chose(version.version) || result.flight.group == *other) complete = false;
}

Task<> SuiteSearch::groups_chain(VersionFinding& version, Codes suites, Codes left, Codes kept, bool& complete) {
  while (!left.empty()) {
    if (prober_.session().over()) {
      complete = false;
      co_return;
    }
    Hello hello = hello_for(version.version, suites);
    hello.groups = left;
    hello.groups.insert(hello.groups.end(), kept.begin(), kept.end());
    const ProbeResult result = co_await prober_.ask(std::move(hello), true);
    if (!result.decided) complete = false;
    if (!result.flight.chose(version.version)) co_return;
    note_flight(result.flight, found_);
    const std::uint16_t code = result.flight.group;
    if (contains(kept, code)) co_return;
    if (!contains(left, code)) {
      complete = false;
      co_return;
    }
    std::erase(left, code);
  }
}

}  // namespace ehdscan::tls
