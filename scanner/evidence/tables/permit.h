// SPDX-License-Identifier: Apache-2.0
// Data permits, the people and data on them, staff and services, as the permit register lists them.
// Names are never stored; a person is the id that the register gives.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto permit_register_columns = std::to_array<ColumnSpec>({
    column::key("register_id", "digest of the register's file"),
    column::instant("issued_at", "when it was issued"),
    column::integer("permit_count", "count", "permits in it"),
    column::text("zone", "time zone of its calendar days"),
    column::text("hash_key_id", "key that its hashes were made with", "it has no hashes"),
    column::boolean("hash_key_present", "that key was given, so that observed subjects can be hashed alike"),
});
inline constexpr TableSpec permit_register{"permit_register", "permit", "One row per valid permit register.",
                                           permit_register_columns};

inline constexpr auto data_permit_columns = std::to_array<ColumnSpec>({
    column::key("permit_id", "permit, as issued"),
    column::text("issuer", "access body that issued it"),
    column::text("applicant", "whom it was given to; may be an organisation"),
    column::text("purpose", "point of the law that it serves: `53(1)(e)`"),
    column::day("issued_on", "day of issue"),
    column::day("valid_from", "first permitted day"),
    column::day("valid_to", "last permitted day"),
    column::day("extended_to", "last permitted day after extension", "it was not extended"),
    column::instant("revoked_at", "when it was revoked", "it was not"),
    column::required(column::instant("starts_at", "start of valid_from in the register's zone")),
    column::required(column::instant(
        "ends_at", "effective end: revocation, or end of the last permitted day, whichever is earlier")),
    column::required(column::instant("delete_by_at", "end of the day six calendar months after the effective end")),
    column::list("tools", "tools permitted; empty if none is named"),
    column::list("conditions", "conditions; empty if none"),
});
inline constexpr TableSpec data_permit{"data_permit", "permit", "One row per data permit.", data_permit_columns};

inline constexpr auto permit_role_values = std::to_array<std::string_view>(
    {"principal_investigator", "researcher", "data_manager", "statistician", "assistant", "support"});
inline constexpr auto permit_person_columns = std::to_array<ColumnSpec>({
    column::key("permit_id", "permit", "data_permit.permit_id"),
    column::key("person_id", "person, the same over all permits"),
    column::one_of("role", permit_role_values, "role on this permit"),
    column::day("added_on", "since when"),
    column::instant("removed_at", "when the person was removed", "not removed"),
    column::required(column::instant("starts_at", "later of the permit's start and the day the person was added")),
    column::required(column::instant("ends_at", "earlier of the permit's effective end and removal")),
});
inline constexpr TableSpec permit_person{"permit_person", "permit", "One row per permit and person on it.",
                                         permit_person_columns};

inline constexpr auto identity_holder_values = std::to_array<std::string_view>({"person", "staff", "service"});
inline constexpr auto register_identity_columns = std::to_array<ColumnSpec>({
    column::as_key(column::one_of("holder_kind", identity_holder_values, "who holds it")),
    column::key("holder_id", "person_id, staff_id or service_id"),
    column::key("issuer", "source, as account.issuer writes it"),
    column::key("identity", "the hash, or `subject:` and the subject"),
    column::text("subject", "stable id at that source", "hashed"),
    column::text("identity_hash", "keyed hash of issuer and subject", "the subject is given and no key"),
});
inline constexpr TableSpec register_identity{"register_identity", "permit",
                                             "One row per identity of a person, member of staff or service.",
                                             register_identity_columns};

inline constexpr auto permit_dataset_columns = std::to_array<ColumnSpec>({
    column::key("permit_id", "permit", "data_permit.permit_id"),
    column::key("dataset_id", "dataset", "dataset.dataset_id"),
    column::text("source", "data holder or register that it comes from"),
    column::required(column::one_of("form", data_form_values, "form that the permit gives it in")),
    column::required(column::boolean("brought_by_user", "the user brings it, under Article 67(2)(f)")),
});
inline constexpr TableSpec permit_dataset{"permit_dataset", "permit", "One row per permit and dataset on it.",
                                          permit_dataset_columns};

inline constexpr auto data_project_columns = std::to_array<ColumnSpec>({
    column::key("permit_id", "permit", "data_permit.permit_id"),
    column::key("source", "identity source or platform, as the register writes it before the colon"),
    column::key("project_id", "project, account or namespace there", "project.project_id"),
});
inline constexpr TableSpec data_project{
    "data_project", "permit", "One row per permit and project of a platform that it has.", data_project_columns};

inline constexpr auto dataset_columns = std::to_array<ColumnSpec>({
    column::key("dataset_id", "dataset, as permits name it"),
    column::text("source", "data holder or register that it comes from", "not told"),
    column::one_of("data_class", data_class_values, "how sensitive it is", "not told"),
    column::one_of("form", data_form_values, "form it is kept in", "not told"),
    column::text("content_sha256", "digest of its manifest", "there is none"),
    column::boolean("identifying_key_exists", "a key leads back to persons", "not told"),
});
inline constexpr TableSpec dataset{"dataset", "permit", "One row per dataset that permits or catalogues name.",
                                   dataset_columns};

inline constexpr auto staff_member_columns = std::to_array<ColumnSpec>({
    column::key("staff_id", "member of staff"),
    column::text("role", "role: `platform_admin`, `output_checker`, `auditor` …"),
    column::text("approver", "who approved it"),
    column::day("valid_to", "last day"),
    column::required(column::instant("ends_at", "end of that day in the register's zone")),
});
inline constexpr TableSpec staff_member{"staff_member", "permit", "One row per member of staff.", staff_member_columns};

inline constexpr auto service_principal_columns = std::to_array<ColumnSpec>({
    column::key("service_id", "service that signs in by itself"),
    column::ref("owner_id", "staff_member.staff_id", "member of staff who answers for it"),
});
inline constexpr TableSpec service_principal{
    "service_principal", "permit", "One row per service with identities of its own.", service_principal_columns};

}  // namespace ehdscan::tables
