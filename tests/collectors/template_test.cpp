// SPDX-License-Identifier: Apache-2.0
// CloudFormation and ARM templates: rows, defaults, what is computed, and what is broken.
#include <doctest/doctest.h>

#include <fstream>
#include <functional>

#include "collectors/recording_sink.h"
#include "collectors/terraform/terraform.h"
#include "evidence/tables/compute.h"
#include "evidence/tables/keys.h"
#include "evidence/tables/network_filter.h"
#include "evidence/tables/storage.h"
#include "format/yaml_functions.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

struct Run {
  TemporaryFolder folder;
  RecordingSink sink;
  Result<void> result;

  Run(const CollectorSpec& spec, const std::string& content, const std::string& file = "t.yaml") {
    std::ofstream(folder.path / file, std::ios::binary) << content;
    const auto document = Document::parse_yaml(file, "site.yaml");
    REQUIRE(document);
    const Target target{.name = "t",
                        .collector = std::string(spec.name),
                        .document = *document,
                        .options = (*document)->root(),
                        .folder = folder.path,
                        .place = {}};
    result = spec.collect(target, sink, {.started_at = *parse_instant("2026-11-23T08:00:00Z")});
    CHECK(sink.mistakes.empty());
  }
};

/// Every value of every row.
std::string text_of(const RecordingSink& sink) {
  std::string all;
  for (const RecordedRow& row : sink.rows) {
    for (const Cell& cell : row.cells) all += cell.text + "\n";
  }
  return all;
}

Run stack(const std::string& content) { return {cloudformation_collector(), content}; }

constexpr const char* kStack = R"(AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Size: {Type: Number, Default: 1}
Resources:
  Data:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties:
      BucketName: !Sub "data-${AWS::AccountId}"
      AccessControl: PublicReadWrite
      PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: "true", RestrictPublicBuckets: false}
      VersioningConfiguration: {Status: Enabled}
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: !GetAtt Key.Arn}
      ObjectLockEnabled: true
      ObjectLockConfiguration: {ObjectLockEnabled: Enabled, Rule: {DefaultRetention: {Mode: COMPLIANCE, Days: 30}}}
      Tags: [{Key: owner, Value: team-a}, {Key: permit, Value: !Ref Permit}]
  Plain: {Type: AWS::S3::Bucket}
  Open:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Data
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: "*", Action: s3:GetObject, Resource: !Sub "${Data.Arn}/*"}]
  Key:
    Type: AWS::KMS::Key
    Properties: {EnableKeyRotation: true, PendingWindowInDays: 7, KeyPolicy: {}}
  Db:
    Type: AWS::RDS::DBInstance
    Properties: {DBInstanceClass: db.m6g.large, Engine: postgres, AllocatedStorage: "20", StorageEncrypted: true, MasterUserPassword: CANARY}
  Machine:
    Type: AWS::EC2::Instance
    Properties: {ImageId: ami-1, MetadataOptions: {HttpTokens: required}, UserData: {"Fn::Base64": CANARY}, NetworkInterfaces: []}
  Launched:
    Type: AWS::EC2::Instance
    Properties: {LaunchTemplate: {LaunchTemplateId: lt, Version: "1"}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: g, VpcId: !Ref Vpc, SecurityGroupIngress: !Ref Rules}
  Secret: {Type: "AWS::SecretsManager::Secret", Properties: {Name: s, SecretString: CANARY}}
)";

}  // namespace

TEST_CASE("cloudformation: buckets with what belongs to them, policies, keys, databases, machines") {
  const Run run = stack(kStack);
  REQUIRE(run.result);
  const auto* bucket = run.sink.find(tables::bucket, "bucket_id", "Data");
  REQUIRE(bucket != nullptr);
  CHECK(bucket->platform == "aws:t");
  CHECK(bucket->line == 6);
  CHECK((*bucket)["encryption"] == "customer_key");
  CHECK((*bucket)["key_id"] == "Key");
  CHECK((*bucket)["versioning"] == "enabled");
  CHECK((*bucket)["public_access_blocked"] == "0");
  CHECK((*bucket)["lock_mode"] == "compliance");
  CHECK((*bucket)["lock_days"] == "30");
  const auto* plain = run.sink.find(tables::bucket, "bucket_id", "Plain");
  REQUIRE(plain != nullptr);
  CHECK((*plain)["public_access_blocked"] == "1");  // what S3 gives new buckets
  CHECK((*plain)["versioning"] == "off");
  const auto* grant = run.sink.find(tables::resource_grant, "asset_id", "Data");
  REQUIRE(grant != nullptr);
  CHECK((*grant)["grantee_kind"] == "everyone");
  const auto* key = run.sink.find(tables::key, "key_id", "Key");
  REQUIRE(key != nullptr);
  CHECK((*key)["rotation_enabled"] == "1");
  CHECK((*key)["deletion_wait_days"] == "7");
  const auto* database = run.sink.find(tables::database_service, "database_id", "Db");
  REQUIRE(database != nullptr);
  CHECK((*database)["encrypted"] == "1");
  CHECK((*database)["publicly_accessible"] == "NULL");  // the subnets decide
  CHECK((*database)["backup_days"] == "1");
  CHECK((*database)["deletion_protection"] == "0");
  const auto* machine = run.sink.find(tables::instance, "instance_id", "Machine");
  REQUIRE(machine != nullptr);
  CHECK((*machine)["metadata_tokens"] == "required");
  CHECK((*machine)["user_data_present"] == "1");
  const auto* launched = run.sink.find(tables::instance, "instance_id", "Launched");
  REQUIRE(launched != nullptr);
  CHECK((*launched)["metadata_tokens"] == "NULL");
  CHECK(text_of(run.sink).find("CANARY") == std::string::npos);
}

TEST_CASE("cloudformation: without rules outwards a group lets everything out; a list that is computed is not known") {
  const Run run = stack(kStack);
  REQUIRE(run.result);
  const auto* out = run.sink.find(tables::network_rule, "rule_id", "Group/egress[0]");
  REQUIRE(out != nullptr);
  CHECK((*out)["remote_prefix"] == "0.0.0.0/0");
  CHECK((*out)["port_to"] == "65535");
  const auto* in = run.sink.find(tables::network_rule, "rule_id", "Group/ingress");
  REQUIRE(in != nullptr);
  CHECK((*in)["remote_prefix"] == "NULL");
}

TEST_CASE("cloudformation: what is not seen makes the tables partial") {
  const auto state = [](const std::string& text, const TableSpec& table = tables::bucket) {
    return stack(text).sink.state_of(table).substr(0, 8);
  };
  const std::string bucket = "Resources:\n  B: {Type: AWS::S3::Bucket}\n";
  CHECK(state(bucket) == "complete");
  CHECK(state("Transform: AWS::Serverless-2016-10-31\n" + bucket) == "partial:");
  CHECK(state(bucket + "  S: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: x}}\n") == "partial:");
  CHECK(state(bucket + "  S: {Type: 'Custom::Thing'}\n") == "partial:");
  CHECK(state(bucket + "  R: {Type: 'AWS::IAM::Role'}\n") == "complete");
  CHECK(state(bucket + "  A: {Type: 'AWS::EC2::NetworkAclEntry'}\n", tables::network_rule) == "partial:");
  CHECK(state(bucket + "  'Fn::ForEach::X': [a, [b], {}]\n") == "partial:");
}

TEST_CASE("cloudformation: broken and foreign files are errors with a place") {
  for (const char* text :
       {"", "[]", "a: b", "{\"a\": 1}", "Resources: [1]", "Resources: {A: &x 1}", "\xFF\xFE", "Resources:\n\t- x",
        "Resources: {A: {Type: 1}, A: {Type: 2}}", "Resources: {A: !!python/object x}"}) {
    CAPTURE(text);
    const Run run = stack(text);
    REQUIRE_FALSE(run.result);
    CHECK(run.result.error().message.find("t.yaml") != std::string::npos);
  }
}

TEST_CASE("arm: groups, accounts, disks and databases, with the defaults of the API") {
  const Run run(arm_template_collector(), R"({
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": {"tls": {"type": "bool", "defaultValue": true}},
  "resources": [
    {"type": "Microsoft.Storage/storageAccounts", "name": "plain", "location": "northeurope", "properties": {},
     "resources": [{"type": "blobServices/containers", "name": "plain/default/open", "properties": {"publicAccess": "Blob"}}]},
    {"type": "Microsoft.Storage/storageAccounts", "name": "[parameters('name')]", "location": "[resourceGroup().location]",
     "properties": {"allowBlobPublicAccess": true, "supportsHttpsTrafficOnly": "[parameters('tls')]", "allowSharedKeyAccess": false,
       "publicNetworkAccess": "Disabled", "encryption": {"keySource": "Microsoft.Keyvault"}}},
    {"type": "Microsoft.Compute/disks", "name": "d", "location": "northeurope", "properties": {"diskSizeGB": 10, "encryption": {"diskEncryptionSetId": "[x]"}}},
    {"type": "Microsoft.DBforPostgreSQL/flexibleServers", "name": "p", "location": "northeurope",
     "properties": {"network": {"publicNetworkAccess": "Disabled"}, "backup": {"backupRetentionDays": 14}, "administratorLoginPassword": "CANARY"}},
    {"type": "Microsoft.Network/networkSecurityGroups", "name": "g", "location": "northeurope", "properties": {"securityRules": [
      {"name": "a", "properties": {"direction": "Inbound", "access": "Allow", "priority": 100, "protocol": "*", "destinationPortRange": "*", "sourceAddressPrefix": "*"}}]}}
  ]})",
                "t.json");
  REQUIRE(run.result);
  const auto* plain = run.sink.find(tables::bucket, "bucket_id", "plain");
  REQUIRE(plain != nullptr);
  CHECK(plain->platform == "azure:t");
  CHECK(plain->line == 5);
  CHECK((*plain)["public_access_blocked"] == "1");
  CHECK((*plain)["tls_required"] == "1");
  CHECK((*plain)["encryption"] == "platform_key");
  const auto* own = run.sink.find(tables::bucket, "bucket_id", "[parameters('name')]");
  REQUIRE(own != nullptr);
  CHECK((*own)["name"] == "NULL");
  CHECK((*own)["public_access_blocked"] == "0");
  CHECK((*own)["tls_required"] == "NULL");
  CHECK((*own)["shared_keys_allowed"] == "0");
  CHECK((*own)["public_network_access"] == "0");
  CHECK((*own)["encryption"] == "customer_key");
  CHECK(run.sink.find(tables::resource_grant, "grantee_kind", "everyone") != nullptr);
  const auto* disk = run.sink.find(tables::volume, "volume_id", "d");
  REQUIRE(disk != nullptr);
  CHECK((*disk)["encryption"] == "customer_key");
  const auto* database = run.sink.find(tables::database_service, "database_id", "p");
  REQUIRE(database != nullptr);
  CHECK((*database)["publicly_accessible"] == "0");
  CHECK((*database)["backup_days"] == "14");
  const auto* rule = run.sink.find(tables::network_rule, "remote_prefix", "0.0.0.0/0");
  REQUIRE(rule != nullptr);
  CHECK((*rule)["group_id"] == "g");
  CHECK(text_of(run.sink).find("CANARY") == std::string::npos);
  CHECK_FALSE(Run(arm_template_collector(), "{\"resources\": []}", "t.json").result);
  CHECK_FALSE(Run(arm_template_collector(), "{", "t.json").result);
}

TEST_CASE("yaml with functions: short names become mappings, everything else is as strict as ever") {
  const auto text = [](const std::string& yaml) -> std::string {
    const auto document = parse_yaml_with_functions(yaml, "f");
    if (!document) return "error: " + document.error().message;
    const std::function<std::string(const Node&)> show = [&](const Node& node) -> std::string {
      std::string out;
      if (node.is(Node::Kind::mapping)) {
        for (std::size_t i = 0; i < node.size(); ++i)
          out += std::string(node.key_at(i).scalar()) + "=" + show(node[i]) + ";";
        return "{" + out + "}";
      }
      if (!node.is(Node::Kind::sequence)) return std::string(node.scalar());
      for (std::size_t i = 0; i < node.size(); ++i) out += show(node[i]) + ",";
      return "[" + out + "]";
    };
    return show((*document)->root());
  };
  CHECK(text("a: !Ref x") == "{a={Ref=x;};}");
  CHECK(text("a: !GetAtt x.y") == "{a={Fn::GetAtt=x.y;};}");
  CHECK(text("a: !If [c, !Ref x, {k: !Sub \"${y}\"}]\nb: 1") ==
        "{a={Fn::If=[c,{Ref=x;},{k={Fn::Sub=${y};};},];};b=1;}");
  CHECK(text("a: !Transform {Name: n, P: [1, 2]}") == "{a={Fn::Transform={Name=n;P=[1,2,];};};}");
  CHECK(text("- !Ref a\n- - !Ref b\n") == "[{Ref=a;},[{Ref=b;},],]");
  CHECK(text("a: !!str 1").starts_with("error: tag"));
  CHECK(text("a: &x !Ref y").starts_with("error: anchor"));
  CHECK(text("a: *x").starts_with("error:"));
  CHECK_FALSE(Document::parse_yaml("a: !Ref x", "f"));
}
