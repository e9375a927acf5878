// SPDX-License-Identifier: Apache-2.0
#include "reports/attestation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/base64.h"
#include "base/file.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "evidence/evidence.h"
#include "format/document.h"

namespace ehdscan {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPayloadType = "application/vnd.in-toto+json";
constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
constexpr std::size_t kMaxEnvelopeBytes = std::size_t{64} << 20;
constexpr std::size_t kMaxReportBytes = std::size_t{512} << 20;
constexpr DocumentLimits kEnvelopeLimits{.max_bytes = kMaxEnvelopeBytes, .max_depth = 16, .max_nodes = 4'000'000};

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string text_at(const std::optional<Node>& node, std::string_view key) {
  const std::optional<Node> found = node ? node->find(key) : std::nullopt;
  return found && found->is(Node::Kind::text) ? std::string(found->scalar()) : std::string();
}

struct Digested {
  std::string sha256;
  std::string head;  ///< first 16 bytes
};

Result<Digested> digest_file(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    return fail(ErrorKind::not_found, fmt::format("`{}` is no file", file.string()));
  }
  std::ifstream stream(file, std::ios::binary);
  Sha256 sha256;
  Digested result;
  std::string buffer(std::size_t{1} << 20, '\0');
  while (stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), stream.gcount() > 0) {
    const std::string_view read(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    if (result.head.empty()) result.head = read.substr(0, 16);
    sha256.update(read);
  }
  if (!stream.eof()) return fail(ErrorKind::denied, fmt::format("`{}` cannot be read", file.string()));
  result.sha256 = sha256.hex();
  return result;
}

Result<void> fill_from_evidence(const std::filesystem::path& file, Manifest& manifest) {
  const Result<Evidence> evidence = Evidence::open(std::vector{file});
  if (!evidence) return std::unexpected(evidence.error());
  if (evidence->digests().front() != manifest.sha256) {
    return fail(ErrorKind::io, fmt::format("`{}` changed while it was read", file.string()));
  }
  const EvidenceMeta& meta = evidence->metas().front();
  manifest.kind = "evidence";
  manifest.site = meta.site;
  manifest.tool_version = meta.tool_version;
  manifest.tables_version = kEvidenceVersion;
  manifest.started_at = to_string(meta.started_at);
  manifest.finished_at = to_string(meta.finished_at);
  for (const auto& [id, source] : evidence->sources()) manifest.sources.push_back(source);
  manifest.collections = evidence->collections();
  return {};
}

Result<void> fill_from_report(const std::filesystem::path& file, Manifest& manifest) {
  const Result<std::string> text = read_file(file, kMaxReportBytes);
  if (!text) return std::unexpected(text.error());
  if (sha256_hex(*text) != manifest.sha256) {
    return fail(ErrorKind::io, fmt::format("`{}` changed while it was read", file.string()));
  }
  const auto document = Document::parse_json(*text, file.string(),
                                             {.max_bytes = kMaxReportBytes, .max_depth = 32, .max_nodes = 60'000'000});
  if (!document) return std::unexpected(document.error());
  const Node root = (*document)->root();
  if (text_at(root, "schema") != "ehdscan-readiness/1") return {};
  const std::optional<Node> profile = root.find("profile");
  manifest.kind = "report";
  manifest.site = text_at(root.find("site"), "name");
  manifest.tool_version = text_at(root.find("tool"), "version");
  manifest.as_of = text_at(root, "as_of");
  manifest.profile = fmt::format("{} {}", text_at(profile, "id"), text_at(profile, "version"));
  manifest.profile_sha256 = text_at(profile, "sha256");
  return {};
}

Json manifest_json(const Manifest& manifest) {
  const auto text = [](std::string_view value) { return Json(to_valid_utf8(value)); };
  Json json{{"kind", manifest.kind}, {"site", text(manifest.site)}};
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) json[key] = text(value);
  };
  add("tool_version", manifest.tool_version);
  if (manifest.kind == "evidence") json["tables_version"] = manifest.tables_version;
  add("started_at", manifest.started_at);
  add("finished_at", manifest.finished_at);
  add("as_of", manifest.as_of);
  add("profile", manifest.profile);
  add("profile_sha256", manifest.profile_sha256);
  if (manifest.kind != "evidence") return json;
  json["sources"] = Json::array();
  for (const Source& source : manifest.sources) {
    json["sources"].push_back({{"target", text(source.target)},
                               {"collector", text(source.collector)},
                               {"location", text(source.location)},
                               {"sha256", source.sha256.empty() ? Json(nullptr) : text(source.sha256)},
                               {"observed_at", to_string(source.observed_at)},
                               {"nature", std::string(to_string(source.nature))},
                               {"grade", std::string(to_string(source.grade))}});
  }
  json["collections"] = Json::array();
  for (const Collection& collection : manifest.collections) {
    json["collections"].push_back({{"target", text(collection.target)},
                                   {"collector", text(collection.collector)},
                                   {"table", text(collection.table)},
                                   {"state", std::string(to_string(collection.state))},
                                   {"rows", collection.row_count}});
  }
  return json;
}

/// Clocks of two machines differ; what is further ahead than this is from the future.
constexpr std::int64_t kClockSkewSeconds = 300;

bool is_future(Instant instant, Instant now) {
  return instant.seconds_since_epoch > now.seconds_since_epoch + kClockSkewSeconds;
}

std::unexpected<Error> refuse(std::string message, std::string hint = {}) {
  return fail(ErrorKind::invalid_input, std::move(message), std::move(hint));
}

/// DSSE v1.0.2: verifiers take the standard and the URL-safe alphabet. Not both in one text, and no loose bits at
/// the end, so that every single byte of an envelope counts.
std::optional<std::string> decode_either_base64(std::string_view written) {
  std::string standard(written);
  if (written.find_first_of("-_") != std::string_view::npos) {
    if (written.find_first_of("+/") != std::string_view::npos) return std::nullopt;
    std::ranges::replace(standard, '-', '+');
    std::ranges::replace(standard, '_', '/');
  }
  std::optional<std::string> bytes = decode_base64(standard);
  if (!bytes || encode_base64(*bytes) != standard) return std::nullopt;
  return bytes;
}

/// The payload, once one of the signatures is that of a trusted key.
struct Payload {
  std::string bytes;
  const TrustedKey* key = nullptr;
};

Result<Payload> signed_payload(const Node& root, const std::vector<TrustedKey>& trusted) {
  if (const Result<void> known = root.expect_keys({"payload", "payloadType", "signatures"}); !known)
    return std::unexpected(known.error());
  if (text_at(root, "payloadType") != kPayloadType) return refuse("the envelope holds no in-toto statement");
  const std::optional<Node> signatures = root.find("signatures");
  const std::string written = text_at(root, "payload");
  std::optional<std::string> payload = decode_either_base64(written);
  if (!payload) return refuse("the payload of the envelope is no base64");
  if (!signatures || signatures->size() == 0) return refuse("the envelope holds no signature");
  if (signatures->size() > 64) return refuse("the envelope holds more than 64 signatures");
  const std::string message = pre_authentication_encoding(kPayloadType, *payload);
  std::string unknown;
  for (std::size_t i = 0; i < signatures->size(); ++i) {
    const Node entry = (*signatures)[i];
    if (const Result<void> known = entry.expect_keys({"keyid", "sig"}); !known) return std::unexpected(known.error());
    const std::string id = text_at(entry, "keyid");
    const std::string written_signature = text_at(entry, "sig");
    const std::optional<std::string> signature = decode_either_base64(written_signature);
    if (!signature) return refuse("a signature is no base64");
    const auto key = std::ranges::find(trusted, id, [](const TrustedKey& one) { return one.key.id(); });
    if (key == trusted.end()) {
      unknown = id;
      continue;
    }
    if (!key->key.verify(message, *signature)) {
      return refuse(
          fmt::format("the signature with the key of `{}` of site `{}` does not hold", key->signer, key->site),
          "the statement was changed after it was signed, or somebody else signed it");
    }
    return Payload{*std::move(payload), &*key};
  }
  return refuse(fmt::format("no trusted key made the signature; it names the key `{}`", unknown.substr(0, 64)),
                "put the site's public key into FOLDER/SITE/NAME.pem once you know that it is theirs");
}

bool same(const Node& said, const Json& is) {
  if (is.is_null()) return said.is(Node::Kind::null);
  if (is.is_string()) return said.is(Node::Kind::text) && said.scalar() == is.get_ref<const std::string&>();
  if (is.is_number_integer()) {
    const Result<std::int64_t> number = said.as_integer();
    return number && *number == is.get<std::int64_t>();
  }
  if (is.is_array()) {
    if (!said.is(Node::Kind::sequence) || said.size() != is.size()) return false;
    for (std::size_t i = 0; i < is.size(); ++i) {
      if (!same(said[i], is[i])) return false;
    }
    return true;
  }
  if (!is.is_object() || !said.is(Node::Kind::mapping) || said.size() != is.size()) return false;
  return std::ranges::all_of(is.items(), [&](const auto& member) {
    const std::optional<Node> found = said.find(member.key());
    return found && same(*found, member.value());
  });
}

/// First key of which the signed manifest and that of the file do not say the same; empty if there is none.
/// A file that does not name its site has the one that its signer said.
std::string first_difference(const Node& said, const Json& is) {
  for (const auto& [key, value] : is.items()) {
    if (key == "site" && value.is_string() && value.get_ref<const std::string&>().empty()) continue;
    const std::optional<Node> found = said.find(key);
    if (!found || !same(*found, value)) return key;
  }
  for (std::size_t i = 0; i < said.size(); ++i) {
    std::string key(said.key_at(i).scalar());
    if (key != "signed_at" && !is.contains(key)) return key;
  }
  return {};
}

}  // namespace

Result<Manifest> manifest_of(const std::filesystem::path& file, std::string_view site) {
  Result<Digested> digested = digest_file(file);
  if (!digested) return std::unexpected(digested.error());
  Manifest manifest{
      .name = file.filename().string(), .sha256 = digested->sha256, .kind = "file", .site = std::string(site)};
  const std::string_view head = digested->head;
  Result<void> filled;
  if (head.starts_with("SQLite format 3")) {
    filled = fill_from_evidence(file, manifest);
  } else if (head.starts_with("{")) {
    filled = fill_from_report(file, manifest);
  }
  if (!filled) return std::unexpected(filled.error());
  if (!site.empty() && manifest.site != site) {
    return refuse(fmt::format("`{}` says that it is of site `{}`, not of `{}`", file.string(), manifest.site, site));
  }
  return manifest;
}

std::string pre_authentication_encoding(std::string_view type, std::string_view payload) {
  return fmt::format("DSSEv1 {} {} {} {}", type.size(), type, payload.size(), payload);
}

Result<std::string> signed_envelope(const Manifest& manifest, const SignatureKey& key, Instant signed_at) {
  Json predicate = manifest_json(manifest);
  predicate["signed_at"] = to_string(signed_at);
  const Json statement{
      {"_type", kStatementType},
      {"subject", Json::array({{{"name", to_valid_utf8(manifest.name)}, {"digest", {{"sha256", manifest.sha256}}}}})},
      {"predicateType", kManifestType},
      {"predicate", std::move(predicate)}};
  const std::string payload = dump(statement);
  const Result<std::string> signature = key.sign(pre_authentication_encoding(kPayloadType, payload));
  if (!signature) return std::unexpected(signature.error());
  const Json envelope{{"payloadType", kPayloadType},
                      {"payload", encode_base64(payload)},
                      {"signatures", Json::array({{{"keyid", key.id()}, {"sig", encode_base64(*signature)}}})}};
  return dump(envelope) + "\n";
}

Result<std::vector<TrustedKey>> read_trusted_keys(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    return fail(ErrorKind::not_found, fmt::format("there is no folder of trusted keys `{}`", folder.string()),
                "it holds SITE/NAME.pem, one public key a file");
  }
  std::vector<std::filesystem::path> files;
  const std::filesystem::directory_iterator end;
  for (std::filesystem::directory_iterator site(folder, error); !error && site != end; site.increment(error)) {
    if (!site->is_directory(error)) continue;
    for (std::filesystem::directory_iterator file(site->path(), error); !error && file != end; file.increment(error)) {
      if (file->path().extension() == ".pem") files.push_back(file->path());
    }
    if (error) break;
  }
  if (error) return fail(ErrorKind::denied, fmt::format("`{}` cannot be read: {}", folder.string(), error.message()));
  std::ranges::sort(files);
  std::vector<TrustedKey> keys;
  for (const std::filesystem::path& file : files) {
    Result<SignatureKey> key = SignatureKey::read_public(file);
    if (!key) return std::unexpected(key.error());
    TrustedKey trusted{
        .site = file.parent_path().filename().string(), .signer = file.stem().string(), .key = *std::move(key)};
    const auto same = std::ranges::find(keys, trusted.key.id(), [](const TrustedKey& one) { return one.key.id(); });
    if (same != keys.end()) {
      return refuse(fmt::format("`{}` is the same key as `{}/{}.pem`", file.string(), same->site, same->signer),
                    "a key belongs to one signer of one site");
    }
    keys.push_back(std::move(trusted));
  }
  return keys;
}

Result<Attestation> verify_envelope(std::string_view envelope, const std::string& name, const Manifest& manifest,
                                    const std::vector<TrustedKey>& trusted, Instant now) {
  const auto document = Document::parse_json(envelope, name, kEnvelopeLimits);
  if (!document) return std::unexpected(document.error());
  if (!(*document)->root().is(Node::Kind::mapping)) return refuse("this is no DSSE envelope");
  const Result<Payload> payload = signed_payload((*document)->root(), trusted);
  if (!payload) return std::unexpected(payload.error());
  const auto statement = Document::parse_json(payload->bytes, name + " (payload)", kEnvelopeLimits);
  if (!statement) return std::unexpected(statement.error());
  const Node root = (*statement)->root();
  const std::optional<Node> subject = root.find("subject");
  const std::optional<Node> predicate = root.find("predicate");
  if (text_at(root, "_type") != kStatementType || text_at(root, "predicateType") != kManifestType || !subject ||
      !predicate || subject->size() != 1) {
    return refuse("the signed statement is no manifest of ehdscan about one file");
  }
  if (text_at((*subject)[0].find("digest"), "sha256") != manifest.sha256) {
    return refuse(fmt::format("the signature is about other bytes: the file has sha256 {}", manifest.sha256),
                  "the file was changed after it was signed, or the signature is that of another file");
  }
  const std::string site = text_at(predicate, "site");
  const TrustedKey& key = *payload->key;
  if (site != key.site || (manifest.kind != "file" && manifest.site != key.site)) {
    return refuse(fmt::format("the key is of site `{}`, but the file is of site `{}`", key.site,
                              manifest.kind == "file" ? site : manifest.site),
                  "a site can sign only for itself");
  }
  if (const std::string differs = first_difference(*predicate, manifest_json(manifest)); !differs.empty()) {
    return refuse(fmt::format("the statement says another `{}` than the file", differs),
                  "it was signed as something that it is not");
  }
  const Result<Instant> signed_at = parse_instant(text_at(predicate, "signed_at"));
  if (!signed_at) return refuse("the signed statement does not say when it was signed");
  if (is_future(*signed_at, now))
    return refuse(fmt::format("it was signed in the future, at {}", to_string(*signed_at)));
  for (const std::string& claimed : {manifest.finished_at, manifest.as_of}) {
    const Result<Instant> instant = parse_instant(claimed);
    if (instant && is_future(*instant, now)) return refuse(fmt::format("the file speaks of the future: {}", claimed));
  }
  return Attestation{.site = key.site,
                     .signer = key.signer,
                     .key_id = key.key.id(),
                     .algorithm = std::string(key.key.algorithm()),
                     .signed_at = to_string(*signed_at)};
}

Result<Verification> verify_file(const std::filesystem::path& file, const std::vector<TrustedKey>& trusted, Instant now,
                                 const std::filesystem::path& signature) {
  Result<Manifest> manifest = manifest_of(file);
  if (!manifest) return std::unexpected(manifest.error());
  Verification verification{.manifest = *std::move(manifest), .attestation = {}, .refused = {}};
  const std::filesystem::path path =
      signature.empty() ? std::filesystem::path(file.string() + ".dsse.json") : signature;
  const Result<std::string> envelope = read_file(path, kMaxEnvelopeBytes);
  const Result<Attestation> good = envelope
                                       ? verify_envelope(*envelope, path.string(), verification.manifest, trusted, now)
                                       : std::unexpected(envelope.error());
  if (good) {
    verification.attestation = *good;
  } else {
    verification.refused = good.error();
  }
  return verification;
}

}  // namespace ehdscan
