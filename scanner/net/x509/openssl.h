// SPDX-License-Identifier: Apache-2.0
// Owners of libcrypto's objects; only for the .cpp files of this folder.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/unique_handle.h"

namespace ehdscan::x509 {

using X509Handle = std::unique_ptr<X509, Calls<X509_free>>;
using CrlHandle = std::unique_ptr<X509_CRL, Calls<X509_CRL_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, Calls<X509_STORE_free>>;
using ContextHandle = std::unique_ptr<X509_STORE_CTX, Calls<X509_STORE_CTX_free>>;

/// Null if the bytes are no certificate, or more than one.
X509Handle decode(std::span<const std::uint8_t> der);

/// `sha256WithRSAEncryption` or, for algorithms that libcrypto does not know, the dotted identifier.
std::string name_of(const ASN1_OBJECT* object);

}  // namespace ehdscan::x509
