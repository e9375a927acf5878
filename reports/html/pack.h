// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace ehdscan {

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);

/// gzip (RFC 1952) without name and time, so that equal bytes give equal bytes. Errors: internal, when memory is short.
Result<std::string> gzip(std::string_view bytes);

/// The source expression of a Content Security Policy for an inline script or style: 'sha256-…'.
std::string csp_hash(std::string_view content);

}  // namespace ehdscan
