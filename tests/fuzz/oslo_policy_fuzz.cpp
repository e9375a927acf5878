// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/oslo_policy.h"
#include "fuzz.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  const auto document = Document::parse_yaml(fuzz::text_of(data, size), "policy.yaml");
  if (!document) return 0;
  OsloPolicy policy;
  if (const auto added = policy.add((*document)->root()); !added) {
    fuzz::check_error(added.error());
    return 0;
  }
  const OsloCredentials credentials{{"roles", {"reader"}}, {"project_id", {"p"}}, {"system_scope", {"all"}}};
  const OsloTarget target{{"project_id", "p"}, {"target.user.id", "u"}};
  for (const char* rule : {"act", "a", "default"}) {
    const bool first = policy.allows(rule, credentials, target);
    fuzz::must(first == policy.allows(rule, credentials, target), "a decision is the same each time");
  }
  return 0;
}
