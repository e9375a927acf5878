// SPDX-License-Identifier: Apache-2.0
#include "net/x509/certificate.h"

#include <doctest/doctest.h>

#include <chrono>

#include "net/x509/chain.h"
#include "net/x509/der.h"
#include "net/x509/make_certificate.h"

using namespace ehdscan;
using namespace ehdscan::x509;

namespace {

Instant now() {
  return {
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

struct Pki {
  Issued root = make_certificate({.common_name = "root", .authority = true});
  Issued middle = make_certificate({.common_name = "middle", .authority = true}, &root);
  Issued leaf = make_certificate(
      {.common_name = "leaf", .alternative_names = "DNS:a.example,DNS:*.b.example,IP:192.0.2.1"}, &middle);
  AnchorStore anchors = *AnchorStore::from_pem("root.pem", root.pem());
  [[nodiscard]] ChainAnswer check(std::vector<Der> sent, std::string name = "a.example",
                                  std::vector<Der> elsewhere = {}) const {
    return check_chain(sent, anchors, {.name = std::move(name), .at = now(), .elsewhere = elsewhere});
  }
};

}  // namespace

TEST_CASE("x509 certificate: what it says") {
  const Issued issuer = make_certificate({.common_name = "root", .authority = true});
  const Issued leaf =
      make_certificate({.common_name = "leaf <b>\"x\"</b>",
                        .alternative_names = "DNS:A.example,IP:192.0.2.1,IP:2001:db8::1",
                        .serial = 0x1234,
                        .key = make_rsa_key(),
                        .more = {{NID_tlsfeature, "status_request"},
                                 {NID_info_access, "OCSP;URI:http://ocsp.example/"},
                                 {NID_crl_distribution_points, "URI:http://crl.example/a.crl"},
                                 {NID_certificate_policies, "DER:30:0A:30:08:06:06:67:81:0C:01:02:01"}}},
                       &issuer);
  const auto read = read_certificate(leaf.der());
  REQUIRE(read.has_value());
  CHECK(read->subject == "CN=leaf \\<b\\>\\\"x\\\"\\</b\\>");
  CHECK(read->issuer == "CN=root");
  CHECK(read->serial == "1234");
  CHECK(read->dns_names == std::vector<std::string>{"a.example"});
  CHECK(read->ip_addresses == std::vector<std::string>{"192.0.2.1", "2001:db8::1"});
  CHECK(read->key_algorithm == "RSA");
  CHECK(read->key_bits == 2048);
  CHECK(read->rsa_exponent == "65537");
  CHECK_FALSE(read->curve.has_value());
  CHECK(read->signature_algorithm == "ecdsa-with-SHA256");
  CHECK(read->signature_hash == "SHA-256");
  CHECK_FALSE(read->certificate_authority);
  CHECK_FALSE(read->path_length.has_value());
  CHECK(read->key_usages == std::vector<std::string>{"digitalSignature", "keyEncipherment"});
  CHECK(read->extended_key_usages == std::vector<std::string>{"serverAuth"});
  CHECK(read->policies == std::vector<std::string>{"2.23.140.1.2.1"});
  CHECK(read->crl_urls == std::vector<std::string>{"http://crl.example/a.crl"});
  CHECK(read->ocsp_urls == std::vector<std::string>{"http://ocsp.example/"});
  CHECK(read->must_staple);
  CHECK(read->self_signed == false);
  CHECK(read->encoding_problem.empty());
  const auto root = read_certificate(issuer.der());
  REQUIRE(root.has_value());
  CHECK(root->self_signed == true);
  CHECK(root->certificate_authority);
  CHECK(root->path_length == -1);
  CHECK(root->curve == "P-256");
  CHECK(root->key_bits == 256);
}

TEST_CASE("x509 certificate: strange ones stay bounded and are called by their fault") {
  const auto negative = read_certificate(make_certificate({.serial = -5}).der());
  REQUIRE(negative.has_value());
  CHECK(negative->serial == "-05");
  CHECK(negative->encoding_problem.find("negative") != std::string::npos);

  std::string names = "DNS:n0.example";
  for (int i = 1; i < 10000; ++i) names += ",DNS:n" + std::to_string(i) + ".example";
  const Issued many = make_certificate({.alternative_names = names});
  const auto started = std::chrono::steady_clock::now();
  const auto read = read_certificate(many.der());
  REQUIRE(read.has_value());
  CHECK(read->dns_names.size() == 10000);
  const auto anchors = AnchorStore::from_pem("own", many.pem());
  REQUIRE(anchors.has_value());
  const std::vector<Der> sent{many.der()};
  CHECK(check_chain(sent, *anchors, {.name = "n9999.example", .at = now()}).name_matches == true);
  CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(5));

  CHECK_FALSE(read_certificate({}).has_value());
  std::vector<std::uint8_t> cut = many.der();
  cut.resize(cut.size() / 2);
  CHECK_FALSE(read_certificate(cut).has_value());
  std::vector<std::uint8_t> more = make_certificate({}).der();
  more.push_back(0);
  CHECK_FALSE(read_certificate(more).has_value());
  CHECK_FALSE(read_certificate(std::vector<std::uint8_t>(kLargestCertificateBytes + 1, 0x30)).has_value());
}

TEST_CASE("x509 der: the first broken rule is named") {
  using Bytes = std::vector<std::uint8_t>;
  CHECK(der_problem(Bytes{0x30, 0x03, 0x02, 0x01, 0x05}).empty());
  CHECK(der_problem(Bytes{0x30, 0x80, 0x02, 0x01, 0x05, 0, 0}) == "a length is indefinite");
  CHECK(der_problem(Bytes{0x30, 0x81, 0x03, 0x02, 0x01, 0x05}) == "a length is not written in its shortest form");
  CHECK(der_problem(Bytes{0x02, 0x02, 0x00, 0x05}) == "an integer is not written in its shortest form");
  CHECK(der_problem(Bytes{0x01, 0x01, 0x01}) == "a boolean is neither 00 nor ff");
  CHECK(der_problem(Bytes{0x03, 0x02, 0x01, 0x01}) == "unused bits of a bit string are set");
  CHECK(der_problem(Bytes{0x31, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x04}) == "a set is not in order");
  CHECK(der_problem(Bytes{0x24, 0x03, 0x04, 0x01, 0x05}) == "a simple type is written in pieces");
  CHECK(der_problem(Bytes{0x02, 0x01, 0x05, 0x00}) == "bytes follow the value");
  CHECK(der_problem(Bytes{0x30, 0x05, 0x02}) == "a value is cut off");
  CHECK(der_problem(Bytes{0x1F, 0x80, 0x01, 0x00}) == "a tag is not written in its shortest form");
  Bytes nested;
  for (int i = 40; i > 0; --i) nested.insert(nested.begin(), {0x30, static_cast<std::uint8_t>(nested.size())});
  CHECK(der_problem(nested) == "values are nested too deeply");
}

TEST_CASE("x509 scts: lists are counted, broken ones are not") {
  using Bytes = std::vector<std::uint8_t>;
  CHECK(count_scts(Bytes{0, 6, 0, 1, 9, 0, 1, 9}) == 2);
  CHECK(count_scts(Bytes{0, 0}) == 0);
  CHECK(count_scts(Bytes{0, 3, 0, 2, 9}) == -1);
  CHECK(count_scts(Bytes{0, 2, 0, 0}) == -1);
  CHECK(count_scts(Bytes{}) == -1);
}

TEST_CASE("x509 chain: as it was sent") {
  const Pki pki;
  SUBCASE("in order") {
    const ChainAnswer answer = pki.check({pki.leaf.der(), pki.middle.der()});
    CHECK(answer.path_valid == true);
    CHECK(answer.problem.empty());
    CHECK(answer.in_order);
    CHECK(answer.missing_intermediate == false);
    CHECK(answer.needed == std::vector<bool>{true, true});
  }
  SUBCASE("root and a stranger sent as well, in disorder") {
    const Issued stranger = make_certificate({.common_name = "stranger", .authority = true});
    const ChainAnswer answer = pki.check({pki.leaf.der(), stranger.der(), pki.middle.der(), pki.root.der()});
    CHECK(answer.path_valid == true);
    CHECK_FALSE(answer.in_order);
    CHECK(answer.needed == std::vector<bool>{true, false, true, true});
  }
  SUBCASE("an intermediate is missing") {
    CHECK(pki.check({pki.leaf.der()}).path_valid == false);
    CHECK_FALSE(pki.check({pki.leaf.der()}).missing_intermediate.has_value());
    const ChainAnswer answer = pki.check({pki.leaf.der()}, "a.example", {pki.middle.der()});
    CHECK(answer.path_valid == false);
    CHECK(answer.missing_intermediate == true);
    CHECK(answer.problem.find("not sent") != std::string::npos);
  }
  SUBCASE("another root") {
    const Issued other = make_certificate({.common_name = "root", .authority = true});
    const auto anchors = AnchorStore::from_pem("other", other.pem());
    const std::vector<Der> sent{pki.leaf.der(), pki.middle.der(), pki.root.der()};
    CHECK(check_chain(sent, *anchors, {.name = "a.example", .at = now()}).path_valid == false);
  }
  SUBCASE("expired, not yet valid, and the last second") {
    const Issued old = make_certificate({.alternative_names = "DNS:a.example", .ends_in_seconds = -10}, &pki.middle);
    CHECK(pki.check({old.der(), pki.middle.der()}).problem.find("expired") != std::string::npos);
    const Issued early =
        make_certificate({.alternative_names = "DNS:a.example", .starts_in_seconds = 1000}, &pki.middle);
    CHECK(pki.check({early.der(), pki.middle.der()}).path_valid == false);
    const std::vector<Der> sent{pki.leaf.der(), pki.middle.der()};
    const Instant last = *read_certificate(pki.leaf.der())->not_after;
    CHECK(check_chain(sent, pki.anchors, {.name = "a.example", .at = last}).path_valid == true);
    CHECK(check_chain(sent, pki.anchors, {.name = "a.example", .at = {last.seconds_since_epoch + 1}}).path_valid ==
          false);
  }
  SUBCASE("names") {
    const std::vector<Der> sent{pki.leaf.der(), pki.middle.der()};
    CHECK(pki.check(sent, "A.EXAMPLE").name_matches == true);
    CHECK(pki.check(sent, "x.b.example").name_matches == true);
    CHECK(pki.check(sent, "b.example").name_matches == false);
    CHECK(pki.check(sent, "x.y.b.example").name_matches == false);
    CHECK(pki.check(sent, "192.0.2.1").name_matches == true);
    CHECK(pki.check(sent, "192.0.2.2").name_matches == false);
    CHECK_FALSE(pki.check(sent, "").name_matches.has_value());
    const ChainAnswer common = pki.check(sent, "leaf");
    CHECK(common.name_matches == false);
    CHECK(common.name_in_common_name_only == true);
  }
  SUBCASE("nothing, or what is no certificate") {
    CHECK(pki.check({}).path_valid == false);
    CHECK(pki.check({Der{1, 2, 3}}).problem == "certificate 0 is not readable");
    CHECK(pki.check(std::vector<Der>(101, pki.leaf.der())).path_valid == false);
  }
}

TEST_CASE("x509 anchors: a file without certificates is refused") {
  CHECK_FALSE(AnchorStore::from_pem("x", "nothing here").has_value());
  CHECK_FALSE(AnchorStore::from_pem("x", "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n").has_value());
}
