// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/openstack/reader.h"
#include "collectors/openstack/rights.h"

namespace ehdscan {

/// Which calls are made, with which of the session's scopes. Lists are read with an admin's view where there is one,
/// else project by project; what cannot be proven whole gets a reason.
class OsPlan {
 public:
  OsPlan(OsSession& session, OsReader& reader) : session_(session), reader_(reader) {}

  /// Makes all calls; returns when everything is answered.
  void read();
  /// Why a kind that no answer lists is missing.
  [[nodiscard]] OsListState unlisted(const OsKind& kind) const;
  /// What of each right the session has, as far as `read` has shown.
  [[nodiscard]] std::vector<OsRightState> rights() const;

 private:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  [[nodiscard]] std::optional<std::string> endpoint(std::string_view service);
  [[nodiscard]] const OsToken* identity_token() const;
  [[nodiscard]] const OsToken* admin_token() const;
  [[nodiscard]] std::vector<const OsToken*> project_tokens() const;

  void read_identity();
  void read_network();
  void read_compute();
  void read_volumes();
  void read_images();
  void read_balancers();
  void read_objects(const std::string& project_id);
  void read_secrets(const OsToken* token);
  /// One list with the admin's view, or one a project.
  void everywhere(OsReader::Call call, const std::function<std::string(const OsToken&)>& url);
  void confirm(const std::string& service, const std::string& url, const std::vector<std::string>& lists);
  void after_projects();
  void read_absent();

  OsSession& session_;
  OsReader& reader_;
  std::set<std::string, std::less<>> walked_lists_;  ///< read project by project
  std::set<std::string, std::less<>> absent_services_;
};

}  // namespace ehdscan
