// SPDX-License-Identifier: Apache-2.0
// What finished handshakes show of a real server.
#include "net/tls/finished.h"

#include <doctest/doctest.h>

#include "support/openssl_server.h"
#include "support/tls_server.h"

using namespace ehdscan;
using namespace ehdscan::tls;

namespace {

struct Identities {
  TemporaryFolder folder;
  x509::Issued root = x509::make_certificate({.common_name = "root", .authority = true});
  x509::Issued rsa_issued = x509::make_certificate(
      {.common_name = "rsa", .alternative_names = "DNS:localhost", .key = x509::make_rsa_key()}, &root);
  x509::Issued ecdsa_issued =
      x509::make_certificate({.common_name = "ecdsa", .alternative_names = "DNS:localhost"}, &root);
  std::string rsa = write_identity(folder, "rsa.pem", rsa_issued);
  std::string ecdsa = write_identity(folder, "ecdsa.pem", ecdsa_issued);
};

std::vector<std::string> kinds_of(const EndpointFinding& found) {
  std::vector<std::string> kinds;
  for (const SentChain& chain : found.chains) kinds.push_back(chain.kind);
  std::ranges::sort(kinds);
  return kinds;
}

}  // namespace

TEST_CASE("tls finished: TLS 1.3 alone shows a certificate per kind of key, tickets and resumption") {
  if (!have_openssl()) return;
  const Identities with;
  const OpensslServer server({"-tls1_3", "-cert", with.rsa, "-dcert", with.ecdsa});
  const EndpointFinding found = scan_one(server.port());
  CHECK(kinds_of(found) == std::vector<std::string>{"ECDSA", "RSA"});
  for (const SentChain& chain : found.chains) {
    REQUIRE(chain.certificates.size() == 1);
    CHECK(chain.certificates[0] == (chain.kind == "RSA" ? with.rsa_issued.der() : with.ecdsa_issued.der()));
  }
  CHECK(found.chains_not_read.empty());
  CHECK(found.ticket_resumption == true);
  CHECK(found.ticket_lifetime_seconds == 7200);
  CHECK(found.early_data == false);
  CHECK(found.session_id_resumption == false);
  CHECK(found.client_certificate_asked == false);
  CHECK(found.client_renegotiation == std::nullopt);
  CHECK(found.stapled == false);
}

TEST_CASE("tls finished: a server that gives no tickets is told from one that was not heard") {
  if (!have_openssl()) return;
  const Identities with;
  const OpensslServer server({"-tls1_3", "-cert", with.rsa, "-num_tickets", "0"});
  const EndpointFinding found = scan_one(server.port());
  CHECK(found.ticket_resumption == false);
  CHECK(found.ticket_lifetime_seconds == std::nullopt);
  CHECK(found.early_data == std::nullopt);
}

TEST_CASE("tls finished: tickets that permit early data") {
  if (!have_openssl()) return;
  const Identities with;
  const OpensslServer server({"-cert", with.rsa, "-early_data", "-max_early_data", "16384"});
  const EndpointFinding found = scan_one(server.port());
  CHECK(found.early_data == true);
  CHECK(found.ticket_resumption == true);
}

TEST_CASE("tls finished: resumption and renegotiation of TLS 1.2, allowed and not") {
  if (!have_openssl()) return;
  const Identities with;
  {
    const OpensslServer server({"-tls1_2", "-cert", with.rsa, "-client_renegotiation"});
    const EndpointFinding found = scan_one(server.port());
    CHECK(found.client_renegotiation == true);
    CHECK(found.client_renegotiations == kMostRenegotiations);
    CHECK(found.session_id_resumption == true);
    CHECK(found.ticket_resumption == true);
    CHECK(found.early_data == false);
  }
  const OpensslServer server({"-tls1_2", "-cert", with.rsa, "-no_ticket", "-no_cache"});
  const EndpointFinding found = scan_one(server.port());
  CHECK(found.client_renegotiation == false);
  CHECK(found.client_renegotiations == 0);
  CHECK(found.session_id_resumption == false);
  CHECK(found.ticket_resumption == false);
  CHECK(found.ticket_lifetime_seconds == std::nullopt);
}

TEST_CASE("tls finished: a client certificate asked for, and insisted on") {
  if (!have_openssl()) return;
  const Identities with;
  const std::string root = write_identity(with.folder, "root.pem", with.root);
  for (const char* version : {"-tls1_2", "-tls1_3"}) {
    for (const bool insists : {true, false}) {
      CAPTURE(version);
      CAPTURE(insists);
      const OpensslServer server(
          {version, "-cert", with.rsa, "-no-CApath", insists ? "-Verify" : "-verify", "2", "-CAfile", root});
      const EndpointFinding found = scan_one(server.port());
      CHECK(found.client_certificate_asked == true);
      CHECK(found.client_certificate_required == insists);
      CHECK(kinds_of(found) == std::vector<std::string>{"RSA"});
    }
  }
}

TEST_CASE("tls finished: what our library cannot finish stays open, and is said") {
  // Answers hellos as a server of TLS 1.3 would, and goes no further.
  TestServer server(server_of({.suites = {{0x0304, {0x1301}}}}));
  ScanOptions options;
  options.pace.probe = std::chrono::milliseconds(300);
  const EndpointFinding found = scan_one(server.port(), options);
  CHECK(found.of(Version::tls13).offered == true);
  CHECK(found.chains.empty());
  CHECK_FALSE(found.chains_not_read.empty());
  CHECK(found.ticket_resumption == std::nullopt);
  CHECK(found.client_certificate_required == std::nullopt);
  CHECK(found.stapled == std::nullopt);
}

TEST_CASE("tls finding: chains are kept once, with names of their own, and not without end") {
  EndpointFinding found;
  for (std::uint8_t i = 0; i < 12; ++i) {
    found.add_chain({.kind = "RSA", .version = Version::tls12, .certificates = {{i}}, .staple = {}});
    found.add_chain({.kind = "RSA", .version = Version::tls13, .certificates = {{i}}, .staple = {7}});
  }
  REQUIRE(found.chains.size() == 8);
  CHECK(found.chains[0].kind == "RSA");
  CHECK(found.chains[0].staple == Bytes{7});
  CHECK(found.chains[7].kind == "RSA 8");
  CHECK(found.chains_not_read == std::vector<std::string>{"more than 8 chains"});
}
