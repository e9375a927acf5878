// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/terraform.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/file.h"
#include "base/text.h"
#include "base/unicode.h"
#include "collectors/terraform/kinds.h"
#include "collectors/terraform/sources.h"
#include "collectors/terraform/template_block.h"
#include "crypto/digest.h"
#include "evidence/tables/inventory.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;
constexpr std::size_t kMostReasons = 3;

/// Turns a template into a plan; none is needed for plans.
using Translate = Result<TranslatedTemplate> (*)(std::string_view text, const std::string& name);

struct Options {
  std::vector<std::string> files;
  std::string sources;
};

Result<Options> read_options(const Target& target) {
  const Node& node = *target.options;
  Options options;
  const auto add = [&](const Node& one) -> Result<void> {
    if (!one.is(Node::Kind::sequence)) {
      const auto text = one.as_text();
      if (!text) return std::unexpected(text.error());
      if (text->empty()) return std::unexpected(one.error("an empty path"));
      options.files.emplace_back(*text);
      return {};
    }
    for (std::size_t i = 0; i < one.size(); ++i) {
      const auto text = one[i].as_text();
      if (!text) return std::unexpected(text.error());
      options.files.emplace_back(*text);
    }
    if (options.files.empty()) return std::unexpected(one.error("no file is named", "terraform: plan.json"));
    return {};
  };
  if (!node.is(Node::Kind::mapping)) {
    if (auto added = add(node); !added) return std::unexpected(added.error());
    return options;
  }
  if (auto known = node.expect_keys({"files", "sources"}); !known) return std::unexpected(known.error());
  const auto files = node.require("files");
  if (!files) return std::unexpected(files.error());
  if (auto added = add(*files); !added) return std::unexpected(added.error());
  if (const auto sources = node.find("sources")) {
    const auto text = sources->as_text();
    if (!text) return std::unexpected(text.error());
    options.sources = std::string(*text);
  }
  return options;
}

Result<void> validate(const Target& target) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  return {};
}

std::string one_line(const Error& error) {
  const std::string hint = error.hint.empty() ? "" : fmt::format(" ({})", error.hint);
  if (error.place.file.empty() || error.place.line == 0) return error.message + hint;
  return fmt::format("{}:{}: {}{}", error.place.file, error.place.line, error.message, hint);
}

/// One file. Companions come first, so that the thing they are about finds them.
class FileReader {
 public:
  FileReader(const Target& target, const Options& options, Translate translate, RowSink& sink,
             const CollectContext& context)
      : translate_(translate),
        target_(target),
        options_(options),
        sink_(sink),
        context_(context),
        kube_{.reader = KubeReader(target.name, sink), .trouble = {}} {}

  void read(const std::filesystem::path& path) {
    Result<std::string> text = read_file(path, kMaxFileBytes);
    if (!text) return refuse(one_line(text.error()));
    const std::string digest = sha256_hex(*text);
    if (text->starts_with("\xFF\xFE") || text->starts_with("\xFE\xFF")) {
      // `terraform show -json > plan.json` of PowerShell.
      auto converted = utf8_of_utf16(*text);
      if (!converted) return refuse(fmt::format("{}: the text is no whole UTF-16", path.string()));
      *text = *std::move(converted);
    }
    const std::string name = path.string();
    std::map<std::string, std::uint32_t> lines;
    if (translate_ != nullptr) {
      Result<TranslatedTemplate> made = translate_(*text, name);
      if (!made) return refuse(one_line(made.error()));
      for (const std::string& trouble : made->troubles) doubt(fmt::format("{}: {}", name, trouble));
      for (const auto& [address, line] : made->lines) lines.emplace(address, line);
      *text = std::move(made->plan);
    }
    const JsonCut cut(*text, name);
    Result<TfPlan> plan = read_terraform(cut, name);
    if (!plan) return refuse(one_line(plan.error()));
    for (TfEntry& entry : plan->entries) {
      if (const auto line = lines.find(entry.address); line != lines.end()) entry.line = line->second;
    }
    for (const std::string& trouble : plan->troubles) doubt(trouble);
    ++read_;
    const SourceId source = add_source(path, digest);
    write(*plan, name, source, path.parent_path());
  }

  /// States of all tables. Errors: what was wrong, if no file could be read.
  Result<void> finish() {
    if (read_ == 0) {
      return fail(ErrorKind::invalid_input, troubles_.empty() ? "no plan was read" : troubles_.front());
    }
    std::string reason;
    for (std::size_t i = 0; i < std::min(troubles_.size(), kMostReasons); ++i) {
      reason += (i == 0 ? "" : "; ") + troubles_[i];
    }
    if (troubles_.size() > kMostReasons) reason += fmt::format(" (and {} more)", troubles_.size() - kMostReasons);
    if (context_.stop()) reason = "interrupted";
    std::vector<const TableSpec*> looked_at(tf_tables().begin(), tf_tables().end());
    looked_at.insert(looked_at.end(), extra_.begin(), extra_.end());
    for (const TableSpec* table : looked_at) {
      if (!reason.empty()) {
        sink_.collected(*table, CollectionState::partial, reason);
      } else if (const auto missing = missing_.find(table); missing != missing_.end()) {
        sink_.collected(*table, CollectionState::partial, missing->second);
      } else {
        sink_.collected(*table, CollectionState::complete);
      }
    }
    if (translate_ == nullptr) kube_.reader.finish(reason.empty() ? kube_.trouble : reason);
    return {};
  }

 private:
  void refuse(std::string reason) { troubles_.push_back(std::move(reason)); }
  void doubt(std::string reason) { troubles_.push_back(std::move(reason)); }

  SourceId add_source(const std::filesystem::path& path, const std::string& digest) {
    return sink_.add_source({.target = {},
                             .collector = {},
                             .location = to_valid_utf8(path.string()),
                             .sha256 = digest,
                             .observed_at = context_.started_at,
                             .grade = EvidenceGrade::e2,
                             .nature = Nature::intended,
                             .freshness = Freshness::export_file,
                             .third_party = false});
  }

  void write(const TfPlan& plan, const std::string& name, SourceId source, const std::filesystem::path& folder) {
    const TfReferences references(plan);
    TfSources sources(options_.sources.empty() ? folder : target_.resolve(options_.sources), references);
    TfContext context(sink_, references, target_.name, kube_);
    // Of what a configuration or a template does not mention the default holds.
    const bool written = plan.form == TfPlan::Form::configuration || translate_ != nullptr;
    const auto parse = [&](const TfEntry& entry) -> std::optional<TfResource> {
      auto resource = TfResource::parse(entry, name, written);
      if (resource) return *std::move(resource);
      doubt(one_line(resource.error()));
      return std::nullopt;
    };
    for (const TfEntry& entry : plan.entries) {
      context.know(entry);
      const TfKind* kind = find_tf_kind(entry.type);
      if (kind == nullptr || kind->alias.empty() || entry.is_data) continue;
      if (const auto resource = parse(entry)) {
        const TfValue alias = (*resource)[kind->alias];
        if (const auto text = alias.text()) {
          context.know(entry.type, *text, entry.address);
        } else if (!alias.unset()) {
          context.add_unnamed(entry.type);
        }
      }
    }
    for (const TfEntry& entry : plan.entries) {
      const TfKind* kind = find_tf_kind(entry.type);
      if (kind == nullptr || kind->prepare == nullptr || entry.is_data) continue;
      context.at(entry);
      if (const auto resource = parse(entry)) kind->prepare(*resource, context);
    }
    std::unordered_map<std::string_view, std::string_view> types;
    for (const TfEntry& entry : plan.entries) types.emplace(entry.address, entry.type);
    for (const TfEntry& entry : plan.entries) {
      if (context_.stop()) return;
      const TfKind* kind = find_tf_kind(entry.type);
      if (kind == nullptr) {
        if (!entry.is_data) not_read(entry);
        continue;
      }
      if (kind->owner_attribute.empty() || entry.is_data) continue;
      auto resource = parse(entry);
      if (!resource) continue;
      const TfPath path{std::string(kind->owner_attribute)};
      std::optional<std::string> owner;
      for (const std::string_view type : kind->owner_types) {
        owner = context.ref(*resource, path, {type});
        if (const auto found = owner ? types.find(*owner) : types.end(); found != types.end() && found->second == type)
          break;
      }
      if (owner) {
        context.add_companion(*owner, *std::move(resource));
      } else if (!(*resource)[kind->owner_attribute].unset()) {
        context.add_stray(entry.type);
      }
    }
    for (const TfEntry& entry : plan.entries) {
      if (context_.stop()) return;
      const TfKind* kind = find_tf_kind(entry.type);
      if (kind == nullptr || kind->write == nullptr || entry.is_data) continue;
      extra_.insert(kind->extra_tables.begin(), kind->extra_tables.end());
      const auto resource = parse(entry);
      if (!resource) continue;
      context.at(entry);
      context.origin = {.source = source, .line = entry.line};
      context.block = sources.find(entry);
      if (context.block != nullptr) {
        auto& known = files_[context.block->file];
        if (known == 0) {
          const auto text = read_file(context.block->file);
          known = add_source(context.block->file, text ? sha256_hex(*text) : std::string());
        }
        context.origin = {.source = known, .line = context.block->line};
      }
      kind->write(*resource, context);
    }
  }

  /// What nobody reads is said where it might have counted.
  void not_read(const TfEntry& entry) {
    if (is_utility_type(entry.type)) return;
    for (const TableSpec* table : tf_tables_missing(entry.type)) {
      missing_.try_emplace(table,
                           fmt::format("resources of type {} are not read, {} among them", entry.type, entry.address));
    }
    if (entry.type.starts_with("kubernetes_") || entry.type.starts_with("helm_")) {
      kube_.doubt(fmt::format("resources of type {} are not read, {} among them", entry.type, entry.address));
    }
    if (entry.type.starts_with("openstack_") || entry.type.starts_with("aws_") || entry.type.starts_with("azurerm_") ||
        entry.type.starts_with("azuread_") || entry.type.starts_with("google_") ||
        entry.type.starts_with("kubernetes_") || entry.type.starts_with("helm_")) {
      return;
    }
    const std::string reason = fmt::format("the provider of {} is not read", entry.address);
    for (const TableSpec* table : tf_tables()) missing_.try_emplace(table, reason);
    kube_.doubt(reason);
  }

  Translate translate_;
  const Target& target_;
  const Options& options_;
  RowSink& sink_;
  const CollectContext& context_;
  std::vector<std::string> troubles_;
  std::map<const TableSpec*, std::string> missing_;
  std::set<const TableSpec*> extra_;  ///< tables beside tf_tables() of which the plan has resources
  std::map<std::filesystem::path, SourceId> files_;
  std::size_t read_ = 0;
  TfContext::Kube kube_;
};

/// What the provider's own types fill, and what Kubernetes objects do.
std::span<const TableSpec* const> all_tables() {
  static const std::vector<const TableSpec*> all = [] {
    std::vector<const TableSpec*> tables(tf_tables().begin(), tf_tables().end());
    tables.insert(tables.end(), KubeReader::tables().begin(), KubeReader::tables().end());
    return tables;
  }();
  return all;
}

template <Translate translate>
Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  FileReader reader(target, *options, translate, sink, context);
  for (const std::string& file : options->files) {
    if (context.stop()) break;
    reader.read(target.resolve(file));
  }
  return reader.finish();
}

}  // namespace

CollectorSpec terraform_collector() {
  return {.name = "terraform",
          .summary = "Terraform plans and states as `terraform show -json` writes them, or configurations in JSON",
          .evidence = "terraform",
          .tables = all_tables(),
          .validate = &validate,
          .collect = &collect<nullptr>};
}

CollectorSpec cloudformation_collector() {
  return {.name = "cloudformation",
          .summary = "CloudFormation templates, YAML or JSON",
          .evidence = "terraform",
          .tables = tf_tables(),
          .validate = &validate,
          .collect = &collect<&read_cloudformation>};
}

CollectorSpec arm_template_collector() {
  return {.name = "arm_template",
          .summary = "Templates of Azure Resource Manager in JSON",
          .evidence = "terraform",
          .tables = tf_tables(),
          .validate = &validate,
          .collect = &collect<&read_arm_template>};
}

}  // namespace ehdscan
