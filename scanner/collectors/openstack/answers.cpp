// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <unordered_map>

#include "base/text.h"
#include "crypto/digest.h"
#include "evidence/tables/identity.h"
#include "evidence/tables/inventory.h"
#include "evidence/tables/network_filter.h"
#include "evidence/tables/storage.h"
#include "format/json_pieces.h"

namespace ehdscan {
namespace {

constexpr std::size_t kHeadBytes = 300;
constexpr std::size_t kMostReasons = 3;
constexpr std::string_view kReseller = "AUTH_";  ///< what Swift puts before the project in the name of its account

/// How much a form shows of a resource: the fullest is written first.
enum class Form : std::uint8_t { show, api_list, client_list };

struct Batch {
  const OsKind* kind = nullptr;
  Form form = Form::api_list;
  std::vector<JsonPiece> pieces;
  std::size_t file = 0;
  std::string of;  ///< group of the members, or project of the containers, that the answer tells
};

struct Answer {
  std::string shown;
  std::unique_ptr<std::string> text;
  SourceId source = 0;
};

/// Id between two parts of a link: "/groups/" and "/users".
std::string id_between(std::string_view link, std::string_view before, std::string_view after) {
  const std::size_t begin = link.find(before);
  if (begin == std::string_view::npos) return {};
  const std::size_t from = begin + before.size();
  const std::size_t to = link.find(after, from);
  return to == std::string_view::npos ? std::string() : std::string(link.substr(from, to - from));
}

}  // namespace

class OsAnswers::Impl {
 public:
  Impl(Names names, RowSink& sink)
      : out_{.sink = sink,
             .platform = std::move(names.platform),
             .issuer = std::move(names.issuer),
             .keystone_url = {},
             .identity_key = std::move(names.identity_key),
             .origin = {},
             .of = {},
             .default_projects = {},
             .volume_type_ids = {},
             .load_balancers = {},
             .seen_groups = {},
             .used_groups = {},
             .seen_roles = {},
             .used_roles = {},
             .seen_accounts = {},
             .seen_projects = {},
             .member_lists = {},
             .written = {}} {}

  void add(std::string text, Source source) {
    const std::string shown = source.location;
    Answer answer{.shown = shown, .text = std::make_unique<std::string>(std::move(text)), .source = 0};
    const auto pieces = cut_json(*answer.text, shown);
    if (!pieces)
      return lose(*answer.text, fmt::format("{}:{}: {}", shown, pieces.error().place.line, pieces.error().message));
    const auto rest = Document::parse_json(pieces->rest, shown);
    if (!rest) return lose(*answer.text, fmt::format("{}: {}", shown, rest.error().message));
    if (take_problem((*rest)->root())) return;
    if (const std::string error = error_answer((*rest)->root()); !error.empty()) {
      const std::string reason = fmt::format("{} holds an error answer ({})", shown, error);
      errors_.push_back(reason);
      // "Not found" says that there is nothing. Any other error may stand for a part of any list.
      if (error == "404" || error == "itemNotFound") return;
      for (const TableSpec* table : os_tables()) out_.partial(*table, reason);
      return;
    }
    source.sha256 = sha256_hex(*answer.text);
    answer.source = out_.sink.add_source(std::move(source));
    classify(*pieces, (*rest)->root(), *answer.text, shown);
    files_.push_back(std::move(answer));
  }

  void write(const std::function<bool()>& stop) {
    std::ranges::stable_sort(batches_, {}, [](const Batch& batch) { return std::pair(batch.kind, batch.form); });
    for (const Batch& batch : batches_) {
      if (stop && stop()) return;
      write_batch(batch);
    }
  }

  /// A file that could not be read: its kind's tables have failed if its beginning tells the kind, else every table is
  /// partial.
  void lose(std::string_view text, const std::string& reason) {
    const std::string_view head = text.substr(0, kHeadBytes);
    bool told = false;
    for (const OsKind& kind : os_kinds()) {
      if (head.find(fmt::format("\"{}\"", kind.list_key)) == std::string_view::npos) continue;
      told = true;
      for (const TableSpec* table : kind.tables) out_.sink.collected(*table, CollectionState::failed, reason);
      lost_.insert(&kind);
    }
    if (told) return;
    for (const TableSpec* table : os_tables()) out_.partial(*table, reason);
  }

  void say_states(const std::function<OsListState(const OsKind&)>& of,
                  const std::function<OsListState(const OsKind&)>& unlisted) {
    for (const OsKind& kind : os_kinds()) {
      for (const TableSpec* table : kind.tables) {
        if (lost_.contains(&kind)) continue;
        bool told = false;
        for (const Problem& problem : problems_) {
          if (problem.kind != &kind) continue;
          told = true;
          say(*table, {listed_.contains(&kind) ? CollectionState::partial : problem.state, problem.reason});
        }
        if (told && !listed_.contains(&kind)) continue;
        const bool told_with_groups =
            table == &tables::network_rule &&
            listed_.contains(find_kind([](const OsKind& known) { return known.list_key == "security_groups"; })) &&
            rules_came_with_groups();
        if (listed_.contains(&kind) || told_with_groups) {
          say(*table, of(kind));
        } else if (table == &tables::group_member && kind.list_key == "group_users" && no_groups()) {
          out_.sink.collected(*table, CollectionState::complete);
        } else {
          OsListState state = unlisted(kind);
          if (any_written(kind) && state.state != CollectionState::complete) state.state = CollectionState::partial;
          say(*table, state);
        }
      }
    }
    // The inventory is as whole as the lists it is made of.
    for (const TableSpec* table : {&tables::asset, &tables::asset_tag}) {
      std::vector<std::string_view> missing;
      for (const std::string_view key : {"servers", "images", "volumes", "snapshots", "containers", "shares"}) {
        const OsKind* kind = find_kind([&](const OsKind& known) { return known.list_key == key; });
        if (listed_.contains(kind)) {
          const OsListState state = of(*kind);
          say(*table,
              state.state == CollectionState::complete ? state : OsListState{CollectionState::partial, state.reason});
          for (const Problem& problem : problems_) {
            if (problem.kind == kind) out_.partial(*table, problem.reason);
          }
        } else if (!any_written(*kind) && unlisted(*kind).state != CollectionState::complete) {
          missing.push_back(kind->name);
        }
      }
      if (!missing.empty()) out_.partial(*table, fmt::format("there is no list of {}", fmt::join(missing, ", ")));
    }
    check_references();
    check_lists_by_owner();
  }

  [[nodiscard]] std::string errors() const {
    std::vector<std::string> all = errors_;
    for (const std::string& file : unknown_)
      all.push_back(fmt::format("{} is a list whose columns are not known (use `--long`, or the API's answer)", file));
    if (all.size() > kMostReasons) all.resize(kMostReasons);
    return fmt::format("{}", fmt::join(all, "; "));
  }

 private:
  void say(const TableSpec& table, const OsListState& state) { out_.sink.collected(table, state.state, state.reason); }

  /// Our own recordings say which list went wrong, and how. True if there is nothing else in the answer.
  bool take_problem(const Node& rest) {
    if (!rest.is(Node::Kind::mapping)) return false;
    const auto list = rest.find("_list");
    const auto reason = rest.find("_reason");
    if (!list || !reason) return false;
    const OsKind* kind = find_kind([&](const OsKind& known) { return known.list_key == list->scalar(); });
    const auto state = rest.find("_state");
    if (kind == nullptr) return true;
    const auto parsed = state ? parse_collection_state(state->scalar()) : std::nullopt;
    problems_.push_back({kind, parsed.value_or(CollectionState::partial), std::string(reason->scalar())});
    return parsed.has_value();
  }

  static std::string error_answer(const Node& rest) {
    if (!rest.is(Node::Kind::mapping)) return {};
    if (const auto status = rest.find("_status")) {
      if (const auto code = status->as_integer(); code && *code >= 400) return std::to_string(*code);
    }
    for (const std::string_view key : {"error", "badRequest", "forbidden", "itemNotFound", "unauthorized",
                                       "NeutronError", "computeFault", "faultstring"}) {
      if (const auto found = rest.find(key)) {
        const auto code = found->is(Node::Kind::mapping) ? found->find("code") : std::nullopt;
        return code ? std::string(code->scalar()) : std::string(key);
      }
    }
    return {};
  }

  void classify(const JsonPieces& pieces, const Node& rest, std::string_view text, const std::string& shown) {
    const std::size_t file = files_.size();
    for (const JsonList& list : pieces.lists) {
      if (list.key.empty()) {
        add_client_list(list, file, shown);
        continue;
      }
      const OsKind* kind = find_kind([&](const OsKind& known) { return known.list_key == list.key; });
      if (kind == nullptr) continue;
      Batch batch{.kind = kind, .form = Form::api_list, .pieces = list.elements, .file = file, .of = {}};
      const std::string self = link(rest, "self");
      if (list.key == "users") {
        if (const std::string group = id_between(self, "/groups/", "/users"); !group.empty()) {
          batch.kind = find_kind([](const OsKind& known) { return known.list_key == "group_users"; });
          batch.of = group;
          auto& members = out_.member_lists[group];
          members.insert(shown);
        }
      }
      if (list.key == "application_credentials") {
        if (const std::string user = id_between(self, "/users/", "/application_credentials"); !user.empty())
          credential_lists_.insert(user);
      }
      if (list.key == "containers") batch.of = add_container_lists(rest, self);
      // A computed list leaves system assignments out: the raw one counts.
      if (list.key == "role_assignments" && self.find("effective") != std::string::npos) continue;
      if (out_.keystone_url.empty() && self.find("/v3/") != std::string::npos)
        out_.keystone_url = self.substr(0, self.find("/v3/") + 3);
      if (more_pages(pieces, rest, list.key)) {
        for (const TableSpec* table : batch.kind->tables)
          out_.partial(*table, fmt::format("{} is one page of several: more follow it", shown));
      }
      listed_.insert(batch.kind);
      batches_.push_back(std::move(batch));
    }
    if (rest.is(Node::Kind::mapping) && pieces.rest.size() > 2) add_single(rest, text, file);
  }

  /// Swift lists the containers of one account and does not name it: the link of the answer does, or `account`, or
  /// `accounts` of a joined file. Returns the project if there is one for all of them.
  std::string add_container_lists(const Node& rest, std::string_view self) {
    std::set<std::string> projects;
    const auto add = [&projects](std::string_view account) {
      if (account.starts_with(kReseller)) account.remove_prefix(kReseller.size());
      if (!account.empty()) projects.emplace(account);
    };
    if (const std::size_t at = self.find(kReseller); at != std::string_view::npos) {
      self.remove_prefix(at);
      add(self.substr(0, self.find_first_of("?/")));
    }
    if (rest.is(Node::Kind::mapping)) {
      if (const auto one = rest.find("account"); one && one->is(Node::Kind::text)) add(one->scalar());
      if (const auto all = rest.find("accounts"); all && all->is(Node::Kind::sequence)) {
        for (std::size_t i = 0; i < all->size(); ++i) {
          if ((*all)[i].is(Node::Kind::text)) add((*all)[i].scalar());
        }
      }
    }
    container_lists_.insert(projects.begin(), projects.end());
    return projects.size() == 1 ? *projects.begin() : std::string();
  }

  static std::string link(const Node& rest, std::string_view name) {
    if (!rest.is(Node::Kind::mapping)) return {};
    const auto links = rest.find("links");
    if (!links || !links->is(Node::Kind::mapping)) return {};
    const auto found = links->find(name);
    return found && found->is(Node::Kind::text) ? std::string(found->scalar()) : std::string();
  }

  static bool more_pages(const JsonPieces& pieces, const Node& rest, std::string_view key) {
    if (!link(rest, "next").empty()) return true;
    if (const auto next = rest.find("next"); next && next->is(Node::Kind::text)) return true;
    for (const JsonList& list : pieces.lists) {
      if (list.key != fmt::format("{}_links", key)) continue;
      for (const JsonPiece& piece : list.elements) {
        const auto parsed = Document::parse_json(piece.text, "links");
        if (parsed && OsObject((*parsed)->root()).text({"rel"}) == std::optional<std::string>("next")) return true;
      }
    }
    return false;
  }

  template <typename Is>
  static const OsKind* find_kind(Is is) {
    const auto found = std::ranges::find_if(os_kinds(), is);
    return found == os_kinds().end() ? nullptr : &*found;
  }

  void add_client_list(const JsonList& list, std::size_t file, const std::string& shown) {
    const OsKind* kind = nullptr;
    if (list.elements.empty()) {
      // Nothing in it tells what it is: here alone the name of the file counts.
      std::string stem = to_lower(std::filesystem::path(shown).stem().string());
      std::ranges::replace(stem, '-', '_');
      std::ranges::replace(stem, ' ', '_');
      kind = find_kind([&](const OsKind& known) {
        return stem == known.list_key || stem == fmt::format("{}_list", known.show_key);
      });
    } else if (const auto first = Document::parse_json(list.elements.front().text, shown)) {
      const OsObject object((*first)->root());
      std::size_t most = 0;
      for (const OsKind& known : os_kinds()) {
        if (known.client_columns.size() <= most) continue;
        if (!std::ranges::all_of(known.client_columns, [&](std::string_view column) { return object.has(column); }))
          continue;
        kind = &known;
        most = known.client_columns.size();
      }
    }
    if (kind == nullptr) {
      unknown_.push_back(shown);
      return;
    }
    listed_.insert(kind);
    batches_.push_back({.kind = kind, .form = Form::client_list, .pieces = list.elements, .file = file, .of = {}});
  }

  /// One resource alone: in the API's envelope, or as the client shows it.
  void add_single(const Node& rest, std::string_view text, std::size_t file) {
    const OsObject object(rest);
    const OsKind* kind = nullptr;
    if (rest.size() == 1) {
      kind = find_kind(
          [&](const OsKind& known) { return !known.show_key.empty() && rest.find(known.show_key).has_value(); });
    }
    if (kind == nullptr) {
      kind = find_kind([&](const OsKind& known) {
        return !known.show_fields.empty() &&
               std::ranges::all_of(known.show_fields, [&](std::string_view field) { return object.has(field); });
      });
    }
    if (kind == nullptr) return;
    batches_.push_back(
        {.kind = kind, .form = Form::show, .pieces = {{.text = text, .line = 1}}, .file = file, .of = {}});
  }

  void write_batch(const Batch& batch) {
    const Answer& file = files_[batch.file];
    out_.of = batch.of;
    for (const JsonPiece& piece : batch.pieces) {
      const auto parsed = Document::parse_json(piece.text, file.shown);
      if (!parsed) {
        for (const TableSpec* table : batch.kind->tables) {
          out_.partial(*table, fmt::format("{}:{}: {}", file.shown, piece.line, parsed.error().message));
        }
        continue;
      }
      Node node = (*parsed)->root();
      if (batch.form == Form::show && !batch.kind->show_key.empty()) {
        if (const auto inner = node.find(batch.kind->show_key); inner && inner->is(Node::Kind::mapping)) node = *inner;
      }
      if (!node.is(Node::Kind::mapping)) {
        for (const TableSpec* table : batch.kind->tables)
          out_.partial(*table, fmt::format("{}:{}: an entry is no mapping", file.shown, piece.line));
        continue;
      }
      if (!first_time(batch, OsObject(node), piece)) continue;
      out_.origin = {.source = file.source, .line = piece.line};
      batch.kind->write(OsObject(node), out_);
    }
  }

  /// False for what was written already. The same resource told differently by the same form makes its tables partial.
  bool first_time(const Batch& batch, const OsObject& object, const JsonPiece& piece) {
    const std::string id =
        object.text({"id", "ID", "secret_ref", "Secret href", "container", "name", "Name", "access"}).value_or("");
    // Containers of two projects may have one name.
    std::string of = batch.of;
    if (auto account = object.text({"account"}))
      of = account->starts_with(kReseller) ? account->substr(kReseller.size()) : *std::move(account);
    const std::size_t digest = std::hash<std::string_view>{}(piece.text);
    const std::string key = id.empty() ? fmt::format("{}\n{}", batch.kind->name, digest)
                                       : fmt::format("{}\n{}\n{}", batch.kind->name, of, id);
    const auto [place, added] = seen_.try_emplace(key, Seen{digest, batch.form, batch.file, piece.line});
    if (added) return true;
    const Seen& first = place->second;
    if (first.form == batch.form && first.digest != digest) {
      for (const TableSpec* table : batch.kind->tables) {
        out_.partial(*table, fmt::format("{}:{} and {}:{} tell the same resource differently", files_[first.file].shown,
                                         first.line, files_[batch.file].shown, piece.line));
      }
    }
    return false;
  }

  [[nodiscard]] bool any_written(const OsKind& kind) const {
    return std::ranges::any_of(batches_,
                               [&](const Batch& batch) { return batch.kind == &kind && !batch.pieces.empty(); });
  }
  [[nodiscard]] bool rules_came_with_groups() const {
    return std::ranges::any_of(out_.written, [](const std::string& key) { return key.starts_with("rule "); });
  }
  [[nodiscard]] bool no_groups() const {
    const OsKind* groups = find_kind([](const OsKind& known) { return known.list_key == "groups"; });
    return listed_.contains(groups) && !any_written(*groups);
  }

  /// What is named but not listed shows a listing that was cut to what its asker may see.
  void check_references() {
    // Keystone's plain list of roles leaves out those of domains.
    for (const std::string& role : out_.used_roles) {
      if (out_.seen_roles.contains(role) || out_.seen_roles.empty()) continue;
      out_.partial(tables::role, fmt::format("the role {} is named by assignments or implications but not listed; "
                                             "roles of a domain need `GET /v3/roles?domain_id=…`",
                                             role));
      break;
    }
    std::vector<std::string> missing;
    for (const std::string& group : out_.used_groups) {
      if (!out_.seen_groups.contains(group)) missing.push_back(group);
    }
    if (missing.empty()) return;
    const std::string reason =
        fmt::format("{} security groups are named by ports or rules but not listed, {} among them: the listing was cut",
                    missing.size(), missing.front());
    out_.partial(tables::security_group, reason);
    out_.partial(tables::network_rule, reason);
  }

  /// Members, application credentials and containers are listed for one group, user or project at a time: each needs
  /// its list.
  void check_lists_by_owner() {
    const auto say = [&](const TableSpec& table, std::string_view list_key, std::string_view what,
                         const std::set<std::string>& owners, const auto& lists) {
      const OsKind* kind = find_kind([&](const OsKind& known) { return known.list_key == list_key; });
      if (!listed_.contains(kind)) return;  // said already
      std::vector<std::string> missing;
      for (const std::string& owner : owners) {
        if (!lists.contains(owner)) missing.push_back(owner);
      }
      if (missing.empty()) return;
      out_.partial(table, fmt::format("the {} of {} of {} are not listed, `{}` among them", what, missing.size(),
                                      owners.size(), missing.front()));
    };
    say(tables::group_member, "group_users", "members of groups", ids_of("groups"), out_.member_lists);
    say(tables::credential, "application_credentials", "application credentials of users", ids_of("users"),
        credential_lists_);
    const OsKind* projects = find_kind([](const OsKind& known) { return known.list_key == "projects"; });
    const OsKind* containers = find_kind([](const OsKind& known) { return known.list_key == "containers"; });
    for (const TableSpec* table : {&tables::bucket, &tables::asset, &tables::asset_tag}) {
      say(*table, "containers", "containers of projects", ids_of("projects"), container_lists_);
      if (listed_.contains(containers) && !listed_.contains(projects))
        out_.partial(*table, "containers are listed for one project at a time, and the projects are not listed");
    }
  }

  [[nodiscard]] std::set<std::string> ids_of(std::string_view list_key) const {
    const OsKind* kind = find_kind([&](const OsKind& known) { return known.list_key == list_key; });
    std::set<std::string> ids;
    const std::string prefix = fmt::format("{}\n\n", kind->name);
    for (const auto& [key, seen] : seen_) {
      if (key.starts_with(prefix)) ids.insert(key.substr(prefix.size()));
    }
    return ids;
  }

  struct Seen {
    std::size_t digest;
    Form form;
    std::size_t file;
    std::uint32_t line;
  };

  OsContext out_;
  struct Problem {
    const OsKind* kind = nullptr;
    CollectionState state = CollectionState::partial;
    std::string reason;
  };

  std::vector<Problem> problems_;
  std::vector<Answer> files_;
  std::vector<Batch> batches_;
  std::unordered_map<std::string, Seen> seen_;
  std::set<const OsKind*> listed_, lost_;
  std::set<std::string> credential_lists_;  ///< users whose application credentials were listed
  std::set<std::string> container_lists_;   ///< projects whose containers were listed
  std::vector<std::string> errors_, unknown_;
};

OsAnswers::OsAnswers(Names names, RowSink& sink) : impl_(std::make_unique<Impl>(std::move(names), sink)) {}
OsAnswers::~OsAnswers() = default;
void OsAnswers::add(std::string text, Source source) { impl_->add(std::move(text), std::move(source)); }
void OsAnswers::lose(std::string_view text, const std::string& reason) { impl_->lose(text, reason); }
void OsAnswers::write(const std::function<bool()>& stop) { impl_->write(stop); }
void OsAnswers::say_states(const std::function<OsListState(const OsKind&)>& of,
                           const std::function<OsListState(const OsKind&)>& unlisted) {
  impl_->say_states(of, unlisted);
}
std::string OsAnswers::errors() const { return impl_->errors(); }

}  // namespace ehdscan
