// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace ehdscan {

/// `openstack_export: {path: exports/openstack, all_projects: true}`: a folder of JSON files as the official client
/// prints them (list and show) and as the REST APIs answer, recognised by content (docs/formats/openstack-export.md).
CollectorSpec openstack_export_collector();

}  // namespace ehdscan
