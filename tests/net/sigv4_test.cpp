// SPDX-License-Identifier: Apache-2.0
// Vectors published by AWS: the Signature Version 4 test suite (service "service", us-east-1, 2015-08-30T12:36:00Z) and
// the S3 examples of "Authenticating Requests: Using the Authorization Header" (2013-05-24, examplebucket).
#include "net/http/sigv4.h"

#include <doctest/doctest.h>

using namespace ehdscan;

namespace {

const S3Key kSuite{
    .access_key = "AKIDEXAMPLE", .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", .session_token = {}};
const S3Key kS3{.access_key = "AKIAIOSFODNN7EXAMPLE",
                .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                .session_token = {}};

std::string signature(HttpRequest request, const S3Key& key, std::string_view service, std::string_view at) {
  REQUIRE(sign_sigv4(request, key, "us-east-1", service, *parse_instant(at)));
  const std::string& header = request.headers.back().second;
  return header.substr(header.rfind('=') + 1);
}

std::string suite(const std::string& method, const std::string& path,
                  std::vector<std::pair<std::string, std::string>> headers = {}) {
  return signature(
      {.service = "s", .method = method, .url = "https://example.amazonaws.com" + path, .headers = std::move(headers)},
      kSuite, "service", "2015-08-30T12:36:00Z");
}

std::string s3(const std::string& path, std::vector<std::pair<std::string, std::string>> headers = {}) {
  return signature(
      {.service = "s", .url = "https://examplebucket.s3.amazonaws.com" + path, .headers = std::move(headers)}, kS3,
      "s3", "2013-05-24T00:00:00Z");
}

}  // namespace

TEST_CASE("sigv4: the published test suite") {
  CHECK(suite("GET", "/") == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  CHECK(suite("POST", "/") == "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  // get-vanilla-query-order-key-case: the query is sorted.
  CHECK(suite("GET", "/?Param2=value2&Param1=value1") ==
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  CHECK(suite("GET", "/?Param1=") != suite("GET", "/"));
}

TEST_CASE("sigv4: the published S3 examples, sub-resources among them") {
  CHECK(s3("/test.txt", {{"Range", "bytes=0-9"}}) ==
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  CHECK(s3("/?lifecycle") == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  CHECK(s3("/?max-keys=2&prefix=J") == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  CHECK(s3("/?prefix=J&max-keys=2") == s3("/?max-keys=2&prefix=J"));
}

TEST_CASE("sigv4: what is no address is refused, and a session token is signed") {
  HttpRequest request{.service = "s", .url = "ftp://x/"};
  CHECK(!sign_sigv4(request, kS3, "us-east-1", "s3", Instant{0}));
  HttpRequest temporary{.service = "s", .url = "https://examplebucket.s3.amazonaws.com/"};
  S3Key key = kS3;
  key.session_token = "t";
  REQUIRE(sign_sigv4(temporary, key, "us-east-1", "s3", Instant{0}));
  CHECK(temporary.headers.back().second.find("x-amz-security-token") != std::string::npos);
}
