// SPDX-License-Identifier: Apache-2.0
#include "derive/derive.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "derive/derivation.h"
#include "evidence/ddl.h"
#include "evidence/tables/derived.h"

namespace ehdscan {
namespace {

constexpr std::string_view kTarget = "derived";
constexpr std::size_t kMostReasons = 5;

struct Derivation {
  const TableSpec* table;
  Result<void> (*run)(const DeriveInput& input, RowSink& sink);
  /// Columns of an index that covers what most checks join by; SQLite would make one anew for each of them.
  std::string_view index = {};
};

constexpr std::array kDerivations{
    Derivation{&tables::account_holder, &derive_account_holder,
               "account_id,platform,match_number,holder_kind,holder_id,shown_as"},
    Derivation{&tables::effective_access, &derive_effective_access, "account_id,platform,project_id"},
    Derivation{&tables::exposure, &derive_exposure},
    Derivation{&tables::kube_reach, &derive_kube_reach},
};

/// Puts rows into the tables beside the evidence, and keeps what a computation says of itself.
class DerivedSink final : public RowSink {
 public:
  explicit DerivedSink(sqlite3* connection) : connection_(connection) {}

  Result<void> open(const TableSpec& table) {
    columns_ = stored_columns(table);
    std::string marks;
    for (std::size_t i = 0; i < columns_.size(); ++i) marks += i == 0 ? "?" : ",?";
    Result<sqlite::Statement> insert = sqlite::Statement::prepare(
        connection_, fmt::format("INSERT INTO {}.{} VALUES({})", kDerivedSchema, table.name, marks));
    if (!insert) return std::unexpected(insert.error());
    insert_.emplace(std::move(*insert));
    rows = 0;
    state = CollectionState::complete;
    reasons.clear();
    error.reset();
    return {};
  }

  SourceId add_source(Source /*source*/) override { return 0; }

  void write(const TableSpec& table, std::string_view platform, std::span<const Cell> cells,
             const Origin& origin) override {
    insert_->bind_lasting(1, platform);
    insert_->bind(2, origin.source);
    if (origin.line == 0) {
      insert_->bind_null(3);
    } else {
      insert_->bind(3, std::int64_t{origin.line});
    }
    int at = static_cast<int>(kCommonColumnCount);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      bind(++at, cells[i]);
      // Enumerations are copied from columns that were checked, so nothing is ever left over for `_raw`.
      if (table.columns[i].type == ColumnType::enumeration) insert_->bind_null(++at);
    }
    if (Result<bool> stepped = insert_->step(); !stepped && !error) error = std::move(stepped).error();
    insert_->reset();
    ++rows;
  }

  void collected(const TableSpec& /*table*/, CollectionState said, std::string_view reason) override {
    state = std::max(state, said);
    if (!reason.empty()) reasons.emplace_back(reason);
  }

  std::int64_t rows = 0;
  CollectionState state = CollectionState::complete;
  std::vector<std::string> reasons;
  std::optional<Error> error;

 private:
  void bind(int index, const Cell& cell) {
    switch (cell.kind) {
      case Cell::Kind::null:
        insert_->bind_null(index);
        break;
      case Cell::Kind::integer:
        insert_->bind(index, cell.integer);
        break;
      case Cell::Kind::text:
        insert_->bind_lasting(index, cell.text);
        break;
    }
  }

  sqlite3* connection_;
  std::vector<StoredColumn> columns_;
  std::optional<sqlite::Statement> insert_;
};

/// What the inputs' collections say of the derived table; nothing if none of them was ever collected.
bool judge_inputs(const Evidence& evidence, const TableSpec& table, DerivedSink& sink) {
  bool any = false;
  for (const std::string_view input : table.derived_from) {
    bool known = false;
    for (const Collection& collection : evidence.collections()) {
      if (collection.table != input) continue;
      known = true;
      if (collection.state == CollectionState::complete) continue;
      sink.collected(
          table, CollectionState::partial,
          fmt::format("{} of {} is {}: {}", input, collection.target, to_string(collection.state), collection.reason));
    }
    any = any || known;
    if (!known) sink.collected(table, CollectionState::partial, fmt::format("no target collects `{}`", input));
  }
  return any;
}

std::string joined(const std::vector<std::string>& reasons) {
  const std::size_t shown = std::min(reasons.size(), kMostReasons);
  std::string text =
      fmt::format("{}", fmt::join(reasons.begin(), reasons.begin() + static_cast<std::ptrdiff_t>(shown), "; "));
  if (reasons.size() > shown) text += fmt::format("; and {} more", reasons.size() - shown);
  return text;
}

}  // namespace

Result<void> derive(Evidence& evidence) {
  if (Result<void> attached = evidence.attach_derived(); !attached) return attached;
  const auto intended = [](const auto& source) { return source.second.nature == Nature::intended; };
  std::vector<Nature> natures{Nature::observed};
  if (std::ranges::any_of(evidence.sources(), intended)) natures.push_back(Nature::intended);
  for (const Derivation& derivation : kDerivations) {
    DerivedSink sink(evidence.handle());
    if (Result<void> opened = sink.open(*derivation.table); !opened) return opened;
    if (!judge_inputs(evidence, *derivation.table, sink)) continue;
    if (Result<void> begun = sqlite::run(evidence.handle(), "BEGIN"); !begun) return begun;
    for (const Nature nature : natures) {
      const DeriveInput input(evidence, nature);
      if (Result<void> ran = derivation.run(input, sink); !ran) return ran;
    }
    if (!derivation.index.empty()) {
      const std::string create = fmt::format("CREATE INDEX {0}.{1}_index ON {1}({2})", kDerivedSchema,
                                             derivation.table->name, derivation.index);
      if (Result<void> made = sqlite::run(evidence.handle(), create); !made) return made;
    }
    if (Result<void> ended = sqlite::run(evidence.handle(), "COMMIT"); !ended) return ended;
    if (sink.error) return std::unexpected(*sink.error);
    evidence.add_collection({.target = std::string(kTarget),
                             .collector = std::string(kTarget),
                             .table = std::string(derivation.table->name),
                             .state = sink.state,
                             .reason = joined(sink.reasons),
                             .row_count = sink.rows});
  }
  return {};
}

bool DeriveInput::complete(std::string_view table) const {
  bool any = false;
  for (const Collection& collection : evidence_.collections()) {
    if (collection.table != table) continue;
    if (collection.state != CollectionState::complete) return false;
    any = true;
  }
  return any;
}

Result<sqlite::Statement> DeriveInput::rows(std::string_view table, std::string_view columns, Order order) const {
  const std::string sorted = order == Order::sorted ? fmt::format(" ORDER BY {},platform,source_id", columns) : "";
  return sqlite::Statement::prepare(
      evidence_.handle(), fmt::format("SELECT platform,source_id,ifnull(source_line,0),{} FROM main.{} WHERE source_id "
                                      "IN(SELECT source_id FROM main.source WHERE nature='{}'){}",
                                      columns, table, to_string(nature_), sorted));
}

}  // namespace ehdscan
