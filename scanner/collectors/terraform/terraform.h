// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace ehdscan {

/// Plans and states as `terraform show -json` writes them, and configurations in JSON (`.tf.json`). `terraform:
/// plan.json`, a list of files, or `{files: [...], sources: FOLDER, name: NAME}`: sources is the folder of the root
/// module, to name file and line of each finding; without it the folder of the plan.
CollectorSpec terraform_collector();
/// `cloudformation: template.yaml`, or a list of files.
CollectorSpec cloudformation_collector();
/// `arm_template: main.json`, or a list of files.
CollectorSpec arm_template_collector();

}  // namespace ehdscan
