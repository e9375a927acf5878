// SPDX-License-Identifier: Apache-2.0
// How people sign in: paths and their factors, policies, sessions, providers and clients.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto sign_in_path_kind_values =
    std::to_array<std::string_view>({"browser", "api", "direct_grant", "ssh", "console", "remote_desktop", "federation",
                                     "client_certificate", "service", "recovery"});
inline constexpr auto policy_subject_values =
    std::to_array<std::string_view>({"everybody", "group", "role", "account"});
inline constexpr auto path_mode_values = std::to_array<std::string_view>({"enforced", "report_only", "disabled"});
inline constexpr auto second_factor_values =
    std::to_array<std::string_view>({"required", "if_enrolled", "optional", "none"});
inline constexpr auto sign_in_path_columns = std::to_array<ColumnSpec>({
    column::key("path_id", "flow, rule or policy that lets people in"),
    column::key_integer("alternative", "number of the way through it, from 1; any of them is enough"),
    column::one_of("kind", sign_in_path_kind_values, "what it opens"),
    column::one_of("applies_to_kind", policy_subject_values, "whom it holds for"),
    column::text("applies_to_id", "group, role or account; `*` for everybody"),
    column::list("excluded", "groups or accounts left out", "not told"),
    column::list("methods", "methods it demands, those that the source does not load dropped", "not understood"),
    column::one_of("second_factor", second_factor_values, "if_enrolled: asked only of those who have one",
                   "not understood"),
    column::list("accepted_factors", "kinds of second factor it takes, as in account_factor",
                 "it takes none, or not told"),
    column::boolean("phishing_resistant_only", "every factor that it takes resists phishing", "not understood"),
    column::list("accepted_contexts", "authentication contexts that it takes from a provider", "not a federated path"),
    column::one_of("mode", path_mode_values, "report_only: it tells, but lets through", "not told"),
});
inline constexpr TableSpec sign_in_path{"sign_in_path", "identity",
                                        "One row per way in and alternative of factors that is enough on it.",
                                        sign_in_path_columns};

inline constexpr auto session_policy_scope_values =
    std::to_array<std::string_view>({"identity_source", "gateway", "remote_desktop", "api", "host"});
inline constexpr auto limit_kind_values = std::to_array<std::string_view>({"limited", "unlimited"});
inline constexpr auto session_policy_columns = std::to_array<ColumnSpec>({
    column::key("policy_id", "realm, domain, gateway or policy"),
    column::one_of("scope", session_policy_scope_values, "what it governs"),
    column::one_of("applies_to_kind", policy_subject_values, "whom it holds for"),
    column::text("applies_to_id", "group, role or account; `*` for everybody"),
    column::integer("password_min_length", "characters", "shortest password", "not told, or no passwords"),
    column::boolean("passwords_accepted", "people sign in with a password", "not told"),
    column::boolean("password_blocklist", "common passwords are refused", "not told"),
    column::boolean("lockout_enabled", "failed sign-ins lock or slow down", "not told"),
    column::integer("lockout_attempts", "count", "failures until then", "it never locks, or not told"),
    column::integer("lockout_seconds", "seconds", "how long it lasts; -1 until somebody lifts it",
                    "it never locks, or not told"),
    column::one_of("idle_kind", limit_kind_values, "whether idle sessions end", "not told"),
    column::integer("idle_seconds", "seconds", "after how long", "they do not end, or not told"),
    column::one_of("session_kind", limit_kind_values, "whether sessions end in any case", "not told"),
    column::integer("session_seconds", "seconds", "after how long", "they do not end, or not told"),
    column::one_of("offline_kind", limit_kind_values, "whether offline tokens end", "there are none, or not told"),
    column::integer("access_token_seconds", "seconds", "life of an access token", "there are none, or not told"),
    column::integer("expired_token_window_seconds", "seconds", "how long services still take expired tokens",
                    "not told"),
    column::boolean("self_registration", "anybody can make an account", "not told"),
    column::text("terms_version", "version of the terms that must be accepted at sign-in",
                 "none is asked, or not told"),
    column::text("privacy_notice_url", "privacy notice that the sign-in page links", "none, or not told"),
});
inline constexpr TableSpec session_policy{
    "session_policy", "identity", "One row per policy on passwords, lockout and sessions.", session_policy_columns};

inline constexpr auto session_kind_values =
    std::to_array<std::string_view>({"web", "offline", "api", "ssh", "remote_desktop", "console"});
inline constexpr auto session_columns = std::to_array<ColumnSpec>({
    column::key("session_id", "digest of the session's id; the id itself is never stored"),
    column::ref("account_id", "account.account_id", "account that is signed in"),
    column::project(),
    column::one_of("kind", session_kind_values, "what it opens"),
    column::instant("started_at", "since when", "not told"),
    column::instant("last_seen_at", "last use", "not told"),
    column::expires_kind(),
    column::expires_at(),
});
inline constexpr TableSpec session{"session", "identity", "One row per live session.", session_columns};

inline constexpr auto terms_acceptance_columns = std::to_array<ColumnSpec>({
    column::key("account_id", "account", "account.account_id"),
    column::key("terms_version", "version that was accepted"),
    column::instant("accepted_at", "when", "not told"),
    column::instant("first_data_access_at", "first access to data by the account", "none yet, or not told"),
});
inline constexpr TableSpec terms_acceptance{"terms_acceptance", "identity",
                                            "One row per account and version of the terms that it accepted.",
                                            terms_acceptance_columns};

inline constexpr auto provider_kind_values =
    std::to_array<std::string_view>({"saml", "oidc", "oauth2", "ldap", "kerberos", "social"});
inline constexpr auto factor_enforcement_values =
    std::to_array<std::string_view>({"enforced", "requested", "not_requested"});
inline constexpr auto identity_provider_columns = std::to_array<ColumnSpec>({
    column::key("provider_id", "provider as the node's identity source names it"),
    column::one_of("kind", provider_kind_values, "protocol; social: open to anybody"),
    column::text("issuer", "entity id or issuer", "not told"),
    column::boolean("enabled", "people can come in by it", "not told"),
    column::boolean("proxy", "it passes on others that are not visible behind it", "not told"),
    column::boolean("signature_checked", "its signatures are verified", "not told"),
    column::boolean("signed_assertions_required", "unsigned assertions are refused", "not told"),
    column::boolean("encrypted_assertions_required", "unencrypted assertions are refused", "not told"),
    column::boolean("links_by_email", "an equal e-mail address joins it to an existing account", "not told"),
    column::boolean("self_registration", "anybody can make an account there", "not told"),
    column::list("requested_contexts", "authentication contexts asked of it; empty if none", "not told"),
    column::one_of("context_enforcement", factor_enforcement_values,
                   "enforced: answers without an accepted context are refused", "not told"),
    column::list("accepted_contexts", "contexts accepted in its answers", "none is checked, or not told"),
    column::list("accepted_assurance", "assurance values accepted", "none is checked, or not told"),
    column::text("metadata_id", "metadata it is taken from", "entered by hand, or not SAML"),
    column::boolean("tls_required", "only reached over TLS (LDAP)", "not told"),
    column::boolean("anonymous_read", "it can be read without signing in (LDAP)", "not told"),
});
inline constexpr TableSpec identity_provider{"identity_provider", "identity",
                                             "One row per provider that people come in by.", identity_provider_columns};

inline constexpr auto identity_mapping_columns = std::to_array<ColumnSpec>({
    column::key("mapping_id", "mapping"),
    column::key_integer("rule", "number of the rule, from 1"),
    column::ref("provider_id", "identity_provider.provider_id", "provider it is used for", "for several, or not told"),
    column::list("conditions", "attributes that must have a value, as `attribute=value`; empty if anybody matches",
                 "not understood"),
    column::boolean("by_pattern", "a condition matches by pattern instead of exactly", "not told"),
    column::list("groups", "groups given", "not understood"),
    column::list("projects", "projects given", "not understood"),
    column::list("roles", "roles given", "not understood"),
    column::boolean("to_local_account", "it makes the person an existing local account", "not told"),
    column::integer("membership_seconds", "seconds",
                    "how long groups given this way hold; -1 until the next sign-in or for ever", "not told"),
});
inline constexpr TableSpec identity_mapping{
    "identity_mapping", "identity", "One row per rule that turns attributes into rights.", identity_mapping_columns};

inline constexpr auto sign_in_answer_columns = std::to_array<ColumnSpec>({
    column::key("provider_id", "provider", "identity_provider.provider_id"),
    column::key("recorded_at", "when it answered, as an instant in UTC"),
    column::text("account_id", "account it was for", "not told"),
    column::text("context", "authentication context in the answer", "it carries none"),
    column::list("assurance", "assurance values in the answer; empty if none", "not released"),
    column::instant("authenticated_at", "when the person proved who they are", "it does not say"),
    column::boolean("accepted", "the node took it", "not told"),
});
inline constexpr TableSpec sign_in_answer{
    "sign_in_answer", "identity", "One row per recorded answer of a provider, without names.", sign_in_answer_columns};

inline constexpr auto pkce_values = std::to_array<std::string_view>({"s256", "plain", "none"});
inline constexpr auto client_authentication_kind_values =
    std::to_array<std::string_view>({"none", "secret", "signed_secret", "private_key", "certificate"});
inline constexpr auto oidc_client_columns = std::to_array<ColumnSpec>({
    column::key("client_id", "client at its issuer"),
    column::ref("domain_id", "project.project_id", "realm or tenant it belongs to", "the issuer has one only"),
    column::text("issuer", "issuer that it signs people in at", "not told"),
    column::boolean("enabled", "it can be used", "not told"),
    column::boolean("public_client", "it holds no secret", "not told"),
    column::boolean("native", "an app on people's machines", "not told"),
    column::boolean("built_in", "the product made it", "not told"),
    column::boolean("standard_flow", "authorisation code", "not told"),
    column::boolean("implicit_flow", "tokens straight from the browser's address", "not told"),
    column::boolean("direct_grant", "it takes people's passwords itself", "not told"),
    column::boolean("service_account", "it signs in as itself", "not told"),
    column::boolean("device_flow", "sign-in by a code on another device", "not told"),
    column::boolean("token_exchange", "it may turn tokens into others", "not told"),
    column::one_of("pkce", pkce_values, "proof that it demands of itself", "not told"),
    column::one_of("client_authentication", client_authentication_kind_values, "how it proves who it is", "not told"),
    column::list("redirect_uris", "addresses people are sent back to, as written", "not told"),
    column::list("web_origins", "origins that may call from browsers, as written", "not told"),
    column::text("token_algorithm", "algorithm that signs its tokens", "the issuer's default, not told"),
    column::integer("access_token_seconds", "seconds", "life of its access tokens", "not told"),
    column::boolean("refresh_rotated", "each refresh token works once", "it gets none, or not told"),
    column::boolean("full_scope", "its tokens carry every role of the person", "not told"),
    column::boolean("consent_required", "people are asked", "not told"),
    column::list("essential_contexts", "contexts that it demands as essential", "not told"),
    column::instant("secret_created_at", "age of its secret", "it has none, or not told"),
});
inline constexpr TableSpec oidc_client{"oidc_client", "identity", "One row per OpenID Connect or OAuth client.",
                                       oidc_client_columns};

inline constexpr auto oidc_issuer_columns = std::to_array<ColumnSpec>({
    column::key("issuer", "issuer as its discovery document says"),
    column::boolean("issuer_matches", "the document is found where the issuer says"),
    column::list("token_algorithms", "algorithms offered for id tokens", "not told"),
    column::list("response_types", "response types offered", "not told"),
    column::list("grant_types", "grant types offered", "not told"),
    column::list("pkce_methods", "PKCE methods offered; empty if none", "not told"),
    column::list("client_authentication_methods", "how clients may prove who they are", "not told"),
    column::boolean("open_registration", "anybody can register a client", "not tried"),
    column::boolean("all_https", "every address in the document is https"),
});
inline constexpr TableSpec oidc_issuer{
    "oidc_issuer", "identity", "One row per OpenID Connect issuer, from its discovery document.", oidc_issuer_columns};

inline constexpr auto signing_key_columns = std::to_array<ColumnSpec>({
    column::key("issuer", "issuer", "oidc_issuer.issuer"),
    column::key("signing_key_id", "id in its key set"),
    column::text("key_type", "`RSA`, `EC`, `OKP`"),
    column::integer("key_bits", "bits", "length", "not told"),
    column::text("algorithm", "algorithm it is for", "the set does not say"),
    column::text("used_for", "`sig` or `enc`", "the set does not say"),
});
inline constexpr TableSpec signing_key{"signing_key", "identity", "One row per issuer and key of its key set.",
                                       signing_key_columns};

}  // namespace ehdscan::tables
