// SPDX-License-Identifier: Apache-2.0
#include "manifest/site.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::size_t kLongestName = 128;

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

Result<std::string> read_site_id(const Result<Node>& node) {
  constexpr std::size_t kLongest = 64;
  if (!node) return std::unexpected(node.error());
  const Result<std::string_view> text = node->as_text();
  if (!text) return std::unexpected(text.error());
  if (text->empty() || text->size() > kLongest || !std::ranges::all_of(*text, is_id_character)) {
    return std::unexpected(
        node->error(fmt::format("`{}` is not a site id", *text), "1 to 64 letters, digits, `-`, `_` and `.`"));
  }
  return std::string(*text);
}

Result<std::string> read_country(const Result<Node>& node) {
  if (!node) return std::unexpected(node.error());
  const Result<std::string_view> text = node->as_text();
  if (!text) return std::unexpected(text.error());
  if (text->size() != 2 || !std::ranges::all_of(*text, [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return std::unexpected(
        node->error(fmt::format("`{}` is not a country code", *text), "two capital letters of ISO 3166-1, like `FI`"));
  }
  return std::string(*text);
}

Result<std::string> read_name(const Node& node) {
  const Result<std::string_view> text = node.as_text();
  if (!text) return std::unexpected(text.error());
  if (text->empty() || text->size() > kLongestName || escape_for_terminal(*text) != *text) {
    return std::unexpected(
        node.error("this is not a name for a target", fmt::format("1 to {} printable characters", kLongestName)));
  }
  return std::string(*text);
}

/// The first scalar in the options, depth first, and whether more stands at its level.
std::string describe_options(const Node& options, int depth = 0) {
  constexpr int kDeepest = 3;
  if (depth > kDeepest || options.is(Node::Kind::null)) return {};
  if (!options.is(Node::Kind::sequence) && !options.is(Node::Kind::mapping)) return std::string(options.scalar());
  if (options.size() == 0) return {};
  std::string first = describe_options(options[0], depth + 1);
  if (options.is(Node::Kind::sequence) && options.size() > 1) first += fmt::format("+{}", options.size() - 1);
  return first;
}

std::string make_name(std::string_view collector, const Node& options) {
  const std::string what = escape_for_terminal(describe_options(options));
  std::string name = what.empty() ? std::string(collector) : fmt::format("{}:{}", collector, what);
  if (name.size() > kLongestName) {
    std::size_t end = kLongestName;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;  // keep characters whole
    name.resize(end);
  }
  return name;
}

class SiteReader {
 public:
  SiteReader(std::shared_ptr<const Document> document, std::filesystem::path folder,
             std::span<const std::string_view> collectors)
      : document_(std::move(document)), folder_(std::move(folder)), collectors_(collectors) {}

  Result<Site> read() {
    const Node root = document_->root();
    if (auto known = root.expect_keys({"site", "country", "declarations", "targets"}); !known) {
      return std::unexpected(known.error());
    }
    const auto id = read_site_id(root.require("site"));
    if (!id) return std::unexpected(id.error());
    site_.site = *id;
    const auto country = read_country(root.require("country"));
    if (!country) return std::unexpected(country.error());
    site_.country = *country;
    if (const auto declarations = root.find("declarations")) {
      if (auto added = add_declarations(*declarations); !added) return std::unexpected(added.error());
    }
    const auto targets = root.require("targets");
    if (!targets) return std::unexpected(targets.error());
    if (auto added = add_targets(*targets); !added) return std::unexpected(added.error());
    return std::move(site_);
  }

 private:
  Result<void> add_declarations(const Node& node) {
    const auto path = node.as_text();
    if (!path) return std::unexpected(path.error());
    if (path->empty()) return std::unexpected(node.error("the path of the declarations is empty"));
    return add(Target{.name = std::string(kDeclarationsCollector),
                      .collector = std::string(kDeclarationsCollector),
                      .document = document_,
                      .options = node,
                      .folder = folder_,
                      .place = node.place()},
               node);
  }

  Result<void> add_targets(const Node& list) {
    if (!list.is(Node::Kind::sequence) || list.size() == 0) {
      return std::unexpected(
          list.error("a site needs a list of at least one target", "for example `- linux_host: local`"));
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (auto added = add_target(list[i]); !added) return added;
    }
    return {};
  }

  Result<void> add_target(const Node& entry) {
    if (!entry.is(Node::Kind::mapping)) {
      return std::unexpected(entry.error("a target is a collector and what it reads",
                                         entry.is(Node::Kind::text) ? fmt::format("write `- {}: …`", entry.scalar())
                                                                    : "for example `- linux_host: local`"));
    }
    std::optional<std::size_t> collector;
    for (std::size_t i = 0; i < entry.size(); ++i) {
      const Node key = entry.key_at(i);
      if (key.scalar() == "name") continue;
      if (auto known = check_collector(key); !known) return known;
      if (collector) {
        return std::unexpected(
            key.error(fmt::format("a second collector in one target, after `{}`", entry.key_at(*collector).scalar()),
                      fmt::format("start a list entry of its own: `- {}: …`", key.scalar())));
      }
      collector = i;
    }
    if (!collector) return std::unexpected(entry.error("this target names no collector"));
    Target target{.name = {},
                  .collector = std::string(entry.key_at(*collector).scalar()),
                  .document = document_,
                  .options = entry[*collector],
                  .folder = folder_,
                  .place = entry.place()};
    const auto name = entry.find("name");
    if (!name) {
      target.name = make_name(target.collector, *target.options);
      return add(std::move(target), entry);
    }
    const auto text = read_name(*name);
    if (!text) return std::unexpected(text.error());
    target.name = *text;
    return add(std::move(target), *name);
  }

  Result<void> check_collector(const Node& key) {
    const std::string_view name = key.scalar();
    if (name == kDeclarationsCollector) {
      return std::unexpected(
          key.error("declarations are not a target", "write `declarations: FILE` beside `targets:`"));
    }
    if (std::ranges::find(collectors_, name) != collectors_.end()) return {};
    const std::string_view near = nearest(name, collectors_);
    return std::unexpected(key.error(fmt::format("unknown collector `{}`", name),
                                     near.empty() ? fmt::format("collectors: {}", fmt::join(collectors_, ", "))
                                                  : fmt::format("did you mean `{}`?", near)));
  }

  Result<void> add(Target target, const Node& at) {
    const auto [first, is_new] = lines_.try_emplace(target.name, target.place.line);
    if (!is_new) {
      return std::unexpected(
          at.error(fmt::format("two targets are called `{}`", target.name),
                   fmt::format("the first stands at line {}; give this one another `name:`", first->second)));
    }
    site_.targets.push_back(std::move(target));
    return {};
  }

  std::shared_ptr<const Document> document_;
  std::filesystem::path folder_;
  std::span<const std::string_view> collectors_;
  Site site_;
  std::map<std::string, std::uint32_t, std::less<>> lines_;  ///< of the names given so far
};

}  // namespace

Result<Site> parse_site(std::shared_ptr<const Document> document, const std::filesystem::path& folder,
                        std::span<const std::string_view> collectors) {
  return SiteReader(std::move(document), folder, collectors).read();
}

Result<Site> load_site(const std::filesystem::path& file, std::span<const std::string_view> collectors) {
  auto document = Document::read(file);
  if (!document) return std::unexpected(document.error());
  Result<Site> site = parse_site(*std::move(document), file.parent_path(), collectors);
  if (site) site->file = file;
  return site;
}

}  // namespace ehdscan
