// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace ehdscan {

/// Manifests and dumps of Kubernetes objects, and configuration files of control plane and nodes. `kubernetes:
/// manifests/`, a list of files and folders, or `{files: [...], cluster: NAME, observed_at: INSTANT, whole: [pods, …] |
/// true}`: with the instant the files are a dump of a live cluster, and `whole` names the kinds of which it holds the
/// objects of every namespace. `permit_label` and `user_code_label` name labels.
CollectorSpec kubernetes_collector();

}  // namespace ehdscan
