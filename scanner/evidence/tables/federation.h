// SPDX-License-Identifier: Apache-2.0
// Federations: SAML metadata, GA4GH visas, members, peers and channels between nodes.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto saml_metadata_columns = std::to_array<ColumnSpec>({
    column::key("metadata_id", "file or URL of the metadata"),
    column::boolean("signed_by_pinned_key", "its signature verifies with the pinned key",
                    "no key is pinned, or it could not be checked"),
    column::text("signature_algorithm", "algorithm of its signature: `rsa-sha256`", "it is not signed"),
    column::text("digest_algorithm", "digest in its signature: `sha256`", "it is not signed"),
    column::instant("valid_until", "when it ends", "it does not say"),
    column::instant("created_at", "when it was made", "it does not say"),
    column::text("registration_authority", "who registered its only entity", "it has several, or does not say"),
    column::integer("entities", "count", "entities in it"),
});
inline constexpr TableSpec saml_metadata{"saml_metadata", "federation", "One row per metadata document.",
                                         saml_metadata_columns};

inline constexpr auto saml_role_values = std::to_array<std::string_view>({"idp", "sp", "idp_and_sp", "other"});
inline constexpr auto saml_entity_columns = std::to_array<ColumnSpec>({
    column::key("entity_id", "entity"),
    column::ref("metadata_id", "saml_metadata.metadata_id", "metadata it was read from"),
    column::one_of("role", saml_role_values, "what it does"),
    column::text("registration_authority", "federation that registered it", "not told"),
    column::text("organisation", "name of its organisation", "not told"),
    column::boolean("own", "it is an entity of this node", "not declared"),
    column::boolean("accepted", "the node lets people of it in", "not told"),
    column::boolean("signed_assertions_wanted", "WantAssertionsSigned; false where it is left out", "not a service"),
    column::boolean("signed_requests_wanted", "WantAuthnRequestsSigned; false where it is left out", "not a provider"),
    column::boolean("hidden_from_discovery", "it asks not to be listed"),
    column::boolean("endpoints_all_https", "every location in it is https"),
    column::text("privacy_statement_url", "privacy statement", "it names none"),
    column::instant("valid_until", "when its part ends", "it does not say"),
});
inline constexpr TableSpec saml_entity{"saml_entity", "federation", "One row per entity in SAML metadata.",
                                       saml_entity_columns};

inline constexpr auto saml_entity_attribute_columns = std::to_array<ColumnSpec>({
    column::key("entity_id", "entity", "saml_entity.entity_id"),
    column::key("attribute", "name: `urn:oasis:names:tc:SAML:attribute:assurance-certification` …"),
    column::key("value", "one value"),
});
inline constexpr TableSpec saml_entity_attribute{"saml_entity_attribute", "federation",
                                                 "One row per entity, attribute and value in its metadata.",
                                                 saml_entity_attribute_columns};

inline constexpr auto saml_contact_columns = std::to_array<ColumnSpec>({
    column::key("entity_id", "entity", "saml_entity.entity_id"),
    column::key_integer("position", "running number, from 1"),
    column::text("contact_type", "contactType as written: `technical`, `support`, `other` …"),
    column::text("refeds_type", "type in the REFEDS extension", "it carries none"),
    column::text("address", "e-mail address or telephone as published", "it has none"),
});
inline constexpr TableSpec saml_contact{"saml_contact", "federation", "One row per contact of an entity.",
                                        saml_contact_columns};

inline constexpr auto saml_key_use_values = std::to_array<std::string_view>({"signing", "encryption", "both"});
inline constexpr auto saml_key_columns = std::to_array<ColumnSpec>({
    column::key("entity_id", "entity", "saml_entity.entity_id"),
    column::key("certificate_sha256", "certificate or key in its metadata"),
    column::as_key(column::one_of("used_for", saml_key_use_values, "what it is for")),
    column::text("key_algorithm", "`RSA`, `EC` …", "not understood"),
    column::integer("key_bits", "bits", "length", "not understood"),
    column::text("curve", "curve or parameter set", "it has none"),
    column::text("rsa_exponent", "public exponent", "not RSA"),
    column::text("signature_hash", "hash of the certificate's own signature", "a bare key"),
    column::instant("not_before", "start", "a bare key"),
    column::instant("not_after", "end", "a bare key"),
});
inline constexpr TableSpec saml_key{"saml_key", "federation", "One row per entity and key in its metadata.",
                                    saml_key_columns};

inline constexpr auto visa_rule_columns = std::to_array<ColumnSpec>({
    column::key("clearing_id", "broker or gateway that checks visas"),
    column::key("issuer", "issuer it accepts; `*` for any"),
    column::boolean("exact_match", "issuers are compared exactly", "not told"),
    column::text("key_set_url", "key set bound to the issuer", "taken from the visa, or not told"),
    column::boolean("key_set_checked", "a key set named in the visa is used only if it is that one", "not told"),
    column::list("algorithms", "algorithms accepted", "not told"),
    column::boolean("expiry_checked", "expired visas are refused", "not told"),
    column::boolean("polled", "visas are asked for again at their issuer", "not told"),
    column::integer("poll_seconds", "seconds", "how often", "not polled, or not told"),
    column::boolean("stops_after_failed_poll", "access ends when polling fails", "not polled, or not told"),
});
inline constexpr TableSpec visa_rule{
    "visa_rule", "federation", "One row per broker or gateway and issuer of visas that it accepts.", visa_rule_columns};

inline constexpr auto visa_columns = std::to_array<ColumnSpec>({
    column::key("visa_id", "digest of the visa, or id of the entitlement"),
    column::text("account_issuer", "issuer of the person's identity"),
    column::text("subject", "subject of the person", "hashed"),
    column::text("identity_hash", "keyed hash of issuer and subject", "no key was given"),
    column::text("visa_issuer", "who issued it"),
    column::text("visa_type", "`ControlledAccessGrants` …, or `entitlement`", "not told"),
    column::text("dataset_id", "dataset it opens", "its value does not resolve to one"),
    column::text("source", "organisation that granted it", "not told"),
    column::instant("asserted_at", "since when", "not told"),
    column::expires_kind(),
    column::expires_at(),
    column::instant("last_polled_at", "last successful poll at its issuer", "never, or not told"),
    column::boolean("active", "it opens something now", "not told"),
});
inline constexpr TableSpec visa{"visa", "federation", "One row per visa or entitlement value of a person.",
                                visa_columns};

inline constexpr auto peer_seen_values =
    std::to_array<std::string_view>({"allow_list", "metadata", "tunnel", "connection_log", "channel"});
inline constexpr auto federation_peer_columns = std::to_array<ColumnSpec>({
    column::key("peer", "entity id, host name or certificate subject of the other side"),
    column::as_key(column::one_of("seen_in", peer_seen_values, "where it was seen")),
    column::key("seen_at_resource", "gateway, list or log that shows it"),
    column::boolean("matched_by_pattern", "the entry is a wildcard or suffix", "not a list"),
    column::boolean("client_authentication_purpose", "its certificate is for client authentication",
                    "no certificate, or not told"),
    column::instant("last_seen_at", "last connection", "not a log, or not told"),
});
inline constexpr TableSpec federation_peer{"federation_peer", "federation",
                                           "One row per peer and place where it was seen.", federation_peer_columns};

inline constexpr auto channel_kind_values =
    std::to_array<std::string_view>({"endpoint_route", "job_queue", "streaming", "data_transfer"});
inline constexpr auto federation_channel_columns = std::to_array<ColumnSpec>({
    column::key("channel_id", "route, queue or client"),
    column::project(),
    column::key("peer", "other side"),
    column::one_of("kind", channel_kind_values, "what it carries"),
    column::boolean("open", "it works now", "not told"),
    column::text("service_account_id", "account that it acts as", "not told"),
    column::list("readable_datasets", "datasets which that account can read", "not known"),
    column::list("result_recipients", "projects or peers that get intermediate results", "not known"),
    column::instant("last_used_at", "last use", "never, or not told"),
});
inline constexpr TableSpec federation_channel{"federation_channel", "federation",
                                              "One row per open way from a project to another environment.",
                                              federation_channel_columns};

}  // namespace ehdscan::tables
