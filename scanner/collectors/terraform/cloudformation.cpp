// SPDX-License-Identifier: Apache-2.0
// CloudFormation templates, resource by resource as the plan of Terraform's AWS provider tells the same. Properties and
// defaults: "AWS resource and property types reference". What functions and parameters give is not known before the
// stack is made, also where a parameter has a default: whoever makes the stack may give another value.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "collectors/terraform/template_block.h"
#include "format/yaml_functions.h"

namespace ehdscan {
namespace {

constexpr DocumentLimits kLimits{.max_bytes = std::size_t{64} << 20, .max_depth = 128, .max_nodes = 8'000'000};

/// Type here, type there.
constexpr auto kTypes = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"AWS::EC2::SecurityGroup", "aws_security_group"},
    {"AWS::EC2::SecurityGroupIngress", "aws_vpc_security_group_ingress_rule"},
    {"AWS::EC2::SecurityGroupEgress", "aws_vpc_security_group_egress_rule"},
    {"AWS::EC2::Instance", "aws_instance"},
    {"AWS::EC2::Volume", "aws_ebs_volume"},
    {"AWS::EC2::VPC", "aws_vpc"},
    {"AWS::EC2::Subnet", "aws_subnet"},
    {"AWS::S3::Bucket", "aws_s3_bucket"},
    {"AWS::S3::BucketPolicy", "aws_s3_bucket_policy"},
    {"AWS::RDS::DBInstance", "aws_db_instance"},
    {"AWS::RDS::DBCluster", "aws_rds_cluster"},
    {"AWS::DynamoDB::Table", "aws_dynamodb_table"},
    {"AWS::EFS::FileSystem", "aws_efs_file_system"},
    {"AWS::KMS::Key", "aws_kms_key"},
    {"AWS::KMS::Alias", "aws_kms_alias"},
    {"AWS::Logs::LogGroup", "aws_cloudwatch_log_group"},
    {"AWS::SecretsManager::Secret", "aws_secretsmanager_secret"},
    {"AWS::SecretsManager::RotationSchedule", "aws_secretsmanager_secret_rotation"},
});

std::string_view counterpart(std::string_view type) {
  const auto found = std::ranges::find(kTypes, type, &std::pair<std::string_view, std::string_view>::first);
  return found == kTypes.end() ? std::string_view{} : found->second;
}

std::optional<Node> at(const std::optional<Node>& node, std::initializer_list<std::string_view> path) {
  std::optional<Node> found = node;
  for (const std::string_view key : path) {
    if (!found || !found->is(Node::Kind::mapping)) return std::nullopt;
    found = found->find(key);
  }
  return found;
}

bool is_function(std::string_view key) { return key == "Ref" || key == "Condition" || key.starts_with("Fn::"); }

class Reader {
 public:
  explicit Reader(const Node& root) : root_(root) {}

  Result<TranslatedTemplate> read() {
    const auto resources = root_.find("Resources");
    if (!resources || !resources->is(Node::Kind::mapping)) {
      return std::unexpected(root_.error("this is no CloudFormation template: it has no `Resources`"));
    }
    if (const auto transform = root_.find("Transform")) {
      troubles_.push_back(
          fmt::format("line {}: transforms make resources that are not seen here", transform->place().line));
    }
    for (std::size_t i = 0; i < resources->size(); ++i) {
      if (const auto type = at((*resources)[i], {"Type"}))
        types_[std::string(resources->key_at(i).scalar())] = type->scalar();
    }
    for (std::size_t i = 0; i < resources->size(); ++i) {
      const std::string name(resources->key_at(i).scalar());
      const Node resource = (*resources)[i];
      const auto type = at(resource, {"Type"});
      if (is_function(name) || !type) {
        troubles_.push_back(fmt::format("line {}: {} is no resource with a `Type`", resource.place().line, name));
        continue;
      }
      line_ = resource.place().line;
      add(name, type->scalar(), at(resource, {"Properties"}));
    }
    return plan_of_template(made_, std::move(troubles_));
  }

 private:
  [[nodiscard]] TemplateValue value(const Node& node) const {
    if (!node.is(Node::Kind::mapping) || node.size() != 1 || !is_function(node.key_at(0).scalar())) return {};
    TemplateValue found{.computed = true};
    const std::string_view function = node.key_at(0).scalar();
    const Node argument = node[0];
    std::string name;
    if (function == "Ref") name = argument.scalar();
    if (function == "Fn::GetAtt") {
      name = argument.is(Node::Kind::sequence) && argument.size() > 0 ? argument[0].scalar() : argument.scalar();
      name = name.substr(0, name.find('.'));
    }
    if (name == "AWS::NoValue") return {.removed = true};
    const auto type = types_.find(name);
    if (type == types_.end()) return found;
    const std::string_view known = counterpart(type->second);
    found.resource = fmt::format("{}.{}", known.empty() ? plain_type(type->second) : std::string(known), name);
    return found;
  }

  [[nodiscard]] TemplateBlock block() const {
    return TemplateBlock([this](const Node& node) { return value(node); });
  }

  void put(const std::string& address, std::string_view type, TemplateBlock made) {
    made_.push_back(
        {.address = address, .type = std::string(type), .name = address, .line = line_, .block = std::move(made)});
  }

  void add(const std::string& name, std::string_view type, const std::optional<Node>& properties) {
    // Its own readers of `this` stay valid: resources are translated to text at once.
    TemplateBlock made = block();
    const auto set = [&](std::string_view key, std::initializer_list<std::string_view> path) {
      made.set(key, at(properties, path));
    };
    const std::string_view known = counterpart(type);
    if (known.empty()) {
      if (type == "AWS::CloudFormation::Stack")
        troubles_.push_back(fmt::format("line {}: {} is a template of its own; name it beside this one", line_, name));
      return put(name, plain_type(type), std::move(made));
    }
    add_tags(properties, made);
    if (type == "AWS::EC2::SecurityGroup") {
      set("description", {"GroupDescription"});
      set("name", {"GroupName"});
      set("vpc_id", {"VpcId"});
      rules("ingress", at(properties, {"SecurityGroupIngress"}), made);
      rules("egress", at(properties, {"SecurityGroupEgress"}), made);
    } else if (known.ends_with("gress_rule")) {
      set("security_group_id", {"GroupId"});
      set("ip_protocol", {"IpProtocol"});
      ports(properties, made);
      set("cidr_ipv4", {"CidrIp"});
      set("cidr_ipv6", {"CidrIpv6"});
      set("description", {"Description"});
      set("referenced_security_group_id", {"SourceSecurityGroupId"});
      set("referenced_security_group_id", {"DestinationSecurityGroupId"});
      set("prefix_list_id", {"SourcePrefixListId"});
      set("prefix_list_id", {"DestinationPrefixListId"});
    } else if (type == "AWS::S3::Bucket") {
      return add_bucket(name, properties, std::move(made));
    } else if (type == "AWS::S3::BucketPolicy") {
      set("bucket", {"Bucket"});
      policy(at(properties, {"PolicyDocument"}), made);
    } else if (type == "AWS::EC2::Volume") {
      for (const auto& [key, property] :
           {std::pair{"availability_zone", "AvailabilityZone"}, std::pair{"encrypted", "Encrypted"},
            std::pair{"kms_key_id", "KmsKeyId"}, std::pair{"size", "Size"},
            std::pair{"multi_attach_enabled", "MultiAttachEnabled"}}) {
        set(key, {property});
      }
    } else if (type == "AWS::RDS::DBInstance" || type == "AWS::RDS::DBCluster") {
      database(type, properties, made);
    } else if (type == "AWS::DynamoDB::Table") {
      set("name", {"TableName"});
      set("deletion_protection_enabled", {"DeletionProtectionEnabled"});
      if (const auto own = at(properties, {"SSESpecification"})) {
        TemplateBlock inner = block();
        inner.set("enabled", at(own, {"SSEEnabled"}));
        inner.set("kms_key_arn", at(own, {"KMSMasterKeyId"}));
        made.blocks("server_side_encryption", {inner});
      }
    } else if (type == "AWS::EFS::FileSystem") {
      set("encrypted", {"Encrypted"});
      set("kms_key_id", {"KmsKeyId"});
    } else if (type == "AWS::KMS::Key") {
      for (const auto& [key, property] :
           {std::pair{"description", "Description"}, std::pair{"enable_key_rotation", "EnableKeyRotation"},
            std::pair{"is_enabled", "Enabled"}, std::pair{"multi_region", "MultiRegion"},
            std::pair{"customer_master_key_spec", "KeySpec"},
            std::pair{"deletion_window_in_days", "PendingWindowInDays"},
            std::pair{"rotation_period_in_days", "RotationPeriodInDays"}}) {
        set(key, {property});
      }
    } else if (type == "AWS::Logs::LogGroup") {
      set("name", {"LogGroupName"});
      set("retention_in_days", {"RetentionInDays"});
      set("kms_key_id", {"KmsKeyId"});
    } else if (type == "AWS::SecretsManager::Secret") {
      set("name", {"Name"});
      set("kms_key_id", {"KmsKeyId"});
    } else if (type == "AWS::SecretsManager::RotationSchedule") {
      set("secret_id", {"SecretId"});
    } else if (type == "AWS::EC2::VPC" || type == "AWS::EC2::Subnet") {
      set("cidr_block", {"CidrBlock"});
      set("vpc_id", {"VpcId"});
      set("availability_zone", {"AvailabilityZone"});
      set("map_public_ip_on_launch", {"MapPublicIpOnLaunch"});
    } else if (type == "AWS::EC2::Instance") {
      instance(properties, made);
    }
    put(name, known, std::move(made));
  }

  static void add_tags(const std::optional<Node>& properties, TemplateBlock& made) {
    const auto tags = at(properties, {"Tags"});
    if (!tags || !tags->is(Node::Kind::sequence)) return;
    std::string json;
    for (std::size_t i = 0; i < tags->size(); ++i) {
      const auto key = at((*tags)[i], {"Key"});
      const auto text = at((*tags)[i], {"Value"});
      if (!key || !key->is(Node::Kind::text) || !text || text->scalar().empty()) continue;
      json += (json.empty() ? "" : ",") + tf_json_text(key->scalar()) + ":" + tf_json_text(text->scalar());
    }
    made.known("tags", "{" + json + "}");
  }

  /// Any protocol means any port, whatever is written.
  static void ports(const std::optional<Node>& rule, TemplateBlock& made) {
    const auto protocol = at(rule, {"IpProtocol"});
    if (protocol && protocol->scalar() == "-1") {
      made.known("from_port", "0");
      made.known("to_port", "0");
      return;
    }
    made.set("from_port", at(rule, {"FromPort"}));
    made.set("to_port", at(rule, {"ToPort"}));
  }

  void rules(std::string_view direction, const std::optional<Node>& list, TemplateBlock& made) const {
    if (list && value(*list).computed) return made.unknown(direction);
    std::vector<TemplateBlock> all;
    const auto add_rule = [&](const Node& rule) {
      TemplateBlock one = block();
      if (value(rule).computed) {
        one.unknown("protocol");
        one.unknown("cidr_blocks");
        all.push_back(std::move(one));
        return;
      }
      one.set("protocol", at(rule, {"IpProtocol"}));
      ports(rule, one);
      one.set("description", at(rule, {"Description"}));
      one.set_only("cidr_blocks", at(rule, {"CidrIp"}));
      one.set_only("ipv6_cidr_blocks", at(rule, {"CidrIpv6"}));
      for (const std::string_view key : {"SourcePrefixListId", "DestinationPrefixListId"})
        one.set_only("prefix_list_ids", at(rule, {key}));
      for (const std::string_view key :
           {"SourceSecurityGroupId", "SourceSecurityGroupName", "DestinationSecurityGroupId"})
        one.set_only("security_groups", at(rule, {key}));
      for (const std::string_view key : {"cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"}) {
        if (!one.has(key)) one.known(key, "[]");
      }
      one.known("self", "false");
      all.push_back(std::move(one));
    };
    if (list && list->is(Node::Kind::sequence)) {
      for (std::size_t i = 0; i < list->size(); ++i) add_rule((*list)[i]);
    } else if (list && list->is(Node::Kind::mapping)) {
      add_rule(*list);
    } else if (!list && direction == "egress") {
      // EC2 gives every group a rule that lets everything out unless the template writes rules outwards.
      TemplateBlock open = block();
      open.known("protocol", "\"-1\"");
      open.known("from_port", "0");
      open.known("to_port", "0");
      open.known("cidr_blocks", R"(["0.0.0.0/0"])");
      open.known("ipv6_cidr_blocks", "[]");
      open.known("prefix_list_ids", "[]");
      open.known("security_groups", "[]");
      open.known("self", "false");
      all.push_back(std::move(open));
    }
    made.blocks(direction, all);
  }

  void beside(const std::string& bucket, std::string_view property, std::string_view type, TemplateBlock inner) {
    inner.unknown("bucket", "aws_s3_bucket." + bucket);
    put(fmt::format("{}.{}", bucket, property), type, std::move(inner));
  }

  void add_bucket(const std::string& name, const std::optional<Node>& properties, TemplateBlock made) {
    made.set("bucket", at(properties, {"BucketName"}));
    made.set("object_lock_enabled", at(properties, {"ObjectLockEnabled"}));
    if (const auto acl = at(properties, {"AccessControl"})) {
      if (value(*acl).computed) {
        made.unknown("acl");
      } else {
        std::string canned = plain_type(acl->scalar());
        std::ranges::replace(canned, '_', '-');
        made.set_text("acl", canned);
      }
    }
    put(name, "aws_s3_bucket", std::move(made));
    const auto part = [&](std::string_view property, std::string_view type, auto fill) {
      const auto node = at(properties, {property});
      if (!node) return;
      TemplateBlock inner = block();
      fill(*node, inner);
      beside(name, property, type, std::move(inner));
    };
    part("PublicAccessBlockConfiguration", "aws_s3_bucket_public_access_block",
         [&](const Node& node, TemplateBlock& inner) {
           for (const auto& [key, property] : {std::pair{"block_public_acls", "BlockPublicAcls"},
                                               std::pair{"block_public_policy", "BlockPublicPolicy"},
                                               std::pair{"ignore_public_acls", "IgnorePublicAcls"},
                                               std::pair{"restrict_public_buckets", "RestrictPublicBuckets"}}) {
             value(node).computed ? inner.unknown(key) : inner.set(key, at(node, {property}));
           }
         });
    part("VersioningConfiguration", "aws_s3_bucket_versioning", [&](const Node& node, TemplateBlock& inner) {
      TemplateBlock configuration = block();
      value(node).computed ? configuration.unknown("status") : configuration.set("status", at(node, {"Status"}));
      inner.blocks("versioning_configuration", {configuration});
    });
    part("BucketEncryption", "aws_s3_bucket_server_side_encryption_configuration",
         [&](const Node& node, TemplateBlock& inner) {
           const auto list = at(node, {"ServerSideEncryptionConfiguration"});
           const bool one = list && list->is(Node::Kind::sequence) && list->size() == 1;
           const auto by_default = one ? at((*list)[0], {"ServerSideEncryptionByDefault"}) : std::nullopt;
           TemplateBlock default_block = block();
           if (by_default && !value(*by_default).computed) {
             default_block.set("sse_algorithm", at(by_default, {"SSEAlgorithm"}));
             default_block.set("kms_master_key_id", at(by_default, {"KMSMasterKeyID"}));
           } else {
             default_block.unknown("sse_algorithm");
           }
           TemplateBlock rule = block();
           rule.blocks("apply_server_side_encryption_by_default", {default_block});
           inner.blocks("rule", {rule});
         });
    part("ObjectLockConfiguration", "aws_s3_bucket_object_lock_configuration",
         [&](const Node& node, TemplateBlock& inner) {
           TemplateBlock keep = block();
           const auto retention = at(node, {"Rule", "DefaultRetention"});
           keep.set("mode", at(retention, {"Mode"}));
           keep.set("days", at(retention, {"Days"}));
           TemplateBlock rule = block();
           rule.blocks("default_retention", {keep});
           inner.blocks("rule", {rule});
         });
    part("OwnershipControls", "aws_s3_bucket_ownership_controls", [&](const Node& node, TemplateBlock& inner) {
      const auto list = at(node, {"Rules"});
      TemplateBlock rule = block();
      if (list && list->is(Node::Kind::sequence) && list->size() == 1) {
        rule.set("object_ownership", at((*list)[0], {"ObjectOwnership"}));
      } else {
        rule.unknown("object_ownership");
      }
      inner.blocks("rule", {rule});
    });
    part("WebsiteConfiguration", "aws_s3_bucket_website_configuration", [](const Node&, TemplateBlock&) {});
  }

  void database(std::string_view type, const std::optional<Node>& properties, TemplateBlock& made) const {
    const bool cluster = type == "AWS::RDS::DBCluster";
    made.set(cluster ? "cluster_identifier" : "identifier",
             at(properties, {cluster ? "DBClusterIdentifier" : "DBInstanceIdentifier"}));
    for (const auto& [key, property] :
         {std::pair{"engine", "Engine"}, std::pair{"engine_version", "EngineVersion"},
          std::pair{"kms_key_id", "KmsKeyId"}, std::pair{"deletion_protection", "DeletionProtection"},
          std::pair{"allocated_storage", "AllocatedStorage"}}) {
      made.set(key, at(properties, {property}));
    }
    // Of a snapshot, a source or a cluster it takes what that has.
    const bool copies = at(properties, {"SnapshotIdentifier"}) || at(properties, {"DBSnapshotIdentifier"}) ||
                        at(properties, {"SourceDBInstanceIdentifier"}) ||
                        at(properties, {"SourceDBClusterIdentifier"}) || at(properties, {"DBClusterIdentifier"});
    const auto or_unknown = [&](std::string_view key, std::string_view property, bool told_otherwise) {
      const auto node = at(properties, {property});
      if (node || told_otherwise) return made.set(key, node);
      made.unknown(key);
    };
    or_unknown("storage_encrypted", "StorageEncrypted", cluster ? !at(properties, {"SnapshotIdentifier"}) : !copies);
    if (!cluster) {
      // Whether an instance gets a public address depends on its subnets.
      or_unknown("publicly_accessible", "PubliclyAccessible", false);
    }
    const auto kept = at(properties, {"BackupRetentionPeriod"});
    kept || (!cluster && copies) ? made.set("backup_retention_period", kept)
                                 : made.known("backup_retention_period", "1");
  }

  void instance(const std::optional<Node>& properties, TemplateBlock& made) const {
    for (const auto& [key, property] :
         {std::pair{"ami", "ImageId"}, std::pair{"key_name", "KeyName"}, std::pair{"subnet_id", "SubnetId"},
          std::pair{"availability_zone", "AvailabilityZone"}, std::pair{"vpc_security_group_ids", "SecurityGroupIds"},
          std::pair{"source_dest_check", "SourceDestCheck"}}) {
      made.set(key, at(properties, {property}));
    }
    if (at(properties, {"UserData"})) made.unknown("user_data");  // its text is never looked at
    if (at(properties, {"IamInstanceProfile"})) made.unknown("iam_instance_profile");
    if (at(properties, {"NetworkInterfaces"})) made.unknown("network_interface");
    // A launch template may say more.
    if (at(properties, {"LaunchTemplate"})) made.unknown("metadata_options");
    const auto options = at(properties, {"MetadataOptions"});
    if (!options || at(properties, {"LaunchTemplate"})) return;
    TemplateBlock inner = block();
    inner.set("http_tokens", at(options, {"HttpTokens"}));
    inner.set("http_endpoint", at(options, {"HttpEndpoint"}));
    inner.set("http_put_response_hop_limit", at(options, {"HttpPutResponseHopLimit"}));
    made.blocks("metadata_options", {inner});
  }

  /// A policy as text. Functions in `Resource` only name the bucket itself in most templates; anywhere else they may be
  /// anything, and then nothing is known.
  void policy(const std::optional<Node>& document, TemplateBlock& made) const {
    bool open = !document;
    const auto text = document ? policy_json(*document, "", open) : std::string();
    if (open) return made.unknown("policy");
    made.set_text("policy", text);
  }

  std::string policy_json(const Node& node, std::string_view key, bool& open) const {
    if (value(node).computed) {
      if (key != "Resource") open = true;
      return R"("arn:aws:s3:::known-after-deployment")";
    }
    std::string out;
    switch (node.kind()) {
      case Node::Kind::mapping:
        for (std::size_t i = 0; i < node.size(); ++i) {
          const std::string_view name = node.key_at(i).scalar();
          out += (i == 0 ? "" : ",") + tf_json_text(name) + ":" + policy_json(node[i], name, open);
        }
        return "{" + out + "}";
      case Node::Kind::sequence:
        for (std::size_t i = 0; i < node.size(); ++i) out += (i == 0 ? "" : ",") + policy_json(node[i], key, open);
        return "[" + out + "]";
      case Node::Kind::boolean:
      case Node::Kind::integer:
        return std::string(node.scalar());
      case Node::Kind::null:
        return "null";
      default:
        return tf_json_text(node.scalar());
    }
  }

  const Node root_;
  std::map<std::string, std::string, std::less<>> types_;
  std::vector<TemplateResource> made_;
  std::vector<std::string> troubles_;
  std::uint32_t line_ = 0;
};

}  // namespace

Result<TranslatedTemplate> read_cloudformation(std::string_view text, const std::string& name) {
  const bool json = trim(text.substr(0, 256)).starts_with('{');
  const auto document =
      json ? Document::parse_json(text, name, kLimits) : parse_yaml_with_functions(text, name, kLimits);
  if (!document) return std::unexpected(document.error());
  if (!(*document)->root().is(Node::Kind::mapping))
    return std::unexpected((*document)->root().error("this is no CloudFormation template: it has no `Resources`"));
  return Reader((*document)->root()).read();
}

}  // namespace ehdscan
