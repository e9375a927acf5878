// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "format/document.h"

namespace ehdscan {

/// One resource as OpenStack shows it: by its REST API (`remote_ip_prefix`) or by the command-line client (`IP Range`).
/// The first name that is there and says something counts; null, "None" and "" of the client say nothing.
class OsObject {
 public:
  using Names = std::initializer_list<std::string_view>;
  explicit OsObject(Node node) : node_(node) {}

  [[nodiscard]] bool has(std::string_view name) const { return node_.find(name).has_value(); }
  [[nodiscard]] std::optional<Node> node(Names names) const;
  [[nodiscard]] std::optional<std::string> text(Names names) const;
  [[nodiscard]] std::optional<bool> boolean(Names names) const;
  [[nodiscard]] std::optional<std::int64_t> integer(Names names) const;
  /// API times carry no zone letter in Keystone and Cinder; all of them are UTC.
  [[nodiscard]] std::optional<Instant> time(Names names) const;
  /// A list of texts, or the client's comma-separated text.
  [[nodiscard]] std::optional<std::vector<std::string>> texts(Names names) const;
  /// A mapping or list of mappings inside, as objects.
  [[nodiscard]] std::optional<OsObject> object(Names names) const;
  [[nodiscard]] std::vector<OsObject> objects(Names names) const;
  [[nodiscard]] const Node& raw() const { return node_; }

 private:
  Node node_;
};

}  // namespace ehdscan
