// SPDX-License-Identifier: Apache-2.0
// Who reaches what in the end: nested groups, implied roles, grants inherited by the projects below. Explicit denies
// are not subtracted: what they take away is shown rather than missed.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>

#include "derive/derivation.h"
#include "evidence/tables/derived.h"

namespace ehdscan {
namespace {

/// Until when something holds. Unknown parts are dropped once an end is known: it can only end earlier.
struct End {
  std::optional<std::string> at;
  bool unknown = false;

  static End of(const std::optional<std::string>& kind, const std::optional<std::string>& at) {
    if (kind == "at" && at) return {at, false};
    return {std::nullopt, kind != "never"};
  }
  [[nodiscard]] End and_then(const End& other) const {
    End joint{at, unknown || other.unknown};
    if (other.at && (!joint.at || *other.at < *joint.at)) joint.at = other.at;
    return joint;
  }
};

struct Grant {
  std::string platform;
  Origin origin;
  std::string id;
  std::optional<std::string> role, grantee_kind, grantee, scope_kind, scope;
  std::optional<bool> inherited;
  std::optional<std::string> assignment;
  std::optional<bool> conditional;
  bool denies = false;
  End end;
};

/// A way from an account up to a group.
struct Membership {
  std::string account;
  std::vector<std::string> groups;  ///< from the one that the account is in, up to the one asked for
  End end;
  std::string path = {};  ///< the groups as the first items of a JSON list, each with its comma
};

struct Member {
  std::string kind;
  std::string id;
  End end;
};

struct Place {
  std::optional<std::string> kind, parent, domain;
};

/// Everything of one platform instance.
struct Platform {
  std::vector<std::string> accounts;
  std::unordered_map<std::string, std::string> group_names;
  std::set<std::string> everybody_groups, unlisted_groups;
  std::unordered_map<std::string, std::vector<Member>> members;  ///< by group
  std::unordered_map<std::string, std::optional<std::string>> roles;
  std::unordered_map<std::string, std::vector<std::string>> implied;
  std::set<std::string>
      implying_only;  ///< roles of a Keystone domain: no policy knows them, only what they imply counts
  std::map<std::string, Place> places;
  std::unordered_map<std::string, std::vector<std::string>> below;  ///< projects right below a place
  std::vector<Grant> grants;
};

template <typename Take>
Result<void> each(const DeriveInput& input, std::string_view table, std::string_view columns, Take take,
                  DeriveInput::Order order = DeriveInput::Order::sorted) {
  Result<sqlite::Statement> rows = input.rows(table, columns, order);
  if (!rows) return std::unexpected(rows.error());
  while (true) {
    const Result<bool> more = rows->step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    take(DeriveRow(*rows));
  }
}

Result<std::map<std::string, Platform>> read_platforms(const DeriveInput& input) {
  std::map<std::string, Platform> all;
  // Rows of one platform mostly stand together.
  std::string last_name;
  Platform* last = nullptr;
  const auto platform_of = [&](const DeriveRow& row) -> Platform& {
    if (last == nullptr || !row.is_of(last_name)) {
      last_name = row.platform();
      last = &all[last_name];
    }
    return *last;
  };
  std::vector<Result<void>> reads;
  reads.push_back(each(input, "account", "account_id",
                       [&](const DeriveRow& row) { platform_of(row).accounts.push_back(row.text(0)); }));
  reads.push_back(each(input, "account_group", "group_id,name,everybody,members_listed", [&](const DeriveRow& row) {
    Platform& platform = platform_of(row);
    platform.group_names[row.text(0)] = row.maybe_text(1).value_or(row.text(0));
    if (row.maybe_bool(2).value_or(false)) {
      platform.everybody_groups.insert(row.text(0));
    } else if (!row.maybe_bool(3).value_or(true)) {
      platform.unlisted_groups.insert(row.text(0));
    }
  }));
  reads.push_back(
      each(input, "group_member", "group_id,member_kind,member_id,expires_kind,expires_at", [&](const DeriveRow& row) {
        platform_of(row).members[row.text(0)].push_back(
            {row.text(1), row.text(2), End::of(row.maybe_text(3), row.maybe_text(4))});
      }));
  reads.push_back(each(input, "role", "role_id,name,domain_id", [&](const DeriveRow& row) {
    Platform& platform = platform_of(row);
    platform.roles[row.text(0)] = row.maybe_text(1);
    const bool keystone = row.platform().starts_with("openstack:") || row.platform().starts_with("keystone:");
    if (keystone && row.maybe_text(2)) platform.implying_only.insert(row.text(0));
  }));
  reads.push_back(each(input, "role_implication", "role_id,implied_role_id",
                       [&](const DeriveRow& row) { platform_of(row).implied[row.text(0)].push_back(row.text(1)); }));
  reads.push_back(each(input, "project", "project_id,kind,parent_id,domain_id", [&](const DeriveRow& row) {
    platform_of(row).places[row.text(0)] = {row.maybe_text(1), row.maybe_text(2), row.maybe_text(3)};
  }));
  reads.push_back(each(
      input, "role_grant",
      "grant_id,role_id,grantee_kind,grantee_id,scope_kind,scope_id,inherited,assignment,conditional,"
      "denies,expires_kind,expires_at",
      [&](const DeriveRow& row) {
        Grant grant{.platform = row.platform(),
                    .origin = row.origin(),
                    .id = row.text(0),
                    .role = row.maybe_text(1),
                    .grantee_kind = row.maybe_text(2),
                    .grantee = row.maybe_text(3),
                    .scope_kind = row.maybe_text(4),
                    .scope = row.maybe_text(5),
                    .inherited = row.maybe_bool(6),
                    .assignment = row.maybe_text(7),
                    .conditional = row.maybe_bool(8),
                    .denies = row.maybe_bool(9).value_or(false),
                    .end = End::of(row.maybe_text(10), row.maybe_text(11))};
        platform_of(row).grants.push_back(std::move(grant));
      },
      DeriveInput::Order::any));
  for (Result<void>& read : reads) {
    if (!read) return std::unexpected(std::move(read).error());
  }
  for (auto& [name, platform] : all) {
    for (const auto& [id, place] : platform.places) {
      std::set<std::string> above;
      if (place.parent) above.insert(*place.parent);
      if (place.domain) above.insert(*place.domain);
      for (const std::string& up : above) {
        if (up != id) platform.below[up].push_back(id);
      }
    }
  }
  return all;
}

class Resolver {
 public:
  Resolver(const std::string& name, const Platform& platform, RowSink& sink)
      : platform_(platform), sink_(sink), row_(name) {}

  void resolve() {
    // Grants are wide: their places are sorted, not they. The order of the evidence must not show in the result.
    std::vector<const Grant*> in_order;
    for (const Grant& grant : platform_.grants) {
      if (!grant.denies) in_order.push_back(&grant);
    }
    std::ranges::stable_sort(in_order, {},
                             [](const Grant* grant) { return std::tie(grant->id, grant->origin.source); });
    for (const Grant* grant : in_order) resolve(*grant);
    for (const std::string& group : unlisted_seen_) {
      sink_.collected(tables::effective_access, CollectionState::partial,
                      fmt::format("the group {} has grants, but its members are not in evidence", group));
    }
    if (vague_ > 0) {
      sink_.collected(tables::effective_access, CollectionState::partial,
                      fmt::format("{} grants do not say what is given, to whom or where", vague_));
    }
  }

 private:
  struct Reached {
    std::string kind;
    std::string id;
    std::vector<std::string> through;  ///< places between the scope and it
  };

  void resolve(const Grant& grant) {
    if (!grant.role || !grant.grantee_kind || !grant.grantee || !grant.scope_kind || !grant.scope) {
      ++vague_;
      return;
    }
    const std::vector<Reached> reached = reach_of(grant);
    const std::vector<Way> ways = ways_of(grant, reached);
    if (*grant.grantee_kind == "group") {
      for (const Membership& membership : members_of(*grant.grantee)) write(grant, membership, ways);
    } else if (*grant.grantee_kind == "every_platform_user") {
      for (const std::string& account : platform_.accounts) write(grant, {account, {}, {}}, ways);
    } else if (*grant.grantee_kind == "account" || *grant.grantee_kind == "service") {
      write(grant, {*grant.grantee, {}, {}}, ways);
    } else {
      ++vague_;
    }
  }

  /// The scope itself and what lies below it, as far as the grant goes. A grant that does not say is taken to do both.
  [[nodiscard]] std::vector<Reached> reach_of(const Grant& grant) const {
    std::vector<Reached> reached;
    const std::string& scope = *grant.scope;
    if (!grant.inherited.value_or(false) || *grant.scope_kind == "organisation") {
      reached.push_back({*grant.scope_kind, scope, {}});
    }
    if (!grant.inherited.value_or(true) || *grant.scope_kind == "system" || *grant.scope_kind == "resource")
      return reached;
    std::set<std::string> seen{scope};
    std::deque<Reached> queue{{*grant.scope_kind, scope, {}}};
    while (!queue.empty()) {
      const Reached at = std::move(queue.front());
      queue.pop_front();
      const auto below = platform_.below.find(at.id);
      if (below == platform_.below.end()) continue;
      for (const std::string& id : below->second) {
        if (!seen.insert(id).second) continue;
        Reached next{kind_of(id), id, at.through};
        next.through.push_back(at.id);
        queue.push_back(next);
        reached.push_back(std::move(next));
      }
    }
    return reached;
  }

  [[nodiscard]] std::string kind_of(const std::string& place) const {
    const auto found = platform_.places.find(place);
    const std::string kind = found == platform_.places.end() ? "" : found->second.kind.value_or("");
    if (kind == "domain" || kind == "realm") return "domain";
    return kind == "organisation" || kind == "folder" ? "organisation" : "project";
  }

  /// The role and what it contains, each with the role it came by (empty for itself).
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> roles_of(const std::string& role) const {
    std::vector<std::pair<std::string, std::string>> roles{{role, ""}};
    std::set<std::string> seen{role};
    for (std::size_t i = 0; i < roles.size(); ++i) {
      const auto implied = platform_.implied.find(roles[i].first);
      if (implied == platform_.implied.end()) continue;
      for (const std::string& next : implied->second) {
        if (seen.insert(next).second) roles.emplace_back(next, roles[i].first);
      }
    }
    return roles;
  }

  /// Accounts in a group and in the groups nested in it: one shortest way for each account.
  const std::vector<Membership>& members_of(const std::string& group) {
    const auto known = memberships_.find(group);
    if (known != memberships_.end()) return known->second;
    std::vector<Membership> found;
    std::set<std::string> seen_groups{group};
    std::set<std::string> seen_accounts;
    std::deque<Membership> queue{{"", {group}, {}}};
    while (!queue.empty()) {
      const Membership at = std::move(queue.front());
      queue.pop_front();
      const std::string& here = at.groups.front();
      if (platform_.unlisted_groups.contains(here)) unlisted_seen_.insert(named(here));
      std::string path;
      for (const std::string& above : at.groups) {
        append_json_text(path, "group " + named(above));
        path += ',';
      }
      const auto add = [&](const std::string& account, const End& end) {
        if (seen_accounts.insert(account).second) found.push_back({account, at.groups, at.end.and_then(end), path});
      };
      if (platform_.everybody_groups.contains(here)) {
        for (const std::string& account : platform_.accounts) add(account, {});
      }
      const auto members = platform_.members.find(here);
      if (members == platform_.members.end()) continue;
      for (const Member& member : members->second) {
        if (member.kind == "group") {
          if (!seen_groups.insert(member.id).second) continue;
          Membership next{"", {member.id}, at.end.and_then(member.end)};
          next.groups.insert(next.groups.end(), at.groups.begin(), at.groups.end());
          queue.push_back(std::move(next));
        } else if (member.kind == "everybody") {
          for (const std::string& account : platform_.accounts) add(account, member.end);
        } else {
          add(member.id, member.end);
        }
      }
    }
    return memberships_.emplace(group, std::move(found)).first->second;
  }

  [[nodiscard]] std::string named(const std::string& group) const {
    const auto name = platform_.group_names.find(group);
    return name == platform_.group_names.end() ? group : name->second;
  }

  [[nodiscard]] std::optional<std::string> role_name(const std::string& role) const {
    const auto found = platform_.roles.find(role);
    return found == platform_.roles.end() ? std::nullopt : found->second;
  }

  /// A place and a role there, with what proves it after the groups: the rest of a JSON list.
  struct Way {
    const Reached* place;
    std::string role;
    std::optional<std::string> role_name;
    bool implied;
    std::string path;
  };

  [[nodiscard]] std::vector<Way> ways_of(const Grant& grant, const std::vector<Reached>& reached) const {
    std::vector<Way> ways;
    for (const Reached& place : reached) {
      for (const auto& [role, from] : roles_of(*grant.role)) {
        if (!platform_.implying_only.contains(role))
          ways.push_back({&place, role, role_name(role), !from.empty(), path_of(grant, place, role, !from.empty())});
      }
    }
    return ways;
  }

  [[nodiscard]] std::string path_of(const Grant& grant, const Reached& place, const std::string& role,
                                    bool implied) const {
    std::string path;
    append_json_text(
        path, "role " + role_name(*grant.role).value_or(*grant.role) + " on " + *grant.scope_kind + " " + *grant.scope);
    const auto then = [&](const std::string& step) {
      path += ',';
      append_json_text(path, step);
    };
    if (implied) then("implies role " + role_name(role).value_or(role));
    for (std::size_t i = 1; i < place.through.size(); ++i) then("below it " + place.through[i]);
    if (!place.through.empty()) then("inherited by " + place.kind + " " + place.id);
    return path + "]";
  }

  void write(const Grant& grant, const Membership& membership, const std::vector<Way>& ways) {
    const End end = grant.end.and_then(membership.end);
    for (const Way& way : ways) {
      const Reached& place = *way.place;
      row_.set<"account_id">(membership.account).set<"grant_id">(grant.id).set<"role_id">(way.role);
      row_.set<"reach_kind">(place.kind).set<"reach_id">(place.id);
      if (place.kind == "project") row_.set<"project_id">(place.id);
      row_.set<"role_name">(way.role_name);
      if (!membership.groups.empty()) row_.set<"group_id">(membership.groups.back());
      row_.set<"inherited">(!place.through.empty()).set<"implied">(way.implied);
      row_.set<"assignment">(grant.assignment).set<"conditional">(grant.conditional);
      if (end.at) {
        row_.set<"expires_kind">(std::string_view("at")).set<"expires_at">(*parse_instant(*end.at));
      } else if (!end.unknown) {
        row_.set<"expires_kind">(std::string_view("never"));
      }
      path_.assign("[").append(membership.path).append(way.path);
      row_.set<"path">(ListText{path_});
      row_.write(sink_, grant.origin);
    }
  }

  const Platform& platform_;
  RowSink& sink_;
  Row<tables::effective_access> row_;
  std::string path_;
  std::unordered_map<std::string, std::vector<Membership>> memberships_;
  std::set<std::string> unlisted_seen_;
  std::size_t vague_ = 0;
};

}  // namespace

Result<void> derive_effective_access(const DeriveInput& input, RowSink& sink) {
  const Result<std::map<std::string, Platform>> platforms = read_platforms(input);
  if (!platforms) return std::unexpected(platforms.error());
  for (const auto& [name, platform] : *platforms) Resolver(name, platform, sink).resolve();
  return {};
}

}  // namespace ehdscan
