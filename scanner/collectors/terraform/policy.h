// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/terraform/context.h"

namespace ehdscan {

/// One statement of an AWS policy document (IAM user guide, "JSON policy elements").
struct AwsStatement {
  bool understood = true;
  bool denies = false;
  std::vector<std::string> actions, other_than_actions, resources, other_than_resources;
  std::vector<std::string> principals;  ///< `*`, `AWS:arn…`, `Service:s3.amazonaws.com`
  bool has_principals = false;
  std::vector<std::string> condition_keys;
  bool condition_binds = false;  ///< exact values of keys that only the node's own accounts and networks meet
  bool refuses_plain_http = false;
};

/// Nothing if the text is no policy document.
std::optional<std::vector<AwsStatement>> parse_aws_policy(std::string_view json);

/// What a policy of a resource gives to whom. Nothing known: one grant of which nothing is known.
void write_policy_grants(std::string_view asset_kind, const std::string& asset, const std::string& policy,
                         const std::optional<std::vector<AwsStatement>>& statements, TfContext& context);

}  // namespace ehdscan
