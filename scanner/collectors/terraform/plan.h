// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/terraform/value.h"
#include "format/document.h"
#include "format/json_cut.h"

namespace ehdscan {

/// Where a resource stands and which bytes tell its values; the values are parsed when it is its turn.
struct TfEntry {
  std::string address;  ///< `module.a["x"].aws_s3_bucket.b[0]`
  std::string module;   ///< `module.a["x"]`; empty in the root
  std::string type;     ///< `aws_s3_bucket`
  std::string name;     ///< `b`
  std::string key;      ///< of count or for_each: `0`, `x`; empty if it has none
  bool has_key = false;
  bool is_data = false;
  bool creates = false;                            ///< made anew: what is not configured gets the platform's default
  std::string_view after, unknown, sensitive, id;  ///< as written in the plan
  std::uint32_t line = 0;

  /// `aws_s3_bucket.b`, with `data.` in front of data sources.
  [[nodiscard]] std::string local_name() const { return (is_data ? "data." : "") + type + "." + name; }
};

/// A plan, a state or a configuration in JSON, cut into its resources. Deleted and forgotten ones are left out.
struct TfPlan {
  enum class Form : std::uint8_t { plan, state, configuration };
  Form form = Form::plan;
  std::vector<TfEntry> entries;
  std::shared_ptr<const Document> configuration;  ///< the plan's `configuration`; null if it has none
  std::vector<std::string> troubles;              ///< why it is not whole
};

/// `cut` must outlive the plan.
/// Errors: invalid_input with place and hint, if it is none of the three, or of a format that is not known.
Result<TfPlan> read_terraform(const JsonCut& cut, const std::string& name);

/// A resource with its values parsed.
class TfResource {
 public:
  /// Errors: invalid_input with the line in the plan.
  static Result<TfResource> parse(const TfEntry& entry, const std::string& name, bool written);

  [[nodiscard]] const TfEntry& entry() const { return *entry_; }
  [[nodiscard]] const std::string& address() const { return entry_->address; }
  [[nodiscard]] TfValue operator[](std::string_view key) const { return values_[key]; }
  [[nodiscard]] const TfValue& values() const { return values_; }

 private:
  const TfEntry* entry_ = nullptr;
  std::shared_ptr<const Document> after_, unknown_, sensitive_;
  TfValue values_;
};

}  // namespace ehdscan
