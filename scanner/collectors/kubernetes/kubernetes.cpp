// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/kubernetes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/text.h"
#include "collectors/kubernetes/objects.h"
#include "collectors/kubernetes/report.h"
#include "crypto/digest.h"
#include "evidence/tables/inventory.h"
#include "evidence/tables/kube_access.h"
#include "evidence/tables/kubernetes.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{256} << 20;
constexpr DocumentLimits kLimits{.max_bytes = kMaxFileBytes, .max_depth = 256, .max_nodes = 60'000'000};

constexpr std::array<const TableSpec*, 22> kTables{&tables::kube_cluster,
                                                   &tables::kube_node,
                                                   &tables::kube_component_setting,
                                                   &tables::kube_encryption_provider,
                                                   &tables::kube_audit_rule,
                                                   &tables::kube_namespace,
                                                   &tables::kube_workload,
                                                   &tables::kube_container,
                                                   &tables::kube_network_policy,
                                                   &tables::kube_network_policy_rule,
                                                   &tables::kube_service,
                                                   &tables::kube_ingress,
                                                   &tables::kube_secret,
                                                   &tables::kube_volume,
                                                   &tables::kube_runtime_class,
                                                   &tables::kube_service_account,
                                                   &tables::kube_role,
                                                   &tables::kube_role_rule,
                                                   &tables::kube_binding,
                                                   &tables::kube_admission,
                                                   &tables::pattern_scan,
                                                   &tables::pattern_match};

struct Options {
  std::vector<std::string> files;
  std::optional<Instant> observed_at;  ///< a dump of a live cluster
  std::vector<std::string> whole;      ///< kinds of which the dump holds every object
  kube::Options objects;
};

Result<void> add_texts(const Node& node, std::string_view example, std::vector<std::string>& texts) {
  const auto add = [&](const Node& one) -> Result<void> {
    const auto text = one.as_text();
    if (!text) return std::unexpected(text.error());
    if (text->empty()) return std::unexpected(one.error("an empty text"));
    texts.emplace_back(*text);
    return {};
  };
  if (!node.is(Node::Kind::sequence)) return add(node);
  for (std::size_t i = 0; i < node.size(); ++i) {
    if (Result<void> added = add(node[i]); !added) return added;
  }
  if (texts.empty()) return std::unexpected(node.error("the list is empty", std::string(example)));
  return {};
}

Result<Options> read_options(const Target& target) {
  constexpr std::string_view kExample = "kubernetes: [manifests/]";
  const Node& node = *target.options;
  Options options;
  options.objects.cluster = target.name;
  if (!node.is(Node::Kind::mapping)) {
    if (Result<void> added = add_texts(node, kExample, options.files); !added) return std::unexpected(added.error());
    return options;
  }
  if (Result<void> known =
          node.expect_keys({"files", "cluster", "observed_at", "whole", "permit_label", "user_code_label"});
      !known) {
    return std::unexpected(known.error());
  }
  const Result<Node> files = node.require("files");
  if (!files) return std::unexpected(files.error());
  if (Result<void> added = add_texts(*files, kExample, options.files); !added) return std::unexpected(added.error());
  for (const auto& [key, field] :
       {std::pair{"cluster", &options.objects.cluster}, std::pair{"permit_label", &options.objects.permit_label},
        std::pair{"user_code_label", &options.objects.user_code_label}}) {
    const auto found = node.find(key);
    if (!found) continue;
    const auto text = found->as_text();
    if (!text) return std::unexpected(text.error());
    *field = std::string(*text);
  }
  if (const auto observed = node.find("observed_at")) {
    const auto instant = observed->as_instant();
    if (!instant) return std::unexpected(instant.error());
    options.observed_at = *instant;
    options.objects.observed = true;
  }
  if (const auto whole = node.find("whole")) {
    if (!options.observed_at) {
      return std::unexpected(
          whole->error("`whole` is said of a dump, which has `observed_at`", "add when the dump was made"));
    }
    if (whole->is(Node::Kind::boolean)) {
      if (whole->as_boolean().value_or(false)) options.whole.emplace_back("*");
    } else if (Result<void> added = add_texts(*whole, "whole: [pods, networkpolicies]", options.whole); !added) {
      return std::unexpected(added.error());
    }
  }
  return options;
}

Result<void> validate(const Target& target) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  return {};
}

bool is_manifest(const std::filesystem::path& path) {
  const std::string extension = to_lower(path.extension().string());
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

Result<std::vector<std::filesystem::path>> manifests(const Target& target, const Options& options) {
  std::vector<std::filesystem::path> found;
  for (const std::string& written : options.files) {
    const std::filesystem::path path = target.resolve(written);
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      found.push_back(path);
      continue;
    }
    std::filesystem::recursive_directory_iterator entries(path, error);
    for (; !error && entries != std::filesystem::recursive_directory_iterator(); entries.increment(error)) {
      std::error_code ignored;
      if (entries->is_regular_file(ignored) && is_manifest(entries->path())) found.push_back(entries->path());
    }
    if (error) return fail(ErrorKind::denied, fmt::format("cannot list `{}`: {}", path.string(), error.message()));
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  if (found.empty()) return fail(ErrorKind::not_found, "no manifest was found", "files end in .yaml, .yml or .json");
  return found;
}

bool is_marker(std::string_view line) {
  return line.starts_with("---") && (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

bool is_blank(std::string_view text) {
  for (const std::string_view line : split_lines(text)) {
    const std::string_view content = trim(line);
    if (!content.empty() && !content.starts_with('#') && !is_marker(line) && content != "...") return false;
  }
  return true;
}

std::string one_line(const Error& error) {
  return error.place.line == 0 ? error.message
                               : fmt::format("{}:{}: {}", error.place.file, error.place.line, error.message);
}

/// One file; its documents are read one after the other, so that only one is in memory.
class FileReader {
 public:
  FileReader(KubeObjects& objects, std::vector<std::string>& troubles, const CollectContext& context)
      : objects_(objects), troubles_(troubles), context_(context) {}

  void read(const std::filesystem::path& path, std::string_view text, SourceId source) {
    const std::string name = path.string();
    stem_ = path.stem().string();
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::string_view start = trim(text.substr(0, 256));
    if (start.starts_with('{') || start.starts_with('[')) {
      take(Document::parse_json(text, name, kLimits), source, 0);
      return;
    }
    std::size_t begin = 0;
    std::uint32_t line = 0;
    std::uint32_t begin_line = 0;
    for (std::size_t at = 0; at < text.size() && !context_.stop();) {
      std::size_t end = text.find('\n', at);
      if (end == std::string_view::npos) end = text.size();
      if (at > begin && is_marker(text.substr(at, end - at))) {
        read_document(text.substr(begin, at - begin), name, source, begin_line);
        begin = at;
        begin_line = line;
      }
      at = end + 1;
      ++line;
    }
    read_document(text.substr(begin), name, source, begin_line);
  }

 private:
  void read_document(std::string_view text, const std::string& name, SourceId source, std::uint32_t line_offset) {
    if (is_blank(text)) return;
    take(Document::parse_yaml(text, name, kLimits), source, line_offset);
  }

  void take(const Result<std::shared_ptr<const Document>>& document, SourceId source, std::uint32_t line_offset) {
    Result<void> added =
        document ? objects_.add((*document)->root(), source, line_offset, stem_) : std::unexpected(document.error());
    if (added) return;
    added.error().place.line += line_offset;
    troubles_.push_back(one_line(added.error()));
  }

  std::string stem_;
  KubeObjects& objects_;
  std::vector<std::string>& troubles_;
  const CollectContext& context_;
};

/// Says how the collection of every table went. `trouble` is empty if everything was read.
void report(KubeObjects& objects, const std::string& trouble, bool observed, RowSink& sink) {
  report_object_tables(objects, trouble, observed, sink);
  const auto given = [&](const TableSpec& table, bool saw, std::string_view what) {
    if (!saw) {
      sink.collected(table, CollectionState::not_attempted, what);
    } else {
      sink.collected(table, trouble.empty() ? CollectionState::complete : CollectionState::partial, trouble);
    }
  };
  const kube::ControlPlane& control_plane = objects.control_plane();
  given(tables::kube_cluster, objects.wrote(tables::kube_cluster), "nothing in the files is about the cluster itself");
  given(tables::kube_component_setting, control_plane.saw_settings(),
        "no arguments or configuration of API server, etcd or kubelet are in the files");
  given(tables::kube_encryption_provider, control_plane.saw_encryption(), "no EncryptionConfiguration is in the files");
  given(tables::kube_audit_rule, control_plane.saw_audit_policy(), "no audit policy is in the files");
}

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  const auto files = manifests(target, *options);
  if (!files) return std::unexpected(files.error());
  KubeObjects objects(options->objects, sink);
  for (const std::string& resource : options->whole) objects.coverage().state(resource);
  std::vector<std::string> troubles;
  FileReader reader(objects, troubles, context);
  for (const std::filesystem::path& path : *files) {
    if (context.stop()) break;
    const Result<std::string> text = read_file(path, kMaxFileBytes);
    if (!text) {
      troubles.push_back(one_line(text.error()));
      continue;
    }
    const SourceId source = sink.add_source({.target = {},
                                             .collector = {},
                                             .location = to_valid_utf8(path.string()),
                                             .sha256 = sha256_hex(*text),
                                             .observed_at = options->observed_at.value_or(context.started_at),
                                             .grade = EvidenceGrade::e2,
                                             .nature = options->observed_at ? Nature::observed : Nature::intended,
                                             .freshness = Freshness::export_file,
                                             .third_party = false});
    reader.read(path, *text, source);
  }
  objects.finish();
  if (objects.count() == 0) {
    return fail(ErrorKind::invalid_input,
                troubles.empty() ? "there is no Kubernetes object in the files" : troubles.front());
  }
  if (!objects.coverage().refusal().empty()) troubles.push_back("the API refused: " + objects.coverage().refusal());
  std::string reason = troubles.empty() ? "" : troubles.front();
  if (troubles.size() > 1) reason += fmt::format(" (and {} more)", troubles.size() - 1);
  if (context.stop()) reason = "interrupted";
  report(objects, reason, options->observed_at.has_value(), sink);
  return {};
}

}  // namespace

CollectorSpec kubernetes_collector() {
  return {.name = "kubernetes",
          .summary = "Kubernetes manifests, or a dump of a cluster's objects",
          .evidence = "kubernetes",
          .tables = kTables,
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
