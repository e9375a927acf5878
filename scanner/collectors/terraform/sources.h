// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/terraform/references.h"

namespace ehdscan {

/// Finds the block that a resource of a plan was written in, where the configuration lies beside the plan. Reads no
/// more of the language than where blocks begin; nothing is evaluated.
class TfSources {
 public:
  struct Block {
    std::filesystem::path file;
    std::uint32_t line = 0;
    bool may_have_ingress = false;  ///< the words `ingress` or `egress` stand in it
    bool may_have_egress = false;
  };

  /// `folder` is the root module's.
  TfSources(std::filesystem::path folder, const TfReferences& references)
      : folder_(std::move(folder)), references_(references) {}

  [[nodiscard]] const Block* find(const TfEntry& entry);

 private:
  using Blocks = std::map<std::string, Block>;
  const Blocks& blocks_of(const std::string& module);

  std::filesystem::path folder_;
  const TfReferences& references_;
  std::map<std::string, Blocks> modules_;  ///< by names of the module
};

/// Blocks `resource "T" "N"` and `data "T" "N"` of a text in Terraform's language, by local name.
std::map<std::string, TfSources::Block> find_terraform_blocks(std::string_view text, const std::filesystem::path& file);

}  // namespace ehdscan
