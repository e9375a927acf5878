// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/openstack_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "collectors/openstack/answers.h"
#include "crypto/identity_hash.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMostFileBytes = std::size_t{1} << 30;
constexpr std::size_t kMostFiles = 100'000;

struct Options {
  std::string path;
  std::string name;
  std::string issuer;
  std::string key_file;
  std::optional<Instant> exported_at;
  bool all_projects = false;
};

Result<Options> read_options(const Target& target) {
  Options options;
  const Node& node = *target.options;
  if (node.is(Node::Kind::text)) {
    options.path = node.scalar();
    return options;
  }
  if (auto known = node.expect_keys({"path", "name", "issuer", "key_file", "exported_at", "all_projects"}); !known)
    return std::unexpected(known.error());
  const auto path = node.require("path");
  if (!path) return std::unexpected(path.error());
  for (const auto& [key, place] : {std::pair{"path", &options.path}, std::pair{"name", &options.name},
                                   std::pair{"issuer", &options.issuer}, std::pair{"key_file", &options.key_file}}) {
    const auto member = node.find(key);
    if (!member) continue;
    const auto text = member->as_text();
    if (!text) return std::unexpected(text.error());
    *place = *text;
  }
  if (const auto member = node.find("exported_at")) {
    const auto instant = member->as_instant();
    if (!instant) return std::unexpected(instant.error());
    options.exported_at = *instant;
  }
  if (const auto member = node.find("all_projects")) {
    const auto flag = member->as_boolean();
    if (!flag) return std::unexpected(flag.error());
    options.all_projects = *flag;
  }
  return options;
}

Result<void> validate(const Target& target) {
  if (const auto options = read_options(target); !options) return std::unexpected(options.error());
  return {};
}

class Export {
 public:
  Export(const Target& target, Options options, std::string key, RowSink& sink, const CollectContext& context)
      : target_(target),
        options_(std::move(options)),
        context_(context),
        answers_({.platform =
                      "openstack:" + (options_.name.empty()
                                          ? std::filesystem::path(options_.path).lexically_normal().filename().string()
                                          : options_.name),
                  .issuer = options_.issuer,
                  .identity_key = std::move(key)},
                 sink) {}

  Result<void> run() {
    if (auto read = read_files(); !read) return read;
    answers_.write([this] { return context_.stop(); });
    if (context_.stop()) return {};
    answers_.say_states(
        [this](const OsKind&) {
          return options_.all_projects
                     ? OsListState{}
                     : OsListState{CollectionState::partial,
                                   "site.yaml does not say that the export was made for all projects and domains "
                                   "(`all_projects: true`)"};
        },
        [errors = answers_.errors()](const OsKind& kind) {
          return OsListState{CollectionState::not_attempted,
                             fmt::format("the export holds no list of {} (`openstack {}`){}{}", kind.name, kind.command,
                                         errors.empty() ? "" : "; ", errors)};
        });
    return {};
  }

 private:
  Result<void> read_files() {
    const std::filesystem::path base = target_.resolve(options_.path);
    std::vector<std::filesystem::path> paths;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator folder(base, error);
         !error && folder != std::filesystem::recursive_directory_iterator(); folder.increment(error)) {
      if (folder->path().extension() == ".json") paths.push_back(folder->path());
      if (paths.size() > kMostFiles)
        return fail(ErrorKind::limit, fmt::format("`{}` holds more than {} files", options_.path, kMostFiles));
    }
    if (error) {
      return fail(error == std::errc::permission_denied ? ErrorKind::denied : ErrorKind::not_found,
                  fmt::format("cannot read `{}`: {}", options_.path, error.message()),
                  "name the folder of the exported JSON files");
    }
    if (paths.empty())
      return fail(ErrorKind::invalid_input, fmt::format("`{}` holds no JSON file", options_.path),
                  "`openstack server list -f json > servers.json`");
    std::ranges::sort(paths);
    for (const std::filesystem::path& path : paths)
      read_file_at(path,
                   (std::filesystem::path(options_.path) / path.lexically_relative(base)).lexically_normal().string());
    return {};
  }

  void read_file_at(const std::filesystem::path& path, const std::string& shown) {
    auto text = read_file(path, kMostFileBytes);
    if (!text) return answers_.lose({}, fmt::format("{}: {}", shown, text.error().message));
    answers_.add(*std::move(text), {.target = {},
                                    .collector = {},
                                    .location = shown,
                                    .sha256 = {},
                                    .observed_at = options_.exported_at.value_or(changed_at(path)),
                                    .grade = EvidenceGrade::e2,
                                    .nature = Nature::observed,
                                    .freshness = Freshness::export_file,
                                    .third_party = false});
  }

  [[nodiscard]] Instant changed_at(const std::filesystem::path& path) const {
    std::error_code error;
    const auto time = std::filesystem::last_write_time(path, error);
    if (error) return context_.started_at;
    const auto since = std::chrono::file_clock::to_sys(time).time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::seconds>(since).count()};
  }

  const Target& target_;
  Options options_;
  const CollectContext& context_;
  OsAnswers answers_;
};

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  std::string key;
  if (!options->key_file.empty()) {
    auto read = read_identity_key(target.resolve(options->key_file));
    if (!read) return std::unexpected(std::move(read).error());
    key = *std::move(read);
  }
  return Export(target, *std::move(options), std::move(key), sink, context).run();
}

}  // namespace

CollectorSpec openstack_export_collector() {
  return {.name = "openstack_export",
          .summary = "a folder of JSON as the OpenStack client prints it or its APIs answer",
          .evidence = "openstack keystone",
          .tables = os_tables(),
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
