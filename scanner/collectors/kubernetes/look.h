// SPDX-License-Identifier: Apache-2.0
// How the kubernetes collector looks into objects. Absent is what the API documents as default; a value of another type
// than the API's is not known, never the default.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "format/document.h"

namespace ehdscan::kube {

using Path = std::initializer_list<std::string_view>;

/// The value at a path of keys; nothing if it is absent, null or lies below something that is no mapping.
std::optional<Node> at(const Node& node, Path path);
/// Text of a scalar; empty if there is none.
std::string text_at(const Node& node, Path path);
std::optional<std::string> some_text_at(const Node& node, Path path);  ///< nothing instead of empty

/// `unless_set` if absent or null; nothing if it is there and no boolean. Reads `yes`, `on` … like the client does,
/// which follows YAML 1.1.
std::optional<bool> flag_at(const Node& node, Path path, bool unless_set);
/// The boolean if there is one that can be read, and whether anything is there at all.
struct Flag {
  std::optional<bool> value;
  bool present = false;
};
Flag maybe_flag_at(const Node& node, Path path);

/// Elements of a list; none if it is absent or no list.
std::vector<Node> items_at(const Node& node, Path path);
std::vector<std::string> texts_at(const Node& node, Path path);
/// Empty if absent; nothing if it is there and no list of scalars.
std::optional<std::vector<std::string>> list_at(const Node& node, Path path);

/// Something stands there that is no list (or no mapping) though it must be one: what it says is not known.
bool is_unreadable(const Node& node, Path path, Node::Kind kind);

/// Members as `key=value`, sorted.
std::vector<std::string> pairs_of(const std::optional<Node>& mapping);
std::optional<std::string> label_of(const Node& object, std::string_view key);
std::optional<std::string> annotation_of(const Node& object, std::string_view key);
std::optional<Instant> instant_at(const Node& node, Path path);

/// A label selector as `key=value` and `key Operator (a,b)`, sorted; empty if it selects everything.
std::vector<std::string> selector_of(const std::optional<Node>& node);
/// Whether labels (`key=value`) meet such a selector; nothing if a part of it is not understood.
std::optional<bool> selects(const std::vector<std::string>& selector, const std::vector<std::string>& labels);

}  // namespace ehdscan::kube
