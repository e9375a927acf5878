// SPDX-License-Identifier: Apache-2.0
// Templates of Azure Resource Manager, resource by resource as the plan of the azurerm provider tells the same.
// Properties and defaults: "Define resources with Bicep, ARM templates, and Terraform AzAPI provider". Expressions in
// brackets are not known before deployment, parameters with a default among them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/terraform/template_block.h"

namespace ehdscan {
namespace {

constexpr DocumentLimits kLimits{.max_bytes = std::size_t{64} << 20, .max_depth = 128, .max_nodes = 8'000'000};
constexpr int kDeepest = 8;

std::optional<Node> at(const std::optional<Node>& node, std::initializer_list<std::string_view> path) {
  std::optional<Node> found = node;
  for (const std::string_view key : path) {
    if (!found || !found->is(Node::Kind::mapping)) return std::nullopt;
    // Names of properties are read without regard to case.
    std::optional<Node> member;
    for (std::size_t i = 0; i < found->size() && !member; ++i) {
      if (equals_ignore_case(found->key_at(i).scalar(), key)) member = (*found)[i];
    }
    found = member;
  }
  return found;
}

/// `[…]` is an expression, `[[…` a text that begins with a bracket.
bool is_expression(const Node& node) {
  return node.is(Node::Kind::text) && node.scalar().starts_with('[') && !node.scalar().starts_with("[[") &&
         node.scalar().ends_with(']');
}

TemplateValue value(const Node& node) { return {.computed = is_expression(node), .removed = false, .resource = {}}; }

bool says(const std::optional<Node>& node, std::string_view word) {
  return node && node->is(Node::Kind::text) && equals_ignore_case(node->scalar(), word);
}

class Reader {
 public:
  Result<TranslatedTemplate> read(const Node& root) {
    const auto schema = root.is(Node::Kind::mapping) ? root.find("$schema") : std::nullopt;
    if (!schema || to_lower(schema->scalar()).find("deploymenttemplate.json") == std::string::npos) {
      return std::unexpected(root.error("this is no ARM template: it has no `$schema` of a deployment template",
                                        "write one of Bicep by `az bicep build`"));
    }
    const auto resources = root.find("resources");
    if (!resources) return std::unexpected(root.error("this ARM template has no `resources`"));
    list(*resources, {}, 0);
    return plan_of_template(made_, std::move(troubles_));
  }

 private:
  void list(const Node& resources, const std::string& parent, int depth) {
    // From language version 2.0 on, resources stand under symbolic names.
    for (std::size_t i = 0; i < resources.size(); ++i) resource(resources[i], parent, depth);
  }

  void doubt(const Node& node, std::string_view what) {
    troubles_.push_back(fmt::format("line {}: {}", node.place().line, what));
  }

  void resource(const Node& node, const std::string& parent, int depth) {
    const auto type_node = at(node, {"type"});
    const auto name_node = at(node, {"name"});
    if (!type_node || !name_node || depth > kDeepest) return doubt(node, "no resource with `type` and `name`");
    line_ = node.place().line;
    std::string type(type_node->scalar());
    if (!parent.empty() && type.find('.') == std::string::npos) type = parent + "/" + type;
    if (at(node, {"copy"})) doubt(node, "how many there are is only known at deployment");
    if (equals_ignore_case(type, "Microsoft.Resources/deployments"))
      doubt(node, "what a nested deployment makes is not seen here");
    const std::string name = unique(name_node->scalar());
    add(name, type, node);
    if (const auto inner = at(node, {"resources"})) list(*inner, type, depth + 1);
  }

  std::string unique(std::string_view written) {
    std::string name(written);
    for (int again = 2; std::ranges::find(names_, name) != names_.end(); ++again)
      name = fmt::format("{} ({})", written, again);
    names_.push_back(name);
    return name;
  }

  static TemplateBlock block() { return TemplateBlock(&value); }

  void put(const std::string& name, std::string_view type, TemplateBlock made) {
    made_.push_back(
        {.address = name, .type = std::string(type), .name = name, .line = line_, .block = std::move(made)});
  }

  void add(const std::string& name, const std::string& type, const Node& node) {
    TemplateBlock made = block();
    const auto properties = at(node, {"properties"});
    // Of an expression for all properties nothing is known.
    if (properties && is_expression(*properties)) {
      doubt(node, fmt::format("the properties of {} are only known at deployment", name));
      return put(name, plain_type(type), std::move(made));
    }
    made.set("name", at(node, {"name"}));
    made.set("location", at(node, {"location"}));
    const auto is = [&](std::string_view wanted) { return equals_ignore_case(type, wanted); };
    if (is("Microsoft.Network/networkSecurityGroups")) {
      const auto rules = at(properties, {"securityRules"});
      if (rules && !rules->is(Node::Kind::sequence)) {
        made.unknown("security_rule");
      } else {
        std::vector<TemplateBlock> all;
        for (std::size_t i = 0; rules && i < rules->size(); ++i) all.push_back(rule((*rules)[i]));
        made.blocks("security_rule", all);
      }
      return put(name, "azurerm_network_security_group", std::move(made));
    }
    if (is("Microsoft.Network/networkSecurityGroups/securityRules")) {
      TemplateBlock one = rule(node);
      // Its name is that of the group, a slash and its own.
      one.unknown("network_security_group_name");
      return put(name, "azurerm_network_security_rule", std::move(one));
    }
    if (is("Microsoft.Storage/storageAccounts")) return account(name, properties, std::move(made));
    if (is("Microsoft.Storage/storageAccounts/blobServices/containers")) {
      made.unknown("storage_account_id");
      const auto access = at(properties, {"publicAccess"});
      if (access && is_expression(*access)) {
        made.unknown("container_access_type");
      } else if (access) {
        made.set_text("container_access_type", says(access, "None") ? "private" : to_lower(access->scalar()));
      }
      return put(name, "azurerm_storage_container", std::move(made));
    }
    if (is("Microsoft.Compute/disks")) {
      made.set("disk_size_gb", at(properties, {"diskSizeGB"}));
      made.set("disk_encryption_set_id", at(properties, {"encryption", "diskEncryptionSetId"}));
      return put(name, "azurerm_managed_disk", std::move(made));
    }
    if (is("Microsoft.DBforPostgreSQL/flexibleServers") || is("Microsoft.Sql/servers")) {
      const bool postgres = !is("Microsoft.Sql/servers");
      made.set("version", at(properties, {"version"}));
      const auto access =
          postgres ? at(properties, {"network", "publicNetworkAccess"}) : at(properties, {"publicNetworkAccess"});
      flag(made, "public_network_access_enabled", access, "Enabled");
      if (postgres) made.set("backup_retention_days", at(properties, {"backup", "backupRetentionDays"}));
      return put(name, postgres ? "azurerm_postgresql_flexible_server" : "azurerm_mssql_server", std::move(made));
    }
    put(name, plain_type(type), std::move(made));
  }

  /// A word that means true, if it is written at all.
  static void flag(TemplateBlock& made, std::string_view key, const std::optional<Node>& node, std::string_view yes) {
    if (!node || node->is(Node::Kind::null)) return;
    if (is_expression(*node)) return made.unknown(key);
    made.known(key, says(node, yes) ? "true" : "false");
  }

  static TemplateBlock rule(const Node& node) {
    TemplateBlock one = block();
    const auto properties = at(node, {"properties"});
    one.set("name", at(node, {"name"}));
    if (!properties || is_expression(node) || is_expression(*properties)) {
      for (const std::string_view key :
           {"direction", "access", "source_address_prefix", "destination_port_range", "protocol"})
        one.unknown(key);
      return one;
    }
    for (const auto& [key, property] :
         {std::pair{"direction", "direction"}, std::pair{"access", "access"}, std::pair{"priority", "priority"},
          std::pair{"protocol", "protocol"}, std::pair{"description", "description"},
          std::pair{"source_address_prefix", "sourceAddressPrefix"},
          std::pair{"source_address_prefixes", "sourceAddressPrefixes"},
          std::pair{"destination_address_prefix", "destinationAddressPrefix"},
          std::pair{"destination_address_prefixes", "destinationAddressPrefixes"},
          std::pair{"destination_port_range", "destinationPortRange"},
          std::pair{"destination_port_ranges", "destinationPortRanges"}}) {
      one.set(key, at(properties, {property}));
    }
    for (const auto& [key, property] :
         {std::pair{"source_application_security_group_ids", "sourceApplicationSecurityGroups"},
          std::pair{"destination_application_security_group_ids", "destinationApplicationSecurityGroups"}}) {
      if (const auto groups = at(properties, {property}); groups && groups->size() > 0) one.unknown(key);
    }
    return one;
  }

  void account(const std::string& name, const std::optional<Node>& properties, TemplateBlock made) {
    const auto set_or = [&](std::string_view key, const std::optional<Node>& node, std::string_view fallback) {
      node ? made.set(key, node) : made.known(key, fallback);
    };
    // The API takes what is not told for false, whatever the provider of Terraform sends.
    set_or("allow_nested_items_to_be_public", at(properties, {"allowBlobPublicAccess"}), "false");
    set_or("https_traffic_only_enabled", at(properties, {"supportsHttpsTrafficOnly"}), "true");
    set_or("shared_access_key_enabled", at(properties, {"allowSharedKeyAccess"}), "true");
    flag(made, "public_network_access_enabled", at(properties, {"publicNetworkAccess"}), "Enabled");
    const auto source = at(properties, {"encryption", "keySource"});
    if (source && is_expression(*source)) {
      made.unknown("customer_managed_key");
    } else if (says(source, "Microsoft.Keyvault")) {
      TemplateBlock key = block();
      key.known("key_vault_key_id", "\"named by the template\"");
      made.blocks("customer_managed_key", {key});
    }
    put(name, "azurerm_storage_account", std::move(made));
  }

  std::vector<TemplateResource> made_;
  std::vector<std::string> troubles_;
  std::vector<std::string> names_;
  std::uint32_t line_ = 0;
};

}  // namespace

Result<TranslatedTemplate> read_arm_template(std::string_view text, const std::string& name) {
  const auto document = Document::parse_json(text, name, kLimits);
  if (!document) return std::unexpected(document.error());
  return Reader().read((*document)->root());
}

}  // namespace ehdscan
