// SPDX-License-Identifier: Apache-2.0
#include "scoring/waivers.h"

#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "format/fields.h"

namespace ehdscan {

Result<std::vector<Waiver>> read_waivers(const std::filesystem::path& file) {
  const auto document = Document::read(file);
  if (!document) return std::unexpected(document.error());
  std::optional<Error> error;
  Fields root((*document)->root(), error, {"schema", "waivers"});
  root.choice("schema", {"ehdscan-waivers/1"});
  const std::optional<Node> list = root.sequence("waivers");
  std::vector<Waiver> waivers;
  std::set<std::string> ids;
  for (std::size_t i = 0; list && i < list->size() && !error; ++i) {
    Fields fields((*list)[i], error,
                  {"id", "control", "checks", "resources", "owner", "approver", "reason", "expires"});
    Waiver waiver{.id = fields.word("id"), .control = fields.word("control")};
    waiver.checks = fields.texts_if("checks");
    waiver.resources = fields.texts_if("resources");
    waiver.owner = fields.text("owner");
    waiver.approver = fields.text("approver");
    waiver.reason = fields.text("reason");
    const std::string expires = fields.day("expires");
    if (error) break;
    waiver.expires = parse_day(expires).value_or(Day{});
    if (equals_ignore_case(trim(waiver.owner), trim(waiver.approver))) {
      error = fields.at("approver").error("nobody accepts a risk for themselves", "owner and approver must differ");
    } else if (!ids.insert(waiver.id).second) {
      error = fields.at("id").error(fmt::format("the waiver `{}` is given twice", waiver.id));
    }
    waivers.push_back(std::move(waiver));
  }
  if (error) return std::unexpected(*error);
  return waivers;
}

}  // namespace ehdscan
