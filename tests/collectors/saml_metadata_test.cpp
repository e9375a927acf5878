// SPDX-License-Identifier: Apache-2.0
#include "collectors/saml/saml_metadata.h"

#include <doctest/doctest.h>

#include <fstream>

#include "collectors/recording_sink.h"
#include "evidence/tables/federation.h"
#include "support/program.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

std::string example() {
  return content_of(std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/saml/federation.xml");
}

std::string changed(std::string_view from, std::string_view to) {
  std::string text = example();
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

struct Run {
  RecordingSink sink;
  Result<void> result;

  explicit Run(const std::string& text,
               std::string_view options = "{file: m.xml, own: ['https://sp.example/sp'], accepted: all}") {
    const TemporaryFolder folder;
    std::ofstream(folder.path / "m.xml") << text;
    const auto site = Document::parse_yaml(std::string(options), "site.yaml");
    REQUIRE(site);
    const Target target{.name = "saml",
                        .collector = "saml_metadata",
                        .document = *site,
                        .options = (*site)->root(),
                        .folder = folder.path,
                        .place = {}};
    const CollectorSpec spec = saml_metadata_collector();
    result = spec.validate(target);
    if (result) result = spec.collect(target, sink, {.started_at = *parse_instant("2026-11-23T12:00:00Z")});
  }

  [[nodiscard]] std::vector<RecordedRow> rows(const TableSpec& table) const {
    std::vector<RecordedRow> found;
    for (const RecordedRow& row : sink.rows) {
      if (row.table == &table) found.push_back(row);
    }
    return found;
  }
  [[nodiscard]] bool complete() const { return sink.state_of(tables::saml_entity).starts_with("complete"); }
};

}  // namespace

TEST_CASE("saml: a federation's metadata becomes rows") {
  const Run run(example());
  REQUIRE_MESSAGE(run.result, run.result.error().message);
  CHECK(run.sink.mistakes.empty());
  CHECK(run.complete());
  const auto metadata = run.rows(tables::saml_metadata);
  REQUIRE(metadata.size() == 1);
  CHECK(metadata[0]["signature_algorithm"] == "rsa-sha256");
  CHECK(metadata[0]["digest_algorithm"] == "sha256");
  CHECK(metadata[0]["signed_by_pinned_key"] == "NULL");
  CHECK(metadata[0]["valid_until"] == "2026-12-01T00:00:00Z");
  CHECK(metadata[0]["created_at"] == "2026-11-20T06:00:00Z");
  CHECK(metadata[0]["entities"] == "2");
  CHECK(metadata[0]["registration_authority"] == "NULL");
  CHECK(run.sink.sources[0].observed_at == *parse_instant("2026-11-20T06:00:00Z"));

  const auto entities = run.rows(tables::saml_entity);
  REQUIRE(entities.size() == 2);
  CHECK(entities[0]["entity_id"] == "https://idp.example/shibboleth");
  CHECK(entities[0].line == 16);
  CHECK(entities[0]["role"] == "idp");
  CHECK(entities[0]["registration_authority"] == "https://federation.example");
  CHECK(entities[0]["organisation"] == "Example University");
  CHECK(entities[0]["own"] == "0");
  CHECK(entities[0]["accepted"] == "1");
  CHECK(entities[0]["signed_assertions_wanted"] == "NULL");
  CHECK(entities[0]["signed_requests_wanted"] == "1");
  CHECK(entities[0]["hidden_from_discovery"] == "1");
  CHECK(entities[0]["endpoints_all_https"] == "1");
  CHECK(entities[0]["privacy_statement_url"] == "https://idp.example/privacy");
  CHECK(entities[0]["valid_until"] == "2026-11-30T00:00:00Z");
  CHECK(entities[1]["own"] == "1");
  CHECK(entities[1]["role"] == "sp");
  CHECK(entities[1]["signed_assertions_wanted"] == "0");
  CHECK(entities[1]["endpoints_all_https"] == "0");
  CHECK(entities[1]["hidden_from_discovery"] == "0");

  CHECK(run.rows(tables::saml_entity_attribute).size() == 3);  // a value that is there twice counts once
  const auto contacts = run.rows(tables::saml_contact);
  REQUIRE(contacts.size() == 2);
  CHECK(contacts[0]["address"] == "+358 1");
  CHECK(contacts[0]["refeds_type"] == "NULL");
  CHECK(contacts[1]["address"] == "security@idp.example");
  CHECK(contacts[1]["refeds_type"] == "http://refeds.org/metadata/contactType/security");
  const auto keys = run.rows(tables::saml_key);
  REQUIRE(keys.size() == 1);
  CHECK(keys[0]["used_for"] == "signing");
  CHECK(keys[0]["key_algorithm"] == "RSA");
  CHECK(keys[0]["key_bits"] == "2048");
  CHECK(keys[0]["rsa_exponent"] == "65537");
}

TEST_CASE("saml: prefixes mean nothing, name spaces do") {
  // The REFEDS attribute under another prefix counts; an attribute of the same local name elsewhere does not.
  const Run run(changed("xmlns:remd=\"http://refeds.org/metadata\"", "xmlns:remd=\"http://elsewhere.example\""));
  REQUIRE(run.result);
  CHECK(run.rows(tables::saml_contact).at(1)["refeds_type"] == "NULL");
  const Run other(changed("<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"",
                          "<md:EntitiesDescriptor xmlns:md=\"urn:other\""));
  REQUIRE_FALSE(other.result);
  CHECK(other.result.error().message.contains("not SAML metadata"));
}

TEST_CASE("saml: what the site does not say about entities is not known") {
  const Run run(example(), "m.xml");
  REQUIRE(run.result);
  CHECK(run.rows(tables::saml_entity)[0]["own"] == "NULL");
  CHECK(run.rows(tables::saml_entity)[0]["accepted"] == "NULL");
}

TEST_CASE("saml: a document that is not signed was not signed by the pinned key") {
  std::string text = example();
  const std::size_t from = text.find("<ds:Signature>");
  const std::size_t to = text.find("</ds:Signature>") + 15;
  text.erase(from, to - from);
  const Run run(text);
  REQUIRE(run.result);
  CHECK(run.rows(tables::saml_metadata)[0]["signed_by_pinned_key"] == "0");
  CHECK(run.rows(tables::saml_metadata)[0]["signature_algorithm"] == "NULL");
}

TEST_CASE("saml: what cannot be read makes the tables partial") {
  CHECK_FALSE(Run(changed("<md:SingleSignOnService",
                          "<md:KeyDescriptor><ds:KeyInfo/></md:KeyDescriptor><md:SingleSignOnService"))
                  .complete());
  CHECK_FALSE(Run(changed("entityID=\"https://sp.example/sp\"", "")).complete());
  CHECK_FALSE(
      Run(changed("entityID=\"https://sp.example/sp\"", "entityID=\"https://idp.example/shibboleth\"")).complete());
  CHECK_FALSE(Run(changed("<ds:X509Certificate>", "<ds:X509Certificate>!")).complete());
}

TEST_CASE("saml: files that are no metadata are refused with their place") {
  for (const std::string& text : {std::string(), std::string("<html/>"), std::string("hello"),
                                  std::string("<a><b></a>"), std::string("\xFF\xFE<"), example().substr(0, 3000)}) {
    const Run run(text);
    CHECK_FALSE(run.result);
  }
  const Run bomb("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<x>&b;</x>");
  REQUIRE_FALSE(bomb.result);
  CHECK(bomb.result.error().message.contains("document type"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  const Run nested(deep);
  REQUIRE_FALSE(nested.result);
  CHECK(nested.result.error().message.contains("nested"));
  const Run cut(changed("</md:IDPSSODescriptor>", "</md:SPSSODescriptor>"));
  REQUIRE_FALSE(cut.result);
  CHECK(cut.result.error().place.line > 30);
}
