// SPDX-License-Identifier: Apache-2.0
// Who exists and what they hold: accounts, groups, roles, grants and credentials of every identity source.
// A person is an issuer and a subject, or the keyed hash of both; plain subjects are not stored where the permit
// register is hashed.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto account_kind_values =
    std::to_array<std::string_view>({"human", "service", "machine", "root", "shared", "anonymous"});
inline constexpr auto account_origin_values =
    std::to_array<std::string_view>({"local", "federated", "directory", "guest"});
inline constexpr auto account_columns = std::to_array<ColumnSpec>({
    column::key("account_id", "stable id at its source: user id, ARN, entryUUID, login name on Unix"),
    column::text("issuer", "exact string by which the permit register knows the source"),
    column::text("subject", "stable id as the register writes it", "hashed"),
    column::text("identity_hash", "keyed hash of issuer and subject, 64 digits", "no key was given"),
    column::one_of("kind", account_kind_values, "what stands behind it", "not told: it counts as a person"),
    column::one_of("origin", account_origin_values,
                   "local: made here; federated: came by a provider; directory: read from one; guest: invited",
                   "not told"),
    column::ref("provider_id", "identity_provider.provider_id", "provider it comes from", "it is local, or not told"),
    column::text("home_issuer", "issuer at that provider", "it is local, or not told"),
    column::ref("domain_id", "project.project_id", "domain, account or realm it belongs to", "the source has none"),
    column::boolean("enabled", "it can be used: not disabled, not past its end, its domain enabled", "not told"),
    column::instant("disabled_at", "when it was disabled", "it is not, or not told"),
    column::boolean("password_present", "a password is set", "not told"),
    column::instant("password_changed_at", "last change of the password", "none, or not told"),
    column::boolean("second_factor_enrolled", "a second factor is registered for it", "not told"),
    column::instant("last_used_at", "last sign-in or use", "never, or not told"),
    column::boolean("last_used_known", "the source records use: then no last_used_at means never since tracking began"),
    column::instant("tracked_since", "since when use is recorded", "not recorded, or not told"),
    column::expires_kind(),
    column::expires_at(),
    column::boolean("lockout_exempt", "failed sign-ins never lock it", "not told"),
    column::boolean("password_expiry_exempt", "its password never expires by rule", "not told"),
    column::boolean("inactivity_exempt", "it is never disabled for inactivity", "not told"),
    column::integer("uid", "id", "numeric user id", "the source has none"),
    column::text("owner", "who answers for a service account", "it names none"),
    column::created_at(),
});
inline constexpr TableSpec account{"account", "identity", "One row per account of an identity source.",
                                   account_columns};

inline constexpr auto account_change_values =
    std::to_array<std::string_view>({"created", "renamed", "enabled", "disabled", "deleted", "recreated"});
inline constexpr auto account_event_columns = std::to_array<ColumnSpec>({
    column::key("account_id", "account, also one that is gone by now"),
    column::key("occurred_at", "when, as an instant in UTC"),
    column::as_key(column::one_of("change", account_change_values, "what happened")),
    column::text("issuer", "source"),
    column::text("subject", "stable id from then on", "hashed"),
    column::text("identity_hash", "keyed hash of issuer and subject", "no key was given"),
});
inline constexpr TableSpec account_event{"account_event", "identity", "One row per event in the history of an account.",
                                         account_event_columns};

inline constexpr auto factor_kind_values = std::to_array<std::string_view>(
    {"totp", "webauthn", "passkey", "smart_card", "hardware_token", "push", "sms", "email", "recovery_code"});
inline constexpr auto account_factor_columns = std::to_array<ColumnSpec>({
    column::key("account_id", "account", "account.account_id"),
    column::key("factor_id", "registration at the source"),
    column::one_of("kind", factor_kind_values, "what kind of factor"),
    column::created_at(),
    column::instant("last_used_at", "last use", "never, or not told"),
});
inline constexpr TableSpec account_factor{
    "account_factor", "identity", "One row per account and second factor registered for it.", account_factor_columns};

inline constexpr auto account_group_columns = std::to_array<ColumnSpec>({
    column::key("group_id", "group at its source"),
    column::name(),
    column::ref("domain_id", "project.project_id", "domain, account or realm it belongs to", "the source has none"),
    column::boolean("everybody", "every account of the source is in it", "not told"),
    column::boolean("members_listed", "its members are in evidence", "not told"),
});
inline constexpr TableSpec account_group{"account_group", "identity", "One row per group of an identity source.",
                                         account_group_columns};

inline constexpr auto member_kind_values =
    std::to_array<std::string_view>({"account", "group", "service", "everybody"});
inline constexpr auto member_origin_values =
    std::to_array<std::string_view>({"direct", "mapping", "primary_group", "dynamic_rule"});
inline constexpr auto group_member_columns = std::to_array<ColumnSpec>({
    column::key("group_id", "group", "account_group.group_id"),
    column::as_key(column::one_of("member_kind", member_kind_values, "group: one group in another")),
    column::key("member_id", "account or group that is in it"),
    column::one_of("origin", member_origin_values, "why it is in it", "not told"),
    column::expires_kind(),
    column::expires_at(),
});
inline constexpr TableSpec group_member{"group_member", "identity", "One row per group and direct member.",
                                        group_member_columns};

inline constexpr auto role_kind_values = std::to_array<std::string_view>({"built_in", "custom", "inline"});
inline constexpr auto role_columns = std::to_array<ColumnSpec>({
    column::key("role_id", "role, managed policy or permission set"),
    column::name(),
    column::ref("domain_id", "project.project_id", "domain or account it belongs to; only implies others in Keystone",
                "it holds everywhere"),
    column::one_of("kind", role_kind_values, "who made it", "not told"),
    column::boolean("rights_known", "its rights are wholly in evidence (role_right)"),
});
inline constexpr TableSpec role{"role", "identity", "One row per role, policy or permission set.", role_columns};

inline constexpr auto role_implication_columns = std::to_array<ColumnSpec>({
    column::key("role_id", "role", "role.role_id"),
    column::key("implied_role_id", "role that it contains", "role.role_id"),
});
inline constexpr TableSpec role_implication{"role_implication", "identity",
                                            "One row per role and role that it contains.", role_implication_columns};

inline constexpr auto access_right_values = std::to_array<std::string_view>(
    {"data_read",       "data_write",      "data_delete",    "data_share",    "key_decrypt",   "key_admin",
     "secret_read",     "identity_write",  "policy_write",   "role_assume",   "role_pass",     "credential_create",
     "project_admin",   "cluster_admin",   "platform_admin", "root",          "compute_write", "compute_exec",
     "console_open",    "volume_attach",   "snapshot_read",  "network_write", "log_read",      "log_write",
     "log_delete",      "backup_restore",  "backup_delete",  "outbox_write",  "release_check", "impersonate",
     "account_disable", "project_disable", "workload_stop",  "read_metadata"});
inline constexpr auto right_scope_values = std::to_array<std::string_view>({"all", "grant_scope", "listed"});
inline constexpr auto role_right_columns = std::to_array<ColumnSpec>({
    column::key("role_id", "role", "role.role_id"),
    column::as_key(column::one_of("access_right", access_right_values, "what it lets its holder do, platform-neutral")),
    column::one_of("right_scope", right_scope_values,
                   "all: everywhere; grant_scope: where the role is granted; listed: on resources it names",
                   "not understood"),
    column::list("resources", "resources it names", "right_scope is not listed"),
    column::boolean("conditional", "holds only under a condition"),
    column::text("action", "action or rule of the platform that gives it", "several, or built in"),
    column::boolean("by_wildcard", "given by all actions of a service, or by what a rule leaves out", "not told"),
});
inline constexpr TableSpec role_right{
    "role_right", "identity", "One row per role and right that it gives, explicit denies of the same role applied.",
    role_right_columns};

inline constexpr auto statement_effect_values = std::to_array<std::string_view>({"allow", "deny"});
inline constexpr auto policy_statement_columns = std::to_array<ColumnSpec>({
    column::key("policy_id", "policy, role definition or rule of a service"),
    column::key_integer("statement", "number of the statement in it, from 1"),
    column::one_of("effect", statement_effect_values, "what it does"),
    column::list("actions", "actions as written; `*` for all", "it names those it does not mean"),
    column::list("other_than_actions", "actions that it does not mean", "it names those it means"),
    column::list("resources", "resources as written", "it names those it does not mean, or has none"),
    column::list("other_than_resources", "resources that it does not mean", "it names those it means, or has none"),
    column::list("principals", "principals as written, in a policy of a resource", "a policy of an identity"),
    column::list("condition_keys", "condition keys it reads; empty if it has no condition", "not understood"),
    column::boolean("wholly_understood", "no element of it was left uninterpreted"),
});
inline constexpr TableSpec policy_statement{"policy_statement", "identity",
                                            "One row per statement of a policy, as the platform writes it.",
                                            policy_statement_columns};

inline constexpr auto grant_scope_values =
    std::to_array<std::string_view>({"system", "organisation", "domain", "project", "resource"});
inline constexpr auto assignment_values = std::to_array<std::string_view>({"standing", "eligible"});
inline constexpr auto role_grant_columns = std::to_array<ColumnSpec>({
    column::key("grant_id", "assignment, made of its parts where the platform has no id"),
    column::ref("role_id", "role.role_id", "role given"),
    column::one_of("grantee_kind", grantee_kind_values, "whom it is given to"),
    column::text("grantee_id", "account_id, group_id or other id of whom it is given to"),
    column::one_of("scope_kind", grant_scope_values, "where it holds"),
    column::text("scope_id", "project, domain or resource; `*` for the whole system"),
    column::boolean("inherited", "holds below the scope, not on it", "not told"),
    column::one_of("assignment", assignment_values, "standing: always; eligible: to be activated", "not told"),
    column::boolean("conditional", "holds only under a condition", "not told"),
    column::boolean("denies", "takes the role's rights away instead"),
    column::text("reason", "justification given for it", "none given"),
    column::expires_kind(),
    column::expires_at(),
    column::created_at(),
});
inline constexpr TableSpec role_grant{
    "role_grant", "identity", "One row per role given to somebody somewhere, as it was given.", role_grant_columns};

inline constexpr auto credential_kind_values = std::to_array<std::string_view>(
    {"access_key", "application_credential", "ec2_key", "trust", "ssh_key", "ssh_certificate", "x509_certificate",
     "service_account_key", "service_account_token", "static_token", "personal_access_token", "refresh_token",
     "signed_link_policy", "shared_key", "api_key", "client_secret", "signing_certificate", "app_password",
     "console_password"});
inline constexpr auto credential_columns = std::to_array<ColumnSpec>({
    column::key("credential_id", "id or fingerprint; the secret itself is never read"),
    column::as_key(column::one_of("kind", credential_kind_values, "what it is")),
    column::ref("account_id", "account.account_id", "account it acts for", "it belongs to none, or not told"),
    column::project(),
    column::name(),
    column::boolean("enabled", "it works now", "not told"),
    column::boolean("unrestricted", "it may make further credentials", "the kind has no such mark"),
    column::boolean("rights_limited", "it carries less than the whole rights of its account", "not told"),
    column::list("roles", "roles it carries", "the kind names none"),
    column::text("delegate_account_id", "account that may use it instead (trustee)", "not a delegation"),
    column::boolean("impersonates", "whoever uses it appears as the account itself", "not a delegation"),
    column::integer("redelegation_depth", "levels", "how often it may be handed on; 0 if not", "not a delegation"),
    column::integer("uses_left", "count", "how often it can still be used; -1 if without limit",
                    "not a delegation, or not told"),
    column::text("algorithm", "algorithm of a key", "not a key, or not told"),
    column::integer("key_bits", "bits", "length of a key", "not a key, or not told"),
    column::instant("rotated_at", "when it was last renewed; its creation if never", "not told"),
    column::instant("last_used_at", "last use", "never, or not told"),
    column::boolean("last_used_known", "the source records use"),
    column::created_at(),
    column::expires_kind(),
    column::expires_at(),
});
inline constexpr TableSpec credential{"credential", "identity",
                                      "One row per key, token, delegation or certificate that opens something.",
                                      credential_columns};

}  // namespace ehdscan::tables
