// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <chrono>

#include "collectors/recording_sink.h"
#include "collectors/tls/certificates.h"
#include "net/x509/make_certificate.h"

using namespace ehdscan;

namespace {

Instant now() {
  return {
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

/// An endpoint whose versions are all decided: TLS 1.3 and 1.2 with whole lists, the others refused.
tls::EndpointFinding decided() {
  tls::EndpointFinding found;
  found.host = "a.example";
  found.port = 443;
  found.address = "192.0.2.1";
  found.name = "a.example";
  found.first = tls::Answer::retry_request;
  found.control_held = true;
  found.handshakes_tried = true;
  for (tls::VersionFinding& version : found.versions) {
    version.offered = version.version >= tls::Version::tls12;
    version.suites_complete = true;
  }
  return found;
}

/// What is said of the table `certificate` after `found` alone.
std::string said_of(const tls::EndpointFinding& found, bool interrupted = false) {
  RecordingSink sink;
  const CollectContext context{.started_at = now()};
  TlsCertificates certificates(sink, context, {});
  certificates.write(found);
  certificates.finish(interrupted);
  CHECK(sink.mistakes.empty());
  return sink.state_of(tables::certificate);
}

}  // namespace

TEST_CASE("tls certificates: chains with trust by each set of anchors, and weaknesses") {
  const x509::Issued root = x509::make_certificate({.common_name = "root", .authority = true});
  const x509::Issued leaf =
      x509::make_certificate({.common_name = "leaf", .alternative_names = "DNS:a.example"}, &root);
  std::vector<x509::AnchorStore> anchors;
  anchors.push_back(*x509::AnchorStore::from_pem("root.pem", root.pem()));
  tls::EndpointFinding found = decided();
  found.add_chain({.kind = "ECDSA", .version = tls::Version::tls13, .certificates = {leaf.der()}, .staple = {}});
  found.weaknesses.emplace_back("drown", "SSL 2.0 ClientHello", false, "SSL 2.0 is refused");
  found.weaknesses.emplace_back("heartbleed", "a heartbeat", true, "a heartbeat of 20 bytes");
  RecordingSink sink;
  const CollectContext context{.started_at = now()};
  TlsCertificates certificates(sink, context, anchors);
  certificates.write(found);
  certificates.finish(false);
  CHECK(sink.mistakes.empty());
  REQUIRE(sink.rows_of(tables::certificate).size() == 1);
  CHECK((*sink.rows_of(tables::certificate)[0])["subject"] == "CN=leaf");
  REQUIRE(sink.rows_of(tables::tls_trust).size() == 1);
  const RecordedRow& trust = *sink.rows_of(tables::tls_trust)[0];
  CHECK(trust["endpoint_id"] == "a.example:443@192.0.2.1");
  CHECK(trust["chain"] == "ECDSA");
  CHECK(trust["path_valid"] == "1");
  CHECK(trust["name_matches"] == "1");
  const auto weaknesses = sink.rows_of(tables::tls_weakness);
  REQUIRE(weaknesses.size() == 2);
  CHECK((*weaknesses[0])["present"] == "0");
  CHECK((*weaknesses[1])["present"] == "1");
  CHECK((*weaknesses[1])["answer"] == "a heartbeat of 20 bytes");
  for (const TableSpec* table : TlsCertificates::kTables) CHECK(sink.state_of(*table) == "complete");
}

TEST_CASE("tls certificates: whatever was not read leaves the tables partial, with the reason") {
  CHECK(said_of(decided()) == "complete");
  const auto partial_because = [](const tls::EndpointFinding& found, std::string_view why) {
    const std::string said = said_of(found);
    CAPTURE(said);
    CHECK(said.starts_with("partial: a.example:443@192.0.2.1: "));
    CHECK(said.find(why) != std::string::npos);
  };
  tls::EndpointFinding found = decided();
  found.handshakes_tried = false;
  partial_because(found, "certificates of TLSv1.3 were not asked for");
  found = decided();
  found.chains_not_read.emplace_back("TLSv1.3 certificate for mldsa65: our library cannot negotiate it");
  partial_because(found, "mldsa65");
  found = decided();
  found.of(tls::Version::tls12).suites_complete = false;
  partial_because(found, "TLSv1.2 not determined to the end");
  found = decided();
  found.of(tls::Version::tls11).offered.reset();
  partial_because(found, "TLSv1.1 not determined to the end");
  found = decided();
  found.control_held = false;
  partial_because(found, "control hello");
  found = decided();
  found.add_chain({.kind = "RSA", .version = tls::Version::tls12, .certificates = {{1, 2, 3}}, .staple = {}});
  partial_because(found, "certificate 0 of the RSA chain");
  found = decided();
  found.first = tls::Answer::timeout;
  partial_because(found, "no TLS answer");
  CHECK(said_of(decided(), true) == "partial: interrupted");
}

TEST_CASE("tls certificates: without endpoints or anchors nothing is claimed") {
  RecordingSink sink;
  const CollectContext context{.started_at = now()};
  TlsCertificates none(sink, context, {});
  none.finish(false);
  for (const TableSpec* table : TlsCertificates::kTables)
    CHECK(sink.state_of(*table) == "not_attempted: no TLS endpoint is listed");
  RecordingSink other;
  TlsCertificates without_anchors(other, context, {});
  without_anchors.write(decided());
  without_anchors.finish(false);
  CHECK(other.state_of(tables::tls_trust).starts_with("not_attempted: "));
  CHECK(other.state_of(tables::certificate) == "complete");
}
