// SPDX-License-Identifier: Apache-2.0
// The JSON output format of Terraform (developer.hashicorp.com/terraform/internals/json-format), OpenTofu's as well.
#include "collectors/terraform/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/module_path.h"
#include "base/text.h"

namespace ehdscan {
namespace {

constexpr DocumentLimits kConfigurationLimits{
    .max_bytes = std::size_t{512} << 20, .max_depth = 250, .max_nodes = 60'000'000};
constexpr DocumentLimits kResourceLimits{.max_bytes = std::size_t{64} << 20, .max_depth = 128, .max_nodes = 8'000'000};

class Reader {
 public:
  Reader(const JsonCut& cut, const std::string& name) : cut_(cut), name_(name) {}

  Result<TfPlan> read() {
    if (!cut_.root().starts_with('{')) {
      return fail_here(cut_.root().starts_with('<') ? "this is a page, not JSON" : "this is no JSON mapping",
                       "write the plan by `terraform show -json plan.tfplan > plan.json`");
    }
    const auto root = cut_.fields(cut_.root());
    if (!root) return std::unexpected(with_hint(root.error()));
    if (const auto ended = cut_.check_end(); !ended) return std::unexpected(with_hint(ended.error()));
    if (!find_field(*root, "format_version").empty()) return read_output(*root);
    if (!find_field(*root, "lineage").empty() || !find_field(*root, "serial").empty()) {
      return fail_here("this is the raw state file, whose format is Terraform's own",
                       "write it by `terraform show -json > state.json`");
    }
    if (!find_field(*root, "resource").empty() || !find_field(*root, "terraform").empty() ||
        !find_field(*root, "module").empty()) {
      return read_configuration(*root);
    }
    return fail_here("this is no Terraform plan, state or configuration: it has no `format_version` and no `resource`",
                     "write the plan by `terraform show -json plan.tfplan > plan.json`");
  }

 private:
  [[nodiscard]] std::unexpected<Error> fail_here(std::string message, std::string hint) const {
    return std::unexpected(Error{.kind = ErrorKind::invalid_input,
                                 .message = std::move(message),
                                 .place = {.file = name_, .line = 1, .column = 0},
                                 .snippet = {},
                                 .hint = std::move(hint)});
  }
  static Error with_hint(Error error) {
    error.hint = "write the plan again by `terraform show -json plan.tfplan > plan.json`";
    return error;
  }
  void trouble(std::string_view part, std::string_view message) {
    plan_.troubles.push_back(fmt::format("{}:{}: {}", name_, cut_.line_of(part), message));
  }

  Result<TfPlan> read_output(const std::vector<JsonField>& root) {
    const std::string version = text_of_json(find_field(root, "format_version")).value_or("");
    if (!version.starts_with("1.") && !version.starts_with("0.")) {
      return fail_here(fmt::format("format version `{}` is not known; 0.1 to 1.x are", to_valid_utf8(version)),
                       "write the plan by a version of Terraform or OpenTofu that is");
    }
    const std::string_view changes = find_field(root, "resource_changes");
    const std::string_view planned = find_field(root, "planned_values");
    const std::string_view values = find_field(root, "values");
    if (changes.empty() && planned.empty() && values.empty() && find_field(root, "configuration").empty()) {
      // What Terraform shows of a state, or a plan, without anything.
      plan_.form = TfPlan::Form::state;
      return std::move(plan_);
    }
    if (find_field(root, "errored") == "true") {
      plan_.troubles.push_back(fmt::format("{}: planning ended with an error, so the plan is not whole", name_));
    }
    if (const auto deferred = cut_.elements(find_field(root, "deferred_changes")); !deferred || !deferred->empty()) {
      plan_.troubles.push_back(fmt::format("{}: changes are deferred to a later plan and not in this one", name_));
    }
    if (const std::string_view text = find_field(root, "configuration"); text.starts_with('{')) {
      auto document = Document::parse_json(text, name_, kConfigurationLimits);
      if (document) {
        plan_.configuration = *std::move(document);
      } else {
        trouble(text, fmt::format("`configuration` cannot be read: {}", document.error().message));
      }
    }
    if (!values.empty()) {
      plan_.form = TfPlan::Form::state;
      read_values(values, "");
      return std::move(plan_);
    }
    const auto elements = cut_.elements(changes);
    if (!elements) return std::unexpected(with_hint(elements.error()));
    plan_.entries.reserve(elements->size());
    for (const std::string_view element : *elements) read_change(element);
    if (changes.empty() ||
        std::ranges::any_of(plan_.entries, [](const TfEntry& entry) { return entry.after.empty(); })) {
      fill_from(planned);
    }
    read_values(find_field(root, "prior_state"), "data");
    return std::move(plan_);
  }

  void read_change(std::string_view element) {
    const auto fields = cut_.fields(element);
    if (!fields) return trouble(element, fields.error().message);
    const std::string_view change = find_field(*fields, "change");
    const auto parts = cut_.fields(change);
    if (!parts) return trouble(element, parts.error().message);
    const std::string_view actions = find_field(*parts, "actions");
    const bool creates = actions.find("\"create\"") != std::string_view::npos;
    const bool keeps = creates || actions.find("\"update\"") != std::string_view::npos ||
                       actions.find("\"no-op\"") != std::string_view::npos ||
                       actions.find("\"read\"") != std::string_view::npos;
    const bool gone =
        actions.find("\"delete\"") != std::string_view::npos || actions.find("\"forget\"") != std::string_view::npos;
    if (!keeps) {
      if (!gone) trouble(element, "a resource with an action that is not known");
      return;
    }
    // The object that a create_before_destroy replacement leaves behind for a while.
    if (!find_field(*fields, "deposed").empty()) return;
    TfEntry entry = head(*fields, element);
    if (entry.type.empty()) return;
    entry.creates = creates;
    entry.after = find_field(*parts, "after");
    if (entry.after == "null") entry.after = {};
    entry.unknown = find_field(*parts, "after_unknown");
    entry.sensitive = find_field(*parts, "after_sensitive");
    take(std::move(entry));
  }

  TfEntry head(const std::vector<JsonField>& fields, std::string_view element) {
    TfEntry entry;
    entry.type = text_of_json(find_field(fields, "type")).value_or("");
    entry.name = text_of_json(find_field(fields, "name")).value_or("");
    entry.address = text_of_json(find_field(fields, "address")).value_or("");
    entry.is_data = find_field(fields, "mode") == "\"data\"";
    if (entry.type.empty() || entry.address.empty() || entry.name.empty()) {
      trouble(element, "a resource without address, type or name");
      return {};
    }
    const std::size_t prefix = module_prefix_length(entry.address);
    if (prefix > 0) entry.module = entry.address.substr(0, prefix - 1);
    if (const std::string_view index = find_field(fields, "index"); !index.empty() && index != "null") {
      entry.key = text_of_json(index).value_or(std::string(index));
      entry.has_key = true;
    }
    entry.line = cut_.line_of(element);
    return entry;
  }

  void take(TfEntry entry) {
    const auto members = cut_.fields(entry.after);
    if (!members) return trouble(entry.after, members.error().message);
    entry.id = find_field(*members, "id");
    plan_.entries.push_back(std::move(entry));
  }

  /// Resources of `root_module` and all modules below; only those of `mode`, where it is not empty.
  void read_values(std::string_view values, std::string_view mode) {
    const auto outer = cut_.fields(values);
    if (!outer) return trouble(values, outer.error().message);
    if (const std::string_view inner = find_field(*outer, "values"); !inner.empty()) return read_values(inner, mode);
    std::vector<std::string_view> modules;
    if (const std::string_view root = find_field(*outer, "root_module"); !root.empty()) modules.push_back(root);
    for (std::size_t i = 0; i < modules.size(); ++i) {
      const auto fields = cut_.fields(modules[i]);
      if (!fields) {
        trouble(modules[i], fields.error().message);
        continue;
      }
      const auto children = cut_.elements(find_field(*fields, "child_modules"));
      if (children) modules.insert(modules.end(), children->begin(), children->end());
      const auto resources = cut_.elements(find_field(*fields, "resources"));
      if (!children || !resources) {
        trouble(modules[i], (children ? resources.error() : children.error()).message);
        continue;
      }
      for (const std::string_view resource : *resources) {
        if (mode == "data" && resource.substr(0, 600).find("\"data\"") == std::string_view::npos) continue;
        const auto parts = cut_.fields(resource);
        if (!parts) {
          trouble(resource, parts.error().message);
          continue;
        }
        if (mode == "data" && find_field(*parts, "mode") != "\"data\"") continue;
        TfEntry entry = head(*parts, resource);
        if (entry.type.empty()) continue;
        entry.after = find_field(*parts, "values");
        entry.sensitive = find_field(*parts, "sensitive_values");
        take(std::move(entry));
      }
    }
  }

  /// Plans of some versions and tools tell values only in `planned_values`; what is missing there is not known.
  void fill_from(std::string_view planned) {
    std::vector<TfEntry> told = std::move(plan_.entries);
    plan_.entries.clear();
    read_values(planned, "");
    for (TfEntry& entry : told) {
      const auto found = std::ranges::find(plan_.entries, entry.address, &TfEntry::address);
      if (!entry.after.empty()) {
        if (found == plan_.entries.end()) {
          plan_.entries.push_back(std::move(entry));
        } else {
          *found = std::move(entry);
        }
      } else if (found != plan_.entries.end()) {
        found->unknown = entry.unknown;
        found->creates = entry.creates;
      } else {
        plan_.entries.push_back(std::move(entry));
      }
    }
  }

  Result<TfPlan> read_configuration(const std::vector<JsonField>& root) {
    plan_.form = TfPlan::Form::configuration;
    read_blocks(find_field(root, "resource"), false);
    read_blocks(find_field(root, "data"), true);
    if (const std::string_view modules = find_field(root, "module"); modules.size() > 2) {
      trouble(modules, "modules are not followed in a configuration; give the plan");
    }
    return std::move(plan_);
  }

  void read_blocks(std::string_view blocks, bool is_data) {
    const auto types = cut_.fields(blocks);
    if (!types) return trouble(blocks, types.error().message);
    for (const JsonField& type : *types) {
      const auto names = cut_.fields(type.value);
      if (!names) {
        trouble(type.value, names.error().message);
        continue;
      }
      for (const JsonField& name : *names) {
        TfEntry entry;
        entry.type = to_valid_utf8(type.key);
        entry.name = to_valid_utf8(name.key);
        entry.is_data = is_data;
        entry.creates = true;
        entry.address = entry.local_name();
        entry.after = name.value;
        if (const auto list = cut_.elements(name.value); list && list->size() == 1) entry.after = list->front();
        const auto members = cut_.fields(entry.after);
        if (!members) {
          trouble(name.value, members.error().message);
          continue;
        }
        entry.line = cut_.line_of(name.value);
        if (!find_field(*members, "count").empty() || !find_field(*members, "for_each").empty()) {
          trouble(name.value, fmt::format("{}: how many there are is only known in the plan", entry.address));
        }
        plan_.entries.push_back(std::move(entry));
      }
    }
  }

  const JsonCut& cut_;
  const std::string& name_;
  TfPlan plan_;
};

std::optional<Node> root_of(const std::shared_ptr<const Document>& document) {
  return document ? std::optional(document->root()) : std::nullopt;
}

}  // namespace

Result<TfPlan> read_terraform(const JsonCut& cut, const std::string& name) { return Reader(cut, name).read(); }

Result<TfResource> TfResource::parse(const TfEntry& entry, const std::string& name, bool written) {
  TfResource resource;
  resource.entry_ = &entry;
  const auto read = [&](std::string_view text, std::shared_ptr<const Document>& into) -> Result<void> {
    if (text.empty() || text == "false" || text == "{}" || text == "null") return {};
    auto parsed = Document::parse_json(text, name, kResourceLimits);
    if (!parsed) {
      Error error = parsed.error();
      error.place.line += entry.line == 0 ? 0 : entry.line - 1;
      error.snippet.clear();  // it may show a secret
      return std::unexpected(std::move(error));
    }
    into = *std::move(parsed);
    return {};
  };
  if (auto done = read(entry.after, resource.after_); !done) return std::unexpected(done.error());
  if (auto done = read(entry.unknown, resource.unknown_); !done) return std::unexpected(done.error());
  if (auto done = read(entry.sensitive, resource.sensitive_); !done) return std::unexpected(done.error());
  std::optional<Node> after = root_of(resource.after_);
  // `{}` tells nothing and is not null.
  if (!after && entry.after == "{}") {
    auto empty = Document::parse_json("{}", name);
    if (empty) resource.after_ = *std::move(empty);
    after = root_of(resource.after_);
  }
  resource.values_ = TfValue(after, root_of(resource.unknown_), root_of(resource.sensitive_), written);
  // Nothing is told: every member is unknown until apply or not mentioned.
  if (!after && resource.unknown_) {
    auto empty = Document::parse_json("{}", name);
    if (empty) resource.after_ = *std::move(empty);
    resource.values_ =
        TfValue(root_of(resource.after_), root_of(resource.unknown_), root_of(resource.sensitive_), written);
  }
  return resource;
}

}  // namespace ehdscan
