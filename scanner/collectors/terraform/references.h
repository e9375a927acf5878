// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/terraform/plan.h"

namespace ehdscan {

/// One step into an expression: an attribute, or the number of a block.
using TfPath = std::vector<std::string>;

/// Which resources a value that is not known yet will come from, as the plan's `configuration` proves it: through
/// module inputs and outputs, count and for_each.
class TfReferences {
 public:
  TfReferences(const TfPlan& plan);  // NOLINT(google-explicit-constructor)

  struct Found {
    std::vector<const TfEntry*> entries;
    bool whole = true;  ///< false: something else may be meant too
  };
  /// What the expression at `path` of the resource names. Nothing if the configuration does not show it.
  [[nodiscard]] std::optional<Found> of(const TfEntry& from, const TfPath& path) const;
  /// What a template of a configuration in JSON names: `${aws_s3_bucket.b.id}`.
  [[nodiscard]] std::optional<Found> of_template(const TfEntry& from, std::string_view text) const;

  /// Whether the configuration sets an attribute; nothing if the configuration is not in the plan. Only true blocks and
  /// attributes can be told: attributes that are written as blocks (`ingress` of aws_security_group) never show.
  [[nodiscard]] std::optional<bool> configured(const TfEntry& from, std::string_view attribute) const;

  /// What the configuration writes for a resource, block by block; nothing if it is not in the plan.
  [[nodiscard]] std::optional<Node> expressions(const TfEntry& from) const;

  /// Folder of a module's source below that of the root, for modules that lie beside it (`./network`).
  [[nodiscard]] std::optional<std::string> local_source(std::string_view module) const;

 private:
  void index_module(const Node& module, const std::string& path, int depth);
  [[nodiscard]] std::optional<Node> block_of(const TfEntry& from) const;
  void resolve(const Node& expression, const TfEntry& from, const std::string& module, Found& found, int depth) const;
  void resolve_name(std::string_view reference, const TfEntry& from, const std::string& module, bool by_key,
                    Found& found, int depth) const;
  void pick(const std::string& module, std::string_view local_name, std::optional<std::string> key, const TfEntry& from,
            bool by_key, Found& found) const;

  std::unordered_map<std::string, Node> blocks_;   ///< module names and local name
  std::unordered_map<std::string, Node> modules_;  ///< module names → module
  std::unordered_map<std::string, Node> calls_;    ///< module names → call
  std::unordered_map<std::string, std::vector<const TfEntry*>> instances_;
  std::shared_ptr<const Document> configuration_;
};

/// The names of a module path without keys: `module.a["x"].module.b` is `a.b`.
std::string module_names(std::string_view module);

}  // namespace ehdscan
