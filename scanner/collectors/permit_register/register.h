// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "base/zone.h"
#include "format/document.h"

namespace ehdscan {

/// One way in which a person, member of staff or service is known to an identity source.
struct RegisterIdentity {
  std::string issuer;
  std::string subject;  ///< empty if only the hash is given
  std::string hash;     ///< empty if only the subject is given
  std::uint32_t line = 0;
};

struct PermitPerson {
  std::string id;
  std::string role;
  std::optional<Day> added;
  std::optional<Instant> removed_at;
  std::vector<RegisterIdentity> identities;
  std::uint32_t line = 0;
};

struct PermitDataset {
  std::string id;
  std::string source;
  std::string form;
  bool brought_by_user = false;
  std::uint32_t line = 0;
};

/// `keystone:proj-a`: a project and the platform it is on.
struct PermitProject {
  std::string source;
  std::string id;
};

struct Permit {
  std::string id;
  std::string issuer;
  std::string applicant;
  std::string purpose;
  Day issued;
  Day valid_from;
  Day valid_to;
  std::optional<Day> extended_to;
  std::optional<Instant> revoked_at;
  std::vector<PermitPerson> persons;
  std::vector<PermitDataset> datasets;
  std::vector<std::string> tools;
  std::vector<std::string> conditions;
  std::vector<PermitProject> projects;
  std::uint32_t line = 0;
};

struct StaffMember {
  std::string id;
  std::string role;
  std::string approver;
  Day valid_to;
  std::vector<RegisterIdentity> identities;
  std::uint32_t line = 0;
};

struct RegisteredService {
  std::string id;
  std::string owner;
  std::vector<RegisterIdentity> identities;
  std::uint32_t line = 0;
};

/// The list that access bodies' permits give the operator: who may reach which data, where and until when.
struct PermitRegister {
  Instant issued_at;
  std::int64_t permit_count = 0;
  std::optional<Zone> zone;
  std::string hash_key_id;  ///< empty if there is no `identity_hash`
  std::vector<Permit> permits;
  std::vector<StaffMember> staff;
  std::vector<RegisteredService> services;
};

/// Reads a register (schemas/permit-register.schema.json). Every mistake of the file is added to `mistakes`, in the order of
/// the file; with one of them the register as a whole is not valid and must not be used. `now` is what nothing may be
/// issued after.
PermitRegister read_permit_register(const Document& document, Instant now, std::vector<Error>& mistakes);

/// Effective end: revocation, or the end of the last permitted day at the register's place, whichever is earlier.
Instant effective_end(const Permit& permit, const Zone& zone);

/// End of the day with the same number six months after the effective end; the last day of the month if it has none such.
/// That a revocation starts the six months is the project's reading of Article 68(12).
Instant deletion_deadline(Instant effective_end, const Zone& zone);

/// Registers of whole countries, not of one screen.
inline constexpr DocumentLimits kRegisterLimits{.max_bytes = std::size_t{512} << 20, .max_depth = 16, .max_nodes = 40'000'000};

}  // namespace ehdscan
