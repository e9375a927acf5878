// SPDX-License-Identifier: Apache-2.0
#include "base/ip_prefix.h"

#include <doctest/doctest.h>

using namespace ehdscan;

namespace {
std::vector<IpPrefix> list(std::initializer_list<const char*> texts) {
  std::vector<IpPrefix> prefixes;
  for (const char* text : texts) prefixes.push_back(*parse_ip_prefix(text));
  return prefixes;
}
std::string joined(const std::vector<IpPrefix>& prefixes) {
  std::string text;
  for (const IpPrefix& prefix : prefixes) text += (text.empty() ? "" : " ") + to_string(prefix);
  return text;
}
}  // namespace

TEST_CASE("ip_prefix: text that is not a prefix is refused") {
  for (const char* text : {"", "/", "10.0.0.0/33", "10.0.0.0/-1", "010.0.0.1", "10.0.0", "::/129", "fe80::1%eth0",
                           "0.0.0.0/ 0", "any", "1.2.3.4/8/8", "::g"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_ip_prefix(text));
  }
}

TEST_CASE("ip_prefix: host bits are cleared, embedded IPv4 is IPv4") {
  CHECK(to_string(*parse_ip_prefix("10.1.2.3/8")) == "10.0.0.0/8");
  CHECK(to_string(*parse_ip_prefix("192.0.2.1")) == "192.0.2.1/32");
  CHECK(to_string(*parse_ip_prefix("::ffff:0:0/96")) == "0.0.0.0/0");
  CHECK(to_string(*parse_ip_prefix("64:ff9b::a00:0/104")) == "10.0.0.0/8");
  CHECK(to_string(*parse_ip_prefix("2001:DB8::/32")) == "2001:db8::/32");
}

TEST_CASE("ip_prefix: halves merge to the whole") {
  CHECK(joined(merge_prefixes(list({"128.0.0.0/1", "0.0.0.0/1"}))) == "0.0.0.0/0");
  CHECK(joined(merge_prefixes(list({"8000::/1", "::/1", "10.0.0.0/8"}))) == "10.0.0.0/8 ::/0");
  CHECK(joined(merge_prefixes(list({"10.0.0.0/10", "10.64.0.0/10", "10.128.0.0/9", "10.1.0.0/16"}))) == "10.0.0.0/8");
  CHECK(joined(merge_prefixes(list({"10.64.0.0/10", "10.128.0.0/10"}))) == "10.64.0.0/10 10.128.0.0/10");
}

TEST_CASE("ip_prefix: subtraction leaves exactly the rest") {
  CHECK(joined(subtract_prefixes(list({"10.0.0.0/8"}), list({"10.0.0.0/9"}))) == "10.128.0.0/9");
  CHECK(joined(subtract_prefixes(list({"10.0.0.0/8"}), list({"0.0.0.0/0"}))).empty());
  CHECK(joined(subtract_prefixes(list({"10.0.0.0/30"}), list({"10.0.0.1"}))) == "10.0.0.0/32 10.0.0.2/31");
}

TEST_CASE("ip_prefix: size is that of the union, private space does not count as public") {
  CHECK_FALSE(larger_than(list({"198.51.0.0/16"}), 16, 32));
  CHECK(larger_than(list({"198.51.0.0/16", "203.0.113.7"}), 16, 32));
  CHECK(larger_than(list({"::/0"}), 16, 32));
  CHECK(public_part(list({"10.0.0.0/8", "fd00::/8", "127.0.0.1"})).empty());
  CHECK(larger_than(public_part(list({"0.0.0.0/0"})), 16, 32));
}

TEST_CASE("ip prefix: one look decides about a public part as the whole subtraction does") {
  for (const char* text : {"0.0.0.0/0",       "10.0.0.0/8",    "10.1.0.0/16",   "8.0.0.0/5",    "11.0.0.0/8",
                           "172.0.0.0/8",     "172.16.0.0/12", "192.0.2.1",     "192.0.0.0/16", "224.0.0.0/3",
                           "224.0.0.0/4",     "8.8.8.8",       "::/0",          "::1",          "::2",
                           "fe80::1",         "fc00::/6",      "2001:db8::/31", "2001:db8::1",  "2a00::/16",
                           "::ffff:10.0.0.1", "::ffff:8.8.8.8"}) {
    CAPTURE(text);
    const IpPrefix prefix = *parse_ip_prefix(text);
    CHECK(has_public_part(prefix) == !public_part({prefix}).empty());
  }
}
