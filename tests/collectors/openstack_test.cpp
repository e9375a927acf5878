// SPDX-License-Identifier: Apache-2.0
// A cloud read over its APIs: a scripted one that behaves, and then misbehaves in every way.
#include "collectors/openstack/openstack.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "collectors/fake_cloud.h"
#include "collectors/openstack/clouds.h"
#include "collectors/openstack/openstack_export.h"
#include "collectors/openstack/redact.h"
#include "collectors/recording_sink.h"
#include "evidence/tables/compute.h"
#include "evidence/tables/identity.h"
#include "evidence/tables/inventory.h"
#include "evidence/tables/keys.h"
#include "evidence/tables/network.h"
#include "evidence/tables/network_filter.h"
#include "evidence/tables/storage.h"
#include "support/program.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

const Instant kNow = *parse_instant("2026-11-26T12:00:00Z");

Result<void> collect_with(const CollectorSpec& spec, RecordingSink& sink, const std::filesystem::path& folder,
                          std::string_view options, const std::filesystem::path& record = {}) {
  const auto parsed = Document::parse_yaml(options, "site.yaml").value();
  Target target;
  target.name = "cloud";
  target.folder = folder;
  target.document = parsed;
  target.options = parsed->root();
  return spec.collect(target, sink, {.started_at = kNow, .record = record});
}

/// The worst that was said, as the database keeps it, and why.
std::pair<std::string, std::string> told(const RecordingSink& sink, const TableSpec& table) {
  const auto found = sink.states.find(std::string(table.name));
  if (found == sink.states.end()) return {"", ""};
  CollectionState worst = CollectionState::complete;
  std::string reasons;
  for (const auto& [state, reason] : found->second) {
    worst = std::max(worst, state);
    reasons += reason + "; ";
  }
  return {std::string(to_string(worst)), reasons};
}

struct Live {
  TemporaryFolder folder;
  RecordingSink sink;
  Result<void> result;

  explicit Live(FakeCloud& cloud,
                std::string_view options = "{cloud: fake, clouds_file: clouds.yaml, timeout_seconds: 2}",
                bool record = false) {
    std::ofstream(folder.path / "clouds.yaml") << cloud.clouds_yaml();
    result = collect_with(openstack_collector(), sink, folder.path, options,
                          record ? folder.path / "record" : std::filesystem::path());
    CHECK(sink.mistakes.empty());
  }
  [[nodiscard]] std::string state(const TableSpec& table) const { return told(sink, table).first; }
  [[nodiscard]] std::string reason(const TableSpec& table) const { return told(sink, table).second; }
};

std::vector<std::string> lines_of(const RecordingSink& sink) {
  std::vector<std::string> lines;
  for (const RecordedRow& row : sink.rows) {
    std::string line(row.table->name);
    for (const ColumnSpec& column : row.table->columns) line += "|" + row[column.name];
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines);
  return lines;
}

}  // namespace

TEST_CASE("openstack: a whole cloud, as admin") {
  FakeCloud cloud;
  const Live live(cloud);
  REQUIRE_MESSAGE(live.result, live.result.error().message);
  for (const TableSpec* table :
       {&tables::account, &tables::project, &tables::role_grant, &tables::credential, &tables::group_member,
        &tables::network, &tables::port, &tables::network_rule, &tables::security_group, &tables::instance,
        &tables::volume, &tables::volume_type, &tables::bucket, &tables::resource_grant, &tables::secret,
        &tables::image, &tables::load_balancer_listener, &tables::share}) {
    CHECK_MESSAGE(live.state(*table) == "complete", std::string(table->name), ": ", live.reason(*table));
  }
  CHECK(live.sink.rows_of(tables::account).size() == 2);
  CHECK(live.sink.rows_of(tables::bucket).size() == 2);
  CHECK((*live.sink.rows_of(tables::volume_type).at(0))["cipher"] == "aes-xts-plain64");
  CHECK((*live.sink.rows_of(tables::instance).at(0))["user_data_present"] == "1");
  // Issuers go by Keystone's own links, whatever address was asked.
  CHECK((*live.sink.rows_of(tables::account).at(0))["issuer"] == "keystone:http://keystone.inside/v3#default");
  CHECK((*live.sink.rows_of(tables::network_rule).at(0))["protocol"] == "tcp");
}

TEST_CASE("openstack: an export of the recording gives the same rows and states") {
  FakeCloud cloud;
  const Live live(cloud, "{cloud: fake, clouds_file: clouds.yaml}", true);
  REQUIRE(live.result);
  RecordingSink exported;
  REQUIRE(collect_with(openstack_export_collector(), exported, live.folder.path,
                       "{path: record/cloud, name: fake, all_projects: true}"));
  CHECK(lines_of(exported) == lines_of(live.sink));
  CHECK(live.sink.rows.size() > 20);
  for (const TableSpec* table : openstack_collector().tables)
    CHECK_MESSAGE(told(exported, *table).first == told(live.sink, *table).first, std::string(table->name), ": ",
                  told(exported, *table).second);
}

TEST_CASE("openstack: project by project without admin, and what is missing is said") {
  FakeCloud cloud;
  cloud.admin = false;
  {
    const Live live(cloud);
    REQUIRE(live.result);
    CHECK(live.sink.rows_of(tables::port).size() == 2);
    CHECK(live.state(tables::port) == "complete");
    CHECK(live.state(tables::instance) == "complete");
    CHECK(live.state(tables::account) == "complete");
    // A reader is no operator of Swift: access lists may be hidden from it.
    CHECK(live.state(tables::resource_grant) == "partial");
  }
  cloud.both_projects = false;
  {
    const Live live(cloud);
    CHECK(live.sink.rows_of(tables::port).size() == 1);
    CHECK(live.state(tables::port) == "partial");
    CHECK(live.reason(tables::port).find("1 of 2 projects were not entered, p2 among them") != std::string::npos);
    CHECK(live.state(tables::account) == "complete");
  }
  cloud.system = false;
  {
    const Live live(cloud);
    CHECK(live.state(tables::account) == "denied");
    CHECK(live.state(tables::role_grant) == "denied");
    CHECK(live.reason(tables::role_grant).find("the role reader in system scope would be enough") != std::string::npos);
    CHECK(live.state(tables::port) == "partial");
    CHECK(live.state(tables::bucket) == "partial");
  }
}

TEST_CASE("openstack: an admin by name whom a service does not know as one sees a part") {
  FakeCloud cloud;
  cloud.override_ = [](const ServedRequest& request) -> std::optional<ServedAnswer> {
    if (request.path.starts_with("/net/v2.0/quotas")) return ServedAnswer{.status = 403, .body = "{}"};
    return std::nullopt;
  };
  const Live live(cloud);
  CHECK(live.state(tables::security_group) == "partial");
  CHECK(live.state(tables::instance) == "complete");
}

TEST_CASE("openstack: one list refused, failing, or no JSON: its tables alone are missing") {
  const auto with = [](ServedAnswer answer) {
    FakeCloud cloud;
    cloud.override_ = [&](const ServedRequest& request) -> std::optional<ServedAnswer> {
      if (request.path.starts_with("/net/v2.0/ports")) return answer;
      return std::nullopt;
    };
    const Live live(cloud);
    REQUIRE(live.result);
    CHECK(live.state(tables::network) == "complete");
    CHECK(live.sink.rows_of(tables::port).empty());
    CHECK(live.reason(tables::port).find("CANARY") == std::string::npos);
    return live.state(tables::port);
  };
  CHECK(with({.status = 403, .body = R"({"error":"CANARY-errorbody"})"}) == "denied");
  CHECK(with({.status = 404, .body = "{}"}) == "failed");
  CHECK(with({.status = 500, .body = "oops"}) == "failed");
  CHECK(with({.status = 503, .body = "", .headers = {{"Retry-After", "0"}}}) == "failed");
  CHECK(with({.status = 200, .body = "<html>Sign in</html>", .headers = {{"Content-Type", "text/html"}}}) == "failed");
  CHECK(with({.status = 200, .body = R"({"ports":[{"id":"a"},{"id)"}) == "failed");
  CHECK(with({.status = 200, .body = R"({"other":[]})"}) == "failed");
  CHECK(with({.status = 200, .body = R"({"ports":[{"id":"a"}]})", .cut = true}) == "failed");
  CHECK(with({.status = 302, .body = "", .headers = {{"Location", "http://evil.example/"}}}) == "failed");
  CHECK(with({.hang = true}) == "failed");
}

TEST_CASE("openstack: an extension that is not loaded is nothing, not a gap") {
  FakeCloud cloud;
  const Live live(cloud);
  CHECK(live.state(tables::address_group) == "complete");
  CHECK(live.sink.rows_of(tables::address_group).empty());
}

TEST_CASE("openstack: pages are followed on the address that answered, and loops end") {
  FakeCloud cloud;
  cloud.override_ = [&](const ServedRequest& request) -> std::optional<ServedAnswer> {
    if (!request.path.starts_with("/net/v2.0/networks")) return std::nullopt;
    const auto page = [](const std::string& id, const std::string& next) {
      return ServedAnswer{
          .body =
              R"({"networks":[{"id":")" + id + R"(","name":"n","project_id":"p1"}])" +
              (next.empty()
                   ? ""
                   : R"(,"networks_links":[{"rel":"next","href":"http://neutron.inside:9696/v2.0/networks?marker=)" +
                         next + "\"}]") +
              "}"};
    };
    if (request.path.find("marker=a") != std::string::npos) return page("b", "b");
    if (request.path.find("marker=b") != std::string::npos) return page("c", "");
    return page("a", "a");
  };
  {
    const Live live(cloud);
    CHECK(live.sink.rows_of(tables::network).size() == 3);
    CHECK(live.state(tables::network) == "complete");
  }
  cloud.override_ = [&](const ServedRequest& request) -> std::optional<ServedAnswer> {
    if (!request.path.starts_with("/net/v2.0/networks")) return std::nullopt;
    return ServedAnswer{
        .body =
            R"({"networks":[{"id":"a","name":"n","project_id":"p1"}],"networks_links":[{"rel":"next","href":"http://x/?marker=a"}]})"};
  };
  const Live live(cloud);
  CHECK(live.state(tables::network) == "partial");
  CHECK(live.reason(tables::network).find("do not end") != std::string::npos);
}

TEST_CASE("openstack: a list that Keystone cut is partial") {
  FakeCloud cloud;
  cloud.override_ = [](const ServedRequest& request) -> std::optional<ServedAnswer> {
    if (!request.path.starts_with("/v3/users?")) return std::nullopt;
    return ServedAnswer{
        .body =
            R"({"users":[{"id":"u1","name":"ann","domain_id":"default","enabled":true}],"truncated":true,"links":{}})"};
  };
  CHECK(Live(cloud).state(tables::account) == "partial");
}

TEST_CASE("openstack: a token that ends on the way is renewed once") {
  FakeCloud cloud;
  std::atomic<int> refused = 0;
  cloud.override_ = [&](const ServedRequest& request) -> std::optional<ServedAnswer> {
    if (request.path.starts_with("/net/v2.0/ports") && refused++ == 0) return ServedAnswer{.status = 401, .body = "{}"};
    return std::nullopt;
  };
  {
    const Live live(cloud);
    CHECK(live.state(tables::port) == "complete");
  }
  cloud.override_ = [&](const ServedRequest& request) -> std::optional<ServedAnswer> {
    if (request.path.starts_with("/net/v2.0/ports")) return ServedAnswer{.status = 401, .body = "{}"};
    return std::nullopt;
  };
  CHECK(Live(cloud).state(tables::port) == "denied");
}

TEST_CASE("openstack: wrong credentials are one clear line") {
  FakeCloud cloud;
  cloud.override_ = [](const ServedRequest& request) -> std::optional<ServedAnswer> {
    if (request.path == "/v3/auth/tokens")
      return ServedAnswer{.status = 401, .body = R"({"error":{"message":"CANARY-errorbody"}})"};
    return std::nullopt;
  };
  const Live live(cloud);
  REQUIRE(!live.result);
  CHECK(live.result.error().kind == ErrorKind::denied);
  CHECK(live.result.error().message.find("refuses the credentials of the cloud `fake` (401)") != std::string::npos);
  CHECK(live.result.error().message.find("CANARY") == std::string::npos);
}

TEST_CASE("openstack: a second factor, with a passcode and without") {
  FakeCloud cloud;
  cloud.override_ = [](const ServedRequest& request) -> std::optional<ServedAnswer> {
    if (request.path != "/v3/auth/tokens" || request.method != "POST" ||
        request.headers.contains("openstack-auth-receipt") || request.body.find("\"password\"") == std::string::npos)
      return std::nullopt;
    return ServedAnswer{.status = 401,
                        .body = R"({"required_auth_methods":[["password","totp"]]})",
                        .headers = {{"Openstack-Auth-Receipt", "receipt"}}};
  };
  CHECK(Live(cloud).result.error().message.find("asks for a second factor") != std::string::npos);
  TemporaryFolder folder;
  std::string clouds = cloud.clouds_yaml();
  clouds.insert(clouds.find("username"), "passcode: \"123456\", ");
  std::ofstream(folder.path / "clouds.yaml") << clouds;
  RecordingSink sink;
  CHECK(collect_with(openstack_collector(), sink, folder.path, "{cloud: fake, clouds_file: clouds.yaml}"));
  bool second = false;
  for (const ServedRequest& request : cloud.server.requests()) {
    second = second ||
             (request.headers.contains("openstack-auth-receipt") &&
              request.body.find("\"totp\"") != std::string::npos && request.body.find("123456") != std::string::npos);
  }
  CHECK(second);
}

TEST_CASE("openstack: no secret reaches a file, a message or the evidence") {
  FakeCloud cloud;
  const auto run = [&](int expected) {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.path / "out");
    std::ofstream(folder.path / "clouds.yaml") << cloud.clouds_yaml();
    std::ofstream(folder.path / "site.yaml")
        << "site: s\ncountry: FI\ntargets:\n  - openstack: {cloud: fake, clouds_file: clouds.yaml}\n    name: cloud\n";
    const ProgramRun collected =
        run_program_with({"collect", (folder.path / "site.yaml").string(), "-o", (folder.path / "out/e.db").string(),
                          "--record", (folder.path / "out/record").string()});
    CHECK_MESSAGE(collected.code == expected, collected.error);
    const ProgramRun scanned = run_program_with({"scan", (folder.path / "site.yaml").string(), "--out",
                                                 (folder.path / "out/report").string(), "--allow-incomplete"});
    std::string everything = collected.out + collected.error + scanned.out + scanned.error;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path / "out")) {
      if (!entry.is_regular_file()) continue;
      everything += content_of(entry.path());
      ++files;
    }
    CHECK(files > 2);
    for (const char* canary : kCanaries) CHECK_MESSAGE(everything.find(canary) == std::string::npos, canary);
    return everything;
  };
  CHECK(run(0).find("redacted") != std::string::npos);
  cloud.override_ = [](const ServedRequest& request) -> std::optional<ServedAnswer> {
    if (request.method == "POST" || request.path.starts_with("/v3/auth")) return std::nullopt;
    return ServedAnswer{.status = 500, .body = R"({"error":"CANARY-errorbody CANARY-token-home"})"};
  };
  run(3);
}

TEST_CASE("openstack: options and clouds.yaml that are wrong") {
  FakeCloud cloud;
  CHECK(Live(cloud, "{cloud: fak, clouds_file: clouds.yaml}").result.error().message.find("there is no cloud `fak`") !=
        std::string::npos);
  CHECK(Live(cloud, "{cloud: fake, clouds_file: nowhere.yaml}").result.error().kind == ErrorKind::not_found);
  const auto parsed = Document::parse_yaml("{cluod: fake}", "site.yaml").value();
  Target target;
  target.document = parsed;
  target.options = parsed->root();
  CHECK(!openstack_collector().validate(target));

  const TemporaryFolder folder;
  const auto nothing = [](const char*) { return std::optional<std::string>(); };
  std::ofstream(folder.path / "clouds.yaml")
      << "clouds:\n  a:\n    auth: {auth_url: https://k/v3, username: u}\n    verify: false\n    cacert: ca.pem\n    "
         "region_name: R\n  b:\n    auth: {username: CANARY-password}\n";
  std::ofstream(folder.path / "secure.yaml") << "clouds:\n  a:\n    auth: {password: s}\n";
  const auto a = find_cloud("a", "", folder.path, nothing);
  REQUIRE(a);
  CHECK(a->get("password") == "s");
  CHECK(a->get("username") == "u");
  CHECK(a->cacert == (folder.path / "ca.pem").string());
  CHECK(!a->verify);
  CHECK(find_cloud("", "", folder.path, nothing).error().message.find("several clouds") != std::string::npos);
  const auto b = find_cloud("b", "", folder.path, nothing);
  CHECK(b.error().message.find("no auth_url") != std::string::npos);
  std::ofstream(folder.path / "clouds.yaml") << "clouds:\n  a: {auth: {password: CANARY-password, password: x}}\n";
  const auto twice = find_cloud("a", "", folder.path, nothing);
  REQUIRE(!twice);
  CHECK(twice.error().snippet.empty());
  CHECK(twice.error().message.find("CANARY") == std::string::npos);
  const auto env = find_cloud("", "", folder.path, [](const char* name) -> std::optional<std::string> {
    if (std::string_view(name) == "OS_AUTH_URL") return "http://k";
    if (std::string_view(name) == "OS_USERNAME") return "me";
    return std::nullopt;
  });
  REQUIRE(env);
  CHECK(env->get("username") == "me");
}

TEST_CASE("openstack: certificates are checked") {
  FakeCloud cloud;
  TemporaryFolder folder;
  std::ofstream(folder.path / "clouds.yaml") << cloud.clouds_yaml() + "    verify: false\n";
  RecordingSink sink;
  const auto result = collect_with(openstack_collector(), sink, folder.path, "{cloud: fake, clouds_file: clouds.yaml}");
  REQUIRE(!result);
  CHECK(result.error().message.find("verify: false") != std::string::npos);
  CHECK(cloud.server.requests().empty());
}

TEST_CASE("openstack: names of secrets") {
  for (const char* name : {"blob", "adminPass", "user_data", "db_password", "OS-EXT-SRV-ATTR:user_data",
                           "client_secret", "auth_key", "API_TOKEN"})
    CHECK(names_secret(name));
  for (const char* name :
       {"password_expires_at", "secret_ref", "key_name", "unrestricted", "access_rules", "token_endpoint"})
    CHECK(!names_secret(name));
  const auto parsed =
      Document::parse_json(R"({"a":[{"blob":"x","n":1.5,"t":"q\"\n\u00e9"}],"secret":null,"password":true})", "t")
          .value();
  CHECK(redacted_json(parsed->root(), {{"z", "[]"}}) ==
        "{\"a\":[{\"blob\":\"redacted\",\"n\":1.5,\"t\":\"q\\\"\\u000a\xC3\xA9\"}],\"secret\":null,\"password\":true,"
        "\"z\":[]}");
}
