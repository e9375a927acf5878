// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/error.h"
#include "format/document.h"
#include "model/profile.h"
#include "model/thresholds.h"

namespace ehdscan {

struct ThresholdFile {
  Thresholds thresholds;
  std::vector<Milestone> milestones;
};

/// Reads thresholds.yaml. A table's `table_date` becomes the value `<table>.table_date`. Every table has the columns
/// control, source, provenance and note behind its own.
///
/// Errors: invalid_input with place, for unknown keys, names given twice, values that do not have the type of their
/// column (prose in a typed column among them), and rows of one key that are in force on the same day.
Result<ThresholdFile> read_thresholds(const Document& document);

/// Sets named values as an overlay's `parameters` say. The kind of a value must stay the same.
/// Errors: invalid_input with place, for names that do not exist.
Result<void> change_values(Node parameters, std::string_view overlay, Thresholds& thresholds);

/// Replaces rows of dated lists: `tables` maps a list to rows; they take the place of all rows with their key.
Result<void> change_rows(Node tables, std::string_view overlay, Thresholds& thresholds);

}  // namespace ehdscan
