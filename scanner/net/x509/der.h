// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace ehdscan::x509 {

/// The first rule of DER (X.690) that the one value in `bytes` breaks: lengths that are indefinite, too long or not the
/// shortest, tags that are not the shortest, integers and booleans not in their one form, sets out of order, primitive
/// types written as constructed ones, bytes left over. Empty if none is broken. Looks at the structure only, not into
/// octet and bit strings; never recurses deeper than 32 levels.
std::string der_problem(std::span<const std::uint8_t> bytes);

}  // namespace ehdscan::x509
