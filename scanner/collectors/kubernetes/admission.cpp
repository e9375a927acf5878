// SPDX-License-Identifier: Apache-2.0
// Kubernetes: admissionregistration.k8s.io/v1. Kyverno: kyverno.io/v1 ClusterPolicy and Policy. Sigstore
// policy-controller: policy.sigstore.dev ClusterImagePolicy.
#include "collectors/kubernetes/admission.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/kubernetes/look.h"
#include "evidence/tables/kube_access.h"

namespace ehdscan::kube {
namespace {

std::string or_default(const std::string& text, std::string_view unless_set) {
  return text.empty() ? std::string(unless_set) : text;
}

/// Webhooks of programs whose only task is to verify signatures of images.
bool verifies_images(std::string_view webhook) {
  constexpr std::array<std::string_view, 3> kKnown{"policy.sigstore.dev", "connaisseur-svc.connaisseur.svc",
                                                   "validation.gatekeeper.ratify.dev"};
  return std::ranges::find(kKnown, webhook) != kKnown.end();
}

struct Spaces {
  std::optional<std::vector<std::string>> only = std::vector<std::string>{};
  std::optional<std::vector<std::string>> without = std::vector<std::string>{};
};

/// Namespaces that a selector of a webhook means, if it names them by the label that every namespace has.
Spaces spaces_of(const std::optional<Node>& selector) {
  constexpr std::string_view kName = "kubernetes.io/metadata.name";
  Spaces spaces;
  if (!selector) return spaces;
  const auto not_understood = [&] {
    spaces.only.reset();
    spaces.without.reset();
  };
  if (const std::optional<Node> labels = at(*selector, {"matchLabels"}); labels && labels->size() > 0) {
    const std::string name = text_at(*labels, {kName});
    if (name.empty() || labels->size() > 1) {
      not_understood();
      return spaces;
    }
    spaces.only->push_back(name);
  }
  for (const Node& expression : items_at(*selector, {"matchExpressions"})) {
    const std::string operation = text_at(expression, {"operator"});
    const std::vector<std::string> values = texts_at(expression, {"values"});
    if (text_at(expression, {"key"}) != kName || (operation != "In" && operation != "NotIn")) {
      not_understood();
      return spaces;
    }
    auto& list = operation == "In" ? *spaces.only : *spaces.without;
    list.insert(list.end(), values.begin(), values.end());
  }
  return spaces;
}

std::string mode_of(std::string action) {
  action = to_lower(action);
  if (action == "enforce" || action == "deny") return "enforce";
  return action.empty() ? "audit" : action;
}

/// Namespaces in `any`, `all` or directly below a Kyverno match or exclude; nothing if it limits by anything else.
std::optional<std::vector<std::string>> kyverno_spaces(const Node& rule, std::string_view part) {
  std::vector<std::string> spaces;
  std::vector<Node> filters;
  for (const std::string_view list : {"any", "all"}) {
    for (const Node& filter : items_at(rule, {part, list})) filters.push_back(filter);
  }
  if (const std::optional<Node> direct = at(rule, {part}); direct && filters.empty()) filters.push_back(*direct);
  for (const Node& filter : filters) {
    if (at(filter, {"resources", "selector"}) || at(filter, {"resources", "namespaceSelector"}) ||
        at(filter, {"subjects"})) {
      return std::nullopt;
    }
    for (std::string& space : texts_at(filter, {"resources", "namespaces"})) spaces.push_back(std::move(space));
  }
  return spaces;
}

}  // namespace

bool Admission::add(const Object& object) {
  if (object.kind == "ValidatingWebhookConfiguration") {
    add_webhooks(object, "validating_webhook");
  } else if (object.kind == "MutatingWebhookConfiguration") {
    add_webhooks(object, "mutating_webhook");
  } else if (object.kind == "ValidatingAdmissionPolicy") {
    failure_policies_[object.name] = or_default(text_at(object.node, {"spec", "failurePolicy"}), "Fail");
  } else if (object.kind == "ValidatingAdmissionPolicyBinding") {
    bindings_.push_back({.name = object.name,
                         .policy = text_at(object.node, {"spec", "policyName"}),
                         .actions = texts_at(object.node, {"spec", "validationActions"}),
                         .all_namespaces = !at(object.node, {"spec", "matchResources"}),
                         .origin = context_.origin});
  } else if (object.group == "kyverno.io" && (object.kind == "ClusterPolicy" || object.kind == "Policy")) {
    add_kyverno(object, object.kind == "ClusterPolicy");
  } else if (object.group == "policy.sigstore.dev" && object.kind == "ClusterImagePolicy") {
    add_image_policy(object);
  } else {
    return false;
  }
  return true;
}

void Admission::add_webhooks(const Object& object, std::string_view kind) {
  Row<tables::kube_admission> row(context_.platform);
  for (const Node& webhook : items_at(object.node, {"webhooks"})) {
    const std::string name = text_at(webhook, {"name"});
    const Spaces spaces = spaces_of(at(webhook, {"namespaceSelector"}));
    row.set<"cluster">(context_.options.cluster).set<"admission_policy">(object.name + "/" + name).set<"kind">(kind);
    if (verifies_images(name)) row.set<"purpose">("image_signature");
    row.set<"mode">("enforce").set<"failure_policy">(or_default(text_at(webhook, {"failurePolicy"}), "Fail"));
    row.set<"namespaces">(spaces.only).set<"excluded_namespaces">(spaces.without);
    if (!at(webhook, {"matchConditions"})) row.set<"excluded_subjects">(std::vector<std::string>{});
    context_.write(row);
  }
}

void Admission::add_kyverno(const Object& object, bool cluster_wide) {
  const std::string action = or_default(text_at(object.node, {"spec", "validationFailureAction"}), "Audit");
  const bool overridden = !items_at(object.node, {"spec", "validationFailureActionOverrides"}).empty();
  Row<tables::kube_admission> row(context_.platform);
  for (const Node& rule : items_at(object.node, {"spec", "rules"})) {
    const std::vector<Node> images = items_at(rule, {"verifyImages"});
    const std::optional<Node> pod_security = at(rule, {"validate", "podSecurity"});
    std::string own = text_at(rule, {"validate", "failureAction"});
    for (const Node& image : images) {
      // The weakest of them, because one that only audits lets the image in.
      const std::string said = text_at(image, {"failureAction"});
      if (own.empty() || mode_of(said) != "enforce") own = said;
    }
    row.set<"cluster">(context_.options.cluster).set<"kind">("policy_engine");
    row.set<"admission_policy">((cluster_wide ? "" : object.space + "/") + object.name + "/" + text_at(rule, {"name"}));
    row.set<"purpose">(!images.empty() ? "image_signature" : (pod_security ? "pod_security" : "other"));
    if (!overridden) row.set<"mode">(mode_of(own.empty() ? action : own));
    row.set<"failure_policy">(or_default(text_at(object.node, {"spec", "failurePolicy"}), "Fail"));
    if (cluster_wide) {
      row.set<"namespaces">(kyverno_spaces(rule, "match"));
    } else {
      row.set<"namespaces">(std::vector{object.space});
    }
    row.set<"excluded_namespaces">(kyverno_spaces(rule, "exclude"));
    if (!at(rule, {"exclude"})) row.set<"excluded_subjects">(std::vector<std::string>{});
    if (pod_security) row.set<"level">(some_text_at(*pod_security, {"level"}));
    context_.write(row);
  }
}

void Admission::add_image_policy(const Object& object) {
  Row<tables::kube_admission> row(context_.platform);
  row.set<"cluster">(context_.options.cluster).set<"admission_policy">(object.name).set<"kind">("policy_engine");
  row.set<"purpose">("image_signature")
      .set<"mode">(mode_of(or_default(text_at(object.node, {"spec", "mode"}), "enforce")));
  // Which namespaces opted in stands in their labels, and whether it fails closed in the controller's webhook.
  context_.write(row);
}

void Admission::finish() {
  Row<tables::kube_admission> row(context_.platform);
  for (const Binding& binding : bindings_) {
    const auto has = [&](std::string_view action) {
      return std::ranges::find(binding.actions, action) != binding.actions.end();
    };
    row.set<"cluster">(context_.options.cluster).set<"admission_policy">(binding.policy + "/" + binding.name);
    row.set<"kind">("validating_policy");
    if (has("Deny")) {
      row.set<"mode">("enforce");
    } else if (has("Warn") || has("Audit")) {
      row.set<"mode">(has("Warn") ? "warn" : "audit");
    }
    if (const auto policy = failure_policies_.find(binding.policy); policy != failure_policies_.end()) {
      row.set<"failure_policy">(policy->second);
    }
    if (binding.all_namespaces)
      row.set<"namespaces">(std::vector<std::string>{}).set<"excluded_namespaces">(std::vector<std::string>{});
    context_.write(row, binding.origin);
  }
  bindings_.clear();
}

}  // namespace ehdscan::kube
