// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/references.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/module_path.h"
#include "base/text.h"

namespace ehdscan {
namespace {

constexpr int kDeepest = 24;

/// Splits at dots that are not inside brackets: `aws_a.b["x.y"].id` gives three.
std::vector<std::string_view> steps(std::string_view text) {
  std::vector<std::string_view> found;
  std::size_t begin = 0;
  bool quoted = false;
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '\\') {
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == '[') {
      ++depth;
    } else if (!quoted && c == ']') {
      --depth;
    } else if (!quoted && depth == 0 && c == '.') {
      found.push_back(text.substr(begin, at - begin));
      begin = at + 1;
    }
  }
  found.push_back(text.substr(std::min(begin, text.size())));
  return found;
}

/// `b["x"]` is b and x.
std::pair<std::string_view, std::optional<std::string>> name_and_key(std::string_view step) {
  const std::size_t bracket = step.find('[');
  if (bracket == std::string_view::npos) return {step, std::nullopt};
  std::string_view key = step.substr(bracket + 1);
  if (const std::size_t end = key.rfind(']'); end != std::string_view::npos) key = key.substr(0, end);
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
  return {step.substr(0, bracket), std::string(key)};
}

struct ModuleStep {
  std::string name;
  std::optional<std::string> key;
};

std::vector<ModuleStep> module_steps(std::string_view module) {
  std::vector<ModuleStep> found;
  const auto parts = steps(module);
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    const auto [name, key] = name_and_key(parts[i + 1]);
    found.push_back({std::string(name), key});
  }
  return found;
}

std::string parent_of(const std::string& names) {
  const std::size_t dot = names.rfind('.');
  return dot == std::string::npos ? std::string() : names.substr(0, dot);
}

std::string join(const std::string& names, std::string_view name) {
  return names.empty() ? std::string(name) : names + "." + std::string(name);
}

}  // namespace

std::string module_names(std::string_view module) {
  std::string names;
  for (const ModuleStep& step : module_steps(module)) names = join(names, step.name);
  return names;
}

TfReferences::TfReferences(const TfPlan& plan) : configuration_(plan.configuration) {
  for (const TfEntry& entry : plan.entries) {
    instances_[module_names(entry.module) + "\n" + entry.local_name()].push_back(&entry);
  }
  if (!configuration_) return;
  if (const auto root = configuration_->root().find("root_module")) index_module(*root, "", 0);
}

void TfReferences::index_module(const Node& module, const std::string& path, int depth) {
  if (depth > kDeepest) return;
  modules_.emplace(path, module);
  if (const auto resources = module.find("resources"); resources && resources->is(Node::Kind::sequence)) {
    for (std::size_t i = 0; i < resources->size(); ++i) {
      const Node block = (*resources)[i];
      const auto type = block.find("type");
      const auto name = block.find("name");
      const auto mode = block.find("mode");
      if (!type || !name) continue;
      std::string local = fmt::format("{}.{}", type->scalar(), name->scalar());
      if (mode && mode->scalar() == "data") local.insert(0, "data.");
      blocks_.emplace(fmt::format("{}\n{}", path, local), block);
    }
  }
  if (const auto calls = module.find("module_calls"); calls && calls->is(Node::Kind::mapping)) {
    for (std::size_t i = 0; i < calls->size(); ++i) {
      const std::string below = join(path, calls->key_at(i).scalar());
      calls_.emplace(below, (*calls)[i]);
      if (const auto inner = (*calls)[i].find("module")) index_module(*inner, below, depth + 1);
    }
  }
}

std::optional<Node> TfReferences::block_of(const TfEntry& from) const {
  const auto found = blocks_.find(module_names(from.module) + "\n" + from.local_name());
  return found == blocks_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<bool> TfReferences::configured(const TfEntry& from, std::string_view attribute) const {
  const auto block = block_of(from);
  if (!block) return std::nullopt;
  const auto expressions = block->find("expressions");
  return expressions && expressions->find(attribute).has_value();
}

std::optional<Node> TfReferences::expressions(const TfEntry& from) const {
  const auto block = block_of(from);
  return block ? block->find("expressions") : std::nullopt;
}

std::optional<std::string> TfReferences::local_source(std::string_view module) const {
  std::string folder;
  std::string names;
  for (const ModuleStep& step : module_steps(module)) {
    names = join(names, step.name);
    const auto call = calls_.find(names);
    if (call == calls_.end()) return std::nullopt;
    const auto source = call->second.find("source");
    if (!source || !source->scalar().starts_with('.')) return std::nullopt;
    folder += (folder.empty() ? "" : "/") + std::string(source->scalar());
  }
  return folder;
}

std::optional<TfReferences::Found> TfReferences::of(const TfEntry& from, const TfPath& path) const {
  const auto block = block_of(from);
  if (!block) return std::nullopt;
  std::optional<Node> at = block->find("expressions");
  for (const std::string& step : path) {
    if (!at) return std::nullopt;
    const auto number = parse_integer(step);
    if (number && at->is(Node::Kind::sequence)) {
      if (*number < 0 || static_cast<std::size_t>(*number) >= at->size()) return std::nullopt;
      at = (*at)[static_cast<std::size_t>(*number)];
    } else if (number && at->is(Node::Kind::mapping)) {
      if (*number != 0) return std::nullopt;
    } else {
      at = at->find(step);
    }
  }
  if (!at) return std::nullopt;
  Found found;
  resolve(*at, from, module_names(from.module), found, 0);
  return found;
}

std::optional<TfReferences::Found> TfReferences::of_template(const TfEntry& from, std::string_view text) const {
  if (!text.starts_with("${") || !text.ends_with('}')) return std::nullopt;
  const std::string_view inside = trim(text.substr(2, text.size() - 3));
  // One plain traversal only; functions and conditions would need an evaluator.
  if (inside.find_first_of("(?{ ") != std::string_view::npos) return std::nullopt;
  Found found;
  resolve_name(inside, from, "", false, found, 0);
  return found;
}

void TfReferences::resolve(const Node& expression, const TfEntry& from, const std::string& module, Found& found,
                           int depth) const {
  if (depth > kDeepest) {
    found.whole = false;
    return;
  }
  if (expression.is(Node::Kind::sequence)) {  // blocks
    for (std::size_t i = 0; i < expression.size(); ++i) resolve(expression[i], from, module, found, depth + 1);
    return;
  }
  const auto references = expression.find("references");
  if (!references || !references->is(Node::Kind::sequence)) {
    if (!expression.find("constant_value")) found.whole = false;
    return;
  }
  bool by_key = false;
  for (std::size_t i = 0; i < references->size(); ++i) {
    const std::string_view name = (*references)[i].scalar();
    by_key = by_key || name == "each.key" || name == "count.index";
  }
  for (std::size_t i = 0; i < references->size(); ++i) {
    resolve_name((*references)[i].scalar(), from, module, by_key, found, depth);
  }
}

void TfReferences::resolve_name(std::string_view reference, const TfEntry& from, const std::string& module, bool by_key,
                                Found& found, int depth) const {
  const auto parts = steps(reference);
  if (parts.size() < 2) {
    found.whole = false;
    return;
  }
  const std::string_view first = parts[0];
  if (first == "each" || first == "count") {
    if (parts[1] == "value") found.whole = false;
    return;
  }
  if (first == "path" || first == "terraform") return;
  if (first == "local" || first == "self") {
    found.whole = false;
    return;
  }
  if (first == "var") {
    const auto call = calls_.find(module);
    const auto expressions = call == calls_.end() ? std::nullopt : call->second.find("expressions");
    const auto input = expressions ? expressions->find(name_and_key(parts[1]).first) : std::nullopt;
    if (!input) {
      found.whole = false;
      return;
    }
    return resolve(*input, from, parent_of(module), found, depth + 1);
  }
  if (first == "module") {
    if (parts.size() < 3) return;  // the whole module stands beside the output that is meant
    const std::string below = join(module, name_and_key(parts[1]).first);
    const auto inner = modules_.find(below);
    const auto outputs = inner == modules_.end() ? std::nullopt : inner->second.find("outputs");
    const auto output = outputs ? outputs->find(name_and_key(parts[2]).first) : std::nullopt;
    const auto expression = output ? output->find("expression") : std::nullopt;
    if (!expression) {
      found.whole = false;
      return;
    }
    return resolve(*expression, from, below, found, depth + 1);
  }
  const bool data = first == "data";
  if (data && parts.size() < 3) {
    found.whole = false;
    return;
  }
  const auto [name, key] = name_and_key(parts[data ? 2 : 1]);
  const std::string local =
      data ? "data." + std::string(parts[1]) + "." + std::string(name) : std::string(first) + "." + std::string(name);
  pick(module, local, key, from, by_key, found);
}

void TfReferences::pick(const std::string& module, std::string_view local_name, std::optional<std::string> key,
                        const TfEntry& from, bool by_key, Found& found) const {
  const auto all = instances_.find(module + "\n" + std::string(local_name));
  if (all == instances_.end()) {
    found.whole = false;
    return;
  }
  const std::vector<ModuleStep> own = module_steps(from.module);
  std::vector<const TfEntry*> fitting;
  for (const TfEntry* entry : all->second) {
    // Of a module with several instances, the same one.
    const std::vector<ModuleStep> theirs = module_steps(entry->module);
    bool fits = true;
    for (std::size_t i = 0; i < std::min(own.size(), theirs.size()) && own[i].name == theirs[i].name; ++i) {
      fits = fits && own[i].key == theirs[i].key;
    }
    if (key && entry->key != *key) fits = false;
    if (fits) fitting.push_back(entry);
  }
  if (fitting.size() > 1 && by_key && from.has_key) {
    std::erase_if(fitting, [&](const TfEntry* entry) { return entry->key != from.key; });
  }
  if (fitting.size() != 1) {
    // A reference to all instances stands beside that to one of them.
    const bool chosen = std::ranges::any_of(
        found.entries, [&](const TfEntry* entry) { return std::ranges::find(fitting, entry) != fitting.end(); });
    if (!chosen) found.whole = false;
    return;
  }
  if (std::ranges::find(found.entries, fitting.front()) == found.entries.end())
    found.entries.push_back(fitting.front());
}

}  // namespace ehdscan
