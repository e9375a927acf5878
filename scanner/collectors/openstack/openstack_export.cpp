// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/openstack_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <unordered_map>

#include "base/file.h"
#include "base/text.h"
#include "collectors/openstack/kinds.h"
#include "crypto/digest.h"
#include "crypto/identity_hash.h"
#include "evidence/tables/identity.h"
#include "evidence/tables/inventory.h"
#include "evidence/tables/network_filter.h"
#include "format/json_pieces.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMostFileBytes = std::size_t{1} << 30;
constexpr std::size_t kMostFiles = 100'000;
constexpr std::size_t kHeadBytes = 300;
constexpr std::size_t kMostReasons = 3;

struct Options {
  std::string path;
  std::string name;
  std::string issuer;
  std::string key_file;
  std::optional<Instant> exported_at;
  bool all_projects = false;
};

Result<Options> read_options(const Target& target) {
  Options options;
  const Node& node = *target.options;
  if (node.is(Node::Kind::text)) {
    options.path = node.scalar();
    return options;
  }
  if (auto known = node.expect_keys({"path", "name", "issuer", "key_file", "exported_at", "all_projects"}); !known)
    return std::unexpected(known.error());
  const auto path = node.require("path");
  if (!path) return std::unexpected(path.error());
  for (const auto& [key, place] : {std::pair{"path", &options.path}, std::pair{"name", &options.name},
                                   std::pair{"issuer", &options.issuer}, std::pair{"key_file", &options.key_file}}) {
    const auto member = node.find(key);
    if (!member) continue;
    const auto text = member->as_text();
    if (!text) return std::unexpected(text.error());
    *place = *text;
  }
  if (const auto member = node.find("exported_at")) {
    const auto instant = member->as_instant();
    if (!instant) return std::unexpected(instant.error());
    options.exported_at = *instant;
  }
  if (const auto member = node.find("all_projects")) {
    const auto flag = member->as_boolean();
    if (!flag) return std::unexpected(flag.error());
    options.all_projects = *flag;
  }
  return options;
}

Result<void> validate(const Target& target) {
  if (const auto options = read_options(target); !options) return std::unexpected(options.error());
  return {};
}

/// How much a form shows of a resource: the fullest is written first.
enum class Form : std::uint8_t { show, api_list, client_list };

struct Batch {
  const OsKind* kind = nullptr;
  Form form = Form::api_list;
  std::vector<JsonPiece> pieces;
  std::size_t file = 0;
  std::string of;  ///< group of its members, from the answer's own link
};

struct ExportFile {
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

class Export {
 public:
  Export(const Target& target, Options options, std::string key, RowSink& sink, const CollectContext& context)
      : target_(target),
        options_(std::move(options)),
        context_(context),
        out_{.sink = sink,
             .platform =
                 "openstack:" + (options_.name.empty()
                                     ? std::filesystem::path(options_.path).lexically_normal().filename().string()
                                     : options_.name),
             .issuer = options_.issuer,
             .keystone_url = {},
             .identity_key = std::move(key),
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

  Result<void> run() {
    if (auto read = read_files(); !read) return read;
    std::ranges::stable_sort(batches_, {}, [](const Batch& batch) { return std::pair(batch.kind, batch.form); });
    for (const Batch& batch : batches_) {
      if (context_.stop()) return {};
      write(batch);
    }
    say_states();
    return {};
  }

 private:
  Result<void> read_files() {
    const std::filesystem::path base = target_.resolve(options_.path);
    std::vector<std::filesystem::path> paths;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator folder(base, error);
         !error && folder != std::filesystem::recursive_directory_iterator(); folder.increment(error)) {
      if (folder->path().extension() == ".json") paths.push_back(folder->path());
      if (paths.size() > kMostFiles)
        return fail(ErrorKind::limit, fmt::format("`{}` holds more than {} files", options_.path, kMostFiles));
    }
    if (error) {
      return fail(error == std::errc::permission_denied ? ErrorKind::denied : ErrorKind::not_found,
                  fmt::format("cannot read `{}`: {}", options_.path, error.message()),
                  "name the folder of the exported JSON files");
    }
    if (paths.empty())
      return fail(ErrorKind::invalid_input, fmt::format("`{}` holds no JSON file", options_.path),
                  "`openstack server list -f json > servers.json`");
    std::ranges::sort(paths);
    for (const std::filesystem::path& path : paths)
      read_file_at(path,
                   (std::filesystem::path(options_.path) / path.lexically_relative(base)).lexically_normal().string());
    return {};
  }

  void read_file_at(const std::filesystem::path& path, const std::string& shown) {
    auto text = read_file(path, kMostFileBytes);
    if (!text) return lose({}, fmt::format("{}: {}", shown, text.error().message));
    ExportFile file{.shown = shown, .text = std::make_unique<std::string>(*std::move(text)), .source = 0};
    const auto pieces = cut_json(*file.text, shown);
    if (!pieces)
      return lose(*file.text, fmt::format("{}:{}: {}", shown, pieces.error().place.line, pieces.error().message));
    const auto rest = Document::parse_json(pieces->rest, shown);
    if (!rest) return lose(*file.text, fmt::format("{}: {}", shown, rest.error().message));
    if (const std::string answer = error_answer((*rest)->root()); !answer.empty()) {
      const std::string reason = fmt::format("{} holds an error answer ({})", shown, answer);
      errors_.push_back(reason);
      // "Not found" says that there is nothing. Any other error may stand for a part of any list.
      if (answer == "404" || answer == "itemNotFound") return;
      for (const TableSpec* table : os_tables()) out_.partial(*table, reason);
      return;
    }
    file.source = out_.sink.add_source({.target = {},
                                        .collector = {},
                                        .location = shown,
                                        .sha256 = sha256_hex(*file.text),
                                        .observed_at = options_.exported_at.value_or(changed_at(path)),
                                        .grade = EvidenceGrade::e2,
                                        .nature = Nature::observed,
                                        .freshness = Freshness::export_file,
                                        .third_party = false});
    classify(*pieces, (*rest)->root(), *file.text, shown);
    files_.push_back(std::move(file));
  }

  [[nodiscard]] Instant changed_at(const std::filesystem::path& path) const {
    std::error_code error;
    const auto time = std::filesystem::last_write_time(path, error);
    if (error) return context_.started_at;
    const auto since = std::chrono::file_clock::to_sys(time).time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::seconds>(since).count()};
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

  void write(const Batch& batch) {
    const ExportFile& file = files_[batch.file];
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
    const std::size_t digest = std::hash<std::string_view>{}(piece.text);
    const std::string key = id.empty() ? fmt::format("{}\n{}", batch.kind->name, digest)
                                       : fmt::format("{}\n{}\n{}", batch.kind->name, batch.of, id);
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

  void say_states() {
    for (const std::string& file : unknown_)
      errors_.push_back(
          fmt::format("{} is a list whose columns are not known (use `--long`, or the API's answer)", file));
    const std::string errors =
        errors_.empty()
            ? ""
            : fmt::format("; {}", fmt::join(errors_.begin(),
                                            errors_.begin() +
                                                static_cast<std::ptrdiff_t>(std::min(errors_.size(), kMostReasons)),
                                            "; "));
    for (const OsKind& kind : os_kinds()) {
      for (const TableSpec* table : kind.tables) {
        if (lost_.contains(&kind)) continue;
        const bool told_with_groups =
            table == &tables::network_rule &&
            listed_.contains(find_kind([](const OsKind& known) { return known.list_key == "security_groups"; })) &&
            rules_came_with_groups();
        if (listed_.contains(&kind) || told_with_groups) {
          if (options_.all_projects) {
            out_.sink.collected(*table, CollectionState::complete);
          } else {
            out_.partial(
                *table,
                "site.yaml does not say that the export was made for all projects and domains (`all_projects: true`)");
          }
        } else if (table == &tables::group_member && kind.list_key == "group_users" && no_groups()) {
          out_.sink.collected(*table, CollectionState::complete);
        } else {
          out_.sink.collected(
              *table, any_written(kind) ? CollectionState::partial : CollectionState::not_attempted,
              fmt::format("the export holds no list of {} (`openstack {}`){}", kind.name, kind.command, errors));
        }
      }
    }
    // The inventory is as whole as the lists it is made of.
    for (const TableSpec* table : {&tables::asset, &tables::asset_tag}) {
      std::vector<std::string_view> missing;
      for (const std::string_view key : {"servers", "images", "volumes", "snapshots", "containers", "shares"}) {
        const OsKind* kind = find_kind([&](const OsKind& known) { return known.list_key == key; });
        if (!listed_.contains(kind) && !any_written(*kind)) missing.push_back(kind->name);
      }
      if (!missing.empty()) {
        out_.partial(*table, fmt::format("the export holds no list of {}", fmt::join(missing, ", ")));
      } else if (options_.all_projects) {
        out_.sink.collected(*table, CollectionState::complete);
      } else {
        out_.partial(*table, "site.yaml does not say that the export was made for all projects");
      }
    }
    check_references();
    check_lists_by_owner();
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

  /// Members and application credentials are listed for one group or user at a time: each needs its list.
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

  const Target& target_;
  Options options_;
  const CollectContext& context_;
  OsContext out_;
  std::vector<ExportFile> files_;
  std::vector<Batch> batches_;
  std::unordered_map<std::string, Seen> seen_;
  std::set<const OsKind*> listed_, lost_;
  std::set<std::string> credential_lists_;  ///< users whose application credentials were listed
  std::vector<std::string> errors_, unknown_;
};

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  std::string key;
  if (!options->key_file.empty()) {
    auto read = read_identity_key(target.resolve(options->key_file));
    if (!read) return std::unexpected(std::move(read).error());
    key = *std::move(read);
  }
  return Export(target, *std::move(options), std::move(key), sink, context).run();
}

}  // namespace

CollectorSpec openstack_export_collector() {
  return {.name = "openstack_export",
          .summary = "a folder of JSON as the OpenStack client prints it or its APIs answer",
          .evidence = "openstack keystone",
          .tables = os_tables(),
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
