// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "collectors/openstack/clouds.h"
#include "net/http/client.h"

namespace ehdscan {

/// A token and what it is good for.
struct OsToken {
  std::string id;
  std::string label;  ///< "system", "project genome-data", "domain research", "no scope"
  bool system = false;
  std::string project_id;
  std::string domain_id;  ///< of a domain scope
  std::vector<std::string> roles;

  [[nodiscard]] bool has_role(std::string_view name) const;
};

struct OsEndpoint {
  std::string type;  ///< of the service: "network"
  std::string interface;
  std::string region;
  std::string url;
};

/// Signed in at Keystone: the scope that was configured, and every other that the same person may take.
class OsSession {
 public:
  OsSession(OsCloud cloud, HttpClient& client) : cloud_(std::move(cloud)), client_(client) {}

  /// Signs in (password, application credential, token, OIDC access token; a second factor where Keystone asks for it).
  /// Errors: one clear line, without anything secret.
  Result<void> log_in(const std::function<bool()>& stop);
  /// Takes the scopes that the credentials allow besides; those that fail are left out and said in `notes()`.
  void take_scopes(const std::function<bool()>& stop);
  /// After a 401 in the middle: signs in again and renews every token in place.
  Result<void> renew(const std::function<bool()>& stop);
  /// Ends the tokens that were made here.
  void log_out();

  [[nodiscard]] const std::deque<OsToken>& tokens() const { return tokens_; }
  [[nodiscard]] const std::vector<OsEndpoint>& catalogue() const { return catalogue_; }
  [[nodiscard]] const std::string& keystone() const { return keystone_; }  ///< ends in /v3
  [[nodiscard]] const OsCloud& cloud() const { return cloud_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  Result<OsToken> sign_in(const std::function<bool()>& stop);
  Result<OsToken> read_token(const HttpAnswer& answer, bool with_catalogue);
  HttpRequest rescope(const std::string& scope_json) const;

  OsCloud cloud_;
  HttpClient& client_;
  std::string keystone_;
  std::deque<OsToken> tokens_;       ///< the configured scope first
  std::vector<std::string> scopes_;  ///< JSON of each token's scope, in the same order
  std::vector<OsEndpoint> catalogue_;
  std::vector<std::string> notes_;
  bool may_rescope_ = true;
  bool own_token_ = true;
};

}  // namespace ehdscan
