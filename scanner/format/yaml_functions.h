// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "format/document.h"

namespace ehdscan {

/// YAML in which `!Sub x` stands for `{Fn::Sub: x}`, and `!Ref x` for `{Ref: x}`, as CloudFormation writes its
/// functions; otherwise as strict as Document::parse_yaml.
Result<std::shared_ptr<const Document>> parse_yaml_with_functions(std::string_view text, std::string name,
                                                                  const DocumentLimits& limits = {});

}  // namespace ehdscan
