// SPDX-License-Identifier: Apache-2.0
#include "collectors/permit_register/register.h"
#include "fuzz.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  const auto document = Document::parse_yaml(fuzz::text_of(data, size), "permits.yaml");
  if (!document) return 0;
  std::vector<Error> mistakes;
  const PermitRegister list = read_permit_register(**document, *parse_instant("2026-11-23T12:00:00Z"), mistakes);
  for (const Error& mistake : mistakes) fuzz::must(!mistake.message.empty() && mistake.place.line > 0, "a mistake has a place");
  if (!mistakes.empty()) return 0;
  fuzz::must(list.zone.has_value() && static_cast<std::int64_t>(list.permits.size()) == list.permit_count, "a valid register is whole");
  for (const Permit& permit : list.permits) {
    fuzz::must(deletion_deadline(effective_end(permit, *list.zone), *list.zone) > effective_end(permit, *list.zone), "a deadline lies after the end");
    for (const PermitPerson& person : permit.persons) fuzz::must(person.added.has_value() && !person.identities.empty(), "a person has a day and an identity");
  }
  return 0;
}
