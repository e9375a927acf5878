// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "net/http/client.h"

namespace ehdscan {

struct S3Key {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  ///< of temporary credentials; empty if none
};

/// Adds the headers that sign `request` (AWS Signature Version 4, `AWS4-HMAC-SHA256`), for `service` "s3" and others.
/// The query is sorted by encoded name and value; with "s3" the path is signed as it is sent, else encoded twice
/// (AWS General Reference, "Create a signed AWS API request"). libcurl 7.88.1 leaves the query unsorted.
/// Errors: invalid_input if the URL is none.
Result<void> sign_sigv4(HttpRequest& request, const S3Key& key, std::string_view region, std::string_view service,
                        Instant now);

}  // namespace ehdscan
