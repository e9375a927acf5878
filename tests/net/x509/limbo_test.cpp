// SPDX-License-Identifier: Apache-2.0
// Chain validation against the cases of x509-limbo, which are other people's opinions: where ours differs, the table
// says why.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "net/x509/chain.h"

using namespace ehdscan;

namespace {

const std::filesystem::path kCases =
    std::filesystem::path(EHDSCAN_SOURCE_DIR).parent_path() / "shared/corpora/x509-limbo.json";

constexpr const char* kAnchor =
    "RFC 5280, 6.1.1 (d): of an anchor only name and key count; what else its certificate says is the owner's affair";
constexpr const char* kCommonName =
    "the common name is not looked at (RFC 9525, 6.3); that it repeats an alternative name is a rule for public CAs "
    "(CA/B BR 7.1.4.3)";
constexpr const char* kUsage =
    "RFC 5280 allows it; checks/tls/tls-certificate-names-server-use judges extended key usages of endpoints";
constexpr const char* kKey =
    "key kinds and sizes follow dated rules and are judged by checks/tls/tls-certificate-key-strong, so that a path is "
    "not called broken for them";
constexpr const char* kSuffix =
    "the public suffix list is no rule of RFC 9525 and changes daily; issuing such a wildcard is the CA's fault";
constexpr const char* kSigningOnly =
    "its key may sign certificates only, which no handshake can use (RFC 5280, 4.2.1.3; RFC 8446, 4.4.2.2)";

const std::map<std::string, std::string>& disagreements() {
  static const std::map<std::string, std::string> reasons{
      {"rfc5280::aki::cross-signed-root-missing-aki", kAnchor},
      {"rfc5280::nc::permitted-dns-match-noncritical", kAnchor},
      {"rfc5280::ski::root-missing-ski", kAnchor},
      {"rfc5280::ca-empty-subject", kAnchor},
      {"rfc5280::root-missing-basic-constraints", kAnchor},
      {"rfc5280::root-non-critical-basic-constraints", kAnchor},
      {"webpki::aki::root-with-aki-missing-keyidentifier", kAnchor},
      {"webpki::aki::root-with-aki-authoritycertissuer", kAnchor},
      {"webpki::aki::root-with-aki-authoritycertserialnumber", kAnchor},
      {"webpki::aki::root-with-aki-all-fields", kAnchor},
      {"webpki::aki::root-with-aki-ski-mismatch", kAnchor},
      {"webpki::eku::root-has-eku", kAnchor},
      {"webpki::cn::ipv4-hex-mismatch", kCommonName},
      {"webpki::cn::ipv4-leading-zeros-mismatch", kCommonName},
      {"webpki::cn::ipv6-uppercase-mismatch", kCommonName},
      {"webpki::cn::ipv6-uncompressed-mismatch", kCommonName},
      {"webpki::cn::ipv6-non-rfc5952-mismatch", kCommonName},
      {"webpki::cn::punycode-not-in-san", kCommonName},
      {"webpki::cn::utf8-vs-punycode-mismatch", kCommonName},
      {"webpki::cn::not-in-san", kCommonName},
      {"webpki::cn::case-mismatch", kCommonName},
      {"webpki::eku::ee-anyeku", kUsage},
      {"webpki::eku::ee-critical-eku", kUsage},
      {"webpki::eku::ee-without-eku", kUsage},
      {"webpki::forbidden-p192-root", kKey},
      {"webpki::forbidden-p192-leaf", kKey},
      {"webpki::forbidden-dsa-root", kKey},
      {"webpki::forbidden-dsa-leaf", kKey},
      {"webpki::forbidden-weak-rsa-key-in-root", kKey},
      {"webpki::forbidden-weak-rsa-in-leaf", kKey},
      {"webpki::forbidden-rsa-not-divisible-by-8-in-root", kKey},
      {"webpki::forbidden-rsa-key-not-divisible-by-8-in-leaf", kKey},
      {"webpki::san::public-suffix-multi-label-wildcard-san", kSuffix},
      {"webpki::san::public-suffix-private-namespace-wildcard-san", kSuffix},
      {"pathlen::validation-ignores-pathlen-in-leaf", kSigningOnly},
      {"rfc5280::ca-as-leaf", kSigningOnly},
      {"pathlen::max-chain-depth-1-self-issued",
       "our limit is a bound on work and counts self-issued certificates too; pathLenConstraint itself does not"},
      {"rfc5280::nc::invalid-dnsname-leading-period",
       "RFC 5280, 4.2.1.10 does not say what a leading period means; private CAs use it for names below, as do all big "
       "libraries"},
      {"webpki::san::san-critical-with-nonempty-subject",
       "RFC 5280, 4.2.1.6 says SHOULD NOT; the MUST NOT is a rule for public CAs (CA/B BR 7.1.2.7.12)"},
      {"webpki::ee-basicconstraints-ca",
       "an authority may serve a name under RFC 5280; the MUST NOT is a rule for public CAs (CA/B BR 7.1.2.7.8)"}};
  return reasons;
}

std::vector<x509::Der> pem_list(const nlohmann::json& texts) {
  std::vector<x509::Der> out;
  for (const auto& text : texts) {
    auto found = x509::certificates_of_pem(text.get<std::string>());
    if (!found) continue;
    for (auto& der : *found) out.push_back(std::move(der));
  }
  return out;
}

x509::Der body_of_pem(const std::string& pem) {
  // The only PEM blocks besides certificates are revocation lists.
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  x509::Der out;
  std::uint32_t bits = 0;
  int count = 0;
  const std::size_t start = pem.find('\n');
  for (std::size_t i = start; i < pem.size() && pem[i] != '-'; ++i) {
    const std::size_t digit = kDigits.find(pem[i]);
    if (digit == std::string_view::npos) continue;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    if (++count % 4 == 0) {
      out.insert(out.end(), {static_cast<std::uint8_t>(bits >> 16U), static_cast<std::uint8_t>(bits >> 8U),
                             static_cast<std::uint8_t>(bits)});
      bits = 0;
    }
  }
  if (count % 4 == 2) out.push_back(static_cast<std::uint8_t>(bits >> 4U));
  if (count % 4 == 3)
    out.insert(out.end(), {static_cast<std::uint8_t>(bits >> 10U), static_cast<std::uint8_t>(bits >> 2U)});
  return out;
}

struct Ours {
  bool accepted = false;
  std::string why;
};

Ours decide(const nlohmann::json& test) {
  std::string anchors_text;
  for (const auto& pem : test["trusted_certs"]) anchors_text += pem.get<std::string>();
  const auto anchors = x509::AnchorStore::from_pem("limbo", anchors_text);
  if (!anchors) return {false, anchors.error().message};
  std::vector<x509::Der> sent = pem_list({test["peer_certificate"]});
  for (auto& der : pem_list(test["untrusted_intermediates"])) sent.push_back(std::move(der));
  std::vector<x509::Der> lists;
  for (const auto& pem : test["crls"]) lists.push_back(body_of_pem(pem.get<std::string>()));
  x509::ChainQuestion question;
  question.usage = test["validation_kind"] == "SERVER" ? x509::Usage::server : x509::Usage::client;
  question.at = {1704067200};  // 2024-01-01, unless the case names an instant
  if (!test["validation_time"].is_null()) {
    const auto at = parse_instant(test["validation_time"].get<std::string>());
    REQUIRE(at.has_value());
    question.at = *at;
  }
  if (!test["max_chain_depth"].is_null()) question.most_intermediates = test["max_chain_depth"].get<int>();
  if (!test["expected_peer_name"].is_null() && test["expected_peer_name"]["kind"] != "RFC822")
    question.name = test["expected_peer_name"]["value"].get<std::string>();
  question.revocation_lists = lists;
  const x509::ChainAnswer answer = x509::check_chain(sent, *anchors, question);
  if (!answer.path_valid.value_or(false)) return {false, answer.problem};
  if (!answer.name_matches.value_or(true)) return {false, "the name does not match"};
  const auto leaf = x509::read_certificate(sent.at(0));
  if (!leaf) return {false, leaf.error().message};
  return {true, ""};
}

}  // namespace

TEST_CASE("x509 limbo: verdicts agree, or the reason is stated") {
  if (!std::filesystem::exists(kCases)) {
    MESSAGE("SKIPPED: ", kCases.string(), " is not beside the clone");
    return;
  }
  std::ifstream stream(kCases);
  const nlohmann::json cases = nlohmann::json::parse(stream);
  int agreed = 0;
  std::set<std::string> used;
  for (const auto& test : cases["testcases"]) {
    const std::string id = test["id"];
    const bool expected = test["expected_result"] == "SUCCESS";
    const Ours ours = decide(test);
    if (ours.accepted == expected) {
      ++agreed;
      continue;
    }
    used.insert(id);
    CHECK_MESSAGE(disagreements().contains(id), id, ": limbo says ", std::string(expected ? "valid" : "invalid"),
                  ", we say ", ours.accepted ? std::string("valid") : "invalid: " + ours.why);
  }
  for (const auto& [id, reason] : disagreements()) {
    CHECK_MESSAGE(used.contains(id), id, ": stands in the table, but we agree");
    CHECK_FALSE(reason.empty());
  }
  CHECK(agreed + static_cast<int>(used.size()) == static_cast<int>(cases["testcases"].size()));
}
