// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/digest.h"
#include "format/document.h"

namespace ehdscan {

/// Where a profile file stands: inside the program or on disk. Files that it names are looked for beside it.
struct ProfileFile {
  std::shared_ptr<const Document> document;
  std::filesystem::path path;  ///< as errors name it; for embedded files the path inside the project
  bool embedded = false;
};

/// Opens the files of a profile and takes the digest of every byte used, in the order they are opened.
class ProfileSource {
 public:
  /// `name` is an id of an embedded profile or overlay, or a path: something with a slash or a `.yaml` at its end.
  /// Errors: not_found (naming the ids there are), those of Document::read.
  Result<ProfileFile> open(std::string_view name);
  /// The same for a name written in the file `from`: relative paths start at its folder.
  Result<ProfileFile> open_beside(const ProfileFile& from, std::string_view name);

  /// SHA-256 over the digests of all files opened so far. Ends the digest.
  std::string sha256() { return digest_.hex(); }

 private:
  Result<ProfileFile> embedded(const std::filesystem::path& path, std::string_view text);
  Result<ProfileFile> on_disk(const std::filesystem::path& path);

  Sha256 digest_;
};

}  // namespace ehdscan
