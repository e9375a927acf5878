// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <fstream>

#include "collectors/fake_cloud.h"
#include "collectors/openstack/rights.h"
#include "support/program.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

TEST_CASE("openstack rights: every list is printed with its call and its least role") {
  const ProgramRun run = run_program({"openstack", "rights"}, {}, {});
  CHECK(run.code == 0);
  CHECK(os_rights().size() > 30);
  for (const OsRight& right : os_rights()) {
    CHECK_FALSE(os_service(right.service).empty());
    CHECK(run.out.contains(right.call));
    CHECK(run.out.contains(right.least));
  }
}

TEST_CASE("openstack rights: what we say is least is what the default policies decide") {
  const OsPolicies policies;
  for (const OsRight& right : os_rights()) {
    CAPTURE(right.list);
    CHECK(policies.least(right) == std::string(right.least));
  }
}

TEST_CASE("openstack rights: the policies of a node decide what is least there") {
  const TemporaryFolder folder;
  const std::string file = (folder.path / "policy.yaml").string();
  std::ofstream(file)
      << "get_port: \"rule:context_is_admin\"\nget_router: \"role:member and project_id:%(project_id)s\"\n"
         "get_network: \"!\"\n";
  const ProgramRun run = run_program({"openstack", "rights", "--policy", "network=" + file}, {}, {});
  CHECK(run.code == 0);
  std::string squeezed;
  for (const char c : run.out) {
    if (c != ' ' || !squeezed.ends_with(' ')) squeezed += c;
  }
  const auto said = [&](std::string_view what) { return squeezed.contains(what); };
  CHECK(said("GET /v2.0/ports the role admin\n"));
  CHECK(said("GET /v2.0/routers the role member in every project\n"));
  CHECK(said("GET /v2.0/networks nobody by these policies\n"));
  CHECK(run_program({"openstack", "rights", "--policy", "object-store=" + file}, {}, {}).code == 2);
  CHECK(run_program({"openstack", "rights", "--policy", file}, {}, {}).code == 2);
  std::ofstream(file) << "get_port: {a: b}\n";
  const ProgramRun broken = run_program({"openstack", "rights", "--policy", "network=" + file}, {}, {});
  CHECK(broken.code == 2);
  CHECK(broken.error.contains("policy.yaml:1:"));
}

TEST_CASE("openstack rights: chosen checks need their own lists only") {
  const ProgramRun run = run_program({"openstack", "rights", "--check", "internet-reaches-no-sensitive-port"}, {}, {});
  CHECK(run.code == 0);
  CHECK(run.out.contains("GET /v2.0/ports"));
  CHECK(run.out.contains("GET /servers/detail"));
  CHECK_FALSE(run.out.contains("GET /v3/users"));
  CHECK_FALSE(run.out.contains("GET /v1/secrets"));
  const ProgramRun wrong = run_program({"openstack", "rights", "--check", "internet-reaches-no-sensitive-prt"}, {}, {});
  CHECK(wrong.code == 2);
  CHECK(wrong.error.contains("did you mean `internet-reaches-no-sensitive-port`?"));
}

TEST_CASE("openstack rights: credentials are tried before a scan, with one page of each list") {
  FakeCloud cloud;
  const TemporaryFolder folder;
  const std::string clouds = (folder.path / "clouds.yaml").string();
  std::ofstream(clouds) << cloud.clouds_yaml();
  const std::vector<std::string> command{"openstack", "rights", "--cloud", "fake", "--clouds-file", clouds};
  {
    const ProgramRun run = run_program(command, {}, {});
    CHECK_MESSAGE(run.code == 0, run.error, run.out);
    CHECK(run.out.contains("  system: reader\n"));
    CHECK(run.out.contains("  project one: admin\n"));
    CHECK(run.out.contains("yes        role_assignments"));
    CHECK(run.out.contains("A scan with these credentials sees all of it."));
    for (const char* canary : kCanaries) CHECK((run.out + run.error).find(canary) == std::string::npos);
  }
  cloud.admin = false;
  cloud.both_projects = false;
  cloud.system = false;
  {
    const ProgramRun run = run_program(command, {}, {});
    CHECK(run.code == 3);
    CHECK(run.out.contains("no         role_assignments"));
    CHECK(run.out.contains("no         group_users"));
    CHECK(run.out.contains("in part    ports"));
    CHECK(run.out.contains("what rests on them will be not assessed"));
  }
  cloud.override_ = [](const ServedRequest& request) -> std::optional<ServedAnswer> {
    if (request.path == "/v3/auth/tokens") return ServedAnswer{.status = 401, .body = "{}"};
    return std::nullopt;
  };
  const ProgramRun refused = run_program(command, {}, {});
  CHECK(refused.code == 2);
  CHECK(refused.error.contains("refuses the credentials of the cloud `fake` (401)"));
}
