// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/packages.h"

#include <fmt/format.h>
#include <lz4frame.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/text.h"
#include "base/unique_handle.h"
#include "collectors/linux_host/systemd_files.h"
#include "evidence/tables/host_software.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 2> kTables{&tables::package_state, &tables::package_source};
constexpr std::size_t kMostStatusBytes = std::size_t{64} << 20;
constexpr std::size_t kMostListBytes = std::size_t{256} << 20;
constexpr std::string_view kLists = "/var/lib/apt/lists";

struct Installed {
  std::string name;
  std::string architecture;
  std::string version;
  bool held = false;
  bool broken = false;
  std::string candidate;
  std::string security_candidate;
};

/// Installed packages by "name:architecture".
using Packages = std::unordered_map<std::string, Installed>;

Packages parse_status(std::string_view text) {
  constexpr std::string_view kFields[] = {"Package", "Status", "Architecture", "Version"};
  Packages packages;
  for_each_paragraph(text, kFields, [&](const std::string_view(&values)[4]) {
    const auto status = split_words(values[1]);  // "install ok installed": want, error flag, state
    if (status.size() != 3 || status[2] == "not-installed" || status[2] == "config-files") return;
    Installed package{.name = to_valid_utf8(values[0]), .architecture = to_valid_utf8(values[2]), .version = to_valid_utf8(values[3])};
    package.held = status[0] == "hold";
    package.broken = status[2] != "installed" && status[2] != "triggers-awaited" && status[2] != "triggers-pending";
    packages.emplace(fmt::format("{}:{}", package.name, package.architecture), std::move(package));
  });
  return packages;
}

/// Decompresses an LZ4 frame. Errors: invalid_input, limit.
Result<std::string> unlz4(std::string_view bytes, const std::string& path) {
  LZ4F_dctx* raw = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&raw, LZ4F_VERSION)) != 0) return fail(ErrorKind::io, "no memory for LZ4");
  const std::unique_ptr<LZ4F_dctx, Calls<LZ4F_freeDecompressionContext>> context(raw);
  std::string text;
  std::array<char, std::size_t{64} << 10> block{};
  while (!bytes.empty()) {
    std::size_t written = block.size();
    std::size_t read = bytes.size();
    const std::size_t more = LZ4F_decompress(context.get(), block.data(), &written, bytes.data(), &read, nullptr);
    if (LZ4F_isError(more) != 0) return fail(ErrorKind::invalid_input, fmt::format("`{}` is no LZ4 file", path));
    if (text.size() + written > kMostListBytes) return fail(ErrorKind::limit, fmt::format("`{}` is larger than {} bytes", path, kMostListBytes));
    text.append(block.data(), written);
    bytes.remove_prefix(read);
    if (more == 0) break;
    if (read == 0 && written == 0) return fail(ErrorKind::invalid_input, fmt::format("`{}` is cut off", path));
  }
  return text;
}

/// Which suites the lists came from: "deb.debian.org_debian-security_dists_bookworm-security_".
struct Suite {
  bool security = false;
  std::optional<Instant> released_at;  ///< when the mirror's Release file was fetched
};

bool is_security(std::string_view release, std::string_view prefix) {
  constexpr std::string_view kFields[] = {"Label", "Suite", "Codename"};
  bool security = prefix.find("-security") != std::string_view::npos;
  for_each_paragraph(release, kFields, [&](const std::string_view(&values)[3]) {
    security = security || values[0] == "Debian-Security" || values[1].ends_with("-security") || values[2].ends_with("-security");
  });
  return security;
}

struct Lists {
  std::map<std::string, Suite> suites;    ///< by prefix of the file names
  std::vector<std::string> unread;        ///< lists in a compression we do not read
  std::size_t read = 0;
};

void use_list(std::string_view text, bool security, Packages& packages) {
  constexpr std::string_view kFields[] = {"Package", "Architecture", "Version"};
  std::string key;
  const auto consider = [&](std::string_view name, std::string_view architecture, std::string_view version) {
    key.assign(name).append(1, ':').append(architecture);
    const auto found = packages.find(key);
    if (found == packages.end()) return;
    std::string& newest = found->second.candidate;
    if (newest.empty() || compare_debian_versions(version, newest) > 0) newest = version;
    if (!security) return;
    std::string& secure = found->second.security_candidate;
    if (secure.empty() || compare_debian_versions(version, secure) > 0) secure = version;
  };
  for_each_paragraph(text, kFields, [&](const std::string_view(&values)[3]) { consider(values[0], values[1], values[2]); });
}

Result<void> read_lists(HostContext& context, Packages& packages, Lists& lists) {
  const Result<std::vector<FolderEntry>> entries = context.files.list(kLists);
  if (!entries) return std::unexpected(entries.error());
  for (const FolderEntry& entry : *entries) {
    for (const std::string_view ending : {"_InRelease", "_Release"}) {
      if (!entry.name.ends_with(ending)) continue;
      const std::string prefix = entry.name.substr(0, entry.name.size() - ending.size());
      const Result<std::string> release = context.files.read(fmt::format("{}/{}", kLists, entry.name));
      lists.suites[prefix] = {.security = release && is_security(*release, prefix), .released_at = entry.facts.modified_at};
    }
  }
  for (const FolderEntry& entry : *entries) {
    const std::size_t at = entry.name.find("_Packages");
    if (at == std::string::npos || entry.facts.kind != FileKind::regular) continue;
    const std::string path = fmt::format("{}/{}", kLists, entry.name);
    const std::string_view ending = std::string_view(entry.name).substr(at + 9);
    if (!ending.empty() && ending != ".lz4") {
      if (ending.starts_with('.')) lists.unread.push_back(path);
      continue;
    }
    Result<std::string> text = context.files.read(path, kMostListBytes);
    if (text && ending == ".lz4") text = unlz4(*text, path);
    if (!text) {
      lists.unread.push_back(path);
      continue;
    }
    bool security = false;
    for (const auto& [prefix, suite] : lists.suites) security = security || (suite.security && entry.name.starts_with(prefix));
    use_list(*text, security, packages);
    ++lists.read;
  }
  return {};
}

/// apt.conf(5), as far as it matters: `APT::Periodic::Unattended-Upgrade "1";`, also in nested braces.
std::optional<std::string> apt_value(std::string_view text, std::string_view name) {
  std::optional<std::string> value;
  for (const std::string_view raw : split_lines(text)) {
    std::string_view line = trim(raw);
    if (line.starts_with("//") || line.starts_with('#')) continue;
    if (!line.starts_with(name)) continue;
    line.remove_prefix(name.size());
    if (line.empty() || (line.front() != ' ' && line.front() != '\t')) continue;
    const std::size_t open = line.find('"');
    const std::size_t close = line.find('"', open + 1);
    if (open != std::string_view::npos && close != std::string_view::npos) value = std::string(line.substr(open + 1, close - open - 1));
  }
  return value;
}

void write_source(HostContext& context, std::int64_t installed, const Lists& lists, SourceId source) {
  Row<tables::package_source> row(context.platform);
  row.set<"host_id">(context.host_id).set<"manager">("apt").set<"installed_packages">(installed);
  std::optional<Instant> newest;
  std::optional<Instant> newest_security;
  for (const auto& [prefix, suite] : lists.suites) {
    if (!suite.released_at) continue;
    if (!newest || *suite.released_at > *newest) newest = suite.released_at;
    if (suite.security && (!newest_security || *suite.released_at > *newest_security)) newest_security = suite.released_at;
  }
  row.set<"lists_at">(newest).set<"security_lists_at">(newest_security);

  std::optional<std::string> interval;
  bool readable = true;
  const auto fragments = conf_fragments(context.files, {"/etc/apt/apt.conf.d"}, "");
  std::vector<std::string> paths = fragments.value_or(std::vector<std::string>{});
  readable = fragments.has_value();
  paths.emplace_back("/etc/apt/apt.conf");
  for (const std::string& path : paths) {
    const Result<std::string> text = context.files.read(path);
    if (!text) {
      readable = readable && text.error().kind == ErrorKind::not_found;
      continue;
    }
    if (auto value = apt_value(*text, "APT::Periodic::Unattended-Upgrade")) interval = std::move(value);
  }
  const bool tool = context.files.exists("/usr/bin/unattended-upgrade") || context.files.exists("/usr/bin/unattended-upgrades");
  if (readable) {
    const std::optional<std::int64_t> days = interval ? parse_integer(*interval) : std::nullopt;
    row.set<"automatic_updates">(tool && (days.value_or(0) > 0 || (interval && *interval == "always")));
    row.set<"automatic_interval_days">(days);
  }
  row.write(context.sink, {.source = source});
}

void collect(HostContext& context) {
  const Result<std::string> status = context.files.read("/var/lib/dpkg/status", kMostStatusBytes);
  if (!status) {
    // Other package managers are not read yet: their updates are not known, which is not the same as none.
    context.failed(tables::package_state, status.error());
    return context.failed(tables::package_source, status.error());
  }
  const SourceId source = context.add_source("/var/lib/dpkg/status", *status);
  Packages packages = parse_status(*status);
  Lists lists;
  const Result<void> read = read_lists(context, packages, lists);
  if (!read && read.error().kind != ErrorKind::not_found) context.partial(tables::package_state, read.error());
  const bool usable = lists.read > 0 && lists.unread.empty();
  if (!usable) {
    context.partial(tables::package_state,
                    lists.unread.empty() ? "there are no package lists: run `apt-get update` before, so that pending updates can be known"
                                         : fmt::format("a package list cannot be read: {}", lists.unread.front()));
  }
  write_source(context, static_cast<std::int64_t>(packages.size()), lists, source);

  std::vector<const Installed*> sorted;
  for (const auto& [key, package] : packages) sorted.push_back(&package);
  std::ranges::sort(sorted, {}, [](const Installed* p) { return std::tie(p->name, p->architecture); });
  Row<tables::package_state> row(context.platform);
  for (const Installed* package : sorted) {
    const bool pending = !package->candidate.empty() && compare_debian_versions(package->candidate, package->version) > 0;
    const bool security = !package->security_candidate.empty() && compare_debian_versions(package->security_candidate, package->version) > 0;
    if (!pending && !package->held && !package->broken) continue;
    row.set<"host_id">(context.host_id).set<"name">(fmt::format("{}:{}", package->name, package->architecture));
    row.set<"version">(package->version);
    if (!package->candidate.empty()) row.set<"candidate_version">(to_valid_utf8(package->candidate));
    if (lists.read > 0) row.set<"update_pending">(pending).set<"security_update_pending">(security);
    row.set<"held">(package->held).set<"broken">(package->broken);
    row.write(context.sink, {.source = source});
  }
}

/// Order of one character: `~` before the end, letters before everything else.
int order(char c) {
  if (c == '~') return -1;
  if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return c;
  return static_cast<unsigned char>(c) + 256;
}

std::strong_ordering compare_parts(std::string_view a, std::string_view b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    while ((i < a.size() && !digit(a[i])) || (j < b.size() && !digit(b[j]))) {
      const int x = i < a.size() && !digit(a[i]) ? order(a[i]) : 0;
      const int y = j < b.size() && !digit(b[j]) ? order(b[j]) : 0;
      if (x != y) return x <=> y;
      if (i < a.size() && !digit(a[i])) ++i;
      if (j < b.size() && !digit(b[j])) ++j;
    }
    while (i < a.size() && a[i] == '0') ++i;
    while (j < b.size() && b[j] == '0') ++j;
    const std::size_t a_start = i;
    const std::size_t b_start = j;
    while (i < a.size() && digit(a[i])) ++i;
    while (j < b.size() && digit(b[j])) ++j;
    const std::string_view x = a.substr(a_start, i - a_start);
    const std::string_view y = b.substr(b_start, j - b_start);
    if (x.size() != y.size()) return x.size() <=> y.size();
    if (x != y) return x <=> y;
  }
  return std::strong_ordering::equal;
}

struct VersionParts {
  std::string_view epoch = "0";
  std::string_view upstream;
  std::string_view revision;
};

VersionParts parts_of(std::string_view version) {
  VersionParts parts;
  if (const std::size_t colon = version.find(':'); colon != std::string_view::npos) {
    parts.epoch = version.substr(0, colon);
    version.remove_prefix(colon + 1);
  }
  const std::size_t dash = version.rfind('-');
  parts.upstream = version.substr(0, dash);
  if (dash != std::string_view::npos) parts.revision = version.substr(dash + 1);
  return parts;
}

}  // namespace

std::strong_ordering compare_debian_versions(std::string_view a, std::string_view b) {
  const VersionParts x = parts_of(a);
  const VersionParts y = parts_of(b);
  if (const auto epoch = compare_parts(x.epoch, y.epoch); epoch != 0) return epoch;
  if (const auto upstream = compare_parts(x.upstream, y.upstream); upstream != 0) return upstream;
  return compare_parts(x.revision, y.revision);
}

const HostSection packages_section{.name = "packages", .tables = kTables, .collect = collect};

}  // namespace ehdscan
