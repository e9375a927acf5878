// SPDX-License-Identifier: Apache-2.0
#include "collectors/saml/saml_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <set>

#include "base/base64.h"
#include "base/file.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "evidence/tables/federation.h"
#include "format/fields.h"
#include "format/xml.h"
#include "net/x509/certificate.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 5> kTables{&tables::saml_metadata, &tables::saml_entity,
                                                  &tables::saml_entity_attribute, &tables::saml_contact,
                                                  &tables::saml_key};

constexpr std::size_t kMaxBytes = std::size_t{512} << 20;  ///< eduGAIN's aggregate has about 100 MB
constexpr std::size_t kMaxTextBytes = 4096;

constexpr std::string_view kMd = "urn:oasis:names:tc:SAML:2.0:metadata";
constexpr std::string_view kSaml = "urn:oasis:names:tc:SAML:2.0:assertion";
constexpr std::string_view kAttr = "urn:oasis:names:tc:SAML:metadata:attribute";
constexpr std::string_view kRpi = "urn:oasis:names:tc:SAML:metadata:rpi";
constexpr std::string_view kUi = "urn:oasis:names:tc:SAML:metadata:ui";
constexpr std::string_view kDs = "http://www.w3.org/2000/09/xmldsig#";
constexpr std::string_view kRefeds = "http://refeds.org/metadata";
constexpr std::string_view kCategory = "http://macedir.org/entity-category";
constexpr std::string_view kHidden = "http://refeds.org/category/hide-from-discovery";

struct Options {
  std::string file;
  std::optional<std::set<std::string>> own, accepted;
  bool all_accepted = false;
};

Result<Options> read_options(const Target& target) {
  const Node& node = *target.options;
  Options options;
  if (!node.is(Node::Kind::mapping)) {
    const auto file = node.as_text();
    if (!file) return std::unexpected(file.error());
    options.file = *file;
    return options;
  }
  std::optional<Error> error;
  Fields fields(node, error, {"file", "own", "accepted"});
  options.file = fields.text("file");
  if (fields.find("own")) {
    const std::vector<std::string> own = fields.texts_if("own");
    options.own.emplace(own.begin(), own.end());
  }
  if (const auto accepted = fields.find("accepted")) {
    const auto word = accepted->as_text();
    options.all_accepted = word && *word == "all";
    if (!options.all_accepted) {
      const std::vector<std::string> list = fields.texts_if("accepted");
      options.accepted.emplace(list.begin(), list.end());
    }
  }
  if (error) return std::unexpected(*error);
  return options;
}

Result<void> validate(const Target& target) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  return {};
}

/// Text that is stored: valid UTF-8 and not endless.
std::string stored(std::string_view text) { return to_valid_utf8(text.substr(0, kMaxTextBytes)); }

/// "rsa-sha256" of "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256".
std::string fragment(std::string_view uri) {
  const std::size_t hash = uri.rfind('#');
  return stored(hash == std::string_view::npos ? uri : uri.substr(hash + 1));
}

std::optional<Instant> instant_of(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  const Result<Instant> instant = parse_instant(*text);
  return instant ? std::optional(*instant) : std::nullopt;
}

std::string registration_of(const XmlElement& entity) {
  const XmlElement info = entity.child(kMd, "Extensions").child(kRpi, "RegistrationInfo");
  return info ? stored(info.attribute("registrationAuthority").value_or("")) : std::string();
}

bool is_true(std::optional<std::string_view> value) { return value && (*value == "true" || *value == "1"); }

class MetadataWriter {
 public:
  MetadataWriter(const XmlDocument& document, const Options& options, SourceId source, RowSink& sink)
      : document_(document), options_(options), source_(source), sink_(sink), id_(options.file) {}

  Result<void> write(const std::atomic<bool>* interrupted) {
    const XmlElement root = document_.root();
    if (!root.is(kMd, "EntitiesDescriptor") && !root.is(kMd, "EntityDescriptor")) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("`{}` is not SAML metadata: its root is `{}`", options_.file,
                              root ? stored(root.local_name()) : ""),
                  "name a file with an EntityDescriptor or EntitiesDescriptor");
    }
    std::int64_t count = 0;
    std::string authority;
    for (XmlElement at = root; at; at = at.is(kMd, "EntityDescriptor") ? after(at, root) : at.next_inside(root)) {
      if (interrupted != nullptr && interrupted->load(std::memory_order_relaxed)) {
        problems_.insert("interrupted");
        break;
      }
      if (!at.is(kMd, "EntityDescriptor")) continue;
      ++count;
      authority = registration_of(at);
      entity(at);
    }
    metadata(root, count, count == 1 ? authority : std::string());
    std::string reasons;
    for (const std::string& problem : problems_) reasons += (reasons.empty() ? "" : "; ") + problem;
    const CollectionState state = problems_.empty() ? CollectionState::complete : CollectionState::partial;
    for (const TableSpec* table : kTables) sink_.collected(*table, state, reasons);
    return {};
  }

 private:
  [[nodiscard]] Origin at(const XmlElement& element) const {
    return {.source = source_, .line = document_.line_of(element)};
  }

  /// The element that follows a whole entity.
  static XmlElement after(const XmlElement& entity, const XmlElement& root) {
    if (entity == root) return {};
    XmlElement last = entity;
    for (XmlElement inner = entity.next_inside(entity); inner; inner = inner.next_inside(entity)) last = inner;
    return last.next_inside(root);
  }

  void metadata(const XmlElement& root, std::int64_t count, const std::string& authority) {
    Row<tables::saml_metadata> row("saml");
    row.set<"metadata_id">(id_).set<"entities">(count);
    const XmlElement signature = root.child(kDs, "Signature");
    if (const XmlElement signed_info = signature ? signature.child(kDs, "SignedInfo") : XmlElement{}) {
      if (const XmlElement method = signed_info.child(kDs, "SignatureMethod")) {
        row.set<"signature_algorithm">(fragment(method.attribute("Algorithm").value_or("")));
      }
      if (const XmlElement reference = signed_info.child(kDs, "Reference")) {
        if (const XmlElement method = reference.child(kDs, "DigestMethod")) {
          row.set<"digest_algorithm">(fragment(method.attribute("Algorithm").value_or("")));
        }
      }
    }
    if (!signature) row.set<"signed_by_pinned_key">(false);
    row.set<"valid_until">(instant_of(root.attribute("validUntil")));
    if (const XmlElement extensions = root.child(kMd, "Extensions")) {
      if (const XmlElement info = extensions.child(kRpi, "PublicationInfo"))
        row.set<"created_at">(instant_of(info.attribute("creationInstant")));
    }
    if (!authority.empty()) row.set<"registration_authority">(authority);
    row.write(sink_, at(root));
  }

  void entity(const XmlElement& entity) {
    const std::string id = stored(entity.attribute("entityID").value_or(""));
    if (id.empty()) {
      problems_.insert("an entity has no entityID");
      return;
    }
    if (!entities_.insert(id).second) {
      problems_.insert(fmt::format("the entity {} is there twice: the first is read", id));
      return;
    }
    Row<tables::saml_entity> row("saml");
    row.set<"entity_id">(id).set<"metadata_id">(id_);
    if (const std::string authority = registration_of(entity); !authority.empty())
      row.set<"registration_authority">(authority);
    if (const std::string name = organisation(entity); !name.empty()) row.set<"organisation">(name);
    if (options_.own) row.set<"own">(options_.own->contains(id));
    if (options_.all_accepted || options_.accepted)
      row.set<"accepted">(options_.all_accepted || options_.accepted->contains(id));
    bool idp = false;
    bool sp = false;
    bool wants_assertions = true;
    bool wants_requests = true;
    std::string privacy;
    for (XmlElement role = entity.first(); role; role = role.next()) {
      if (role.is(kMd, "IDPSSODescriptor")) {
        idp = true;
        wants_requests = wants_requests && is_true(role.attribute("WantAuthnRequestsSigned"));
      } else if (role.is(kMd, "SPSSODescriptor")) {
        sp = true;
        wants_assertions = wants_assertions && is_true(role.attribute("WantAssertionsSigned"));
      } else {
        continue;
      }
      if (privacy.empty()) privacy = privacy_statement(role);
    }
    row.set<"role">(std::string_view(idp && sp ? "idp_and_sp" : idp ? "idp" : sp ? "sp" : "other"));
    if (sp) row.set<"signed_assertions_wanted">(wants_assertions);
    if (idp) row.set<"signed_requests_wanted">(wants_requests);
    row.set<"hidden_from_discovery">(attributes(entity, id));
    row.set<"endpoints_all_https">(all_https(entity));
    if (!privacy.empty()) row.set<"privacy_statement_url">(privacy);
    row.set<"valid_until">(instant_of(entity.attribute("validUntil")));
    row.write(sink_, at(entity));
    contacts(entity, id);
    keys(entity, id);
  }

  static std::string organisation(const XmlElement& entity) {
    const XmlElement organisation = entity.child(kMd, "Organization");
    std::string name;
    if (!organisation) return name;
    for_each_child(organisation, kMd, "OrganizationDisplayName", [&](const XmlElement& element) {
      const bool english = element.attribute("http://www.w3.org/XML/1998/namespace", "lang").value_or("") == "en";
      if (name.empty() || english) name = stored(element.text());
    });
    return name;
  }

  static std::string privacy_statement(const XmlElement& role) {
    const XmlElement extensions = role.child(kMd, "Extensions");
    const XmlElement info = extensions ? extensions.child(kUi, "UIInfo") : XmlElement{};
    const XmlElement url = info ? info.child(kUi, "PrivacyStatementURL") : XmlElement{};
    return url ? stored(url.text()) : std::string();
  }

  static bool all_https(const XmlElement& entity) {
    for (XmlElement element = entity.first(); element; element = element.next_inside(entity)) {
      for (const std::string_view name : {"Location", "ResponseLocation"}) {
        const auto location = element.attribute(name);
        if (location && !starts_with_ignoring_case(*location, "https://")) return false;
      }
    }
    return true;
  }

  static bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
    return text.size() >= start.size() && to_lower(text.substr(0, start.size())) == start;
  }

  /// Writes the entity's attributes; true if it asks to be hidden from discovery.
  bool attributes(const XmlElement& entity, const std::string& id) {
    bool hidden = false;
    const XmlElement extensions = entity.child(kMd, "Extensions");
    const XmlElement list = extensions ? extensions.child(kAttr, "EntityAttributes") : XmlElement{};
    if (!list) return false;
    std::set<std::pair<std::string, std::string>> seen;
    for_each_child(list, kSaml, "Attribute", [&](const XmlElement& attribute) {
      const std::string name = stored(attribute.attribute("Name").value_or(""));
      for_each_child(attribute, kSaml, "AttributeValue", [&](const XmlElement& element) {
        const std::string value = stored(element.text());
        hidden = hidden || (name == kCategory && value == kHidden);
        if (name.empty() || !seen.emplace(name, value).second) return;
        Row<tables::saml_entity_attribute> row("saml");
        row.set<"entity_id">(id).set<"attribute">(name).set<"value">(value);
        row.write(sink_, at(element));
      });
    });
    return hidden;
  }

  void contacts(const XmlElement& entity, const std::string& id) {
    std::int64_t position = 0;
    for_each_child(entity, kMd, "ContactPerson", [&](const XmlElement& contact) {
      Row<tables::saml_contact> row("saml");
      row.set<"entity_id">(id)
          .set<"position">(++position)
          .set<"contact_type">(stored(contact.attribute("contactType").value_or("")));
      if (const auto type = contact.attribute(kRefeds, "contactType")) row.set<"refeds_type">(stored(*type));
      std::string address;
      if (const XmlElement mail = contact.child(kMd, "EmailAddress")) {
        address = mail.text();
        if (starts_with_ignoring_case(address, "mailto:")) address = address.substr(7);
      } else if (const XmlElement phone = contact.child(kMd, "TelephoneNumber")) {
        address = phone.text();
      }
      if (!address.empty()) row.set<"address">(stored(address));
      row.write(sink_, at(contact));
    });
  }

  void keys(const XmlElement& entity, const std::string& id) {
    std::set<std::pair<std::string, std::string>> seen;
    for (XmlElement role = entity.first(); role; role = role.next()) {
      for_each_child(role, kMd, "KeyDescriptor", [&](const XmlElement& key) {
        const auto use = key.attribute("use");
        const std::string used_for = use ? stored(*use) : "both";
        const XmlElement info = key.child(kDs, "KeyInfo");
        bool found = false;
        for (XmlElement element = info ? info.first() : XmlElement{}; element; element = element.next_inside(info)) {
          if (!element.is(kDs, "X509Certificate")) continue;
          found = true;
          certificate(element, id, used_for, seen);
        }
        if (!found) problems_.insert(fmt::format("a key of {} is given without a certificate", id));
      });
    }
  }

  void certificate(const XmlElement& element, const std::string& id, const std::string& used_for,
                   std::set<std::pair<std::string, std::string>>& seen) {
    std::string text = element.text();
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
    const auto bytes = decode_base64(text);
    if (!bytes) {
      problems_.insert(fmt::format("a certificate of {} is not base64", id));
      return;
    }
    const std::string digest = sha256_hex(*bytes);
    if (!seen.emplace(digest, used_for).second) return;
    Row<tables::saml_key> row("saml");
    row.set<"entity_id">(id).set<"certificate_sha256">(digest).set<"used_for">(used_for);
    const auto* first = reinterpret_cast<const std::uint8_t*>(bytes->data());
    if (const Result<x509::Certificate> read = x509::read_certificate({first, bytes->size()})) {
      row.set<"key_algorithm">(read->key_algorithm)
          .set<"key_bits">(read->key_bits)
          .set<"signature_hash">(read->signature_hash);
      row.set<"curve">(read->curve).set<"rsa_exponent">(read->rsa_exponent);
      row.set<"not_before">(read->not_before).set<"not_after">(read->not_after);
    } else {
      problems_.insert(fmt::format("a certificate of {} cannot be read: {}", id, read.error().message));
    }
    row.write(sink_, at(element));
  }

  const XmlDocument& document_;
  const Options& options_;
  SourceId source_;
  RowSink& sink_;
  std::string id_;
  std::set<std::string> entities_, problems_;
};

/// When the metadata says it was made, else when the file changed last.
Instant observed_at(const XmlDocument& document, const std::filesystem::path& path, const CollectContext& context) {
  if (const XmlElement extensions = document.root().child(kMd, "Extensions")) {
    if (const XmlElement info = extensions.child(kRpi, "PublicationInfo")) {
      const auto created = instant_of(info.attribute("creationInstant"));
      if (created && *created <= context.started_at) return *created;
    }
  }
  std::error_code error;
  const auto time = std::filesystem::last_write_time(path, error);
  if (error) return context.started_at;
  return {std::chrono::duration_cast<std::chrono::seconds>(std::chrono::file_clock::to_sys(time).time_since_epoch())
              .count()};
}

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  Result<std::string> text = read_file(target.resolve(options->file), kMaxBytes);
  if (!text) return std::unexpected(text.error());
  const std::string digest = sha256_hex(*text);
  const auto document = XmlDocument::parse(*std::move(text), options->file);
  if (!document) return std::unexpected(document.error());
  const SourceId source =
      sink.add_source({.target = {},
                       .collector = {},
                       .location = options->file,
                       .sha256 = digest,
                       .observed_at = observed_at(**document, target.resolve(options->file), context),
                       .grade = EvidenceGrade::e2,
                       .nature = Nature::observed,
                       .freshness = Freshness::export_file,
                       .third_party = false});
  return MetadataWriter(**document, *options, source, sink).write(context.interrupted);
}

}  // namespace

CollectorSpec saml_metadata_collector() {
  return {.name = "saml_metadata",
          .summary = "SAML metadata of an entity or a federation, from a file",
          .evidence = "saml",
          .tables = kTables,
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
