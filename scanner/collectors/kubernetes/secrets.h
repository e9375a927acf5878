// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/kubernetes/context.h"

namespace ehdscan::kube {

/// Searches the environment of a workload's containers for secrets in plain text.
void search_environment(const Object& object, const Node& pod, Context& context);
/// Searches the values of a ConfigMap. Texts are matched and forgotten.
void search_config_map(const Object& object, Context& context);

}  // namespace ehdscan::kube
