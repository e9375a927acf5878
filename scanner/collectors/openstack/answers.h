// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/openstack/kinds.h"
#include "evidence/row.h"

namespace ehdscan {

/// How the list of one kind of resource went, as far as it is known from outside the answers.
struct OsListState {
  CollectionState state = CollectionState::complete;
  std::string reason{};
};

/// Answers of OpenStack APIs and clients, whether files of an export or fresh from the network: they are told apart by
/// content and written as rows, in the order that later rows need.
class OsAnswers {
 public:
  struct Names {
    std::string platform;      ///< `openstack:NAME`
    std::string issuer;        ///< fixed issuer of accounts; empty: Keystone's own
    std::string identity_key;  ///< key of the permit register's hashes; empty if none
  };
  OsAnswers(Names names, RowSink& sink);
  ~OsAnswers();
  OsAnswers(const OsAnswers&) = delete;
  OsAnswers& operator=(const OsAnswers&) = delete;

  /// One answer; `source` says where from and carries no digest yet.
  void add(std::string text, Source source);
  /// An answer that could not be read: its kind's tables have failed if its beginning tells the kind, else every table
  /// is partial.
  void lose(std::string_view text, const std::string& reason);
  /// Writes the rows. Returns early if `stop` is true.
  void write(const std::function<bool()>& stop);

  /// Says the state of every table. `of` knows how the list of a kind went where answers hold one; `unlisted` says what
  /// to make of a kind that no answer lists; `errors` are joined to it.
  void say_states(const std::function<OsListState(const OsKind&)>& of,
                  const std::function<OsListState(const OsKind&)>& unlisted);
  /// Answers that were errors, or whose content is not known; at most a few.
  [[nodiscard]] std::string errors() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ehdscan
