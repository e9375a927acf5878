// SPDX-License-Identifier: Apache-2.0
#include "crypto/identity_hash.h"

#include <fmt/format.h>

#include "base/unicode.h"
#include "crypto/digest.h"

namespace ehdscan {

Result<std::string> identity_hash(std::string_view key, std::string_view issuer, std::string_view subject) {
  if (key.size() < kMinIdentityKeyBytes) {
    return fail(ErrorKind::invalid_input, fmt::format("the key of the identity hash has {} bytes", key.size()),
                fmt::format("use at least {} random bytes", kMinIdentityKeyBytes));
  }
  if (issuer.empty() || subject.empty()) {
    return fail(ErrorKind::invalid_input, "an identity needs an issuer and a subject");
  }
  const auto normal_issuer = nfc(issuer);
  const auto normal_subject = nfc(subject);
  if (!normal_issuer || !normal_subject) {
    return fail(ErrorKind::invalid_input, "an issuer or subject is not valid UTF-8");
  }
  return hmac_sha256_hex(key, *normal_issuer + '\n' + *normal_subject);
}

}  // namespace ehdscan
