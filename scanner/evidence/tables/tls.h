// SPDX-License-Identifier: Apache-2.0
// TLS endpoints as they answer on the wire. NULL is "not determined": only an answer decides, never silence.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto endpoint_transport_values = std::to_array<std::string_view>({"tcp", "udp", "quic"});
inline constexpr auto starttls_values =
    std::to_array<std::string_view>({"none", "smtp", "imap", "pop3", "ftp", "ldap", "xmpp", "postgres", "mysql"});
inline constexpr auto endpoint_answer_values = std::to_array<std::string_view>(
    {"tls", "alert", "closed", "reset", "refused", "timeout", "other_protocol", "name_not_found"});
inline constexpr auto client_certificate_values =
    std::to_array<std::string_view>({"not_asked", "optional", "required"});
inline constexpr auto staple_values =
    std::to_array<std::string_view>({"good", "revoked", "unknown_to_responder", "invalid", "none"});
inline constexpr auto tls_endpoint_columns = std::to_array<ColumnSpec>({
    column::key("endpoint_id", "`host:port@address`, with `/smtp` … for STARTTLS and `!` if no name was sent"),
    column::text("endpoint", "`host:port` as site.yaml and the declarations write it"),
    column::text("host", "name or address given"),
    column::integer("listen_port", "port", "port"),
    column::text("address", "address that was asked", "the name does not resolve"),
    column::boolean("name_sent", "the name was sent (SNI)"),
    column::one_of("transport", endpoint_transport_values, "transport"),
    column::one_of("starttls", starttls_values, "protocol spoken before the upgrade"),
    column::one_of("answer", endpoint_answer_values, "what the first hello brought"),
    column::boolean("control_held", "a hello that worked at the start still worked at the end", "no hello ever worked"),
    column::integer("connections", "count", "connections made"),
    column::boolean("order_by_server", "the server's own order of suites counts", "not determined"),
    column::boolean("compression", "TLS compression is taken", "not determined"),
    column::boolean("secure_renegotiation", "renegotiation_info is answered",
                    "TLS 1.2 and older refused, or not determined"),
    column::boolean("client_renegotiation", "a client may start renegotiation",
                    "TLS 1.2 and older refused, or not determined"),
    column::integer("client_renegotiations", "count", "how many it took in a row",
                    "TLS 1.2 and older refused, or not determined"),
    column::boolean("extended_master_secret", "confirmed on TLS 1.2", "TLS 1.2 refused, or not determined"),
    column::boolean("fallback_signal_checked", "a downgrade marked by the fallback SCSV is refused",
                    "only one version offered, or not determined"),
    column::boolean("session_id_resumption", "sessions resume by id", "not determined"),
    column::boolean("ticket_resumption", "sessions resume by ticket or PSK", "not determined"),
    column::integer("ticket_lifetime_seconds", "seconds", "longest lifetime hint of a ticket",
                    "no ticket came, or not determined"),
    column::boolean("early_data", "a ticket permits data in the first flight", "no ticket came, or not determined"),
    column::boolean("heartbeat", "the heartbeat extension is answered", "not determined"),
    column::list("alpn", "application protocols taken", "not determined"),
    column::one_of("client_certificate", client_certificate_values, "whether it asks for one", "not determined"),
    column::list("client_certificate_issuers", "names of issuers it accepts; empty if it names none",
                 "it asks for none, or not determined"),
    column::boolean("content_without_client_certificate", "it answers content to a client that shows none",
                    "it asks for none, or not tried"),
    column::one_of("staple", staple_values, "OCSP answer in the handshake", "not determined"),
    column::boolean("hybrid_hello_lost", "large hellos with hybrid groups vanish while classical ones are answered",
                    "not determined"),
});
inline constexpr TableSpec tls_endpoint{
    "tls_endpoint", "endpoint", "One row per endpoint, address of its name and way of asking.", tls_endpoint_columns};

inline constexpr auto tls_version_values =
    std::to_array<std::string_view>({"SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"});
inline constexpr auto probe_answer_values = std::to_array<std::string_view>(
    {"server_hello", "retry_request", "alert", "closed", "reset", "refused", "timeout", "other_protocol"});
inline constexpr auto tls_protocol_columns = std::to_array<ColumnSpec>({
    column::key("endpoint_id", "endpoint", "tls_endpoint.endpoint_id"),
    column::as_key(column::one_of("protocol", tls_version_values, "version")),
    column::boolean("offered", "the server takes it", "not determined"),
    column::one_of("answer", probe_answer_values, "what decided"),
    column::integer("alert_code", "code", "code of the alert", "no alert"),
    column::boolean("suites_complete", "the list of suites ended with a clean refusal", "not offered"),
    column::boolean("groups_complete", "the list of groups ended with a clean refusal", "not offered"),
});
inline constexpr TableSpec tls_protocol{"tls_protocol", "endpoint", "One row per endpoint and protocol version.",
                                        tls_protocol_columns};

inline constexpr auto tls_cipher_columns = std::to_array<ColumnSpec>({
    column::key("endpoint_id", "endpoint", "tls_endpoint.endpoint_id"),
    column::as_key(column::one_of("protocol", tls_version_values, "version")),
    column::key("code", "code point, four lower-case hexadecimal digits"),
    column::text("name", "IANA name", "the code is not registered"),
    column::integer("position", "order", "place in the server's order, from 1",
                    "the client's order counts, or not determined"),
    column::text("key_exchange", "`ECDHE`, `DHE`, `RSA`, `PSK`, `any` in TLS 1.3", "the code is not registered"),
    column::text("authentication", "`RSA`, `ECDSA`, `anon`, `any` in TLS 1.3", "the code is not registered"),
    column::text("encryption", "`AES_128_GCM` …, `NULL`", "the code is not registered"),
    column::text("mac", "`AEAD`, `SHA1`, `SHA256` …", "the code is not registered"),
});
inline constexpr TableSpec tls_cipher{"tls_cipher", "endpoint",
                                      "One row per endpoint, version and suite that it takes.", tls_cipher_columns};

inline constexpr auto tls_group_columns = std::to_array<ColumnSpec>({
    column::key("endpoint_id", "endpoint", "tls_endpoint.endpoint_id"),
    column::as_key(column::one_of("protocol", tls_version_values, "version")),
    column::key("code", "code point, four lower-case hexadecimal digits; `dh:` and a digest for an own prime"),
    column::text("name", "IANA name, or name of the known prime", "neither registered nor known"),
    column::integer("group_bits", "bits", "size of curve or prime; of the classical part in hybrids", "not known"),
    column::boolean("known_prime", "the prime is a published safe one", "not an own prime"),
    column::boolean("public_value_reused", "the same public value came twice", "not seen twice, or not looked at"),
});
inline constexpr TableSpec tls_group{"tls_group", "endpoint", "One row per endpoint, version and group that it takes.",
                                     tls_group_columns};

inline constexpr auto tls_signature_algorithm_columns = std::to_array<ColumnSpec>({
    column::key("endpoint_id", "endpoint", "tls_endpoint.endpoint_id"),
    column::as_key(column::one_of("protocol", tls_version_values, "version")),
    column::key("code", "code point, four lower-case hexadecimal digits"),
    column::text("name", "IANA name", "the code is not registered"),
});
inline constexpr TableSpec tls_signature_algorithm{
    "tls_signature_algorithm", "endpoint", "One row per endpoint, version and signature algorithm that it uses.",
    tls_signature_algorithm_columns};

inline constexpr auto tls_weakness_values = std::to_array<std::string_view>(
    {"heartbleed", "ccs_injection", "robot", "drown", "poodle_ssl", "poodle_tls", "freak", "logjam", "sweet32", "beast",
     "crime", "ticketbleed", "insecure_renegotiation", "starttls_injection", "hello_intolerance"});
inline constexpr auto tls_weakness_columns = std::to_array<ColumnSpec>({
    column::key("endpoint_id", "endpoint", "tls_endpoint.endpoint_id"),
    column::as_key(column::one_of("weakness", tls_weakness_values, "known weakness")),
    column::boolean("present", "the exchange shows it", "not determined"),
    column::text("probe", "what was sent"),
    column::text("answer", "what came back", "nothing did"),
});
inline constexpr TableSpec tls_weakness{"tls_weakness", "endpoint", "One row per endpoint and known weakness.",
                                        tls_weakness_columns};

inline constexpr auto key_algorithm_values =
    std::to_array<std::string_view>({"RSA", "EC", "Ed25519", "Ed448", "DSA", "ML-DSA", "SLH-DSA"});
inline constexpr auto certificate_columns = std::to_array<ColumnSpec>({
    column::key("certificate_id", "SHA-256 of the certificate, lower-case hexadecimal"),
    column::text("subject", "subject in RFC 4514 form; empty if it has none"),
    column::text("issuer", "issuer in RFC 4514 form"),
    column::text("serial", "serial number, hexadecimal"),
    column::list("dns_names", "DNS names among its alternative names, in lower case"),
    column::list("ip_addresses", "addresses among its alternative names"),
    column::instant("not_before", "start", "not readable"),
    column::instant("not_after", "end", "not readable"),
    column::one_of("key_algorithm", key_algorithm_values, "kind of key"),
    column::integer("key_bits", "bits", "length of the key; size of the curve", "not understood"),
    column::text("curve", "named curve", "not a curve, or not named"),
    column::text("rsa_exponent", "public exponent, decimal", "not RSA"),
    column::text("signature_algorithm", "`sha256WithRSAEncryption` …, or its object identifier"),
    column::text("signature_hash", "hash in it: `SHA-256` …", "the algorithm has none of its own, or not understood"),
    column::boolean("certificate_authority", "basic constraints say so"),
    column::integer("path_length", "count", "certificates that may follow below; -1 if not limited",
                    "not an authority"),
    column::list("key_usages", "key usages", "it does not limit them"),
    column::list("extended_key_usages", "extended key usages by name, others by object identifier",
                 "it does not limit them"),
    column::list("policies", "policy identifiers; empty if none"),
    column::list("crl_urls", "where revocation lists are found; empty if none"),
    column::list("ocsp_urls", "where its state can be asked; empty if none"),
    column::boolean("must_staple", "it asks for a stapled answer"),
    column::integer("embedded_scts", "count", "signed certificate timestamps inside it"),
    column::boolean("self_signed", "its own key signed it", "its algorithm is not known here"),
    column::boolean("well_formed", "no part of it breaks the encoding rules"),
});
inline constexpr TableSpec certificate{"certificate", "endpoint", "One row per certificate seen.", certificate_columns};

inline constexpr auto tls_chain_columns = std::to_array<ColumnSpec>({
    column::key("endpoint_id", "endpoint", "tls_endpoint.endpoint_id"),
    column::key("chain", "kind of certificate asked for: `RSA`, `ECDSA`, `EdDSA` …"),
    column::key_integer("position", "place in the chain as sent, 0 is the leaf"),
    column::ref("certificate_id", "certificate.certificate_id", "certificate sent"),
    column::boolean("needed", "it is on the path to an anchor; false if sent for nothing", "no path was found"),
});
inline constexpr TableSpec tls_chain{"tls_chain", "endpoint",
                                     "One row per endpoint, chain and certificate that it sends.", tls_chain_columns};

inline constexpr auto tls_trust_columns = std::to_array<ColumnSpec>({
    column::key("endpoint_id", "endpoint", "tls_endpoint.endpoint_id"),
    column::key("chain", "chain as in tls_chain"),
    column::key("anchors", "set of anchors: `public`, or file of a private root"),
    column::instant("checked_for_at", "instant for which it was checked"),
    column::boolean("path_valid", "the chain as sent reaches an anchor by the rules of RFC 5280",
                    "the anchors could not be read"),
    column::text("problem", "first rule that it breaks", "none"),
    column::boolean("in_order", "each certificate sent certifies the one before it"),
    column::boolean("missing_intermediate", "a path exists only with certificates that were not sent",
                    "not looked for"),
    column::boolean("name_matches", "an alternative name matches the name asked for", "asked without name"),
    column::boolean("name_in_common_name_only", "only the common name matches", "asked without name"),
    column::integer("scts", "count",
                    "well-formed timestamps by extension, handshake or staple; their logs are not asked",
                    "not looked at"),
});
inline constexpr TableSpec tls_trust{"tls_trust", "endpoint", "One row per endpoint, chain and set of anchors.",
                                     tls_trust_columns};

inline constexpr auto revocation_method_values = std::to_array<std::string_view>({"ocsp", "crl", "staple"});
inline constexpr auto revocation_status_values = std::to_array<std::string_view>({"good", "revoked", "not_listed"});
inline constexpr auto certificate_revocation_columns = std::to_array<ColumnSpec>({
    column::key("certificate_id", "certificate", "certificate.certificate_id"),
    column::as_key(column::one_of("method", revocation_method_values, "how it was asked")),
    column::key("responder", "URL or file of the answer"),
    column::one_of("status", revocation_status_values, "what the answer says", "no valid answer"),
    column::boolean("signature_valid", "the answer is signed by who may sign it", "no answer"),
    column::instant("this_update_at", "when the answer was made", "no answer"),
    column::instant("next_update_at", "until when it counts", "it does not say"),
});
inline constexpr TableSpec certificate_revocation{"certificate_revocation", "endpoint",
                                                  "One row per certificate and answer on its revocation.",
                                                  certificate_revocation_columns};

}  // namespace ehdscan::tables
