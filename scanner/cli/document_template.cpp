// SPDX-License-Identifier: Apache-2.0
#include "cli/document_template.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

#include "collectors/documents/document_tables.h"

namespace ehdscan {
namespace {

struct Kind {
  std::string_view name;
  std::string_view about;
  std::string_view claims;  ///< example statements, one a line
  std::string_view tables;  ///< names of tables, separated by blanks
};

constexpr std::array kKinds{
    Kind{"security_policy", "The security policy of the node.", "encryption_at_rest: true\nroot_sign_in_disabled: true",
         ""},
    Kind{"roles", "Who answers for what, and who stands in.", "", "role_holder"},
    Kind{"controllership", "Who is controller and who is processor, and the agreements that say so.", "",
         "agreement agreement_party agreement_clause"},
    Kind{"impact_assessment", "The assessment of what the processing may do to people (GDPR 35).", "", ""},
    Kind{"processing_record", "The record of processing (GDPR 30).", "security_measures: as the security policy says",
         ""},
    Kind{"risk_treatment", "Risks, and what is done about each.", "", "risk"},
    Kind{"audit_record", "Audits and penetration tests with their findings.", "", "audit audit_finding"},
    Kind{"breach_plan", "What happens when data leak: phases, contacts, and the clock of each regime.",
         "detection: true\ncontainment: true\neradication: true\nrecovery: true\nevidence_preservation: true\nroles: "
         "true\n"
         "contacts: true\naccess_body_path: true\nauthority_path: true\ndata_subject_notice: true",
         "plan_clock"},
    Kind{"breach_register",
         "Incidents with their times, and who was told when. `incident: []` says that there were none.", "",
         "incident incident_notice incident_free_period"},
    Kind{"exercise_record", "Exercises and tests of breach response and of shutting out users.", "",
         "exercise exercise_action"},
    Kind{"training", "Who was trained for what, and when.", "", "training_record"},
    Kind{"access_review", "Reviews of who may do what.", "", "access_review access_review_item"},
    Kind{"continuity_plan", "How the node goes on after a loss.",
         "clean_recovery: true\ncrisis_roles: true\ncrisis_contacts: true", ""},
    Kind{"locations", "Where data are kept, and what leaves to vendors.", "", "location outgoing_flow"},
    Kind{"sub_processors", "Who processes on behalf of the node.", "", "sub_processor"},
    Kind{"suppliers", "Suppliers with their clauses and certificates, and the products that the node depends on.", "",
         "supplier supplier_clause supplier_certificate product"},
    Kind{"disclosure_control", "What results must be like to leave.", "", "disclosure_rule"},
    Kind{"vulnerability_policy", "How fast weaknesses are closed, and where to report one.",
         "patch_critical_days: 14\npatch_high_days: 30\nreport_contact: security@node.example", ""},
    Kind{"change_policy", "Changes, and who approved each.", "", "change"},
    Kind{"exceptions", "Exceptions to the rules, each with an end.", "", "exception_record"},
    Kind{"service_catalogue", "Services that the node offers.", "", "service_entry"},
    Kind{"inventory", "What the node says that it has.", "", "inventory_entry"},
    Kind{"rule_list", "Network rules that the node wants to have.", "", "rule_list_entry"},
    Kind{"federation", "Agreements with other nodes, and interfaces between them.", "",
         "agreement agreement_party agreement_clause api_description"},
    Kind{"sovereignty", "Who could be made to hand over data, and by whose law.",
         "parent_companies: none\nforeign_laws: none\nmitigation: not needed\nkey_custody: node", ""},
};

std::string_view example_of(const ColumnSpec& column) {
  if (!column.values.empty()) return column.values.front();
  switch (column.type) {
    case ColumnType::boolean:
      return "true";
    case ColumnType::integer:
      return "1";
    case ColumnType::instant:
      return "\"2026-01-31T12:00:00Z\"";
    case ColumnType::day:
      return "\"2026-01-31\"";
    case ColumnType::text_list:
      return "[a, b]";
    default:
      return "text";
  }
}

void write_table(std::string& out, const TableSpec& table) {
  fmt::format_to(std::back_inserter(out), "#  {}:  # {}\n", table.name, table.summary);
  bool first = true;
  for (const ColumnSpec& column : table.columns) {
    if (column.name == "document_id") continue;
    fmt::format_to(std::back_inserter(out), "#    {} {}: {}  # {}{}", first ? '-' : ' ', column.name,
                   example_of(column), column.nullable == Nullable::no ? "required: " : "", column.meaning);
    if (!column.unit.empty()) fmt::format_to(std::back_inserter(out), " ({})", column.unit);
    if (!column.values.empty()) fmt::format_to(std::back_inserter(out), "; one of {}", fmt::join(column.values, ", "));
    out += '\n';
    first = false;
  }
}

const TableSpec* table_named(std::string_view name) {
  const auto tables = document_record_tables();
  const auto found = std::ranges::find(tables, name, [](const TableSpec* table) { return table->name; });
  return found == tables.end() ? nullptr : *found;
}

std::string text_of(const Kind& kind, const std::string& id) {
  std::string out = fmt::format(
      "# {}\n"
      "# Statements and records are comments, and the approval is of long ago: until you fill them in, nothing is "
      "shown.\n"
      "schema: ehdscan-document/1\n"
      "document:\n"
      "  id: {}\n"
      "  kind: {}\n"
      "  version: \"0\"\n"
      "  author: nobody               # who wrote it\n"
      "  approver: nobody-else        # who approved it: never the author\n"
      "  approved_on: \"2000-01-01\"    # day of the approval\n"
      "#  reviewed_on: \"2026-01-31\"  # day of the last review\n"
      "#  nodes: [my-node]            # nodes in its scope\n"
      "#  file: {}.pdf                # the document itself, beside this record\n"
      "#  sha256: 64 digits           # sha256sum {}.pdf\n",
      kind.about, id, kind.name, id, id);
  if (!kind.claims.empty()) {
    out += "#claims:  # what it states; null if it is left open\n";
    std::string_view rest = kind.claims;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      fmt::format_to(std::back_inserter(out), "#  {}\n", rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  if (!kind.tables.empty()) {
    out += "#records:  # an empty list says that there are none; a missing one says nothing\n";
    std::string_view rest = kind.tables;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (const TableSpec* table = table_named(rest.substr(0, end))) write_table(out, *table);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return out;
}

}  // namespace

std::vector<DocumentTemplate> document_templates() {
  std::vector<DocumentTemplate> out;
  for (const Kind& kind : kKinds) {
    std::string id(kind.name);
    std::ranges::replace(id, '_', '-');
    std::string text = text_of(kind, id);
    out.push_back({id + ".yaml", std::move(text)});
  }
  return out;
}

}  // namespace ehdscan
