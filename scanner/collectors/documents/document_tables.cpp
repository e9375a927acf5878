// SPDX-License-Identifier: Apache-2.0
#include "collectors/documents/document_tables.h"

#include <array>

#include "evidence/tables/airlock.h"
#include "evidence/tables/document.h"
#include "evidence/tables/governance.h"
#include "evidence/tables/inventory.h"
#include "evidence/tables/supply.h"

namespace ehdscan {

std::span<const TableSpec* const> document_record_tables() {
  static constexpr std::array<const TableSpec*, 30> kTables{&tables::role_holder,
                                                            &tables::agreement,
                                                            &tables::agreement_party,
                                                            &tables::agreement_clause,
                                                            &tables::risk,
                                                            &tables::plan_clock,
                                                            &tables::disclosure_rule,
                                                            &tables::service_entry,
                                                            &tables::rule_list_entry,
                                                            &tables::incident,
                                                            &tables::incident_notice,
                                                            &tables::incident_free_period,
                                                            &tables::exercise,
                                                            &tables::exercise_action,
                                                            &tables::audit,
                                                            &tables::audit_finding,
                                                            &tables::training_record,
                                                            &tables::access_review,
                                                            &tables::access_review_item,
                                                            &tables::change,
                                                            &tables::exception_record,
                                                            &tables::supplier,
                                                            &tables::supplier_clause,
                                                            &tables::supplier_certificate,
                                                            &tables::sub_processor,
                                                            &tables::location,
                                                            &tables::outgoing_flow,
                                                            &tables::product,
                                                            &tables::inventory_entry,
                                                            &tables::api_description};
  return kTables;
}

}  // namespace ehdscan
