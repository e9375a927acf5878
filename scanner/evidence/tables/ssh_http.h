// SPDX-License-Identifier: Apache-2.0
// SSH and HTTP as seen from outside, and what DNS says of a name.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto ssh_endpoint_columns = std::to_array<ColumnSpec>({
    column::key("endpoint_id", "`host:port@address`"),
    column::text("endpoint", "`host:port` as site.yaml writes it"),
    column::text("address", "address that was asked", "the name does not resolve"),
    column::boolean("answered", "an SSH banner came"),
    column::text("protocol_version", "version in the banner: `2.0`", "no banner"),
    column::text("software", "software in the banner", "no banner"),
    column::list("authentication_methods", "methods offered to a name that nobody has", "not asked"),
});
inline constexpr TableSpec ssh_endpoint{"ssh_endpoint", "endpoint", "One row per SSH or SFTP endpoint and address.",
                                        ssh_endpoint_columns};

inline constexpr auto ssh_algorithm_kind_values =
    std::to_array<std::string_view>({"kex", "host_key", "cipher", "mac", "compression"});
inline constexpr auto ssh_algorithm_columns = std::to_array<ColumnSpec>({
    column::key("endpoint_id", "endpoint", "ssh_endpoint.endpoint_id"),
    column::as_key(column::one_of("kind", ssh_algorithm_kind_values, "what it is for")),
    column::key("name", "name on the wire"),
    column::integer("position", "order", "place in the server's list, from 1"),
    column::boolean("to_server", "offered for the way to the server"),
    column::boolean("to_client", "offered for the way to the client"),
});
inline constexpr TableSpec ssh_algorithm{"ssh_algorithm", "endpoint",
                                         "One row per endpoint and algorithm in its key exchange offer.",
                                         ssh_algorithm_columns};

inline constexpr auto ssh_host_key_columns = std::to_array<ColumnSpec>({
    column::key("endpoint_id", "endpoint", "ssh_endpoint.endpoint_id"),
    column::key("fingerprint", "`SHA256:…` as ssh-keygen prints it"),
    column::text("key_type", "`ssh-ed25519` …"),
    column::integer("key_bits", "bits", "length", "the type has no length we know"),
});
inline constexpr TableSpec ssh_host_key{"ssh_host_key", "endpoint", "One row per endpoint and host key.",
                                        ssh_host_key_columns};

inline constexpr auto http_scheme_values = std::to_array<std::string_view>({"http", "https"});
inline constexpr auto http_response_columns = std::to_array<ColumnSpec>({
    column::key("endpoint", "`host:port`"),
    column::as_key(column::one_of("scheme", http_scheme_values, "plain or over TLS")),
    column::key("request", "method and path: `GET /`"),
    column::integer("status", "code", "status", "no HTTP answer came"),
    column::text("location", "where it redirects to", "it does not"),
    column::boolean("same_host_https", "that is https on the same host", "it does not redirect"),
    column::boolean("body_present", "it has a body", "no HTTP answer came"),
    column::boolean("sign_in_form", "the body asks for a password", "not looked into"),
    column::boolean("sets_cookies", "it sets cookies", "no HTTP answer came"),
    column::list("leak_patterns", "patterns of internal detail that matched; the text is not stored",
                 "not looked into"),
    column::boolean("authenticated", "the request carried a token or certificate"),
    column::boolean("without_credentials_refused", "the same request without them is refused", "not tried"),
});
inline constexpr TableSpec http_response{"http_response", "endpoint", "One row per endpoint and request that was made.",
                                         http_response_columns};

inline constexpr auto http_header_columns = std::to_array<ColumnSpec>({
    column::key("endpoint", "`host:port`", "http_response.endpoint"),
    column::as_key(column::one_of("scheme", http_scheme_values, "plain or over TLS")),
    column::key("request", "method and path", "http_response.request"),
    column::key("name", "name in lower case"),
    column::key_integer("position", "running number of headers of that name, from 1"),
    column::text("value", "value; of cookies the name and attributes only"),
});
inline constexpr TableSpec http_header{"http_header", "endpoint",
                                       "One row per response header that the baseline names.", http_header_columns};

inline constexpr auto plaintext_answer_values =
    std::to_array<std::string_view>({"content", "redirect", "upgrade_offered", "sign_in_accepted", "error", "none"});
inline constexpr auto plaintext_probe_columns = std::to_array<ColumnSpec>({
    column::key("endpoint", "`host:port`"),
    column::key("probe", "protocol tried in clear: `http`, `smtp`, `ldap`, `ftp` …"),
    column::one_of("answer", plaintext_answer_values, "what came back; none: the port answers, but not to this",
                   "the port cannot be reached"),
    column::boolean("sign_in_before_upgrade", "it takes a sign-in before encryption",
                    "not a protocol with upgrade, or not tried"),
});
inline constexpr TableSpec plaintext_probe{"plaintext_probe", "endpoint",
                                           "One row per endpoint and protocol that was tried without encryption.",
                                           plaintext_probe_columns};

inline constexpr auto security_txt_columns = std::to_array<ColumnSpec>({
    column::key("endpoint", "`host:port` that serves it"),
    column::boolean("present", "`/.well-known/security.txt` answers"),
    column::boolean("over_https", "it comes over HTTPS", "there is none"),
    column::list("contacts", "Contact fields, in their order", "there is none"),
    column::expires_at(),
    column::list("policies", "Policy fields", "there is none"),
    column::boolean("signed_text", "it is signed", "there is none"),
});
inline constexpr TableSpec security_txt{"security_txt", "endpoint",
                                        "One row per endpoint that was asked for security.txt.", security_txt_columns};

inline constexpr auto dns_caa_columns = std::to_array<ColumnSpec>({
    column::key("host", "name that was asked"),
    column::key("found_at", "name that has the record: itself or a parent; `none` if no name has one"),
    column::key("tag", "`issue`, `issuewild`, `iodef` …; empty if none"),
    column::key("value", "value; empty if none"),
});
inline constexpr TableSpec dns_caa{"dns_caa", "endpoint", "One row per name and CAA record that holds for it.",
                                   dns_caa_columns};

}  // namespace ehdscan::tables
