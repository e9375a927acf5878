// SPDX-License-Identifier: Apache-2.0
#include "collectors/documents/document_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "collectors/documents/document_tables.h"
#include "evidence/tables/document.h"
#include "format/form.h"

namespace ehdscan {
namespace {

constexpr std::string_view kSchema = "ehdscan-document/1";
constexpr std::string_view kOwnDocument = "document_id";  // filled in by the reader
constexpr std::size_t kSha256Digits = 64;

/// Columns of things that have happened: they cannot lie ahead.
constexpr std::array<std::string_view, 22> kPast{
    "approved_on",       "reviewed_on", "performed_on", "completed_on", "closed_on",    "done_on",
    "retested_on",       "signed_on",   "occurred_at",  "detected_at",  "aware_at",     "contained_at",
    "handled_at",        "notified_at", "applied_at",   "listed_at",    "period_to_on", "period_from_on",
    "transfer_basis_on", "stated_on",   "decided_at",   "requested_at"};

/// First and last of something: the last must not lie before the first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSpans{
    {{"valid_from", "valid_to"},
     {"period_from_on", "period_to_on"},
     {"starts_at", "ends_at"},
     {"transfer_basis_on", "transfer_basis_ends_on"}}};

std::string known_words(std::span<const std::string_view> words) { return fmt::format("{}", fmt::join(words, ", ")); }

std::string suggestion(std::string_view word, std::span<const std::string_view> known, std::string_view otherwise) {
  const std::string_view near = nearest(word, known);
  return near.empty() ? fmt::format("{} {}", otherwise, known_words(known)) : fmt::format("did you mean `{}`?", near);
}

class Reader {
 public:
  Reader(Instant now, std::vector<Error>& mistakes) : now_(now), mistakes_(mistakes) {}

  GovernanceDocument read(const Node& root) {
    Form form(root, mistakes_, {"schema", "document", "claims", "records"});
    if (const auto schema = form.text("schema"); schema && *schema != kSchema) {
      form.refuse("schema", fmt::format("`{}` is not known", *schema), fmt::format("this program reads `{}`", kSchema));
    }
    if (const auto head = form.mapping("document")) read_head(*head);
    if (const auto claims = form.mapping("claims", Need::may)) read_claims(*claims);
    if (const auto records = form.mapping("records", Need::may)) read_records(*records);
    std::ranges::stable_sort(mistakes_, {}, [](const Error& error) { return error.place.line; });
    return std::move(result_);
  }

 private:
  void read_head(const Node& node) {
    Form form(node, mistakes_,
              {"id", "kind", "title", "version", "author", "approver", "approved_on", "reviewed_on", "nodes",
               "baseline", "file", "sha256", "items"});
    result_.line = form.line();
    result_.id = form.text("id").value_or("");
    result_.kind = form.choice("kind", tables::document_kind_values, Need::must).value_or("");
    result_.title = form.text("title", Need::may);
    result_.version = form.text("version");
    result_.author = form.text("author");
    result_.approver = form.text("approver");
    result_.approved_on = form.day("approved_on");
    result_.reviewed_on = form.day("reviewed_on", Need::may);
    if (form.has("nodes")) result_.nodes = form.texts("nodes");
    result_.baseline = form.text("baseline", Need::may);
    result_.file = form.text("file", Need::may);
    result_.sha256 = form.text("sha256", Need::may);
    result_.items = form.integer("items", Need::may);
    if (result_.author && result_.approver && *result_.author == *result_.approver) {
      form.refuse("approver", "nobody approves what they wrote", "name an approver other than the author");
    }
    for (const std::string_view key : {"approved_on", "reviewed_on"}) {
      const auto& day = key == "approved_on" ? result_.approved_on : result_.reviewed_on;
      if (day && *day > day_of(now_))
        form.refuse(key, fmt::format("`{}` lies in the future", key), "the day on which it was done");
    }
    if (result_.sha256 && (result_.sha256->size() != kSha256Digits ||
                           result_.sha256->find_first_not_of("0123456789abcdef") != std::string::npos)) {
      form.refuse("sha256", "this is no SHA-256", "64 lower-case hexadecimal digits: `sha256sum FILE`");
    }
    if (result_.sha256.has_value() != result_.file.has_value()) {
      form.refuse(result_.file ? "file" : "sha256", "`file` and `sha256` belong together",
                  "`sha256sum FILE` gives the digest");
    }
    if (result_.file && (result_.file->starts_with('/') || result_.file->find("..") != std::string::npos)) {
      form.refuse("file", "the file must lie beside its record or below it",
                  "a path without `..` and without a leading `/`");
    }
  }

  void read_claims(const Node& node) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      const Node key = node.key_at(i);
      const Node value = node[i];
      DocumentClaim claim{.name = std::string(key.scalar()),
                          .flag = {},
                          .number = {},
                          .text = {},
                          .day = {},
                          .kind = "text",
                          .line = key.place().line};
      switch (value.kind()) {
        case Node::Kind::null:
          break;
        case Node::Kind::boolean:
          claim.kind = "flag";
          claim.flag = *value.as_boolean();
          break;
        case Node::Kind::integer:
          claim.kind = "number";
          if (const auto number = value.as_integer()) {
            claim.number = *number;
          } else {
            mistakes_.push_back(number.error());
          }
          break;
        case Node::Kind::text:
          if (const auto day = parse_day(value.scalar())) {
            claim.kind = "day";
            claim.day = *day;
          } else {
            claim.text = std::string(value.scalar());
          }
          break;
        default:
          mistakes_.push_back(value.error(fmt::format("`{}` takes one value", claim.name),
                                          "true or false, a whole number, a word or a day"));
      }
      result_.claims.push_back(std::move(claim));
    }
  }

  void read_records(const Node& node) {
    std::vector<std::string_view> names;
    for (const TableSpec* table : document_record_tables()) names.push_back(table->name);
    for (std::size_t i = 0; i < node.size(); ++i) {
      const Node key = node.key_at(i);
      const auto found = std::ranges::find(document_record_tables(), key.scalar(), &TableSpec::name);
      if (found == document_record_tables().end()) {
        mistakes_.push_back(key.error(fmt::format("no document brings records of `{}`", key.scalar()),
                                      suggestion(key.scalar(), names, "known are")));
        continue;
      }
      result_.tables.push_back(*found);
      const Node rows = node[i];
      if (!rows.is(Node::Kind::sequence)) {
        mistakes_.push_back(
            rows.error(fmt::format("`{}` takes a list", key.scalar()), "`[]` says that there are none"));
        continue;
      }
      std::set<std::string> ids;
      for (std::size_t r = 0; r < rows.size(); ++r) read_record(**found, rows[r], ids);
    }
  }

  void read_record(const TableSpec& table, const Node& node, std::set<std::string>& ids) {
    if (!node.is(Node::Kind::mapping)) {
      mistakes_.push_back(node.error(fmt::format("a record of `{}` is a mapping", table.name)));
      return;
    }
    std::vector<std::string_view> names;
    for (const ColumnSpec& column : table.columns) {
      if (column.name != kOwnDocument) names.push_back(column.name);
    }
    for (std::size_t i = 0; i < node.size(); ++i) {
      const Node key = node.key_at(i);
      if (std::ranges::find(names, key.scalar()) == names.end()) {
        mistakes_.push_back(key.error(fmt::format("`{}` has no `{}`", table.name, key.scalar()),
                                      suggestion(key.scalar(), names, "it has")));
      }
    }
    DocumentRecord record{.table = &table, .cells = std::vector<Cell>(table.columns.size()), .line = node.place().line};
    std::string id;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const ColumnSpec& column = table.columns[i];
      Cell& cell = record.cells[i];
      if (column.name == kOwnDocument) {
        cell = {.kind = Cell::Kind::text, .integer = 0, .text = result_.id};
      } else if (const auto value = node.find(column.name); value && !value->is(Node::Kind::null)) {
        read_cell(column, *value, cell);
      } else if (column.nullable == Nullable::no) {
        mistakes_.push_back(node.error(fmt::format("missing key `{}`", column.name), std::string(column.meaning)));
      }
      if (column.key) id += fmt::format("{}{}\n", cell.text, cell.integer);
    }
    check_spans(table, node, record);
    if (!ids.insert(id).second) {
      mistakes_.push_back(
          node.error(fmt::format("this record of `{}` is given twice", table.name), "each has keys of its own"));
    }
    result_.records.push_back(std::move(record));
  }

  void read_cell(const ColumnSpec& column, const Node& value, Cell& cell) {
    const auto put = [&](auto result, auto take) {
      if (result) {
        take(*result);
      } else {
        mistakes_.push_back(std::move(result).error());
        if (mistakes_.back().hint.empty()) mistakes_.back().hint = column.meaning;
      }
    };
    const auto text = [&](std::string written) {
      cell = {.kind = Cell::Kind::text, .integer = 0, .text = std::move(written)};
    };
    const auto not_ahead = [&](bool ahead) {
      if (ahead && std::ranges::find(kPast, column.name) != kPast.end()) {
        mistakes_.push_back(
            value.error(fmt::format("`{}` lies in the future", column.name), "records are of what has happened"));
      }
    };
    switch (column.type) {
      case ColumnType::boolean:
        put(value.as_boolean(),
            [&](bool flag) { cell = {.kind = Cell::Kind::integer, .integer = flag ? 1 : 0, .text = {}}; });
        break;
      case ColumnType::integer:
        put(value.as_integer(),
            [&](std::int64_t number) { cell = {.kind = Cell::Kind::integer, .integer = number, .text = {}}; });
        break;
      case ColumnType::instant:
        put(value.as_instant(), [&](Instant instant) {
          not_ahead(now_ < instant);
          text(to_string(instant));
        });
        break;
      case ColumnType::day:
        put(value.as_day(), [&](Day day) {
          not_ahead(day > day_of(now_));
          text(to_string(day));
        });
        break;
      case ColumnType::enumeration:
        put(value.as_text(), [&](std::string_view word) {
          if (std::ranges::find(column.values, word) == column.values.end()) {
            mistakes_.push_back(value.error(fmt::format("`{}` takes no `{}`", column.name, word),
                                            suggestion(word, column.values, "one of:")));
          }
          text(std::string(word));
        });
        break;
      case ColumnType::text_list: {
        if (!value.is(Node::Kind::sequence)) {
          mistakes_.push_back(
              value.error(fmt::format("`{}` takes a list", column.name), "`[]` says that there are none"));
          break;
        }
        std::vector<std::string> words;
        for (std::size_t i = 0; i < value.size(); ++i)
          put(value[i].as_text(), [&](std::string_view word) { words.emplace_back(word); });
        text(json_list(words));
        break;
      }
      case ColumnType::text:
        put(value.as_text(), [&](std::string_view written) {
          if (trim(written).empty())
            mistakes_.push_back(
                value.error(fmt::format("`{}` is empty", column.name), "leave the key out if it is not known"));
          text(std::string(written));
        });
        break;
    }
  }

  void check_spans(const TableSpec& table, const Node& node, const DocumentRecord& record) {
    const auto cell = [&](std::string_view name) -> const Cell* {
      const auto found = std::ranges::find(table.columns, name, &ColumnSpec::name);
      return found == table.columns.end() ? nullptr
                                          : &record.cells[static_cast<std::size_t>(found - table.columns.begin())];
    };
    for (const auto& [first, last] : kSpans) {
      const Cell* from = cell(first);
      const Cell* to = cell(last);
      if (from == nullptr || to == nullptr || from->text.empty() || to->text.empty() || to->text >= from->text)
        continue;
      mistakes_.push_back(
          node.error(fmt::format("`{}` lies before `{}`", last, first), "a span ends on or after the day it begins"));
    }
  }

  Instant now_;
  std::vector<Error>& mistakes_;
  GovernanceDocument result_;
};

}  // namespace

GovernanceDocument read_governance_document(const Document& document, Instant now, std::vector<Error>& mistakes) {
  return Reader(now, mistakes).read(document.root());
}

}  // namespace ehdscan
