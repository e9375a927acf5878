// SPDX-License-Identifier: Apache-2.0
// Plans for tests, as `terraform show -json` writes them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ehdscan {

using Json = nlohmann::json;

/// A resource that the plan makes anew.
inline Json created(const std::string& type, const std::string& name, Json after, Json unknown = {{"id", true}}) {
  return {{"address", type + "." + name},
          {"mode", "managed"},
          {"type", type},
          {"name", name},
          {"change",
           {{"actions", {"create"}},
            {"before", nullptr},
            {"after", std::move(after)},
            {"after_unknown", std::move(unknown)}}}};
}

/// Lists come as vectors: compilers differ in whether Json{x} is x or a list of it.
inline Json plan(const std::vector<Json>& changes, const std::vector<Json>& blocks = {}) {
  return {{"format_version", "1.2"},
          {"resource_changes", changes},
          {"configuration", {{"root_module", {{"resources", blocks}}}}}};
}

}  // namespace ehdscan
