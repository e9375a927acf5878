// SPDX-License-Identifier: Apache-2.0
// The vocabulary as a whole: every table can be made, every name resolves, every column says what it means.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "evidence/ddl.h"
#include "evidence/tables/all.h"

using namespace ehdscan;

namespace {

bool is_snake_case(std::string_view name) {
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' && name.back() != '_' &&
         name.find("__") == std::string_view::npos &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::string name_of(const TableSpec& table, const ColumnSpec& column) {
  return std::string(table.name) + "." + std::string(column.name);
}

/// Ends that say a unit: the column must be a number, and the other way round.
constexpr std::pair<std::string_view, std::string_view> kUnits[] = {
    {"_bytes", "bytes"}, {"_days", "days"},       {"_seconds", "seconds"}, {"_hours", "hours"},
    {"_bits", "bits"},   {"_minutes", "minutes"}, {"_percent", "percent"}, {"_months", "months"},
};

}  // namespace

TEST_CASE("tables: each can be made as a STRICT table") {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(":memory:", &database) == SQLITE_OK);
  for (const TableSpec* table : all_tables()) {
    const std::string sql = create_table_sql(*table);
    CHECK(sql.ends_with("STRICT"));
    char* message = nullptr;
    CHECK_MESSAGE(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message) == SQLITE_OK,
                  std::string(table->name), ": ", std::string(message == nullptr ? "" : message));
    sqlite3_free(message);
    // Authors of checks write every name as it is, without quotes.
    std::string select = "SELECT ";
    for (const StoredColumn& column : stored_columns(*table)) select += std::string(column.name) + ",";
    select.back() = ' ';
    select += "FROM " + std::string(table->name);
    sqlite3_stmt* statement = nullptr;
    CHECK_MESSAGE(sqlite3_prepare_v2(database, select.c_str(), -1, &statement, nullptr) == SQLITE_OK,
                  std::string(table->name));
    sqlite3_finalize(statement);
  }
  sqlite3_close(database);
}

TEST_CASE("tables: every area of the catalogue has its tables") {
  constexpr std::string_view kNeeded[] = {"asset",
                                          "network",
                                          "subnet",
                                          "route",
                                          "router",
                                          "port",
                                          "floating_ip",
                                          "security_group",
                                          "port_group",
                                          "address_group",
                                          "network_rule",
                                          "instance",
                                          "image",
                                          "image_member",
                                          "volume",
                                          "volume_type",
                                          "snapshot",
                                          "bucket",
                                          "replication",
                                          "share",
                                          "key",
                                          "secret",
                                          "database_service",
                                          "load_balancer_listener",
                                          "org_policy",
                                          "account",
                                          "account_group",
                                          "group_member",
                                          "role",
                                          "role_grant",
                                          "credential",
                                          "session_policy",
                                          "session",
                                          "identity_provider",
                                          "oidc_client",
                                          "saml_entity",
                                          "saml_entity_attribute",
                                          "saml_contact",
                                          "audit_log",
                                          "log_sink",
                                          "log_record_sample",
                                          "alert_rule",
                                          "backup_plan",
                                          "backup_job",
                                          "recovery_point",
                                          "certificate",
                                          "tls_endpoint",
                                          "tls_protocol",
                                          "tls_cipher",
                                          "tls_group",
                                          "tls_signature_algorithm",
                                          "tls_weakness",
                                          "ssh_algorithm",
                                          "http_header",
                                          "host",
                                          "sshd_setting",
                                          "sysctl",
                                          "mount",
                                          "dataset_mount",
                                          "block_device",
                                          "listening_socket",
                                          "firewall_rule",
                                          "package_state",
                                          "vulnerability",
                                          "scan_run",
                                          "service_unit",
                                          "local_account",
                                          "sudo_rule",
                                          "time_source",
                                          "kernel_module",
                                          "kube_cluster",
                                          "kube_namespace",
                                          "kube_workload",
                                          "kube_container",
                                          "kube_role_rule",
                                          "kube_binding",
                                          "kube_network_policy",
                                          "kube_admission",
                                          "data_permit",
                                          "permit_person",
                                          "permit_dataset",
                                          "data_project",
                                          "dataset",
                                          "staff_member",
                                          "release",
                                          "approval",
                                          "transfer",
                                          "change",
                                          "document",
                                          "document_claim",
                                          "incident",
                                          "exercise",
                                          "audit",
                                          "training_record",
                                          "supplier",
                                          "location",
                                          "third_party_finding",
                                          "declared_prefix",
                                          "declared_listener",
                                          "declared_cap",
                                          "declared_endpoint",
                                          "declared_regime"};
  for (const std::string_view name : kNeeded) CHECK_MESSAGE(find_table(name) != nullptr, std::string(name));
}

TEST_CASE("tables: names are lower snake case, used once, and no column hides a common one") {
  std::set<std::string_view> tables;
  for (const TableSpec* table : all_tables()) {
    CHECK_MESSAGE(is_snake_case(table->name), table->name);
    CHECK_MESSAGE(tables.insert(table->name).second, table->name);
    CHECK(find_table(table->name) == table);
    std::set<std::string> columns;
    for (const StoredColumn& column : stored_columns(*table)) {
      CHECK_MESSAGE(is_snake_case(column.name), table->name, ".", column.name);
      CHECK_MESSAGE(columns.insert(column.name).second, table->name, ".", column.name);
    }
  }
  CHECK(find_table("no_such_table") == nullptr);
}

TEST_CASE("tables: tables of one area stand together") {
  std::set<std::string_view> closed;
  std::string_view open;
  for (const TableSpec* table : all_tables()) {
    CHECK_MESSAGE(!table->area.empty(), table->name);
    if (table->area == open) continue;
    CHECK_MESSAGE(closed.insert(table->area).second, table->name, " stands apart from its area ", table->area);
    open = table->area;
  }
}

TEST_CASE("tables: each says what a row is and what every column means") {
  for (const TableSpec* table : all_tables()) {
    CHECK_MESSAGE(table->summary.starts_with("One row per "), table->name);
    CHECK_MESSAGE(table->summary.ends_with("."), table->name);
    REQUIRE_MESSAGE(!table->columns.empty(), table->name);
    for (const ColumnSpec& column : table->columns) {
      CHECK_MESSAGE(column.meaning.size() > 2, name_of(*table, column));
      CHECK_MESSAGE(!column.meaning.ends_with("."), name_of(*table, column));
      if (column.nullable == Nullable::no) CHECK_MESSAGE(column.null_when.empty(), name_of(*table, column));
      if (column.type == ColumnType::integer && !column.key)
        CHECK_MESSAGE(!column.unit.empty(), name_of(*table, column));
    }
  }
}

TEST_CASE("tables: names and types agree") {
  for (const TableSpec* table : all_tables()) {
    for (const ColumnSpec& column : table->columns) {
      CAPTURE(name_of(*table, column));
      for (const auto& [ending, unit] : kUnits) {
        if (!column.name.ends_with(ending)) continue;
        CHECK(column.type == ColumnType::integer);
        CHECK(column.unit == unit);
      }
      if (column.type == ColumnType::instant)
        CHECK((column.name.ends_with("_at") || column.name.starts_with("valid_") || column.name.starts_with("not_") ||
               column.name.ends_with("_since") || column.name.ends_with("_until")));
      if (column.type == ColumnType::day)
        CHECK((column.name.ends_with("_on") || column.name.ends_with("_end") || column.name.starts_with("valid_") ||
               column.name.ends_with("_until") || column.name.ends_with("_to")));
      if (column.type == ColumnType::enumeration) {
        CHECK(column.values.size() > 1);
        CHECK(std::set<std::string_view>(column.values.begin(), column.values.end()).size() == column.values.size());
        for (const std::string_view value : column.values) {
          CHECK_MESSAGE(value.find('\'') == std::string_view::npos, value);
          CHECK_MESSAGE(value != "unknown", "not known is NULL");
        }
      } else {
        CHECK(column.values.empty());
      }
    }
  }
}

TEST_CASE("tables: each has a key, first among its columns") {
  for (const TableSpec* table : all_tables()) {
    const bool has_key = std::ranges::any_of(table->columns, [](const ColumnSpec& column) { return column.key; });
    CHECK_MESSAGE(has_key, table->name);
    for (const ColumnSpec& column : table->columns) {
      if (column.key) CHECK_MESSAGE(column.nullable == Nullable::no, name_of(*table, column));
    }
    CHECK_MESSAGE(table->columns.front().key, table->name);
  }
}

TEST_CASE("tables: foreign keys name a key column of a table that exists, with the same type") {
  for (const TableSpec* table : all_tables()) {
    for (const ColumnSpec& column : table->columns) {
      if (column.references.empty()) continue;
      CAPTURE(name_of(*table, column));
      const std::size_t dot = column.references.find('.');
      REQUIRE(dot != std::string_view::npos);
      const TableSpec* other = find_table(column.references.substr(0, dot));
      REQUIRE_MESSAGE(other != nullptr, column.references);
      const auto target = std::ranges::find(other->columns, column.references.substr(dot + 1), &ColumnSpec::name);
      REQUIRE_MESSAGE(target != other->columns.end(), column.references);
      CHECK_MESSAGE(target->key, column.references);
      CHECK(target->type == column.type);
    }
  }
}

TEST_CASE("tables: something that ends has the instant and its kind") {
  for (const TableSpec* table : all_tables()) {
    const auto has = [&](std::string_view name) {
      return std::ranges::find(table->columns, name, &ColumnSpec::name) != table->columns.end();
    };
    if (has("expires_kind")) CHECK_MESSAGE(has("expires_at"), table->name);
  }
}
