// SPDX-License-Identifier: Apache-2.0
#include "base/secret_patterns.h"

#include <doctest/doctest.h>

#include <string>

using namespace ehdscan;

namespace {

std::string first(std::string_view name, std::string_view value) {
  const auto matches = find_secrets(name, value);
  return matches.empty() ? "" : std::string(matches.front().pattern);
}

// Put together here so that no scanner of repositories takes them for real ones.
const std::string kAccessKey = std::string("AKIA") + "IOSFODNN7EXAMPLE";
const std::string kWebToken = std::string("eyJhbGciOiJIUzI1NiJ9") + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "c2ln";

}  // namespace

TEST_CASE("secrets: by what the value looks like") {
  CHECK(first("A", kAccessKey) == "aws-access-key");
  CHECK(first("A", "x" + kAccessKey) == "");
  CHECK(first("A", kWebToken) == "json-web-token");
  CHECK(first("A", "postgres://user:hunter2@db/x") == "url-password");
  CHECK(first("A", "-----BEGIN RSA PRIVATE KEY-----\nMII") == "private-key");
  CHECK(first("A", std::string("ghp_") + "abcdefghijklmnopqrstuvwxyz0123456789") == "github-token");
  CHECK(first("A", "postgres://user:$(PASSWORD)@db/x") == "");
  CHECK(first("A", "https://host/path:x@y") == "");
  CHECK(first("A", "-----BEGIN CERTIFICATE-----") == "");
}

TEST_CASE("secrets: by name, except references and switches") {
  CHECK(first("PGPASSWORD", "hunter2") == "secret-by-name");
  CHECK(first("db.password", "1") == "secret-by-name");
  CHECK(first("API_KEY", "abc") == "secret-by-name");
  CHECK(first("API_TOKEN_TTL", "3600") == "");
  CHECK(first("PASSWORD_FILE", "/run/secrets/x") == "");
  CHECK(first("PASSWORD", "$(OTHER)") == "");
  CHECK(first("PASSWORD", "/run/secrets/x") == "");
  CHECK(first("USE_TOKEN", "true") == "");
  CHECK(first("PASSWORD", "") == "");
  CHECK(first("COLOUR", "red") == "");
}

TEST_CASE("secrets: in the lines of a text, each pattern once") {
  CHECK(find_secrets_in_text("a=1\npassword: \"hunter2\"\npasswd = x\n") ==
        std::vector<SecretMatch>{{"secret-by-name", 80}});
  CHECK(find_secrets_in_text("# say password: never\nuser=x\npassword=${P}\n").empty());
}
