// SPDX-License-Identifier: Apache-2.0
// The gate as a pipeline meets it.
#include <doctest/doctest.h>

#include <fstream>

#include "cli/baseline.h"
#include "support/program.h"

namespace {

void write(const TemporaryFolder& folder, const std::string& name, const std::string& text) {
  const std::filesystem::path path = folder.path / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

std::string site_with(const TemporaryFolder& folder, const std::string& sshd) {
  write(folder, "image/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
  write(folder, "image/etc/ssh/sshd_config", sshd);
  write(folder, "image/usr/sbin/sshd", "");
  write(folder, "site.yaml", "site: n\ncountry: FI\ntargets:\n  - linux_host: {root: image, name: image-1}\n");
  return (folder.path / "site.yaml").string();
}

}  // namespace

TEST_CASE("gate: what the baseline names passes, what is new fails, and lines do not count") {
  const TemporaryFolder folder;
  const std::string site = site_with(folder, "PasswordAuthentication yes\nPermitRootLogin no\n");
  const std::string report = (folder.path / "base.json").string();
  CHECK(run_program_with({"gate", site, "--allow-incomplete", "--format", "json=" + report}).code == 1);
  CHECK(run_program_with({"gate", site, "--allow-incomplete", "--baseline", report}).code == 0);
  site_with(folder, "# moved\n\nPermitRootLogin no\nPasswordAuthentication yes\n");
  CHECK(run_program_with({"gate", site, "--allow-incomplete", "--baseline", report}).code == 0);
  site_with(folder, "PasswordAuthentication yes\nPermitRootLogin yes\n");
  const ProgramRun changed = run_program_with({"gate", site, "--allow-incomplete", "--baseline", report});
  CHECK(changed.code == 1);
  CHECK(changed.error.find("against the baseline") != std::string::npos);
}

TEST_CASE("gate: a baseline that is no report is exit 2, and nothing read never exits 0") {
  const TemporaryFolder folder;
  const std::string site = site_with(folder, "");
  write(folder, "other.json", "{\"a\": 1}");
  CHECK(run_program_with({"gate", site, "--baseline", (folder.path / "other.json").string()}).code == 2);
  write(folder, "empty.yaml", "site: n\ncountry: FI\ntargets:\n  - linux_host: {root: nothing, name: a}\n");
  CHECK(run_program_with({"gate", (folder.path / "empty.yaml").string(), "--allow-incomplete"}).code != 0);
}

TEST_CASE("baseline: modules in front of an address do not count") {
  CHECK(ehdscan::without_modules("module.a[\"x.y\"].module.b[0].aws_s3_bucket.c") == "aws_s3_bucket.c");
  CHECK(ehdscan::without_modules("aws_s3_bucket.module") == "aws_s3_bucket.module");
  CHECK(ehdscan::without_modules("module.a") == "module.a");
}
