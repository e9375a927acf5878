// SPDX-License-Identifier: Apache-2.0
#include "scoring/profile.h"

#include <fmt/format.h>

#include "format/fields.h"
#include "scoring/profile_reader.h"
#include "scoring/profile_source.h"
#include "scoring/threshold_reader.h"

namespace ehdscan {
namespace {

constexpr std::string_view kProfileSchema = "ehdscan-profile/1";
constexpr std::string_view kOverlaySchema = "ehdscan-overlay/1";
/// Overlays may extend overlays, but not for ever.
constexpr int kMostOverlays = 8;

class Loader {
 public:
  Result<LoadedProfile> load(std::string_view name) {
    Result<ProfileFile> file = source_.open(name);
    if (!file) return std::unexpected(file.error());
    if (Result<void> read = read_file(*file, 0); !read) return std::unexpected(read.error());
    loaded_.profile.sha256 = source_.sha256();
    return std::move(loaded_);
  }

 private:
  Result<void> read_file(const ProfileFile& file, int depth) {
    const Node root = file.document->root();
    const Result<Node> schema = root.require("schema");
    if (!schema) return std::unexpected(schema.error());
    if (schema->scalar() == kProfileSchema) return profile(file);
    if (schema->scalar() == kOverlaySchema) return overlay(file, depth);
    return std::unexpected(schema->error(fmt::format("`{}` is neither a profile nor an overlay", schema->scalar()),
                                         fmt::format("{} or {}", kProfileSchema, kOverlaySchema)));
  }

  Result<void> profile(const ProfileFile& file) {
    if (Result<void> read = read_controls(*file.document, loaded_.profile); !read) return read;
    if (Result<void> read = beside(file, "requirements", [&](const Document& document) {
          return read_requirements(document, loaded_.profile);
        });
        !read) {
      return read;
    }
    if (Result<void> read = beside(file, "articles", [&](const Document& document) {
          return read_articles(document, loaded_.profile);
        });
        !read) {
      return read;
    }
    if (Result<void> read = beside(file, "semantics", [&](const Document& document) {
          return read_semantics(document, loaded_.profile);
        });
        !read) {
      return read;
    }
    return beside(file, "thresholds", [&](const Document& document) -> Result<void> {
      Result<ThresholdFile> thresholds = read_thresholds(document);
      if (!thresholds) return std::unexpected(thresholds.error());
      loaded_.thresholds = std::move(thresholds->thresholds);
      loaded_.profile.milestones = std::move(thresholds->milestones);
      return {};
    });
  }

  /// Reads the file that `key` of a profile names.
  template <typename Read>
  Result<void> beside(const ProfileFile& file, std::string_view key, Read read) {
    const Result<Node> name = file.document->root().require(key);
    if (!name) return std::unexpected(name.error());
    const Result<std::string_view> text = name->as_text();
    if (!text) return std::unexpected(text.error());
    const Result<ProfileFile> other = source_.open_beside(file, *text);
    if (!other) return std::unexpected(name->error(other.error().message, other.error().hint));
    return read(*other->document);
  }

  Result<void> overlay(const ProfileFile& file, int depth) {
    const Node root = file.document->root();
    if (depth == kMostOverlays) {
      return std::unexpected(root.error("too many overlays, or overlays that extend one another in a circle"));
    }
    std::optional<Error> error;
    Fields fields(root, error,
                  {"schema", "id", "title", "version", "extends", "parameters", "tables", "exclusions"});
    const std::string id = fields.word("id");
    fields.text("title");
    const std::string version = fields.word("version");
    const std::string extends = fields.word("extends");
    if (error) return std::unexpected(*error);
    const Result<ProfileFile> base = source_.open_beside(file, extends);
    if (!base) return std::unexpected(fields.at("extends").error(base.error().message, base.error().hint));
    if (Result<void> read = read_file(*base, depth + 1); !read) return read;
    if (const std::optional<Node> parameters = fields.find("parameters")) {
      if (Result<void> done = change_values(*parameters, id, loaded_.thresholds); !done) return done;
    }
    if (const std::optional<Node> tables = fields.find("tables")) {
      if (Result<void> done = change_rows(*tables, id, loaded_.thresholds); !done) return done;
    }
    if (const std::optional<Node> exclusions = fields.find("exclusions")) {
      if (Result<void> done = read_exclusions(*exclusions, loaded_.profile); !done) return done;
    }
    loaded_.profile.overlays.push_back(fmt::format("{} {}", id, version));
    return {};
  }

  ProfileSource source_;
  LoadedProfile loaded_;
};

}  // namespace

Result<LoadedProfile> load_profile(std::string_view name) { return Loader().load(name); }

}  // namespace ehdscan
