// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace ehdscan {

/// Reads a running OpenStack cloud over its APIs, with any credentials of Keystone. Options: the name of a cloud in
/// clouds.yaml, or `{cloud, clouds_file, name, issuer, key_file, scopes, pinned_key, timeout_seconds}`.
CollectorSpec openstack_collector();

}  // namespace ehdscan
