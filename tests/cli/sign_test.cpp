// SPDX-License-Identifier: Apache-2.0
// A signature holds for exactly the bytes, the key and the site that it was made for; OpenSSL's own program is the
// oracle.
#include <doctest/doctest.h>

#include <cctype>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "reports/attestation.h"
#include "support/program.h"
#include "support/run_tool.h"

using namespace ehdscan;

namespace {

const std::vector<std::pair<std::string, std::string>> kClock{{"SOURCE_DATE_EPOCH", "1795651200"}};  // 2026-11-26

void put(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

bool make_key(const std::filesystem::path& file, const std::filesystem::path& trusted, const std::string& kind) {
  std::filesystem::create_directories(trusted.parent_path());
  return output_of("openssl genpkey " + kind + " -out " + file.string()).has_value() &&
         output_of("openssl pkey -in " + file.string() + " -pubout -out " + trusted.string()).has_value();
}

/// A site `alpha` with a report and a key for each algorithm, and a site `beta` with a key of its own.
struct Consortium {
  TemporaryFolder folder;
  std::filesystem::path keys = folder.path / "trusted";
  std::filesystem::path report = folder.path / "report.json";
  std::filesystem::path envelope = folder.path / "report.json.dsse.json";
  std::string text =
      R"({"schema":"ehdscan-readiness/1","tool":{"version":"0.1.0"},"profile":{"id":"p","version":"1","sha256":"00"},"as_of":"2026-11-20T00:00:00Z","site":{"name":"alpha"}})";
  bool ready = false;

  Consortium() {
    if (!tool_installed("openssl")) {
      std::cout << "SKIPPED signatures: openssl is not installed\n";
      return;
    }
    ready = make_key(key("ed"), keys / "alpha" / "ed.pem", "-algorithm ED25519") &&
            make_key(key("ec"), keys / "alpha" / "ec.pem", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256") &&
            make_key(key("other"), keys / "beta" / "other.pem", "-algorithm ED25519");
    put(report, text);
  }
  [[nodiscard]] std::filesystem::path key(const std::string& name) const { return folder.path / (name + ".key"); }
  [[nodiscard]] ProgramRun sign(const std::string& name) const {
    return run_program_with({"sign", report.string(), "--key", key(name).string()}, kClock);
  }
  [[nodiscard]] ProgramRun verify() const {
    return run_program_with({"verify", report.string(), "--trusted-keys", keys.string()}, kClock);
  }
};

}  // namespace

TEST_CASE("sign: a good signature names site, signer, key and time, and OpenSSL agrees with it") {
  const Consortium site;
  if (!site.ready) return;
  for (const std::string name : {"ed", "ec"}) {
    CAPTURE(name);
    REQUIRE(site.sign(name).code == 0);
    const ProgramRun run = site.verify();
    CAPTURE(run.error);
    CHECK(run.code == 0);
    CHECK(run.out.starts_with("verified: report of site alpha, signed by " + name + " at 2026-11-26T00:00:00Z with "));
    const auto envelope = nlohmann::json::parse(content_of(site.envelope));
    const std::string payload = *decode_base64(envelope["payload"].get<std::string>());
    put(site.folder.path / "pae",
        "DSSEv1 28 application/vnd.in-toto+json " + std::to_string(payload.size()) + " " + payload);
    put(site.folder.path / "sig", *decode_base64(envelope["signatures"][0]["sig"].get<std::string>()));
    const std::string digest = name == "ec" ? " -digest sha256" : "";
    CHECK(output_of("openssl pkeyutl -verify -rawin" + digest + " -pubin -inkey " +
                    (site.keys / "alpha" / (name + ".pem")).string() + " -in " + (site.folder.path / "pae").string() +
                    " -sigfile " + (site.folder.path / "sig").string()));
  }
}

TEST_CASE("sign: any byte of the file or of the envelope that changes is noticed") {
  const Consortium site;
  if (!site.ready) return;
  REQUIRE(site.sign("ec").code == 0);
  const std::vector<TrustedKey> trusted = *read_trusted_keys(site.keys);
  const std::string envelope = content_of(site.envelope);
  const Manifest manifest = *manifest_of(site.report);
  const Instant now{1795651200};
  REQUIRE(verify_envelope(envelope, "e", manifest, trusted, now));
  std::size_t refused = 0;
  for (std::size_t i = 0; i < envelope.size(); ++i) {
    for (const int bit : {0, 1, 5, 7}) {
      std::string changed = envelope;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      const bool blank = std::isspace(static_cast<unsigned char>(envelope[i])) != 0 &&
                         std::isspace(static_cast<unsigned char>(changed[i])) != 0;
      if (blank) continue;
      CHECK_MESSAGE(!verify_envelope(changed, "e", manifest, trusted, now), "byte ", i, " bit ", bit);
      ++refused;
    }
  }
  CHECK(refused > 2000);
  for (std::size_t size = 0; size + 1 < envelope.size(); size += 7) {
    CHECK_FALSE(verify_envelope(std::string_view(envelope).substr(0, size), "e", manifest, trusted, now));
  }
  for (std::size_t i = 0; i < site.text.size(); ++i) {
    std::string changed = site.text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    put(site.report, changed);
    const Result<Manifest> other = manifest_of(site.report);
    CHECK_MESSAGE((!other || !verify_envelope(envelope, "e", *other, trusted, now)), "byte ", i);
  }
}

TEST_CASE("sign: forged, foreign, future and hostile signatures are refused with a reason") {
  const Consortium site;
  if (!site.ready) return;
  const auto refused = [&](std::string_view why) {
    const ProgramRun run = site.verify();
    CAPTURE(run.error);
    CHECK(run.code == 1);
    CHECK(run.out == "not verified\n");
    CHECK(run.error.find(why) != std::string::npos);
  };
  REQUIRE(site.sign("other").code == 0);
  refused("the key is of site `beta`, but the file is of site `alpha`");

  REQUIRE(output_of("openssl genpkey -algorithm ED25519 -out " + site.key("stranger").string()));
  REQUIRE(site.sign("stranger").code == 0);
  refused("no trusted key made the signature");

  run_program_with({"sign", site.report.string(), "--key", site.key("ed").string()},
                   {{"SOURCE_DATE_EPOCH", "1895651200"}});
  refused("it was signed in the future");

  REQUIRE(site.sign("ed").code == 0);
  const std::string replayed = content_of(site.envelope);
  put(site.report, site.text + "\n");
  refused("the signature is about other bytes");
  put(site.report, site.text);

  put(site.envelope, std::string(5000, '['));
  refused("deep");
  put(site.envelope, "{}");
  refused("no in-toto statement");
  std::filesystem::remove(site.envelope);
  refused("dsse.json");

  REQUIRE(output_of("openssl genrsa -out " + site.key("rsa").string() + " 2048"));
  CHECK(site.sign("rsa").code == 2);
  put(site.keys / "beta" / "copy.pem", content_of(site.keys / "alpha" / "ed.pem"));
  CHECK(site.verify().code == 2);
}

TEST_CASE("sign: a statement that lies about lists and numbers, duplicate keys, and the URL-safe alphabet of DSSE") {
  const Consortium site;
  if (!site.ready) return;
  const std::vector<TrustedKey> trusted = *read_trusted_keys(site.keys);
  const SignatureKey key = *SignatureKey::read_private(site.key("ed"));
  const Instant now{1795651200};
  Manifest evidence{
      .name = "e.db", .sha256 = std::string(64, '0'), .kind = "evidence", .site = "alpha", .tables_version = 1};
  evidence.collections.push_back(
      {.target = "??????", .collector = "c", .table = "account", .state = CollectionState::failed});
  const auto verified = [&](const Manifest& said) {
    return verify_envelope(*signed_envelope(said, key, now), "e", evidence, trusted, now);
  };
  REQUIRE(verified(evidence));
  Manifest said = evidence;
  said.collections[0].state = CollectionState::complete;
  REQUIRE_FALSE(verified(said));
  CHECK(verified(said).error().message.find("another `collections`") != std::string::npos);
  said = evidence;
  said.collections.clear();
  CHECK_FALSE(verified(said));
  said = evidence;
  said.tables_version = 2;
  CHECK_FALSE(verified(said));
  said = evidence;
  said.as_of = "2026-11-20T00:00:00Z";  // a key that evidence has not
  CHECK_FALSE(verified(said));

  std::string envelope = *signed_envelope(evidence, key, now);
  std::string twice = envelope;
  twice.replace(0, 1, R"({"payload":"",)");
  const Result<Attestation> duplicate = verify_envelope(twice, "e", evidence, trusted, now);
  REQUIRE_FALSE(duplicate);
  CHECK(duplicate.error().message.find("duplicate key") != std::string::npos);

  nlohmann::json safe = nlohmann::json::parse(envelope);
  for (nlohmann::json* written : {&safe["payload"], &safe["signatures"][0]["sig"]}) {
    std::string text = written->get<std::string>();
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    *written = text;
  }
  CHECK(safe != nlohmann::json::parse(envelope));
  CHECK(verify_envelope(safe.dump(), "e", evidence, trusted, now));
}

TEST_CASE("sign: what was signed as something else, long ago or a little ahead of our clock") {
  const Consortium site;
  if (!site.ready) return;
  const std::vector<TrustedKey> trusted = *read_trusted_keys(site.keys);
  const Manifest manifest = *manifest_of(site.report);
  const SignatureKey key = *SignatureKey::read_private(site.key("ed"));
  const Instant now{1795651200};
  const auto refused = [&](const Manifest& said, Instant signed_at, std::string_view why) {
    const Result<Attestation> verified =
        verify_envelope(*signed_envelope(said, key, signed_at), "e", manifest, trusted, now);
    REQUIRE_FALSE(verified);
    CAPTURE(verified.error().message);
    CHECK(verified.error().message.find(why) != std::string::npos);
  };
  REQUIRE(verify_envelope(*signed_envelope(manifest, key, now), "e", manifest, trusted, now));
  REQUIRE(
      verify_envelope(*signed_envelope(manifest, key, {now.seconds_since_epoch + 300}), "e", manifest, trusted, now));
  refused(manifest, {now.seconds_since_epoch + 301}, "signed in the future");
  Manifest other = manifest;
  other.kind = "file";
  refused(other, now, "another `kind`");
  other = manifest;
  other.profile_sha256 = "11";
  refused(other, now, "another `profile_sha256`");
  other = manifest;
  other.as_of = "2026-11-25T00:00:00Z";
  refused(other, now, "another `as_of`");
  other = manifest;
  other.finished_at = "2026-11-25T00:00:00Z";
  refused(other, now, "another `finished_at`");

  REQUIRE(run_program_with({"sign", site.report.string(), "--key", site.key("ed").string()},
                           {{"SOURCE_DATE_EPOCH", "1793059200"}})
              .code == 0);
  const auto verify_within = [&](const std::string& days) {
    return run_program_with({"verify", site.report.string(), "--trusted-keys", site.keys.string(), "--max-age", days},
                            kClock);
  };
  CHECK(verify_within("30").code == 0);
  const ProgramRun old = verify_within("29");
  CHECK(old.code == 1);
  CHECK(old.error.find("more than 29 days ago") != std::string::npos);
}

TEST_CASE("verify: evidence gives its report byte for byte, and a report that was touched not") {
  const TemporaryFolder folder;
  const std::string site = (std::filesystem::path(EHDSCAN_SOURCE_DIR) / "docs/examples/node/site.yaml").string();
  const std::string out = (folder.path / "out").string();
  REQUIRE(run_program_with({"scan", site, "--out", out, "--allow-incomplete"}).code == 0);
  const std::string report = out + "/report.json";
  const ProgramRun good = run_program_with({"verify", report, "--reassess", out + "/evidence.db"});
  CAPTURE(good.error);
  CHECK(good.code == 0);
  CHECK(good.out.starts_with("reproduced: "));
  std::string text = content_of(report);
  const std::size_t at = text.find("\"fail\"");
  REQUIRE(at != std::string::npos);
  text.replace(at, 6, "\"pass\"");
  put(report, text);
  const ProgramRun bad = run_program_with({"verify", report, "--reassess", out + "/evidence.db"});
  CHECK(bad.code == 1);
  CHECK(bad.out == "not verified\n");
  CHECK(bad.error.find("the first difference is in line") != std::string::npos);
}
