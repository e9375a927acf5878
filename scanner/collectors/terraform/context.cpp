// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/context.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "evidence/tables/inventory.h"

namespace ehdscan {
namespace {

TfValue value_at(const TfResource& resource, const TfPath& path) {
  TfValue value = resource.values();
  for (const std::string& step : path) {
    if (const auto number = parse_integer(step)) {
      const auto blocks = value.blocks();
      if (!blocks) return value.state() == TfValue::State::known ? TfValue{} : value;
      if (static_cast<std::size_t>(*number) >= blocks->size()) return TfValue::nothing();
      value = (*blocks)[static_cast<std::size_t>(*number)];
    } else {
      value = value[step];
    }
  }
  return value;
}

std::string_view provider_of(std::string_view type) {
  if (type.starts_with("openstack_")) return "openstack";
  if (type.starts_with("aws_")) return "aws";
  if (type.starts_with("azurerm_") || type.starts_with("azuread_")) return "azure";
  if (type.starts_with("google_")) return "gcp";
  return "terraform";
}

}  // namespace

void TfContext::at(const TfEntry& entry) { platform = fmt::format("{}:{}", provider_of(entry.type), name_); }

void TfContext::know(std::string_view type, const std::string& id, const std::string& address) {
  const auto [place, fresh] = ids_.try_emplace(fmt::format("{}\n{}", type, id), address);
  if (!fresh && place->second != address) place->second.clear();  // two resources of one id: neither is meant for sure
}

void TfContext::know(const TfEntry& entry) {
  if (entry.is_data) return;
  if (const auto id = text_of_json(entry.id)) know(entry.type, *id, entry.address);
}

std::optional<std::string> TfContext::known_as(const std::string& id, Types types) const {
  for (const std::string_view type : types) {
    const auto found = ids_.find(fmt::format("{}\n{}", type, id));
    if (found != ids_.end() && !found->second.empty()) return found->second;
  }
  if (std::ranges::any_of(types, [&](std::string_view type) { return unnamed_.contains(type); })) return std::nullopt;
  return id;
}

namespace {

bool fits(const TfEntry& entry, TfContext::Types types) {
  return types.size() == 0 || std::ranges::find(types, entry.type) != types.end();
}

}  // namespace

std::optional<std::string> TfContext::ref(const TfResource& resource, const TfPath& path, Types types) const {
  const TfValue value = value_at(resource, path);
  if (const auto text = value.text()) return known_as(*text, types);
  if (value.state() != TfValue::State::unknown) return std::nullopt;
  const std::string_view written = value.written_template();
  const auto found =
      written.empty() ? references_.of(resource.entry(), path) : references_.of_template(resource.entry(), written);
  if (!found || !found->whole || found->entries.size() != 1 || !fits(*found->entries.front(), types))
    return std::nullopt;
  return found->entries.front()->address;
}

std::optional<std::vector<std::string>> TfContext::refs(const TfResource& resource, const TfPath& path,
                                                        Types types) const {
  const TfValue value = value_at(resource, path);
  std::vector<std::string> names;
  if (value.unset()) return names;
  std::size_t unknown = 0;
  if (value.state() == TfValue::State::absent) return std::nullopt;
  if (const auto elements = value.blocks()) {
    for (const TfValue& element : *elements) {
      if (const auto text = element.text()) {
        auto name = known_as(*text, types);
        if (!name) return std::nullopt;
        names.push_back(*std::move(name));
      } else if (const std::string_view written = element.written_template(); !written.empty()) {
        const auto found = references_.of_template(resource.entry(), written);
        if (!found || !found->whole || found->entries.size() != 1) return std::nullopt;
        names.push_back(found->entries.front()->address);
      } else {
        ++unknown;
      }
    }
    if (unknown == 0) return names;
  }
  const auto found = references_.of(resource.entry(), path);
  if (!found || !found->whole || found->entries.empty()) return std::nullopt;
  if (value.known() && found->entries.size() < unknown) return std::nullopt;
  for (const TfEntry* entry : found->entries) {
    if (!fits(*entry, types)) return std::nullopt;
    if (std::ranges::find(names, entry->address) == names.end()) names.push_back(entry->address);
  }
  return names;
}

bool TfContext::left_out(const TfResource& resource, std::string_view attribute) const {
  const TfValue value = resource[attribute];
  if (value.unset()) return true;
  return value.state() == TfValue::State::unknown && resource.entry().creates &&
         references_.configured(resource.entry(), attribute) == std::optional(false);
}

std::optional<bool> TfContext::boolean(const TfResource& resource, std::string_view attribute, bool fallback) const {
  return left_out(resource, attribute) ? std::optional(fallback) : resource[attribute].boolean();
}
std::optional<std::int64_t> TfContext::integer(const TfResource& resource, std::string_view attribute,
                                               std::int64_t fallback) const {
  return left_out(resource, attribute) ? std::optional(fallback) : resource[attribute].integer();
}
std::optional<std::string> TfContext::text(const TfResource& resource, std::string_view attribute,
                                           std::string_view fallback) const {
  return left_out(resource, attribute) ? std::optional<std::string>(fallback) : resource[attribute].text();
}

void TfContext::add_companion(const std::string& owner, TfResource resource) {
  companions_[owner + "\n" + resource.entry().type].push_back(std::move(resource));
}

std::vector<const TfResource*> TfContext::companions(const std::string& owner, std::string_view type) const {
  std::vector<const TfResource*> found;
  const auto all = companions_.find(fmt::format("{}\n{}", owner, type));
  if (all == companions_.end()) return found;
  for (const TfResource& resource : all->second) found.push_back(&resource);
  return found;
}

std::optional<std::string> tf_region(const TfResource& resource) {
  for (const std::string_view key : {"region", "location"}) {
    if (const auto text = resource[key].text()) return to_lower(*text);
  }
  // `europe-north1-a` lies in `europe-north1`, `eu-north-1a` in `eu-north-1`.
  const auto zone = resource["zone"].text();
  if (zone) return zone->substr(0, zone->rfind('-'));
  const auto zone_name = resource["availability_zone"].text();
  if (zone_name && resource.entry().type.starts_with("aws_") && !zone_name->empty() && zone_name->back() >= 'a' &&
      zone_name->back() <= 'z') {
    return zone_name->substr(0, zone_name->size() - 1);
  }
  return std::nullopt;
}

void write_tf_asset(const TfResource& resource, TfContext& context, std::string_view kind, bool holds_data,
                    std::optional<std::int64_t> size_bytes, std::string_view tags) {
  Row<tables::asset> row(context.platform);
  row.set<"asset_kind">(kind)
      .set<"asset_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"region">(tf_region(resource))
      .set<"size_bytes">(size_bytes)
      .set<"holds_data">(holds_data);
  // What names no project lands in that of the provider's credentials.
  std::optional<std::string> project;
  for (const std::string_view key : {"tenant_id", "project", "resource_group_name"}) {
    if (!project && !resource[key].unset()) project = resource[key].text();
  }
  row.set<"project_id">(project.value_or("that of the provider"));
  TfValue labels = resource[tags];
  if (tags == "tags" && !labels.known()) labels = resource["tags_all"];
  for (const std::string& key : labels.keys()) {
    const auto value = labels[key].text();
    const std::string word = to_lower(key);
    if (word == "owner") row.set<"owner">(value);
    if (word == "permit") row.set<"permit_label">(value);
    if (word == "dataset") row.set<"dataset_id">(value);
    if (word == "class" || word == "data_class") row.set<"data_class">(value);
  }
  row.write(context.sink, context.origin);
  Row<tables::asset_tag> tag(context.platform);
  for (const std::string& key : labels.keys()) {
    tag.set<"asset_kind">(kind).set<"asset_id">(resource.address()).set<"tag">(key).set<"value">(labels[key].text());
    tag.write(context.sink, context.origin);
  }
}

}  // namespace ehdscan
