// SPDX-License-Identifier: Apache-2.0
#include "collectors/certificate_rows.h"

#include <doctest/doctest.h>

#include <chrono>

#include "collectors/recording_sink.h"
#include "evidence/tables/tls.h"
#include "net/x509/make_certificate.h"

using namespace ehdscan;

TEST_CASE("certificate rows: a chain as it was sent") {
  const x509::Issued root = x509::make_certificate({.common_name = "root", .authority = true});
  const x509::Issued other = x509::make_certificate({.common_name = "other", .authority = true});
  const x509::Issued leaf =
      x509::make_certificate({.common_name = "leaf", .alternative_names = "DNS:a.example"}, &root);
  std::vector<x509::AnchorStore> anchors;
  anchors.push_back(*x509::AnchorStore::from_pem("public", other.pem()));
  anchors.push_back(*x509::AnchorStore::from_pem("root.pem", root.pem()));
  const Instant now{
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
  RecordingSink sink;
  const Origin origin{.source = sink.add_source({})};
  CertificateRows rows(sink, "tls", anchors, now);
  const ChainSeen seen{.endpoint_id = "a:443@192.0.2.1",
                       .chain = "ECDSA",
                       .name = "a.example",
                       .sent = {leaf.der(), other.der()},
                       .other_scts = {}};
  CHECK(rows.write(seen, origin).empty());
  CHECK(rows.write({.endpoint_id = "b:443@192.0.2.1",
                    .chain = "ECDSA",
                    .name = "b.example",
                    .sent = {leaf.der()},
                    .other_scts = 1},
                   origin)
            .empty());
  CHECK(sink.mistakes.empty());
  CHECK(sink.rows_of(tables::certificate).size() == 2);
  const auto chain = sink.rows_of(tables::tls_chain);
  REQUIRE(chain.size() == 3);
  CHECK((*chain[0])["needed"] == "1");
  CHECK((*chain[1])["needed"] == "0");
  const auto trust = sink.rows_of(tables::tls_trust);
  REQUIRE(trust.size() == 4);
  CHECK((*trust[0])["path_valid"] == "0");
  CHECK((*trust[0])["in_order"] == "0");
  CHECK((*trust[0])["scts"] == "NULL");
  CHECK((*trust[1])["anchors"] == "root.pem");
  CHECK((*trust[1])["path_valid"] == "1");
  CHECK((*trust[1])["problem"] == "NULL");
  CHECK((*trust[1])["name_matches"] == "1");
  CHECK((*trust[3])["name_matches"] == "0");
  CHECK((*trust[3])["scts"] == "1");

  CHECK(
      rows.write({.endpoint_id = "c:443@192.0.2.1", .chain = "RSA", .name = "c", .sent = {{1, 2, 3}}, .other_scts = {}},
                 origin)
          .find("no certificate") != std::string::npos);
}
