// SPDX-License-Identifier: Apache-2.0
// Which person, member of staff or service of the permit register holds an account: by exact issuer and subject, or by
// the keyed hash of both; never by name.
#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "derive/derivation.h"
#include "evidence/tables/derived.h"

namespace ehdscan {
namespace {

struct Holder {
  std::string kind;
  std::string id;
  friend auto operator<=>(const Holder&, const Holder&) = default;
};

/// Identities of the register, by what they can be recognised.
struct Register {
  std::unordered_map<std::string, std::vector<Holder>> by_hash;
  std::unordered_map<std::string, std::vector<Holder>> by_subject;  ///< issuer, newline, subject
  std::unordered_set<std::string> hashed_only;                      ///< issuers with identities that show no subject
  std::unordered_set<std::string> plain_only;                       ///< issuers with identities that have no hash
};

std::string subject_key(const std::string& issuer, const std::string& subject) { return issuer + "\n" + subject; }

Result<Register> read_register(const DeriveInput& input) {
  Register list;
  Result<sqlite::Statement> rows =
      input.rows("register_identity", "holder_kind,holder_id,issuer,subject,identity_hash", DeriveInput::Order::any);
  if (!rows) return std::unexpected(rows.error());
  while (true) {
    const Result<bool> more = rows->step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return list;
    const DeriveRow row(*rows);
    const Holder holder{row.text(0), row.text(1)};
    const std::string issuer = row.text(2);
    const std::optional<std::string> subject = row.maybe_text(3);
    const std::optional<std::string> hash = row.maybe_text(4);
    if (hash) list.by_hash[*hash].push_back(holder);
    if (subject) list.by_subject[subject_key(issuer, *subject)].push_back(holder);
    if (!subject) list.hashed_only.insert(issuer);
    if (!hash) list.plain_only.insert(issuer);
  }
}

/// Issuers of which some account is known to the register by its hash: only there is it shown that the register and the
/// collector used the same key. With another key nobody would hold any account, and leavers would have none.
Result<std::unordered_set<std::string>> issuers_with_shared_key(const DeriveInput& input, const Register& list) {
  std::unordered_set<std::string> issuers;
  if (list.hashed_only.empty()) return issuers;
  Result<sqlite::Statement> rows = input.rows("account", "issuer,identity_hash", DeriveInput::Order::any);
  if (!rows) return std::unexpected(rows.error());
  while (true) {
    const Result<bool> more = rows->step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return issuers;
    const DeriveRow row(*rows);
    const std::optional<std::string> hash = row.maybe_text(1);
    if (!hash || !list.by_hash.contains(*hash)) continue;
    if (auto issuer = row.maybe_text(0)) issuers.insert(*std::move(issuer));
  }
}

/// How reports name an account that nobody holds.
std::string anonymous_name(const std::optional<std::string>& hash, const std::string& account_id) {
  constexpr std::size_t kDigits = 12;
  return hash && hash->size() >= kDigits ? hash->substr(0, kDigits) : account_id;
}

}  // namespace

Result<void> derive_account_holder(const DeriveInput& input, RowSink& sink) {
  const Result<Register> list = read_register(input);
  if (!list) return std::unexpected(list.error());
  const bool register_complete = input.complete("permit_register") && input.complete("register_identity");
  const auto same_key = issuers_with_shared_key(input, *list);
  if (!same_key) return std::unexpected(same_key.error());
  Result<sqlite::Statement> rows =
      input.rows("account", "account_id,issuer,subject,identity_hash", DeriveInput::Order::any);
  if (!rows) return std::unexpected(rows.error());
  while (true) {
    const Result<bool> more = rows->step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    const DeriveRow account(*rows);
    const std::string id = account.text(0);
    const std::optional<std::string> issuer = account.maybe_text(1);
    const std::optional<std::string> subject = account.maybe_text(2);
    const std::optional<std::string> hash = account.maybe_text(3);
    std::vector<Holder> holders;
    const auto take = [&](const auto& index, const std::string& key) {
      const auto found = index.find(key);
      if (found != index.end()) holders.insert(holders.end(), found->second.begin(), found->second.end());
    };
    if (hash) take(list->by_hash, *hash);
    if (issuer && subject) take(list->by_subject, subject_key(*issuer, *subject));
    std::ranges::sort(holders);
    holders.erase(std::ranges::unique(holders).begin(), holders.end());

    Row<tables::account_holder> row(account.platform());
    std::int64_t number = 0;
    for (const Holder& holder : holders) {
      row.set<"account_id">(id).set<"match_number">(++number).set<"holder_kind">(holder.kind);
      row.set<"holder_id">(holder.id).set<"shown_as">(holder.id);
      row.write(sink, account.origin());
    }
    if (!holders.empty()) continue;
    // Nobody holds it only if every identity of the register could have been recognised.
    const bool comparable = register_complete && issuer &&
                            (!list->hashed_only.contains(*issuer) || (hash && same_key->contains(*issuer))) &&
                            (subject || (hash && !list->plain_only.contains(*issuer)));
    row.set<"account_id">(id).set<"match_number">(0).set<"shown_as">(anonymous_name(hash, id));
    if (comparable) row.set<"holder_kind">(std::string_view("none"));
    row.write(sink, account.origin());
  }
}

}  // namespace ehdscan
