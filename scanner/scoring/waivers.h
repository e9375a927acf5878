// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace ehdscan {

/// A risk that management accepted: it never changes a verdict, it is shown beside it until it expires.
struct Waiver {
  std::string id;
  std::string control;
  std::vector<std::string> checks;     ///< empty: every check of the control
  std::vector<std::string> resources;  ///< globs over resource ids; empty: every resource
  std::string owner;
  std::string approver;  ///< never the owner
  std::string reason;
  Day expires;           ///< the last day it holds
};

/// Reads a file of waivers (schema `waivers`). Errors: those of Document::read; invalid_input with place for missing
/// owner, approver, reason or expiry, an approver who is the owner, and ids given twice.
Result<std::vector<Waiver>> read_waivers(const std::filesystem::path& file);

}  // namespace ehdscan
