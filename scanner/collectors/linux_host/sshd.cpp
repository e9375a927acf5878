// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sshd.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "collectors/linux_host/account_files.h"
#include "collectors/linux_host/host_glob.h"
#include "evidence/tables/host_access.h"

namespace ehdscan {
namespace {

constexpr std::string_view kConfigPath = "/etc/ssh/sshd_config";
constexpr std::size_t kMaxClasses = 200;
constexpr std::array<const TableSpec*, 1> kTables{&tables::sshd_setting};

std::string place_text(const SshdConfig& config, const ConfigPlace& place) {
  return fmt::format("{}:{}", config.files[place.file], place.line);
}

std::vector<std::string> groups_of_root(const HostFiles& files) {
  const Result<std::string> passwd = files.read("/etc/passwd");
  const Result<std::string> group = files.read("/etc/group");
  if (!passwd || !group) return {"root"};
  for (const PasswdEntry& entry : parse_passwd(*passwd).entries) {
    if (entry.name == "root") return groups_of(entry, parse_group(*group).entries);
  }
  return {"root"};
}

void write_class(HostContext& context, const HostSshd& sshd, const SshdConnectionClass& connection_class) {
  Row<tables::sshd_setting> row(context.platform);
  const std::string version = fmt::format("{}.{}", sshd.version.major, sshd.version.minor);
  for (const SshdSetting& setting : effective_sshd_settings(sshd.config, sshd.version, &connection_class.connection)) {
    const bool list = find_sshd_keyword(setting.keyword)->kind == SshdKind::each ||
                      find_sshd_keyword(setting.keyword)->kind == SshdKind::each_line;
    if (!setting.configured && setting.values && setting.values->empty() && !list) continue;  // sshd -T prints nothing
    row.set<"host_id">(context.host_id).set<"connection_class">(connection_class.name).set<"keyword">(setting.keyword);
    if (setting.values && !sshd.config.incomplete) {
      row.set<"value">(fmt::format("{}", fmt::join(*setting.values, " ")));
    }
    row.set<"explicitly_set">(setting.configured);
    if (sshd.version.major > 0) row.set<"version">(version);
    const std::uint32_t file = setting.configured ? setting.place.file : 0;
    row.write(context.sink, {.source = sshd.sources[file], .line = setting.configured ? setting.place.line : 0});
  }
}

void collect(HostContext& context) {
  const Result<std::optional<HostSshd>> found = read_host_sshd(context);
  if (!found) return context.failed(tables::sshd_setting, found.error());
  if (!*found) return;
  const HostSshd& sshd = **found;

  std::vector<ConfigProblem> problems = sshd.config.problems;
  effective_sshd_settings(sshd.config, sshd.version, nullptr, &problems);
  for (std::size_t i = 0; i < std::min<std::size_t>(problems.size(), 5); ++i) {
    context.partial(tables::sshd_setting,
                    fmt::format("`{}`: {}", place_text(sshd.config, problems[i].place), problems[i].message));
  }
  if (!sshd.version.stable) {
    context.partial(
        tables::sshd_setting,
        sshd.version.major > 0
            ? fmt::format("the defaults of OpenSSH {}.{} are not known", sshd.version.major, sshd.version.minor)
            : std::string("the version of the installed sshd is not known, so its defaults are not"));
  }

  std::vector<int> unsatisfied;
  std::vector<SshdConnectionClass> classes =
      connection_classes(sshd.config, groups_of_root(context.files), unsatisfied);
  for (const int match : unsatisfied) {
    context.partial(tables::sshd_setting,
                    fmt::format("`{}`: no connection was found that this Match block holds for",
                                place_text(sshd.config, sshd.config.matches[static_cast<std::size_t>(match)].place)));
    if (context.troubled.size() > 10) break;
  }
  if (classes.size() > kMaxClasses) {
    context.partial(tables::sshd_setting, fmt::format("more than {} Match blocks", kMaxClasses));
    classes.resize(kMaxClasses);
  }
  for (const SshdConnectionClass& connection_class : classes) write_class(context, sshd, connection_class);
}

}  // namespace

const HostSection sshd_section{.name = "sshd", .tables = kTables, .needs_running_kernel = false, .collect = collect};

std::string dpkg_version(std::string_view status, std::string_view package) {
  bool ours = false;
  bool installed = false;
  std::string_view version;
  for (const std::string_view line : split(status, '\n')) {
    if (line.empty()) {
      if (ours && installed && !version.empty()) break;
      ours = installed = false;
      version = {};
    } else if (line.starts_with("Package: ")) {
      ours = trim(line.substr(9)) == package;
    } else if (ours && line.starts_with("Status: ")) {
      installed = trim(line).ends_with(" installed");
    } else if (ours && line.starts_with("Version: ")) {
      version = trim(line.substr(9));
    }
  }
  return ours && installed ? to_valid_utf8(version) : std::string();
}

Result<std::optional<HostSshd>> read_host_sshd(HostContext& context) {
  Result<ReadFile> main = context.read(kConfigPath);
  if (!main) {
    const bool installed = context.files.exists("/usr/sbin/sshd") || context.files.exists("/usr/bin/sshd");
    if (main.error().kind == ErrorKind::not_found && !installed) return std::optional<HostSshd>();
    return std::unexpected(main.error());
  }
  HostSshd sshd;
  std::map<std::string, SourceId> registered{{std::string(kConfigPath), main->source}};
  const ExpandInclude expand = [&](std::string_view pattern) {
    const std::string absolute = pattern.starts_with('/') ? std::string(pattern) : fmt::format("/etc/ssh/{}", pattern);
    std::vector<IncludedFile> included;
    const Result<std::vector<std::string>> paths = glob_host(context.files, absolute);
    if (!paths) {
      included.push_back({absolute, std::unexpected(paths.error())});
      return included;
    }
    for (const std::string& path : *paths) {
      Result<ReadFile> file = context.read(path);
      if (file) {
        registered.emplace(to_valid_utf8(path), file->source);
        included.push_back({to_valid_utf8(path), std::move(file->text)});
      } else {
        included.push_back({to_valid_utf8(path), std::unexpected(file.error())});
      }
    }
    return included;
  };
  sshd.config = parse_sshd_config(main->text, std::string(kConfigPath), expand);
  for (const std::string& file : sshd.config.files) sshd.sources.push_back(registered.at(file));
  if (const Result<std::string> status = context.files.read("/var/lib/dpkg/status", std::size_t{64} << 20)) {
    sshd.version = parse_sshd_version(dpkg_version(*status, "openssh-server"));
  }
  return std::optional<HostSshd>(std::move(sshd));
}

std::vector<SshdSetting> sshd_settings_of(const HostSshd& sshd, const std::string& user,
                                          const std::vector<std::string>& groups) {
  SshdConnection connection = ordinary_connection(sshd.config);
  connection.user = user;
  connection.groups = groups;
  return effective_sshd_settings(sshd.config, sshd.version, &connection);
}

}  // namespace ehdscan
