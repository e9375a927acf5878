// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/linux_host.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <stdexcept>

#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host.h"

using namespace ehdscan;

namespace {

constexpr std::array<const TableSpec*, 1> kSysctl{&tables::sysctl};

Target target_of(std::string_view yaml) {
  Target target;
  target.name = "t";
  target.collector = "linux_host";
  target.document = Document::parse_yaml(yaml, "site.yaml").value();
  target.options = target.document->root().find("linux_host");
  target.folder = "/site";
  return target;
}

std::string validated(std::string_view yaml) {
  const Result<void> result = linux_host_collector().validate(target_of(yaml));
  return result ? "" : result.error().message;
}

}  // namespace

TEST_CASE("linux_host: options that are not understood are refused") {
  CHECK(validated("linux_host: local") == "");
  CHECK(validated("linux_host: {root: /mnt/image, name: x}") == "");
  CHECK(validated("linux_host: {name: x}") == "");
  CHECK(validated("linux_host: remote") == "`linux_host` takes `local` or a mapping");
  CHECK(validated("linux_host: [local]") == "`linux_host` takes `local` or a mapping");
  CHECK(validated("linux_host: {rot: /mnt}") == "unknown key `rot`");
  CHECK(validated("linux_host: {root: ''}") == "`root` is empty");
  CHECK(validated("linux_host: {root: /x, name: ' '}") == "`name` is empty");
  CHECK(validated("other: 1") == "`linux_host` does not say what to read");
}

TEST_CASE("linux_host: a root without a name needs one") {
  const HostFixture host({{"/etc/hostname", "# comment\n\n"}});
  RecordingSink sink;
  Target target = target_of("linux_host: {root: '" + host.folder.path.string() + "'}");
  const Result<void> result = linux_host_collector().collect(target, sink, host.run_context);
  REQUIRE(!result);
  CHECK(result.error().message == "the machine has no name in `/etc/hostname`");
  target = target_of("linux_host: {root: '" + host.folder.path.string() + "/missing'}");
  CHECK(linux_host_collector().collect(target, sink, host.run_context).error().kind == ErrorKind::not_found);
}

TEST_CASE("linux_host: a section that throws fails its own tables only") {
  HostFixture host;
  host.run({.name = "bad", .tables = kSysctl, .collect = [](HostContext&) { throw std::runtime_error("boom"); }});
  CHECK(host.sink.state_of(tables::sysctl) == "failed: section `bad` stopped: boom");
}

TEST_CASE("linux_host: a table without trouble is complete, with trouble it is not") {
  HostFixture host;
  host.run({.name = "good", .tables = kSysctl, .collect = [](HostContext&) {}});
  CHECK(host.sink.state_of(tables::sysctl) == "complete");
  HostFixture other;
  other.run({.name = "part", .tables = kSysctl, .collect = [](HostContext& context) {
               context.partial(tables::sysctl, "half of it");
             }});
  CHECK(other.sink.state_of(tables::sysctl) == "partial: half of it");
}

TEST_CASE("linux_host: a mounted root has no running kernel") {
  HostFixture host;
  host.run({.name = "kernel", .tables = kSysctl, .needs_running_kernel = true, .collect = [](HostContext&) {
              throw std::runtime_error("called");
            }});
  CHECK(host.sink.state_of(tables::sysctl) == "not_attempted: a mounted root has no running kernel");
}

TEST_CASE("linux_host: after an interruption nothing is complete") {
  const std::atomic<bool> interrupted = true;
  HostFixture host;
  host.run_context.interrupted = &interrupted;
  host.run({.name = "late", .tables = kSysctl, .collect = [](HostContext&) {}});
  CHECK(host.sink.state_of(tables::sysctl) == "not_attempted: interrupted");
}

TEST_CASE("linux_host: sources carry path, digest and grade") {
  HostFixture host({{"/etc/x", "abc"}});
  host.run({.name = "read", .tables = kSysctl, .collect = [](HostContext& context) {
              const ReadFile file = context.read("/etc/x").value();
              Row<tables::sysctl> row(context.platform);
              row.set<"host_id">(context.host_id).set<"name">("a.b").set<"value">(file.text);
              row.write(context.sink, file.at(1));
            }});
  REQUIRE(host.sink.sources.size() == 1);
  CHECK(host.sink.sources[0].sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(host.sink.sources[0].grade == EvidenceGrade::e2);
  CHECK(host.sink.dump() ==
        R"({"table":"sysctl","platform":"host:test","host_id":"test","name":"a.b","value":"abc","source":"/etc/x:1"}
{"collection":"sysctl","states":["complete"]}
)");
  CHECK(host.sink.mistakes.empty());
}
