// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/object.h"

#include <algorithm>

#include "base/text.h"

namespace ehdscan {

std::optional<Node> OsObject::node(Names names) const {
  for (const std::string_view name : names) {
    const auto found = node_.find(name);
    if (found && !found->is(Node::Kind::null)) return found;
  }
  return std::nullopt;
}

std::optional<std::string> OsObject::text(Names names) const {
  for (const std::string_view name : names) {
    const auto found = node_.find(name);
    if (!found || found->is(Node::Kind::null) || found->is(Node::Kind::mapping) || found->is(Node::Kind::sequence))
      continue;
    const std::string_view written = trim(found->scalar());
    if (!written.empty() && written != "None") return std::string(written);
  }
  return std::nullopt;
}

std::optional<bool> OsObject::boolean(Names names) const {
  const auto written = text(names);
  if (!written) return std::nullopt;
  const std::string word = to_lower(*written);
  if (word == "true" || word == "up") return true;
  if (word == "false" || word == "down") return false;
  return std::nullopt;
}

std::optional<std::int64_t> OsObject::integer(Names names) const {
  const auto written = text(names);
  return written ? parse_integer(*written) : std::nullopt;
}

std::optional<Instant> OsObject::time(Names names) const {
  auto written = text(names);
  if (!written) return std::nullopt;
  if (const std::size_t space = written->find(' '); space != std::string::npos) (*written)[space] = 'T';
  const std::size_t fraction = written->find('.');
  if (fraction != std::string::npos) {
    const std::size_t end = written->find_first_not_of("0123456789", fraction + 1);
    written->erase(fraction, end == std::string::npos ? end : end - fraction);
  }
  if (written->ends_with("+00:00")) written->replace(written->size() - 6, 6, "Z");
  if (!written->ends_with('Z')) *written += 'Z';
  const auto instant = parse_instant(*written);
  return instant ? std::optional(*instant) : std::nullopt;
}

std::optional<std::vector<std::string>> OsObject::texts(Names names) const {
  for (const std::string_view name : names) {
    const auto found = node_.find(name);
    if (!found || found->is(Node::Kind::null)) continue;
    std::vector<std::string> words;
    if (found->is(Node::Kind::sequence)) {
      for (std::size_t i = 0; i < found->size(); ++i) words.emplace_back((*found)[i].scalar());
      return words;
    }
    for (const std::string_view part : split(found->scalar(), ',')) {
      if (!trim(part).empty()) words.emplace_back(trim(part));
    }
    return words;
  }
  return std::nullopt;
}

std::optional<OsObject> OsObject::object(Names names) const {
  const auto found = node(names);
  if (!found || !found->is(Node::Kind::mapping)) return std::nullopt;
  return OsObject(*found);
}

std::vector<OsObject> OsObject::objects(Names names) const {
  std::vector<OsObject> all;
  const auto found = node(names);
  if (!found || !found->is(Node::Kind::sequence)) return all;
  for (std::size_t i = 0; i < found->size(); ++i) {
    if ((*found)[i].is(Node::Kind::mapping)) all.emplace_back((*found)[i]);
  }
  return all;
}

}  // namespace ehdscan
