// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/openstack/answers.h"
#include "collectors/openstack/object.h"
#include "collectors/openstack/session.h"

namespace ehdscan {

/// One resource of a list, redacted, with what other calls told of it.
struct OsItem {
  std::shared_ptr<const Document> document;
  std::vector<std::pair<std::string, std::string>> more{};  ///< name and JSON, appended to it

  [[nodiscard]] OsObject object() const { return OsObject(document->root()); }
};

/// A list of resources as one scope sees it.
struct OsListing {
  std::string list;  ///< OsKind::list_key
  std::string key;   ///< of the list in the answer
  std::string url;   ///< of the first page
  std::string self;  ///< as the answer's own link shows it, else url
  const OsToken* token = nullptr;
  std::vector<OsItem> items;
  bool answered = false;
  std::set<std::string> reasons;  ///< why it may not be the whole list
};

/// Reads lists over the network, follows their pages, and gives them to the parsers of exports.
class OsReader {
 public:
  using Stop = std::function<bool()>;
  /// how much of each list: `sample` asks for one page of it and goes on from one thing only, to see what is allowed
  enum class Depth : std::uint8_t { whole, sample };
  OsReader(OsSession& session, HttpClient& client, Stop stop, Depth depth = Depth::whole)
      : session_(session), client_(client), stop_(std::move(stop)), depth_(depth) {}

  struct Call {
    std::string list;     ///< OsKind::list_key
    std::string key{};    ///< of the list in the answer; empty: the same
    std::string name;     ///< of the recording: "network/ports"; one listing each
    std::string service;  ///< for limits
    std::string url;
    const OsToken* token = nullptr;
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string least{};              ///< right that would be enough, for messages
    bool absent_is_empty = false;     ///< 404: an extension that is not loaded
    bool by_marker = false;           ///< Swift: a bare list, pages by `marker`
    std::set<std::string> reasons{};  ///< why even a whole answer is not the whole list
    std::function<void(OsListing&)> then{};
    std::function<void()> otherwise{};  ///< it could not be had
  };
  void list(Call call);

  using Take = std::function<void(const Result<HttpAnswer>&)>;
  /// One GET or HEAD with a token; after a 401 it is asked once more with a new token.
  void get(const std::string& method, const std::string& service, const std::string& url, const OsToken* token,
           const std::vector<std::pair<std::string, std::string>>& headers, const Take& take);

  /// The list of a kind is not whole, or could not be had.
  void problem(const std::string& list, CollectionState state, std::string reason);

  /// It is known that there is nothing of a kind, and from where.
  void nothing(const std::string& list, const std::string& name, const std::string& url, const OsToken* token);

  /// Works until everything has been answered; signs in again if a token ended on the way.
  void run();
  /// Hands everything over; also writes it below `record`, if that is not empty.
  Result<void> hand_over(OsAnswers& answers, Instant now, const std::filesystem::path& record);

  /// The worst that is known of a kind's lists, and why; nothing if none was answered.
  [[nodiscard]] std::optional<OsListState> state_of(std::string_view list) const;

  [[nodiscard]] const OsListing* find(const std::string& name) const {
    const auto found = listings_.find(name);
    return found == listings_.end() ? nullptr : &found->second;
  }

 private:
  struct Again {
    std::string method, service, url;
    const OsToken* token;
    std::vector<std::pair<std::string, std::string>> headers;
    Take take;
  };
  struct Problem {
    CollectionState state;
    std::string reason;
    friend auto operator<=>(const Problem&, const Problem&) = default;
  };

  void page(const std::shared_ptr<Call>& call, const std::string& url, std::set<std::string> seen);
  void take_page(const std::shared_ptr<Call>& call, const std::string& url, std::set<std::string> seen,
                 const HttpAnswer& answer);
  void refused(const Call& call, const std::string& url, const std::string& what, CollectionState state);
  static std::string next_page(const Node& rest, const std::vector<OsItem>& links, const std::string& url);

  OsSession& session_;
  HttpClient& client_;
  Stop stop_;
  Depth depth_;
  std::map<std::string, OsListing> listings_;
  std::map<std::string, std::set<Problem>> problems_;  ///< by list
  std::vector<Again> again_;
  bool renewed_ = false;
};

}  // namespace ehdscan
