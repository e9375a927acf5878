// SPDX-License-Identifier: Apache-2.0
#include "collectors/permit_register/permit_register.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "collectors/permit_register/register.h"
#include "crypto/digest.h"
#include "crypto/identity_hash.h"
#include "evidence/tables/permit.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 9> kTables{&tables::permit_register,   &tables::data_permit,    &tables::permit_person,
                                                  &tables::register_identity, &tables::permit_dataset, &tables::data_project,
                                                  &tables::dataset,           &tables::staff_member,   &tables::service_principal};

struct Options {
  std::string file;
  std::string key_file;  ///< empty if none is given
};

Result<Options> read_options(const Target& target) {
  const Node& node = *target.options;
  Options options;
  if (!node.is(Node::Kind::mapping)) {
    const auto file = node.as_text();
    if (!file) return std::unexpected(file.error());
    options.file = *file;
    return options;
  }
  if (auto known = node.expect_keys({"file", "key_file"}); !known) return std::unexpected(known.error());
  const auto file = node.require("file");
  if (!file) return std::unexpected(file.error());
  const auto path = file->as_text();
  if (!path) return std::unexpected(path.error());
  options.file = *path;
  if (const auto key_file = node.find("key_file")) {
    const auto key_path = key_file->as_text();
    if (!key_path) return std::unexpected(key_path.error());
    options.key_file = *key_path;
  }
  return options;
}

Result<void> validate(const Target& target) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  return {};
}

class RegisterWriter {
 public:
  RegisterWriter(const PermitRegister& list, std::string platform, const std::string& key, SourceId source, RowSink& sink)
      : list_(list), zone_(*list.zone), platform_(std::move(platform)), key_(key), source_(source), sink_(sink) {}

  void write(const std::string& register_id) {
    Row<tables::permit_register> row(platform_);
    row.set<"register_id">(register_id).set<"issued_at">(list_.issued_at).set<"permit_count">(list_.permit_count).set<"zone">(zone_.name());
    if (!list_.hash_key_id.empty()) row.set<"hash_key_id">(list_.hash_key_id);
    row.set<"hash_key_present">(!key_.empty());
    row.write(sink_, {.source = source_, .line = 1});
    for (const Permit& permit : list_.permits) write_permit(permit);
    for (const StaffMember& member : list_.staff) {
      staff_.set<"staff_id">(member.id).set<"role">(member.role).set<"approver">(member.approver).set<"valid_to">(member.valid_to);
      staff_.set<"ends_at">(zone_.end_of_day(member.valid_to));
      staff_.write(sink_, at(member.line));
      write_identities("staff", member.id, member.identities);
    }
    for (const RegisteredService& service : list_.services) {
      service_.set<"service_id">(service.id).set<"owner_id">(service.owner);
      service_.write(sink_, at(service.line));
      write_identities("service", service.id, service.identities);
    }
    for (const TableSpec* table : kTables) sink_.collected(*table, CollectionState::complete);
  }

 private:
  [[nodiscard]] Origin at(std::uint32_t line) const { return {.source = source_, .line = line}; }

  void write_permit(const Permit& permit) {
    const Instant starts = zone_.start_of_day(permit.valid_from);
    const Instant ends = effective_end(permit, zone_);
    permit_.set<"permit_id">(permit.id).set<"issuer">(permit.issuer).set<"applicant">(permit.applicant).set<"purpose">(permit.purpose);
    permit_.set<"issued_on">(permit.issued).set<"valid_from">(permit.valid_from).set<"valid_to">(permit.valid_to);
    permit_.set<"extended_to">(permit.extended_to).set<"revoked_at">(permit.revoked_at);
    permit_.set<"starts_at">(starts).set<"ends_at">(ends).set<"delete_by_at">(deletion_deadline(ends, zone_));
    permit_.set<"tools">(permit.tools).set<"conditions">(permit.conditions);
    permit_.write(sink_, at(permit.line));
    for (const PermitPerson& person : permit.persons) {
      person_.set<"permit_id">(permit.id).set<"person_id">(person.id).set<"role">(person.role).set<"added_on">(person.added);
      person_.set<"removed_at">(person.removed_at);
      person_.set<"starts_at">(std::max(starts, zone_.start_of_day(*person.added)));
      person_.set<"ends_at">(person.removed_at ? std::min(ends, *person.removed_at) : ends);
      person_.write(sink_, at(person.line));
      write_identities("person", person.id, person.identities);
    }
    for (const PermitDataset& dataset : permit.datasets) {
      permit_dataset_.set<"permit_id">(permit.id).set<"dataset_id">(dataset.id).set<"source">(dataset.source).set<"form">(dataset.form);
      permit_dataset_.set<"brought_by_user">(dataset.brought_by_user);
      permit_dataset_.write(sink_, at(dataset.line));
      if (!datasets_.insert(dataset.id).second) continue;
      dataset_.set<"dataset_id">(dataset.id).set<"source">(dataset.source);
      dataset_.write(sink_, at(dataset.line));
    }
    for (const PermitProject& project : permit.projects) {
      project_.set<"permit_id">(permit.id).set<"source">(project.source).set<"project_id">(project.id);
      project_.write(sink_, at(permit.line));
    }
  }

  /// A person on several permits repeats their identities: each is written once.
  void write_identities(std::string_view kind, const std::string& holder, const std::vector<RegisterIdentity>& identities) {
    for (const RegisterIdentity& identity : identities) {
      std::string name = identity.hash.empty() ? "subject:" + identity.subject : identity.hash;
      if (!identities_.insert(fmt::format("{}\n{}\n{}\n{}", kind, holder, identity.issuer, name)).second) continue;
      std::optional<std::string> hash;
      if (!identity.hash.empty()) {
        hash = identity.hash;
      } else if (!key_.empty()) {
        if (auto made = identity_hash(key_, identity.issuer, identity.subject)) hash = *std::move(made);
      }
      identity_.set<"holder_kind">(kind).set<"holder_id">(holder).set<"issuer">(identity.issuer).set<"identity">(name);
      if (!identity.subject.empty()) identity_.set<"subject">(identity.subject);
      identity_.set<"identity_hash">(hash);
      identity_.write(sink_, at(identity.line));
    }
  }

  const PermitRegister& list_;
  const Zone& zone_;
  std::string platform_;
  const std::string& key_;
  SourceId source_;
  RowSink& sink_;
  std::set<std::string> identities_;
  std::set<std::string> datasets_;
  Row<tables::data_permit> permit_{platform_};
  Row<tables::permit_person> person_{platform_};
  Row<tables::register_identity> identity_{platform_};
  Row<tables::permit_dataset> permit_dataset_{platform_};
  Row<tables::data_project> project_{platform_};
  Row<tables::dataset> dataset_{platform_};
  Row<tables::staff_member> staff_{platform_};
  Row<tables::service_principal> service_{platform_};
};

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  std::string key;
  if (!options->key_file.empty()) {
    auto read = read_identity_key(target.resolve(options->key_file));
    if (!read) return std::unexpected(std::move(read).error());
    key = *std::move(read);
  }
  const auto document = Document::read(target.resolve(options->file), kRegisterLimits);
  if (!document) return std::unexpected(document.error());
  std::vector<Error> mistakes;
  const PermitRegister list = read_permit_register(**document, context.started_at, mistakes);
  if (!mistakes.empty()) {
    Error first = std::move(mistakes.front());
    if (mistakes.size() > 1) {
      first.message += fmt::format(" (and {} more mistakes)", mistakes.size() - 1);
      first.hint += fmt::format("{}`ehdscan permits check {}` lists all", first.hint.empty() ? "" : "; ", options->file);
    }
    return std::unexpected(std::move(first));
  }
  const std::string digest = sha256_hex((*document)->text());
  const SourceId source = sink.add_source({.target = {},
                                           .collector = {},
                                           .location = options->file,
                                           .sha256 = digest,
                                           .observed_at = list.issued_at,
                                           .grade = EvidenceGrade::e2,
                                           .nature = Nature::observed,
                                           .freshness = Freshness::permit_register,
                                           .third_party = false});
  RegisterWriter(list, "permits:" + std::filesystem::path(options->file).filename().string(), key, source, sink).write(digest);
  return {};
}

}  // namespace

CollectorSpec permit_register_collector() {
  return {.name = "permit_register",
          .summary = "the register of data permits, staff and services",
          .evidence = "permit_register",
          .tables = kTables,
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
