// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "collectors/collector.h"
#include "evidence/row.h"
#include "evidence/tables/ssh_http.h"
#include "evidence/tables/tls.h"
#include "net/ssh/finding.h"
#include "net/tls/finding.h"

namespace ehdscan {

inline constexpr std::array<const TableSpec*, 7> kTlsTables{&tables::tls_endpoint,
                                                            &tables::tls_protocol,
                                                            &tables::tls_cipher,
                                                            &tables::tls_group,
                                                            &tables::tls_signature_algorithm,
                                                            &tables::ssh_endpoint,
                                                            &tables::ssh_algorithm};

/// Findings as rows. Whatever stays open makes the collection of its table partial, with the reason.
class TlsRows {
 public:
  TlsRows(RowSink& sink, const CollectContext& context) : sink_(sink), context_(context) {}

  void write(const tls::EndpointFinding& found);
  void write(const ssh::EndpointFinding& found);
  void interrupted();
  /// Reports every table. Error: network, if no endpoint answered at all.
  Result<void> finish();

 private:
  Origin origin(const std::string& endpoint);
  void write_endpoint(const tls::EndpointFinding& found, const std::string& id, const Origin& from);
  void write_version(const tls::VersionFinding& version, const std::string& id, const Origin& from);
  void write_groups(const tls::VersionFinding& version, const std::string& id, const Origin& from);
  void open_question(const TableSpec& table, const std::string& id, const std::string& what);

  RowSink& sink_;
  const CollectContext& context_;
  std::map<const TableSpec*, std::vector<std::string>> open_;
  int tls_asked_ = 0;
  int ssh_asked_ = 0;
  int answered_ = 0;
};

/// `host:port@address`, with `/smtp` … for STARTTLS and `!` if a name is known but was not sent.
std::string tls_endpoint_id(const tls::EndpointFinding& found);

}  // namespace ehdscan
