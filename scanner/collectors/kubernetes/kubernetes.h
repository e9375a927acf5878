// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace ehdscan {

/// Manifests and dumps of Kubernetes objects. `kubernetes: manifests/`, a list of files and folders, or
/// `{files: [...], cluster: NAME, observed_at: INSTANT}`: with the instant the files are a dump of a live cluster.
CollectorSpec kubernetes_collector();

}  // namespace ehdscan
