// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "format/document.h"
#include "model/profile.h"

namespace ehdscan {

/// Reads a profile's own file: domains, conditions, controls with their parts. Errors: invalid_input with place.
Result<void> read_controls(const Document& document, Profile& profile);
/// The files beside it. Control ids in them must exist.
Result<void> read_requirements(const Document& document, Profile& profile);
Result<void> read_articles(const Document& document, Profile& profile);
Result<void> read_semantics(const Document& document, Profile& profile);
/// `exclusions` of an overlay. Gates cannot be excluded.
Result<void> read_exclusions(Node exclusions, Profile& profile);

}  // namespace ehdscan
