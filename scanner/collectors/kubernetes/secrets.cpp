// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/secrets.h"

#include <fmt/format.h>

#include <map>

#include "base/secret_patterns.h"
#include "collectors/kubernetes/look.h"
#include "evidence/tables/inventory.h"

namespace ehdscan::kube {
namespace {

class Search {
 public:
  void take(const std::vector<SecretMatch>& matches) {
    ++items_;
    for (const SecretMatch& match : matches) {
      auto& [confidence, count] = found_[std::string(match.pattern)];
      confidence = match.confidence_percent;
      ++count;
    }
  }
  void not_searched(std::int64_t items) { unread_ += items; }

  void write(std::string_view kind, const Object& object, std::string_view part, Context& context) {
    const std::string id = fmt::format("{}/{}/{}/{}", context.options.cluster, object.space, object.kind, object.name);
    Row<tables::pattern_scan> scan(context.platform);
    scan.set<"asset_kind">(kind).set<"asset_id">(id).set<"part">(part).set<"items">(items_);
    scan.set<"items_total">(items_ + unread_).set<"pattern_set">(kSecretPatterns);
    context.write(scan);
    Row<tables::pattern_match> match(context.platform);
    for (const auto& [pattern, found] : found_) {
      match.set<"asset_kind">(kind).set<"asset_id">(id).set<"part">(part).set<"pattern_id">(pattern).set<"family">(
          "secret");
      match.set<"confidence_percent">(found.first).set<"matches">(found.second);
      context.write(match);
    }
  }

 private:
  std::int64_t items_ = 0;
  std::int64_t unread_ = 0;
  std::map<std::string, std::pair<int, std::int64_t>> found_;
};

}  // namespace

void search_environment(const Object& object, const Node& pod, Context& context) {
  Search search;
  for (const std::string_view list : {"containers", "initContainers", "ephemeralContainers"}) {
    for (const Node& container : items_at(pod, {"spec", list})) {
      for (const Node& variable : items_at(container, {"env"})) {
        if (at(variable, {"value"}))
          search.take(find_secrets(text_at(variable, {"name"}), text_at(variable, {"value"})));
      }
      for (const std::string_view words : {"command", "args"}) {
        for (const std::string& word : texts_at(container, {words})) {
          const std::size_t sign = word.starts_with('-') ? word.find('=') : std::string::npos;
          search.take(sign == std::string::npos ? find_secrets("", word)
                                                : find_secrets(word.substr(0, sign), word.substr(sign + 1)));
        }
      }
    }
  }
  search.write("workload", object, "environment", context);
}

void search_config_map(const Object& object, Context& context) {
  Search search;
  const std::optional<Node> data = at(object.node, {"data"});
  for (std::size_t i = 0; data && data->is(Node::Kind::mapping) && i < data->size(); ++i) {
    const std::string_view value = (*data)[i].scalar();
    std::vector<SecretMatch> matches =
        find_secrets(data->key_at(i).scalar(), value.find('\n') == std::string_view::npos ? value : "");
    const std::vector<SecretMatch> inside = find_secrets_in_text(value);
    matches.insert(matches.end(), inside.begin(), inside.end());
    search.take(matches);
  }
  if (const std::optional<Node> binary = at(object.node, {"binaryData"}))
    search.not_searched(static_cast<std::int64_t>(binary->size()));
  search.write("other", object, "config_map", context);
}

}  // namespace ehdscan::kube
