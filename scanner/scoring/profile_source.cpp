// SPDX-License-Identifier: Apache-2.0
#include "scoring/profile_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "content/content.h"
#include "scoring/profile.h"

namespace ehdscan {
namespace {

constexpr std::string_view kFolder = "profiles/";

bool is_path(std::string_view name) {
  return name.find('/') != std::string_view::npos || name.ends_with(".yaml") || name.ends_with(".yml");
}

/// Files beside the baseline that are no profile of their own.
bool is_part_of_profile(std::string_view stem) {
  return stem == "thresholds" || stem == "requirements" || stem == "ehds-articles" || stem == "platform-semantics";
}

}  // namespace

std::vector<std::string> embedded_profiles() {
  std::vector<std::string> ids;
  for (const ContentFile& file : content_below(kFolder)) {
    std::string stem = std::filesystem::path(file.path).stem().string();
    if (!is_part_of_profile(stem)) ids.push_back(std::move(stem));
  }
  std::ranges::sort(ids);
  return ids;
}

Result<ProfileFile> ProfileSource::embedded(const std::filesystem::path& path, std::string_view text) {
  auto document = Document::parse_yaml(text, path.generic_string());
  if (!document) return std::unexpected(document.error());
  digest_.update(sha256_hex(text)).update("\n");
  return ProfileFile{.document = *document, .path = path, .embedded = true};
}

Result<ProfileFile> ProfileSource::on_disk(const std::filesystem::path& path) {
  auto document = Document::read(path);
  if (!document) return std::unexpected(document.error());
  digest_.update(sha256_hex((*document)->text())).update("\n");
  return ProfileFile{.document = *document, .path = path, .embedded = false};
}

Result<ProfileFile> ProfileSource::open(std::string_view name) {
  if (is_path(name)) return on_disk(name);
  for (const std::string_view folder : {"profiles/", "profiles/overlays/"}) {
    const std::string path = fmt::format("{}{}.yaml", folder, name);
    const auto text = find_content(path);
    if (text && !is_part_of_profile(name)) return embedded(path, *text);
  }
  const std::vector<std::string> ids = embedded_profiles();
  const std::vector<std::string_view> views(ids.begin(), ids.end());
  const std::string_view near = nearest(name, views);
  return fail(ErrorKind::not_found, fmt::format("no profile `{}`", name),
              near.empty() ? fmt::format("known: {}; a file is named by its path, `./{}.yaml`", fmt::join(ids, ", "), name)
                           : fmt::format("did you mean `{}`?", near));
}

Result<ProfileFile> ProfileSource::open_beside(const ProfileFile& from, std::string_view name) {
  if (!is_path(name)) return open(name);
  const std::filesystem::path path = (from.path.parent_path() / name).lexically_normal();
  if (!from.embedded) return on_disk(path);
  const auto text = find_content(path.generic_string());
  if (!text) return fail(ErrorKind::not_found, fmt::format("`{}` is not part of the program", path.generic_string()));
  return embedded(path, *text);
}

}  // namespace ehdscan
