// SPDX-License-Identifier: Apache-2.0
#include "collectors/declarations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "base/ip_prefix.h"
#include "base/text.h"
#include "base/unicode.h"
#include "crypto/digest.h"
#include "evidence/tables/declared.h"

namespace ehdscan {
namespace {

constexpr auto kSections = std::to_array<DeclaredSection>({
    {"prefixes", &tables::declared_prefix},
    {"listeners", &tables::declared_listener},
    {"caps", &tables::declared_cap},
    {"endpoints", &tables::declared_endpoint},
    {"regimes", &tables::declared_regime},
    {"platforms", &tables::declared_platform},
    {"clusters", &tables::declared_cluster},
    {"registries", &tables::declared_registry},
    {"peers", &tables::declared_peer},
    {"visa_issuers", &tables::declared_visa_issuer},
    {"holders", &tables::declared_holder},
    {"shared_services", &tables::declared_shared_service},
    {"objects", &tables::declared_object},
    {"accounts", &tables::declared_account},
    {"log_sources", &tables::declared_log_source},
    {"recovery", &tables::declared_recovery},
    {"providers", &tables::declared_provider},
    {"locations", &tables::declared_location},
    {"transfers", &tables::declared_transfer},
    {"contacts", &tables::declared_contact},
});
constexpr std::array<std::string_view, 6> kHeadKeys{"schema",      "owner",   "approver",
                                                    "declared_on", "version", "terms_version"};
constexpr std::string_view kSchema = "ehdscan-declarations/1";

/// `declaration` and the table of each section.
constexpr auto kTables = [] {
  std::array<const TableSpec*, kSections.size() + 1> tables{};
  tables[0] = &tables::declaration;
  for (std::size_t i = 0; i < kSections.size(); ++i) tables[i + 1] = kSections[i].table;
  return tables;
}();

bool is_country(std::string_view text) {
  return text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::unexpected<Error> refuse(const Node& node, std::string message, std::string hint = {}) {
  return std::unexpected(node.error(std::move(message), std::move(hint)));
}

/// The text of a column, with the rules that its name stands for.
Result<std::string> read_text(const ColumnSpec& column, const Node& node) {
  const auto text = node.as_text();
  if (!text) return std::unexpected(text.error());
  if (trim(*text).empty()) return refuse(node, fmt::format("`{}` is empty", column.name), "leave it out if not known");
  if (column.name == "prefix") {
    const auto prefix = parse_ip_prefix(*text);
    if (!prefix) return refuse(node, fmt::format("`{}` is not an address range", *text), "like `192.0.2.0/24`");
    return to_string(*prefix);
  }
  if (column.name.ends_with("country") && !is_country(*text)) {
    return refuse(node, fmt::format("`{}` is not a country code", *text),
                  "two capital letters of ISO 3166-1, like `FI`");
  }
  return std::string(*text);
}

Result<std::string> read_enumeration(const ColumnSpec& column, const Node& node) {
  const auto text = node.as_text();
  if (!text) return std::unexpected(text.error());
  if (std::ranges::find(column.values, *text) != column.values.end()) return std::string(*text);
  const std::string_view near = nearest(*text, column.values);
  return refuse(node, fmt::format("`{}` takes no `{}`", column.name, *text),
                near.empty() ? fmt::format("one of: {}", fmt::join(column.values, ", "))
                             : fmt::format("did you mean `{}`?", near));
}

Result<std::string> read_list(const Node& node) {
  if (!node.is(Node::Kind::sequence)) return refuse(node, "expected a list of texts");
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < node.size(); ++i) {
    const auto text = node[i].as_text();
    if (!text) return std::unexpected(text.error());
    texts.emplace_back(*text);
  }
  return json_list(texts);
}

Result<std::int64_t> read_integer(const ColumnSpec& column, const Node& node) {
  constexpr std::int64_t kLastPort = 65535;
  auto value = node.as_integer();
  if (!value) return value;
  if (*value < 0) return refuse(node, fmt::format("`{}` is negative", column.name));
  if (column.name.starts_with("port") && (*value < 1 || *value > kLastPort)) {
    return refuse(node, fmt::format("`{}` is not a port", *value), "1 to 65535");
  }
  return value;
}

Result<Cell> read_cell(const ColumnSpec& column, const Node& node) {
  const auto text_cell = [](Result<std::string> text) -> Result<Cell> {
    if (!text) return std::unexpected(std::move(text).error());
    return Cell{.kind = Cell::Kind::text, .integer = 0, .text = *std::move(text)};
  };
  const auto integer_cell = [](std::int64_t value) {
    return Cell{.kind = Cell::Kind::integer, .integer = value, .text = {}};
  };
  switch (column.type) {
    case ColumnType::text:
      return text_cell(read_text(column, node));
    case ColumnType::enumeration:
      return text_cell(read_enumeration(column, node));
    case ColumnType::text_list:
      return text_cell(read_list(node));
    case ColumnType::day: {
      const auto day = node.as_day();
      if (!day) return std::unexpected(day.error());
      return text_cell(to_string(*day));
    }
    case ColumnType::instant: {
      const auto instant = node.as_instant();
      if (!instant) return std::unexpected(instant.error());
      return text_cell(to_string(*instant));
    }
    case ColumnType::integer: {
      const auto value = read_integer(column, node);
      if (!value) return std::unexpected(value.error());
      return integer_cell(*value);
    }
    case ColumnType::boolean: {
      const auto value = node.as_boolean();
      if (!value) return std::unexpected(value.error());
      return integer_cell(*value ? 1 : 0);
    }
  }
  return refuse(node, "unknown column type");
}

struct DeclaredRow {
  const TableSpec* table;
  std::vector<Cell> cells;
  std::uint32_t line;
};

class DeclarationsReader {
 public:
  explicit DeclarationsReader(const Document& document) : root_(document.root()) {}

  Result<void> read() {
    if (auto known = check_keys(); !known) return known;
    if (auto done = read_head(); !done) return done;
    for (const DeclaredSection& section : kSections) {
      const auto list = root_.find(section.key);
      if (!list) continue;
      if (!list->is(Node::Kind::sequence)) {
        return refuse(*list, fmt::format("`{}` takes a list", section.key),
                      "an empty list `[]` says that there are none");
      }
      keys_.clear();
      for (std::size_t i = 0; i < list->size(); ++i) {
        if (auto row = read_row(*section.table, (*list)[i]); !row) return row;
      }
    }
    return {};
  }

  [[nodiscard]] bool mentions(std::string_view key) const { return root_.find(key).has_value(); }
  [[nodiscard]] std::uint32_t line() const { return root_.place().line; }

  std::vector<DeclaredRow> rows;
  std::map<std::string_view, std::string> head;  ///< texts of owner, approver, declared_on …
  std::optional<Day> declared_on;

 private:
  Result<void> check_keys() {
    std::vector<std::string_view> known(kHeadKeys.begin(), kHeadKeys.end());
    for (const DeclaredSection& section : kSections) known.push_back(section.key);
    return expect_keys(root_, known);
  }

  static Result<void> expect_keys(const Node& node, std::span<const std::string_view> known) {
    if (!node.is(Node::Kind::mapping)) return node.expect_keys({});
    for (std::size_t i = 0; i < node.size(); ++i) {
      const Node key = node.key_at(i);
      if (std::ranges::find(known, key.scalar()) != known.end()) continue;
      const std::string_view near = nearest(key.scalar(), known);
      return refuse(key, fmt::format("unknown key `{}`", key.scalar()),
                    near.empty() ? fmt::format("known keys: {}", fmt::join(known, ", "))
                                 : fmt::format("did you mean `{}`?", near));
    }
    return {};
  }

  Result<void> read_head() {
    for (const std::string_view key : kHeadKeys) {
      const auto node = root_.find(key);
      if (!node) continue;
      const auto text = node->as_text();
      if (!text) return std::unexpected(text.error());
      if (trim(*text).empty()) return refuse(*node, fmt::format("`{}` is empty", key), "leave it out if not known");
      if (key == "schema" && *text != kSchema) {
        return refuse(*node, fmt::format("unknown format `{}`", *text), fmt::format("write `{}`", kSchema));
      }
      if (key == "declared_on") {
        const auto day = node->as_day();
        if (!day) return std::unexpected(day.error());
        declared_on = *day;
      }
      head[key] = *text;
    }
    return {};
  }

  Result<void> read_row(const TableSpec& table, const Node& entry) {
    std::vector<std::string_view> names;
    for (const ColumnSpec& column : table.columns) names.push_back(column.name);
    if (auto known = expect_keys(entry, names); !known) return known;
    DeclaredRow row{.table = &table, .cells = std::vector<Cell>(table.columns.size()), .line = entry.place().line};
    std::string key;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const ColumnSpec& column = table.columns[i];
      const auto value = entry.find(column.name);
      if (value && !value->is(Node::Kind::null)) {
        auto cell = read_cell(column, *value);
        if (!cell) return std::unexpected(std::move(cell).error());
        row.cells[i] = *std::move(cell);
      } else if (column.nullable == Nullable::no) {
        return refuse(entry, fmt::format("missing key `{}`", column.name), std::string(column.meaning));
      }
      if (column.key) key += fmt::format("{}{}\n", row.cells[i].text, row.cells[i].integer);
    }
    if (table.name == tables::declared_shared_service.name) {
      const auto from = entry.find("port_from")->as_integer();
      const auto to = entry.find("port_to")->as_integer();
      if (*from > *to) return refuse(*entry.find("port_to"), "`port_to` is smaller than `port_from`");
    }
    const auto [first, is_new] = keys_.try_emplace(std::move(key), entry.place().line);
    if (!is_new) return refuse(entry, "declared twice", fmt::format("the first stands at line {}", first->second));
    rows.push_back(std::move(row));
    return {};
  }

  Node root_;
  std::map<std::string, std::uint32_t> keys_;  ///< keys of the section that is read, with their lines
};

/// Two spellings of one name do not make two people.
std::string name_of_person(const std::string& text) { return to_lower(trim(nfc(text).value_or(text))); }

bool approved_by_another(const DeclarationsReader& reader) {
  const auto owner = reader.head.find("owner");
  const auto approver = reader.head.find("approver");
  return owner != reader.head.end() && approver != reader.head.end() && reader.declared_on &&
         name_of_person(owner->second) != name_of_person(approver->second);
}

std::string site_text(const Target& target, std::string_view key) {
  if (!target.document) return {};
  const auto node = target.document->root().find(key);
  return node ? std::string(node->scalar()) : std::string();
}

Result<void> validate(const Target& target) {
  const auto path = target.options->as_text();
  if (!path) return std::unexpected(path.error());
  return {};
}

void write_declaration(const Target& target, const DeclarationsReader& reader, const std::string& site,
                       const std::string& platform, SourceId source, RowSink& sink) {
  const auto text = [&](std::string_view key) -> std::optional<std::string> {
    const auto found = reader.head.find(key);
    return found == reader.head.end() ? std::nullopt : std::optional(found->second);
  };
  const std::string country = site_text(target, "country");
  Row<tables::declaration> row(platform);
  row.set<"site">(site).set<"owner">(text("owner")).set<"approver">(text("approver"));
  row.set<"country">(country.empty() ? std::nullopt : std::optional(country));
  row.set<"declared_on">(reader.declared_on);
  row.set<"version">(text("version")).set<"terms_version">(text("terms_version"));
  row.write(sink, {.source = source, .line = reader.line()});
  sink.collected(tables::declaration, CollectionState::complete);
}

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  const auto path = target.options->as_text();
  if (!path) return std::unexpected(path.error());
  const auto document = Document::read(target.resolve(*path));
  if (!document) return std::unexpected(document.error());
  DeclarationsReader reader(**document);
  if (auto read = reader.read(); !read) return read;
  // A day ahead is today somewhere east of Greenwich.
  if (reader.declared_on && *reader.declared_on > add_days(day_of(context.started_at), 1)) {
    return refuse(*(*document)->root().find("declared_on"), "`declared_on` lies in the future");
  }

  const SourceId source =
      sink.add_source({.target = {},
                       .collector = {},
                       .location = std::string(*path),
                       .sha256 = sha256_hex((*document)->text()),
                       .observed_at = reader.declared_on ? start_of_day(*reader.declared_on) : Instant{},
                       .grade = approved_by_another(reader) ? EvidenceGrade::e1 : EvidenceGrade::e0,
                       .nature = Nature::observed,
                       .freshness = Freshness::document,
                       .third_party = false});
  const std::string site = site_text(target, "site").empty() ? "unnamed" : site_text(target, "site");
  const std::string platform = "site:" + site;
  write_declaration(target, reader, site, platform, source, sink);
  for (const DeclaredRow& row : reader.rows) {
    sink.write(*row.table, platform, row.cells, {.source = source, .line = row.line});
  }
  for (const DeclaredSection& section : kSections) {
    if (reader.mentions(section.key)) {
      sink.collected(*section.table, CollectionState::complete);
    } else {
      sink.collected(
          *section.table, CollectionState::not_attempted,
          fmt::format("`{}` does not say `{}`; write `{}: []` if there are none", *path, section.key, section.key));
    }
  }
  return {};
}

}  // namespace

std::span<const DeclaredSection> declared_sections() { return kSections; }

CollectorSpec declarations_collector() {
  return {.name = "declarations",
          .summary = "what the node says should be; named by `declarations:`, not under `targets:`",
          .evidence = "document",
          .tables = kTables,
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
