// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "collectors/openstack/redact.h"
#include "format/json_pieces.h"
#include "net/http/url.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMostPages = 100'000;
constexpr std::size_t kMostReasons = 3;
constexpr std::size_t kMostItems = 5'000'000;

// HTTP status codes (RFC 9110).
constexpr int kMultipleChoices = 300;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;

std::string with_query(const std::string& url, std::string_view query) {
  std::string out = url.substr(0, url.find('?'));
  return query.empty() ? out : out + "?" + std::string(query);
}

std::string join_some(const std::set<std::string>& reasons) {
  std::vector<std::string> some(reasons.begin(), reasons.end());
  const std::size_t all = some.size();
  if (all > kMostReasons) {
    some.resize(kMostReasons);
    some.push_back(fmt::format("and {} more", all - kMostReasons));
  }
  return fmt::format("{}", fmt::join(some, "; "));
}

std::string file_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/';
    out += plain ? c : '_';
  }
  return out;
}

}  // namespace

void OsReader::get(const std::string& method, const std::string& service, const std::string& url, const OsToken* token,
                   const std::vector<std::pair<std::string, std::string>>& headers, const Take& take) {
  HttpRequest request{.service = service, .method = method, .url = url, .headers = headers};
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back("X-Auth-Token", token->id);
  client_.submit(std::move(request),
                 [this, method, service, url, token, headers, take](const Result<HttpAnswer>& answer) {
                   if (answer && answer->status == kUnauthorized && !renewed_) {
                     again_.push_back({method, service, url, token, headers, take});
                     return;
                   }
                   take(answer);
                 });
}

void OsReader::run() {
  client_.run(stop_);
  if (again_.empty() || stop_()) return;
  auto again = std::exchange(again_, {});
  renewed_ = true;
  // If that fails the old tokens stay, and the calls end with their 401.
  static_cast<void>(session_.renew(stop_));
  for (const Again& call : again) {
    get(call.method, call.service, call.url, call.token, call.headers, call.take);
  }
  client_.run(stop_);
}

void OsReader::problem(const std::string& list, CollectionState state, std::string reason) {
  problems_[list].insert({state, std::move(reason)});
}

void OsReader::nothing(const std::string& list, const std::string& name, const std::string& url, const OsToken* token) {
  listings_[name] = {
      .list = list, .key = list, .url = url, .self = url, .token = token, .items = {}, .answered = true, .reasons = {}};
}

void OsReader::list(Call call) {
  OsListing& listing = listings_[call.name];
  if (call.key.empty()) call.key = call.list;
  listing.list = call.list;
  listing.key = call.key;
  listing.url = call.url;
  listing.self = call.url;
  listing.token = call.token;
  listing.reasons = call.reasons;
  const auto shared = std::make_shared<Call>(std::move(call));
  page(shared, shared->url, {});
}

void OsReader::page(const std::shared_ptr<Call>& call, const std::string& url, std::set<std::string> seen) {
  seen.insert(url);
  get("GET", call->service, url, call->token, call->headers,
      [this, call, url, seen = std::move(seen)](const Result<HttpAnswer>& answer) {
        if (!answer) return refused(*call, url, answer.error().message, CollectionState::failed);
        if (answer->status == kNotFound && call->absent_is_empty) {
          listings_[call->name].answered = true;
          return;
        }
        if (answer->status >= kMultipleChoices) {
          const bool no_right = answer->status == kForbidden || answer->status == kUnauthorized;
          return refused(*call, url,
                         fmt::format("{} answers {} ({}){}", shown_url(url), answer->status, call->token->label,
                                     no_right && !call->least.empty() ? "; " + call->least + " would be enough" : ""),
                         no_right ? CollectionState::denied : CollectionState::failed);
        }
        take_page(call, url, seen, *answer);
      });
}

/// After some pages the list is partial, else it could not be had.
void OsReader::refused(const Call& call, const std::string& url, const std::string& what, CollectionState state) {
  OsListing& listing = listings_[call.name];
  if (listing.items.empty() && url == call.url) {
    problem(call.list, state, what);
    if (call.otherwise) call.otherwise();
    return;
  }
  listing.answered = true;
  listing.reasons.insert(what);
}

void OsReader::take_page(const std::shared_ptr<Call>& call, const std::string& url, std::set<std::string> seen,
                         const HttpAnswer& answer) {
  OsListing& listing = listings_[call->name];
  const std::string shown = shown_url(url);
  const auto bad = [&](const std::string& what) {
    const std::string_view type = answer.header("content-type");
    refused(*call, url,
            fmt::format("{} answers {}{}", shown, what, type.empty() ? "" : fmt::format(" ({})", type.substr(0, 60))),
            CollectionState::failed);
  };
  // Swift says 204 where an account is empty.
  const std::string_view body = trim(answer.body).empty() && call->by_marker ? std::string_view("[]") : answer.body;
  const auto pieces = cut_json(body, shown);
  if (!pieces) return bad("something that is not whole JSON");
  const auto rest = Document::parse_json(pieces->rest, shown);
  if (!rest) return bad("broken JSON");
  const std::string key = call->by_marker ? std::string() : call->key;
  const auto found = std::ranges::find(pieces->lists, key, &JsonList::key);
  const bool there = found != pieces->lists.end();
  const auto empty =
      !call->by_marker && (*rest)->root().is(Node::Kind::mapping) ? (*rest)->root().find(key) : std::nullopt;
  if (!there && !(empty && empty->is(Node::Kind::sequence)) && !call->by_marker)
    return bad(fmt::format("without a list of {}", key));
  const std::size_t before = listing.items.size();
  for (const JsonPiece& piece : there ? found->elements : std::vector<JsonPiece>{}) {
    const auto raw = Document::parse_json(piece.text, shown);
    if (!raw || !(*raw)->root().is(Node::Kind::mapping)) {
      listing.reasons.insert(fmt::format("an entry of {} is broken", shown));
      continue;
    }
    // From here on nothing secret exists any more.
    auto clean = Document::parse_json(redacted_json((*raw)->root()), shown);
    if (clean) listing.items.push_back({.document = *clean});
  }
  listing.answered = true;
  if (before == 0 && !call->by_marker) {
    if (const auto links = (*rest)->root().find("links"); links && links->is(Node::Kind::mapping)) {
      if (const auto self = OsObject(*links).text({"self"})) listing.self = *self;
    }
  }
  std::string next;
  if (call->by_marker) {
    const auto count = parse_integer(answer.header("x-account-container-count"));
    const bool more = count && static_cast<std::int64_t>(listing.items.size()) < *count;
    if (more && listing.items.size() == before) {
      listing.reasons.insert(fmt::format("{} shows {} of {} containers", shown, listing.items.size(), *count));
    } else if (more) {
      const std::string last = listing.items.back().object().text({"name"}).value_or("");
      next = with_query(url, "format=json&marker=" + percent_encode(last));
    }
    if (!count) listing.reasons.insert(fmt::format("{} does not count its containers", shown));
  } else {
    if (OsObject((*rest)->root()).boolean({"truncated"}).value_or(false))
      listing.reasons.insert(fmt::format("{} says that its list was cut", shown));
    std::vector<OsItem> links;
    for (const JsonList& other : pieces->lists) {
      if (other.key != call->key + "_links") continue;
      for (const JsonPiece& piece : other.elements) {
        if (auto parsed = Document::parse_json(piece.text, shown)) links.push_back({.document = *parsed});
      }
    }
    next = next_page((*rest)->root(), links, url);
  }
  // Which projects and domains there are decides what else is asked for.
  if (depth_ == Depth::sample && call->list != "projects" && call->list != "domains") {
    next.clear();
    if (listing.items.size() > 1) listing.items.resize(1);
  }
  if (next.empty()) {
    if (call->then) call->then(listing);
    return;
  }
  if (seen.contains(next) || seen.size() >= kMostPages || listing.items.size() >= kMostItems ||
      listing.items.size() == before) {
    listing.reasons.insert(fmt::format("the pages of {} do not end", shown));
    if (call->then) call->then(listing);
    return;
  }
  page(call, next, std::move(seen));
}

std::optional<OsListState> OsReader::state_of(std::string_view list) const {
  bool answered = false;
  CollectionState worst = CollectionState::complete;
  std::set<std::string> reasons;
  for (const auto& [name, listing] : listings_) {
    if (listing.list != list || !listing.answered) continue;
    answered = true;
    reasons.insert(listing.reasons.begin(), listing.reasons.end());
  }
  if (!reasons.empty()) worst = CollectionState::partial;
  if (const auto found = problems_.find(std::string(list)); found != problems_.end()) {
    for (const Problem& problem : found->second) {
      // Some of it was had.
      worst = std::max(worst, answered ? CollectionState::partial : problem.state);
      reasons.insert(problem.reason);
    }
    answered = true;
  }
  if (!answered) return std::nullopt;
  return OsListState{worst, join_some(reasons)};
}

/// Links may name hosts that only the inside of the cloud knows: the query of the link counts, on the address that
/// answered.
std::string OsReader::next_page(const Node& rest, const std::vector<OsItem>& links, const std::string& url) {
  std::string link;
  for (const OsItem& item : links) {
    if (item.object().text({"rel"}) == std::optional<std::string>("next"))
      link = item.object().text({"href"}).value_or("");
  }
  if (link.empty()) {
    if (const auto inner = rest.find("links"); inner && inner->is(Node::Kind::mapping))
      link = OsObject(*inner).text({"next"}).value_or("");
  }
  if (link.empty()) link = OsObject(rest).text({"next"}).value_or("");
  const std::size_t query = link.find('?');
  return query == std::string::npos ? std::string() : with_query(url, std::string_view(link).substr(query + 1));
}

Result<void> OsReader::hand_over(OsAnswers& answers, Instant now, const std::filesystem::path& record) {
  const auto give = [&](const std::string& name, const std::string& text, const std::string& location) -> Result<void> {
    answers.add(text, {.target = {},
                       .collector = {},
                       .location = location,
                       .sha256 = {},
                       .observed_at = now,
                       .grade = EvidenceGrade::e3,
                       .nature = Nature::observed,
                       .freshness = Freshness::live,
                       .third_party = false});
    if (record.empty()) return {};
    const std::filesystem::path path = record / (file_name(name) + ".json");
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    return write_file_atomically(path, text + "\n");
  };
  // Where several scopes show the same thing, the one that owns it tells most.
  std::map<std::pair<std::string, std::string>, std::string> owners;
  const auto identity = [](const OsItem& item) { return item.object().text({"id", "secret_ref"}).value_or(""); };
  for (const auto& [name, listing] : listings_) {
    for (const OsItem& item : listing.items) {
      const auto project = item.object().text({"project_id", "tenant_id", "owner", "os-vol-tenant-attr:tenant_id"});
      const std::string id = identity(item);
      if (!id.empty() && project && *project == listing.token->project_id)
        owners.emplace(std::pair(listing.list, id), name);
    }
  }
  // Answers without a link of their own get the one they would have had: issuers go by Keystone's spelling.
  std::string base = session_.keystone();
  for (const auto& [name, listing] : listings_) {
    const std::size_t version = listing.self.find("/v3/");
    if (!name.starts_with("identity/") || listing.self == listing.url || version == std::string::npos) continue;
    base = listing.self.substr(0, version + 3);
    break;
  }
  std::set<std::pair<std::string, std::string>> given;
  for (auto& [name, listing] : listings_) {
    if (!listing.answered) continue;
    const bool by_owner = name.find("_of_") != std::string::npos;
    const bool guess = listing.self == listing.url && listing.url.starts_with(session_.keystone());
    std::string text =
        fmt::format("{{\"links\":{{\"self\":{}}}",
                    json_text(guess ? base + listing.url.substr(session_.keystone().size()) : listing.self));
    if (!listing.reasons.empty())
      text +=
          fmt::format(",\"_list\":{},\"_reason\":{}", json_text(listing.list), json_text(join_some(listing.reasons)));
    text += fmt::format(",{}:[", json_text(listing.key));
    bool first = true;
    for (const OsItem& item : listing.items) {
      const std::string id = identity(item);
      if (!by_owner && !id.empty()) {
        const auto owner = owners.find({listing.list, id});
        if (owner != owners.end() && owner->second != name) continue;
        if (listings_.size() > 1 && !given.insert({listing.list, id}).second && owner == owners.end()) continue;
      }
      text += first ? "\n" : ",\n";
      first = false;
      text += redacted_json(item.document->root(), item.more);
    }
    text += "\n]}";
    if (auto done = give(name, text, fmt::format("{} ({})", listing.url, listing.token->label)); !done) return done;
  }
  for (const auto& [list, problems] : problems_) {
    CollectionState worst = CollectionState::partial;
    std::set<std::string> reasons;
    for (const Problem& problem : problems) {
      worst = std::max(worst, problem.state);
      reasons.insert(problem.reason);
    }
    const std::string text = fmt::format(R"({{"_list":{},"_state":{},"_reason":{}}})", json_text(list),
                                         json_text(to_string(worst)), json_text(join_some(reasons)));
    if (auto done = give("problem/" + list, text, "problem/" + list); !done) return done;
  }
  return {};
}

}  // namespace ehdscan
