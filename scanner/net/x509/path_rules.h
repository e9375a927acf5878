// SPDX-License-Identifier: Apache-2.0
// Rules of RFC 5280 that libcrypto 3.0 does not hold; only for the .cpp files of this folder.
#pragma once

#include <string>
#include <vector>

#include "net/x509/chain.h"
#include "net/x509/openssl.h"

namespace ehdscan::x509 {

/// First rule broken by a path that libcrypto accepts, leaf first and anchor last; empty if none.
std::string path_problem(const std::vector<X509Handle>& path, Usage usage);

/// First rule of RFC 5280, 5 broken by a revocation list; empty if none.
std::string crl_problem(const X509_CRL& list);

}  // namespace ehdscan::x509
