// SPDX-License-Identifier: Apache-2.0
#include "collectors/permit_register/register.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "crypto/identity_hash.h"
#include "evidence/tables/permit.h"
#include "format/form.h"

namespace ehdscan {
namespace {

constexpr std::string_view kSchema = "ehdscan-permit-register/1";
constexpr std::size_t kHashDigits = 64;

bool is_hex(std::string_view text, std::string_view digits) {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

class Reader {
 public:
  Reader(Instant now, std::vector<Error>& mistakes) : now_(now), mistakes_(mistakes) {}

  PermitRegister read(Node root) {
    Form form(
        root, mistakes_,
        {"schema", "issued_at", "complete", "permit_count", "zone", "identity_hash", "permits", "staff", "services"});
    if (const auto schema = form.text("schema"); schema && *schema != kSchema) {
      form.refuse("schema", fmt::format("unknown format `{}`", *schema), fmt::format("write `{}`", kSchema));
    }
    read_head(form);
    for (const Node& node : form.list("permits")) read_permit(node);
    for (const Node& node : form.list("staff")) read_staff(node);
    for (const Node& node : form.list("services")) read_service(node);
    if (form.has("permits") && form.has("permit_count") &&
        register_.permit_count != static_cast<std::int64_t>(register_.permits.size())) {
      form.refuse("permit_count",
                  fmt::format("`permit_count` is {}, but there are {} permits", register_.permit_count,
                              register_.permits.size()),
                  "a register that lost permits on the way must not be used");
    }
    return std::move(register_);
  }

 private:
  void read_head(Form& form) {
    if (const auto issued_at = form.instant("issued_at")) {
      register_.issued_at = *issued_at;
      if (*issued_at > now_)
        form.refuse("issued_at", "`issued_at` lies in the future",
                    "the time at which the register was issued, in UTC; or is the clock here wrong?");
    }
    if (const auto complete = form.boolean("complete"); complete && !*complete) {
      form.refuse("complete", "an incomplete register cannot tell who is not permitted",
                  "list every permit whose data, grants or copies may still exist");
    }
    register_.permit_count = form.integer("permit_count").value_or(0);
    if (const auto zone = form.text("zone")) {
      if (const auto found = Zone::find(*zone)) {
        register_.zone = *found;
      } else {
        form.refuse("zone", found.error().message, found.error().hint);
      }
    }
    if (const auto hash = form.mapping("identity_hash", Need::may)) {
      Form block(*hash, mistakes_, {"algorithm", "key_id"});
      constexpr std::array<std::string_view, 1> kAlgorithms{"hmac-sha256"};
      if (const auto algorithm = block.text("algorithm"); algorithm && *algorithm != kAlgorithms[0]) {
        block.refuse("algorithm", fmt::format("hashes by `{}` are refused", *algorithm),
                     "names can be guessed: use hmac-sha256 with a secret key");
      }
      register_.hash_key_id = block.text("key_id").value_or("");
    }
  }

  /// True if `id` was not used before; else a mistake at `key`.
  void expect_new(std::map<std::string, std::uint32_t>& ids, Form& form, std::string_view key, const std::string& id) {
    if (id.empty()) return;
    const auto [first, is_new] = ids.try_emplace(id, form.line());
    if (!is_new)
      form.refuse(key, fmt::format("`{}` is given twice", id),
                  fmt::format("the first stands at line {}", first->second));
  }

  std::vector<RegisterIdentity> read_identities(Form& holder) {
    std::vector<RegisterIdentity> identities;
    const std::vector<Node> nodes = holder.list("identities");
    if (nodes.empty() && holder.has("identities"))
      holder.refuse("identities", "without an identity nothing can be reconciled");
    for (const Node& node : nodes) {
      Form form(node, mistakes_, {"issuer", "subject", "hash"});
      RegisterIdentity identity{
          .issuer = form.text("issuer").value_or(""), .subject = {}, .hash = {}, .line = form.line()};
      if (form.has("subject") == form.has("hash")) {
        form.refuse("hash", "an identity has either `subject` or `hash`",
                    "keep the hash; `ehdscan permits hash` makes it from the subject");
      } else if (form.has("hash")) {
        identity.hash = form.text("hash").value_or("");
        if (!identity.hash.empty() &&
            (identity.hash.size() != kHashDigits || !is_hex(identity.hash, "0123456789abcdef"))) {
          form.refuse("hash", "this is no hash: 64 lower-case hexadecimal digits are needed",
                      "`ehdscan permits hash` makes them");
        } else if (register_.hash_key_id.empty()) {
          form.refuse("hash", "a hash without key is refused: names can be guessed",
                      "say `identity_hash: {algorithm: hmac-sha256, key_id: …}`");
        }
      } else {
        identity.subject = form.text("subject").value_or("");
      }
      identities.push_back(std::move(identity));
    }
    return identities;
  }

  void read_permit(const Node& node) {
    Form form(node, mistakes_,
              {"permit_id", "issuer", "applicant", "purpose", "issued", "valid_from", "valid_to", "extended_to",
               "revoked_at", "persons", "datasets", "tools", "conditions", "project_ids"});
    Permit permit{.id = form.text("permit_id").value_or(""), .line = form.line()};
    expect_new(permits_, form, "permit_id", permit.id);
    permit.issuer = form.text("issuer").value_or("");
    permit.applicant = form.text("applicant").value_or("");
    permit.purpose = form.text("purpose").value_or("");
    if (!permit.purpose.empty() && !permit.purpose.starts_with("53(1)(")) {
      form.refuse("purpose", fmt::format("`{}` is no purpose of a permit", permit.purpose),
                  "a point of Article 53(1), like `53(1)(e)`");
    }
    read_days(form, permit);
    read_persons(form, permit);
    read_datasets(form, permit);
    permit.tools = form.texts("tools");
    permit.conditions = form.texts("conditions");
    std::set<std::string> projects;
    for (const std::string& written : form.texts("project_ids")) {
      const std::size_t colon = written.find(':');
      if (colon == 0 || colon == std::string::npos || colon + 1 == written.size()) {
        form.refuse("project_ids", fmt::format("`{}` is no project", written), "source and id, like `keystone:4f1c`");
      } else if (!projects.insert(written).second) {
        form.refuse("project_ids", fmt::format("`{}` is given twice", written));
      } else {
        permit.projects.push_back({written.substr(0, colon), written.substr(colon + 1)});
      }
    }
    register_.permits.push_back(std::move(permit));
  }

  static void read_days(Form& form, Permit& permit) {
    const auto issued = form.day("issued");
    const auto from = form.day("valid_from");
    const auto to = form.day("valid_to");
    permit.extended_to = form.day("extended_to", Need::may);
    permit.revoked_at = form.instant("revoked_at", Need::may);
    permit.issued = issued.value_or(Day{});
    permit.valid_from = from.value_or(Day{});
    permit.valid_to = to.value_or(Day{});
    if (from && to && *to < *from)
      form.refuse("valid_to", "`valid_to` lies before `valid_from`", "the last day of the permit, as it was granted");
    if (to && permit.extended_to && *permit.extended_to <= *to)
      form.refuse("extended_to", "`extended_to` does not lie after `valid_to`",
                  "the last day after the extension; leave it out if there was none");
  }

  void read_persons(Form& permit_form, Permit& permit) {
    const std::vector<Node> nodes = permit_form.list("persons");
    std::map<std::string, std::uint32_t> ids;
    int principals = 0;
    for (const Node& node : nodes) {
      Form form(node, mistakes_, {"id", "role", "added", "removed_at", "identities", "name"});
      PermitPerson person{.id = form.text("id").value_or(""), .line = form.line()};
      expect_new(ids, form, "id", person.id);
      person.role = form.choice("role", tables::permit_role_values).value_or("");
      if (person.role == "principal_investigator") ++principals;
      person.added = form.day("added");
      person.removed_at = form.instant("removed_at", Need::may);
      form.text("name", Need::may);  // read for its mistakes, never kept
      person.identities = read_identities(form);
      permit.persons.push_back(std::move(person));
    }
    if (!permit_form.has("persons")) return;
    if (nodes.empty()) return permit_form.refuse("persons", "a permit is for somebody");
    if (principals != 1) {
      permit_form.refuse("persons", fmt::format("{} persons are principal_investigator", principals),
                         "exactly one person of a permit is");
    }
  }

  void read_datasets(Form& permit_form, Permit& permit) {
    constexpr std::array<std::string_view, 2> kForms{"pseudonymised", "anonymised"};
    const std::vector<Node> nodes = permit_form.list("datasets");
    std::map<std::string, std::uint32_t> ids;
    for (const Node& node : nodes) {
      Form form(node, mistakes_, {"id", "source", "form", "brought_by_user"});
      PermitDataset dataset{.id = form.text("id").value_or(""), .line = form.line()};
      expect_new(ids, form, "id", dataset.id);
      dataset.source = form.text("source").value_or("");
      dataset.form = form.choice("form", kForms).value_or("");
      dataset.brought_by_user = form.boolean("brought_by_user", Need::may).value_or(false);
      permit.datasets.push_back(std::move(dataset));
    }
    if (nodes.empty() && permit_form.has("datasets"))
      permit_form.refuse("datasets", "a permit is for some data",
                         "list the datasets of the permit with id, source and form");
  }

  void read_staff(const Node& node) {
    Form form(node, mistakes_, {"id", "role", "approver", "valid_to", "identities"});
    StaffMember member{.id = form.text("id").value_or(""), .line = form.line()};
    expect_new(staff_, form, "id", member.id);
    member.role = form.text("role").value_or("");
    member.approver = form.text("approver").value_or("");
    if (!member.id.empty() && member.approver == member.id)
      form.refuse("approver", "nobody approves themselves", "name who approved it");
    member.valid_to = form.day("valid_to").value_or(Day{});
    member.identities = read_identities(form);
    register_.staff.push_back(std::move(member));
  }

  void read_service(const Node& node) {
    Form form(node, mistakes_, {"id", "owner", "identities"});
    RegisteredService service{.id = form.text("id").value_or(""), .line = form.line()};
    expect_new(services_, form, "id", service.id);
    service.owner = form.text("owner").value_or("");
    if (!service.owner.empty() && !staff_.contains(service.owner)) {
      form.refuse("owner", fmt::format("there is no member of staff `{}`", service.owner),
                  "a service has an owner who can be asked");
    }
    service.identities = read_identities(form);
    register_.services.push_back(std::move(service));
  }

  Instant now_;
  std::vector<Error>& mistakes_;
  PermitRegister register_;
  std::map<std::string, std::uint32_t> permits_;
  std::map<std::string, std::uint32_t> staff_;
  std::map<std::string, std::uint32_t> services_;
};

}  // namespace

PermitRegister read_permit_register(const Document& document, Instant now, std::vector<Error>& mistakes) {
  PermitRegister result = Reader(now, mistakes).read(document.root());
  std::ranges::stable_sort(mistakes, {},
                           [](const Error& error) { return std::pair(error.place.line, error.place.column); });
  return result;
}

Instant effective_end(const Permit& permit, const Zone& zone) {
  const Instant last = zone.end_of_day(permit.extended_to.value_or(permit.valid_to));
  return permit.revoked_at ? std::min(last, *permit.revoked_at) : last;
}

Instant deletion_deadline(Instant effective_end, const Zone& zone) {
  constexpr int kMonths = 6;
  return zone.end_of_day(add_months(zone.day_of(effective_end), kMonths));
}

}  // namespace ehdscan
