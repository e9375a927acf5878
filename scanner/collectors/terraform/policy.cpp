// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "evidence/tables/storage.h"

namespace ehdscan {
namespace {

std::optional<std::vector<std::string>> texts_of(const Node& node) {
  std::vector<std::string> found;
  if (node.is(Node::Kind::sequence)) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      if (!node[i].is(Node::Kind::text)) return std::nullopt;
      found.emplace_back(node[i].scalar());
    }
    return found;
  }
  if (!node.is(Node::Kind::text)) return std::nullopt;
  found.emplace_back(node.scalar());
  return found;
}

void read_conditions(const Node& condition, AwsStatement& statement) {
  constexpr std::array<std::string_view, 7> kBinding{"aws:principalorgid", "aws:sourceaccount", "aws:principalaccount",
                                                     "aws:sourcevpc",      "aws:sourcevpce",    "aws:sourceorgid",
                                                     "aws:sourcearn"};
  for (std::size_t i = 0; i < condition.size(); ++i) {
    const std::string test = to_lower(condition.key_at(i).scalar());
    const Node keys = condition[i];
    for (std::size_t k = 0; k < keys.size(); ++k) {
      const std::string key = to_lower(keys.key_at(k).scalar());
      statement.condition_keys.push_back(key);
      const Node value = keys[k];
      const bool exact = test == "stringequals" || test == "arnequals";
      const auto values = texts_of(value);
      const bool wild = !values || std::ranges::any_of(*values, [](const std::string& one) {
        return one.find('*') != std::string::npos;
      });
      if (exact && !wild && std::ranges::find(kBinding, key) != kBinding.end()) statement.condition_binds = true;
      if (test == "bool" && key == "aws:securetransport" && condition.size() == 1 && keys.size() == 1) {
        const bool plain = value.is(Node::Kind::boolean) ? !value.as_boolean().value_or(true)
                                                         : values && *values == std::vector<std::string>{"false"};
        statement.refuses_plain_http = plain;
      }
    }
  }
}

AwsStatement read_statement(const Node& node) {
  AwsStatement statement;
  const auto list = [&](std::string_view key, std::vector<std::string>& into) {
    const auto found = node.find(key);
    if (!found) return;
    auto values = texts_of(*found);
    if (values) {
      into = *std::move(values);
    } else {
      statement.understood = false;
    }
  };
  const auto effect = node.find("Effect");
  statement.denies = effect && effect->scalar() == "Deny";
  if (!effect || (!statement.denies && effect->scalar() != "Allow")) statement.understood = false;
  list("Action", statement.actions);
  list("NotAction", statement.other_than_actions);
  list("Resource", statement.resources);
  list("NotResource", statement.other_than_resources);
  if (statement.actions.empty() && statement.other_than_actions.empty()) statement.understood = false;
  if (node.find("NotPrincipal")) {
    statement.has_principals = true;
    statement.understood = false;
  }
  if (const auto principal = node.find("Principal")) {
    statement.has_principals = true;
    if (principal->is(Node::Kind::text)) {
      statement.principals.emplace_back(principal->scalar());
    } else {
      for (std::size_t i = 0; i < principal->size(); ++i) {
        const auto values = texts_of((*principal)[i]);
        if (!values) statement.understood = false;
        for (const std::string& one : values.value_or(std::vector<std::string>{})) {
          statement.principals.push_back(one == "*" ? "*" : fmt::format("{}:{}", principal->key_at(i).scalar(), one));
        }
      }
    }
  }
  if (const auto condition = node.find("Condition")) {
    if (condition->is(Node::Kind::mapping)) {
      read_conditions(*condition, statement);
    } else {
      statement.understood = false;
    }
  }
  statement.refuses_plain_http =
      statement.refuses_plain_http && statement.denies && statement.principals == std::vector<std::string>{"*"} &&
      (statement.actions == std::vector<std::string>{"s3:*"} || statement.actions == std::vector<std::string>{"*"});
  return statement;
}

std::set<std::string_view> permissions_of(const AwsStatement& statement) {
  std::set<std::string_view> found;
  if (!statement.other_than_actions.empty()) found.insert("full");
  for (const std::string& action : statement.actions) {
    const std::string word = to_lower(action);
    const std::string verb = word.substr(word.find(':') + 1);
    if (word == "*" || verb == "*")
      found.insert("full");
    else if (verb.starts_with("get") && verb.find("policy") != std::string::npos)
      found.insert("read_policy");
    else if (verb.starts_with("put") &&
             (verb.find("policy") != std::string::npos || verb.find("acl") != std::string::npos))
      found.insert("write_policy");
    else if (verb.starts_with("get") || verb.starts_with("read") || verb.starts_with("receive"))
      found.insert("read");
    else if (verb.starts_with("list"))
      found.insert("list");
    else if (verb.starts_with("delete"))
      found.insert("delete");
    else if (verb.starts_with("put") || verb.starts_with("send") || verb.starts_with("publish"))
      found.insert("write");
    else if (verb.starts_with("decrypt"))
      found.insert("decrypt");
    else if (verb.starts_with("encrypt") || verb.starts_with("generatedatakey"))
      found.insert("encrypt");
    else
      found.insert("administer");
  }
  if (found.empty()) found.insert("full");
  return found;
}

void write_grant(std::string_view kind, const std::string& asset, const std::string& id, std::string_view permission,
                 const std::string& principal, const AwsStatement& statement, TfContext& context) {
  Row<tables::resource_grant> row(context.platform);
  row.set<"asset_kind">(kind)
      .set<"asset_id">(asset)
      .set<"grant_id">(id)
      .set<"permission">(permission)
      .set<"origin">("policy");
  const std::string_view who = std::string_view(principal).substr(principal.find(':') + 1);
  if (principal == "*") {
    row.set<"grantee_kind">("everyone").set<"grantee_id">("*");
  } else if (principal.starts_with("Service:")) {
    row.set<"grantee_kind">("service").set<"grantee_id">(who);
  } else if (principal.starts_with("AWS:")) {
    row.set<"grantee_kind">(who.find(":user/") != std::string_view::npos  ? "account"
                            : who.find("role/") != std::string_view::npos ? "role"
                                                                          : "project");
    row.set<"grantee_id">(who);
  }
  row.set<"has_condition">(!statement.condition_keys.empty()).set<"denies">(statement.denies);
  if (statement.condition_binds) row.set<"condition_binds">(true);
  row.write(context.sink, context.origin);
}

}  // namespace

std::optional<std::vector<AwsStatement>> parse_aws_policy(std::string_view json) {
  const auto parsed = Document::parse_json(json, "policy");
  if (!parsed) return std::nullopt;
  const auto statements = (*parsed)->root().find("Statement");
  if (!statements) return std::nullopt;
  if (!statements->is(Node::Kind::mapping) && !statements->is(Node::Kind::sequence)) return std::nullopt;
  std::vector<AwsStatement> found;
  if (statements->is(Node::Kind::mapping)) found.push_back(read_statement(*statements));
  if (statements->is(Node::Kind::sequence)) {
    for (std::size_t i = 0; i < statements->size(); ++i) {
      if (!(*statements)[i].is(Node::Kind::mapping)) return std::nullopt;
      found.push_back(read_statement((*statements)[i]));
    }
  }
  return found;
}

void write_policy_grants(std::string_view asset_kind, const std::string& asset, const std::string& policy,
                         const std::optional<std::vector<AwsStatement>>& statements, TfContext& context) {
  if (!statements) {
    Row<tables::resource_grant> row(context.platform);
    row.set<"asset_kind">(asset_kind)
        .set<"asset_id">(asset)
        .set<"grant_id">(policy)
        .set<"permission">("full")
        .set<"origin">("policy");
    row.write(context.sink, context.origin);
    return;
  }
  std::size_t number = 0;
  for (const AwsStatement& statement : *statements) {
    ++number;
    for (const std::string_view permission : permissions_of(statement)) {
      if (statement.principals.empty() && !statement.denies) {
        write_grant(asset_kind, asset, fmt::format("{}/{}", policy, number), permission, "not understood", statement,
                    context);
      }
      for (std::size_t i = 0; i < statement.principals.size(); ++i) {
        write_grant(asset_kind, asset, fmt::format("{}/{}/{}", policy, number, i + 1), permission,
                    statement.principals[i], statement, context);
      }
    }
  }
}

}  // namespace ehdscan
