// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace ehdscan {

/// `documents: governance/`: records of what the node has decided and written down, one YAML file a document
/// (docs/formats/documents.md). Evidence grade E1: a document never satisfies a technical control.
CollectorSpec documents_collector();

/// YAML files of a folder and the folders below it, sorted; a file alone is itself. Errors: not_found, denied,
/// invalid_input (no such file in it).
Result<std::vector<std::filesystem::path>> document_files(const std::filesystem::path& path);

}  // namespace ehdscan
