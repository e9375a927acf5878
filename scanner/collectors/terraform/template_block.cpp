// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/template_block.h"

#include <fmt/format.h>

#include <array>

#include "evidence/row.h"

namespace ehdscan {
namespace {

/// A scalar as JSON; nothing for lists, mappings and null.
std::optional<std::string> scalar_json(const Node& node) {
  switch (node.kind()) {
    case Node::Kind::boolean:
    case Node::Kind::integer:
      return std::string(node.scalar());
    case Node::Kind::real:
    case Node::Kind::text:
      return tf_json_text(node.scalar());
    default:
      return std::nullopt;
  }
}

std::string references(const std::string& resource) {
  if (resource.empty()) return R"({"references":["local.computed"]})";
  return fmt::format(R"({{"references":[{},{}]}})", tf_json_text(resource + ".id"), tf_json_text(resource));
}

}  // namespace

std::string tf_json_text(std::string_view text) {
  const std::string list = json_list(std::array<std::string, 1>{std::string(text)});
  return list.substr(1, list.size() - 2);
}

void TemplateBlock::add(std::string& out, std::string_view key, std::string_view json) {
  if (!out.empty()) out += ',';
  out += tf_json_text(key);
  out += ':';
  out += json;
}

bool TemplateBlock::has(std::string_view key) const {
  const std::string written = tf_json_text(key) + ":";
  const auto stands_in = [&](const std::string& members) {
    return members.starts_with(written) || members.find("," + written) != std::string::npos;
  };
  return stands_in(after_) || stands_in(unknown_);
}

void TemplateBlock::known(std::string_view key, std::string_view json) { add(after_, key, json); }

void TemplateBlock::unknown(std::string_view key, const std::string& resource) {
  add(unknown_, key, "true");
  add(expressions_, key, references(resource));
}

void TemplateBlock::set(std::string_view key, const std::optional<Node>& value) {
  if (!value || value->is(Node::Kind::null)) return;
  if (const TemplateValue computed = read_(*value); computed.removed) {
    return;
  } else if (computed.computed) {
    return unknown(key, computed.resource);
  }
  if (const auto json = scalar_json(*value)) return known(key, *json);
  if (!value->is(Node::Kind::sequence)) return unknown(key);
  std::string after, hidden, named;
  bool any = false;
  for (std::size_t i = 0; i < value->size(); ++i) {
    const Node element = (*value)[i];
    const TemplateValue computed = read_(element);
    if (computed.removed) continue;
    const auto json = computed.computed ? std::nullopt : scalar_json(element);
    if (!after.empty()) after += ',', hidden += ',';
    after += json.value_or("null");
    hidden += json ? "false" : "true";
    any = any || !json;
    if (!json && !computed.resource.empty()) {
      named +=
          (named.empty() ? "" : ",") + tf_json_text(computed.resource + ".id") + "," + tf_json_text(computed.resource);
    } else if (!json) {
      named += (named.empty() ? "" : ",") + std::string(R"("local.computed")");
    }
  }
  known(key, "[" + after + "]");
  if (!any) return;
  add(unknown_, key, "[" + hidden + "]");
  add(expressions_, key, fmt::format(R"({{"references":[{}]}})", named));
}

void TemplateBlock::set_only(std::string_view key, const std::optional<Node>& value) {
  if (!value || value->is(Node::Kind::null)) return;
  const TemplateValue computed = read_(*value);
  if (computed.removed) return;
  if (const auto json = computed.computed ? std::nullopt : scalar_json(*value)) return known(key, "[" + *json + "]");
  known(key, "[null]");
  add(unknown_, key, "[true]");
  add(expressions_, key, references(computed.resource));
}

void TemplateBlock::blocks(std::string_view key, const std::vector<TemplateBlock>& blocks) {
  std::string after, hidden, written;
  for (const TemplateBlock& block : blocks) {
    after += (after.empty() ? "" : ",") + block.after();
    hidden += (hidden.empty() ? "" : ",") + block.after_unknown();
    written += (written.empty() ? "" : ",") + block.expressions();
  }
  known(key, "[" + after + "]");
  add(unknown_, key, "[" + hidden + "]");
  add(expressions_, key, "[" + written + "]");
}

TranslatedTemplate plan_of_template(const std::vector<TemplateResource>& resources, std::vector<std::string> troubles) {
  TranslatedTemplate made;
  made.troubles = std::move(troubles);
  std::string changes, blocks;
  for (const TemplateResource& resource : resources) {
    const std::string head =
        fmt::format(R"("address":{},"mode":"managed","type":{},"name":{})", tf_json_text(resource.address),
                    tf_json_text(resource.type), tf_json_text(resource.name));
    changes += fmt::format(R"({}{{{},"change":{{"actions":["create"],"before":null,"after":{},"after_unknown":{}}}}})",
                           changes.empty() ? "" : ",\n", head, resource.block.after(), resource.block.after_unknown());
    blocks +=
        fmt::format(R"({}{{{},"expressions":{}}})", blocks.empty() ? "" : ",", head, resource.block.expressions());
    made.lines.emplace_back(resource.address, resource.line);
  }
  made.plan = fmt::format(
      R"({{"format_version":"1.2","resource_changes":[{}],"configuration":{{"root_module":{{"resources":[{}]}}}}}})",
      changes, blocks);
  return made;
}

std::string plain_type(std::string_view written) {
  std::string plain;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool letter = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool before_lower = i + 1 < written.size() && written[i + 1] >= 'a' && written[i + 1] <= 'z';
    const bool after_lower = i > 0 && written[i - 1] >= 'a' && written[i - 1] <= 'z';
    if (!letter || (upper && (after_lower || before_lower))) {
      if (!plain.empty() && plain.back() != '_') plain += '_';
    }
    if (letter) plain += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return plain;
}

}  // namespace ehdscan
