// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/terraform/context.h"

namespace ehdscan {

using TfWriter = void (*)(const TfResource& resource, TfContext& context);

/// How one type of resource is read.
struct TfKind {
  std::string_view type;
  TfWriter write = nullptr;  ///< null: read only beside its owner
  /// Attribute that names what it is about, if it is about something else: it is then at hand when that is written.
  std::string_view owner_attribute{};
  std::vector<std::string_view> owner_types{};
  /// Attribute by which others may name it instead of its id.
  std::string_view alias{};
  TfWriter prepare = nullptr;  ///< tells the context, before anything is written, what others need of it
  /// Tables beside tf_tables() that it fills. They count as looked at only where such a resource is in the plan: a plan
  /// without a trail does not say that nothing is logged.
  std::vector<const TableSpec*> extra_tables{};
};

// Lists by provider and family.
void add_openstack_network_kinds(std::vector<TfKind>& kinds);
void add_openstack_storage_kinds(std::vector<TfKind>& kinds);
void add_openstack_identity_kinds(std::vector<TfKind>& kinds);
void add_aws_identity_kinds(std::vector<TfKind>& kinds);
void add_aws_log_kinds(std::vector<TfKind>& kinds);
void add_aws_network_kinds(std::vector<TfKind>& kinds);
void add_aws_filter_kinds(std::vector<TfKind>& kinds);
void add_aws_bucket_kinds(std::vector<TfKind>& kinds);
void add_aws_storage_kinds(std::vector<TfKind>& kinds);
void add_azure_identity_kinds(std::vector<TfKind>& kinds);
void add_azure_network_kinds(std::vector<TfKind>& kinds);
void add_azure_storage_kinds(std::vector<TfKind>& kinds);
void add_google_identity_kinds(std::vector<TfKind>& kinds);
void add_google_network_kinds(std::vector<TfKind>& kinds);
void add_google_storage_kinds(std::vector<TfKind>& kinds);
void add_kubernetes_kinds(std::vector<TfKind>& kinds);

/// Nothing for types that are not read.
const TfKind* find_tf_kind(std::string_view type);

/// Every table that a plan can fill.
std::span<const TableSpec* const> tf_tables();

/// Tables that a type which is not read might have filled, guessed by the words of its name; empty if none.
std::vector<const TableSpec*> tf_tables_missing(std::string_view type);

/// Types of providers that keep no data and open nothing: random, time, null …
bool is_utility_type(std::string_view type);

}  // namespace ehdscan
