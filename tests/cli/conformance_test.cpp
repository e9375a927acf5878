// SPDX-License-Identifier: Apache-2.0
// One situation in every form in which the gate or the scan of a running cloud may meet it gives one verdict.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "support/program.h"

namespace {

using Json = nlohmann::json;

/// The verdict of a check on what one target holds: fail if any resource fails, else not_assessed, else pass.
std::string verdict(const std::string& check, const std::string& collector, const std::string& file,
                    const std::string& text) {
  const TemporaryFolder folder;
  std::filesystem::create_directories((folder.path / file).parent_path());
  std::ofstream(folder.path / file, std::ios::binary) << text;
  // An export is a folder, and only one that says so is whole.
  const std::string options = collector == "openstack_export" ? "{path: export, all_projects: true}" : "[" + file + "]";
  if (collector == "openstack_export")
    std::ofstream(folder.path / "export/address_groups.json") << R"({"address_groups": []})";
  std::ofstream(folder.path / "site.yaml")
      << "site: n\ncountry: FI\ntargets:\n  - " << collector << ": " << options << "\n    name: t\n";
  const std::string report = (folder.path / "report.json").string();
  const ProgramRun run = run_program_with({"gate", (folder.path / "site.yaml").string(), "--format", "json=" + report});
  CAPTURE(run.error);
  REQUIRE(std::filesystem::exists(report));
  std::set<std::string> said;
  const Json whole = Json::parse(content_of(report));
  for (const Json& finding : whole["findings"]) {
    if (finding["check"] == check) said.insert(finding["verdict"].get<std::string>());
  }
  for (const char* word : {"fail", "not_assessed", "not_applicable"}) {
    if (said.contains(word)) return word;
  }
  return "pass";
}

std::string filled(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    const std::string mark = "<" + name + ">";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
      text.replace(at, mark.size(), value);
  }
  return text;
}

struct Form {
  const char* name;
  const char* collector;
  const char* file;
  const char* text;  ///< with marks in angle brackets
};

/// What stands for a mark in each form: a value of the situation, or "computed" for one not known yet.
struct Situation {
  const char* verdict;
  std::map<std::string, std::string> values;
};

void same_in_every_form(const char* check, const std::vector<Form>& forms, const std::vector<Situation>& situations) {
  for (const Situation& situation : situations) {
    for (const Form& form : forms) {
      CAPTURE(std::string(form.name));
      CAPTURE(situation.values.begin()->second);
      CHECK(verdict(check, form.collector, form.file, filled(form.text, situation.values)) ==
            std::string(situation.verdict));
    }
  }
}

const std::vector<Form> kSshForms{
    {"cloudformation, inside", "cloudformation", "t.yaml", R"(Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}]
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: "22", CidrIp: <prefix>}
)"},
    {"cloudformation, alone", "cloudformation", "t.yaml", R"(Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: web}
  Ssh:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !GetAtt Web.GroupId, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: <prefix>}
)"},
    {"cloudformation, JSON", "cloudformation", "t.json",
     R"({"Resources": {"Web": {"Type": "AWS::EC2::SecurityGroup", "Properties": {
  "GroupDescription": "web", "SecurityGroupIngress": {"IpProtocol": "6", "FromPort": 22, "ToPort": 22, "CidrIp": "<prefix>"}}}}})"},
    {"arm, inside", "arm_template", "t.json",
     R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2024-01-01", "name": "g", "location": "northeurope",
  "properties": {"securityRules": [{"name": "ssh", "properties": {"direction": "Inbound", "access": "Allow", "priority": 100, "protocol": "Tcp",
  "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22", "sourceAddressPrefix": "<prefix>"}}]}}]})"},
    {"openstack plan", "terraform", "p.json", R"({"format_version": "1.2", "resource_changes": [
  {"address": "openstack_networking_secgroup_v2.g", "mode": "managed", "type": "openstack_networking_secgroup_v2", "name": "g",
   "change": {"actions": ["create"], "after": {"name": "g", "delete_default_rules": true, "stateful": true}, "after_unknown": {"id": true}}},
  {"address": "openstack_networking_secgroup_rule_v2.r", "mode": "managed", "type": "openstack_networking_secgroup_rule_v2", "name": "r",
   "change": {"actions": ["create"], "after": {"direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22,
   "remote_group_id": null, "remote_address_group_id": null, "remote_ip_prefix": "<prefix>"}, "after_unknown": {"id": true, "security_group_id": true}}}],
  "configuration": {"root_module": {"resources": [{"address": "openstack_networking_secgroup_rule_v2.r", "mode": "managed", "type": "openstack_networking_secgroup_rule_v2", "name": "r",
   "expressions": {"security_group_id": {"references": ["openstack_networking_secgroup_v2.g.id", "openstack_networking_secgroup_v2.g"]}}}]}}})"},
    {"openstack, running", "openstack_export", "export/groups.json",
     R"({"security_groups": [{"id": "g", "name": "g", "project_id": "p", "stateful": true,
  "security_group_rules": [{"id": "r", "security_group_id": "g", "project_id": "p", "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp",
  "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "<prefix>", "remote_group_id": null}]}]})"},
};

const std::vector<Form> kVolumeForms{
    {"cloudformation", "cloudformation", "t.yaml", R"(Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties: {AvailabilityZone: eu-north-1a, Size: 10, Encrypted: <encrypted>, KmsKeyId: !Ref Key}
  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true, KeyPolicy: {}}}
)"},
    {"aws plan", "terraform", "p.json", R"({"format_version": "1.2", "resource_changes": [
  {"address": "aws_ebs_volume.v", "mode": "managed", "type": "aws_ebs_volume", "name": "v", "change": {"actions": ["create"],
   "after": {"availability_zone": "eu-north-1a", "size": 10, "encrypted": <encrypted>, "kms_key_id": "arn:aws:kms:eu-north-1:1:key/k"}, "after_unknown": {"id": true}}}]})"},
    {"openstack, running", "openstack_export", "export/volumes.json",
     R"({"volumes": [{"id": "v", "name": "v", "size": 10, "status": "available",
  "encrypted": <encrypted>, "os-vol-tenant-attr:tenant_id": "p", "attachments": [], "availability_zone": "a", "multiattach": false, "volume_type": "luks"}]})"},
};

/// A plan that creates one resource.
std::string plan_of(const std::string& type, const std::string& after) {
  return R"({"format_version": "1.2", "resource_changes": [{"mode": "managed", "name": "x", "address": ")" + type +
         R"(.x", "type": ")" + type +
         R"(", "change": {"actions": ["create"], "after_unknown": {"id": true}, "after": )" + after + "}}]}";
}

const std::string kDatabasePlan = plan_of("aws_db_instance",
                                          R"({"identifier": "d", "engine": "postgres", "storage_encrypted": <encrypted>,
  "publicly_accessible": <public>, "backup_retention_period": 7, "deletion_protection": true})");
const std::vector<Form> kDatabaseForms{
    {"aws plan", "terraform", "p.json", kDatabasePlan.c_str()},
    {"cloudformation", "cloudformation", "t.yaml", R"(Resources:
  D:
    Type: AWS::RDS::DBInstance
    Properties: {DBInstanceClass: db.m6g.large, Engine: postgres, StorageEncrypted: <encrypted>, PubliclyAccessible: <public>}
)"},
    {"cloudformation, JSON", "cloudformation", "t.json",
     R"({"Resources": {"D": {"Type": "AWS::RDS::DBInstance",
  "Properties": {"Engine": "postgres", "StorageEncrypted": <encrypted>, "PubliclyAccessible": <public>}}}})"},
};

const std::string kKeyPlan =
    plan_of("aws_kms_key", R"({"description": "k", "customer_master_key_spec": "SYMMETRIC_DEFAULT",
  "key_usage": "ENCRYPT_DECRYPT", "enable_key_rotation": <rotation>, "rotation_period_in_days": 365, "is_enabled": true, "deletion_window_in_days": 30})");
const std::vector<Form> kKeyForms{
    {"aws plan", "terraform", "p.json", kKeyPlan.c_str()},
    {"cloudformation", "cloudformation", "t.yaml", R"(Resources:
  K:
    Type: AWS::KMS::Key
    Properties: {EnableKeyRotation: <rotation>, PendingWindowInDays: 30, KeySpec: SYMMETRIC_DEFAULT, KeyPolicy: {}}
)"},
};

const std::string kMachinePlan = plan_of("aws_instance", R"({"ami": "ami-1", "instance_type": "m6i.large",
  "metadata_options": [{"http_endpoint": "enabled", "http_tokens": "<tokens>"}]})");
const std::vector<Form> kMachineForms{
    {"aws plan", "terraform", "p.json", kMachinePlan.c_str()},
    {"cloudformation", "cloudformation", "t.yaml", R"(Resources:
  M:
    Type: AWS::EC2::Instance
    Properties: {ImageId: ami-1, MetadataOptions: {HttpEndpoint: enabled, HttpTokens: <tokens>}}
)"},
};

const std::string kSwiftPlan =
    plan_of("openstack_objectstorage_container_v1", R"({"name": "c", "container_read": "<swift>",
  "container_write": "", "versioning": false})");
const std::vector<Form> kOpenBucketForms{
    {"cloudformation", "cloudformation", "t.yaml", R"(Resources:
  B: {Type: AWS::S3::Bucket, Properties: {PublicAccessBlockConfiguration: {BlockPublicPolicy: false, RestrictPublicBuckets: false}}}
  P:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref B
      PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: <principal>, Action: "s3:GetObject", Resource: !Sub "${B.Arn}/*"}]}
)"},
    {"openstack plan", "terraform", "p.json", kSwiftPlan.c_str()},
};

const std::string kDeploymentPlan =
    plan_of("kubernetes_deployment_v1", R"({"metadata": [{"name": "w", "namespace": "a"}],
  "spec": [{"template": [{"metadata": [{"labels": {"a": "b"}}], "spec": [{"container": [{"name": "c", "image": "i",
  "security_context": [{"privileged": <privileged>}]}]}]}]}]})");
const std::string kManifestPlan =
    plan_of("kubernetes_manifest", R"({"manifest": {"apiVersion": "apps/v1", "kind": "Deployment",
  "metadata": {"name": "w", "namespace": "a"}, "spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [
  {"name": "c", "image": "i", "securityContext": {"privileged": <privileged>}}]}}}}})");
const std::vector<Form> kWorkloadForms{
    {"manifest", "kubernetes", "m.yaml", R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: w, namespace: a}
spec:
  template:
    metadata: {labels: {a: b}}
    spec:
      containers: [{name: c, image: i, securityContext: {privileged: <privileged>}}]
)"},
    {"manifest in a List, JSON", "kubernetes", "m.json", R"({"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "w", "namespace": "a"},
   "spec": {"containers": [{"name": "c", "image": "i", "securityContext": {"privileged": <privileged>}}]}}]})"},
    {"kubernetes plan", "terraform", "p.json", kDeploymentPlan.c_str()},
    {"manifest in a plan", "terraform", "p.json", kManifestPlan.c_str()},
};

}  // namespace

TEST_CASE("conformance: SSH from the internet, from inside, from two halves of the internet") {
  same_in_every_form("group-rules-open-no-sensitive-port", kSshForms,
                     {{"fail", {{"prefix", "0.0.0.0/0"}}},
                      {"fail", {{"prefix", "9.9.9.0/24"}}},
                      {"pass", {{"prefix", "10.0.0.0/8"}}}});
}

TEST_CASE("conformance: a volume in plain") {
  same_in_every_form("volumes-encrypted", kVolumeForms, {{"fail", {{"encrypted", "false"}}}});
}

TEST_CASE("conformance: a database in plain, or with an address on the internet") {
  const auto with = [](const char* encrypted, const char* open) {
    return std::map<std::string, std::string>{{"encrypted", encrypted}, {"public", open}};
  };
  same_in_every_form("databases-encrypted", kDatabaseForms,
                     {{"fail", with("false", "false")}, {"pass", with("true", "true")}});
  same_in_every_form("databases-not-public", kDatabaseForms,
                     {{"fail", with("true", "true")}, {"pass", with("false", "false")}});
}

TEST_CASE("conformance: a key that nobody renews") {
  same_in_every_form("platform-keys-rotate", kKeyForms,
                     {{"fail", {{"rotation", "false"}}}, {"pass", {{"rotation", "true"}}}});
}

TEST_CASE("conformance: a metadata service that answers without a token") {
  same_in_every_form("instance-metadata-needs-token", kMachineForms,
                     {{"fail", {{"tokens", "optional"}}}, {"pass", {{"tokens", "required"}}}});
}

TEST_CASE("conformance: objects that everybody reads") {
  const auto with = [](const char* principal, const char* swift) {
    return std::map<std::string, std::string>{{"principal", principal}, {"swift", swift}};
  };
  same_in_every_form(
      "no-grant-to-everyone", kOpenBucketForms,
      {{"fail", with(R"("*")", ".r:*")}, {"pass", with(R"({AWS: "arn:aws:iam::111122223333:root"})", "p:u")}});
}

TEST_CASE("conformance: a privileged container") {
  same_in_every_form("kube-containers-restricted", kWorkloadForms, {{"fail", {{"privileged", "true"}}}});
}

TEST_CASE("conformance: what a template computes is not known, parameters with a default among it") {
  for (const char* prefix : {"!Ref Prefix", "!Sub '${Prefix}'", "!If [Open, 0.0.0.0/0, 10.0.0.0/8]", "!ImportValue net",
                             "{'Fn::FindInMap': [a, b, c]}"}) {
    CAPTURE(prefix);
    for (const std::size_t form : {std::size_t{0}, std::size_t{1}}) {
      const std::string text = filled(kSshForms[form].text, {{"prefix", prefix}}) +
                               "Parameters: {Prefix: {Type: String, Default: 10.0.0.0/8}}\n";
      CHECK(verdict("group-rules-open-no-sensitive-port", "cloudformation", "t.yaml", text) == "not_assessed");
    }
  }
  const std::string arm = filled(kSshForms[3].text, {{"prefix", "[parameters('prefix')]"}});
  CHECK(verdict("group-rules-open-no-sensitive-port", "arm_template", "t.json", arm) == "not_assessed");
  CHECK(verdict("volumes-encrypted", "cloudformation", "t.yaml",
                filled(kVolumeForms[0].text, {{"encrypted", "!Ref Encrypt"}})) == "not_assessed");
}
