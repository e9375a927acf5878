// SPDX-License-Identifier: Apache-2.0
#include "content/content.h"

namespace ehdscan {

std::optional<std::string_view> find_content(std::string_view path) {
  for (const ContentFile& file : all_content()) {
    if (file.path == path) return file.text;
  }
  return std::nullopt;
}

std::vector<ContentFile> content_below(std::string_view folder) {
  std::vector<ContentFile> found;
  for (const ContentFile& file : all_content()) {
    if (file.path.starts_with(folder)) found.push_back(file);
  }
  return found;
}

}  // namespace ehdscan
