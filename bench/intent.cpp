// SPDX-License-Identifier: Apache-2.0
// What a pipeline's gate reads, for `./run bench`: bench_intent FOLDER [DIVISOR] writes plan/plan.json (15,000
// resources, 60 MB, as `terraform show -json` writes it: one line, a hundred modules), manifests/objects.yaml (20,000
// objects, 18 MB), 150 checks of the plan, the same in Rego for Conftest (rego/: each rule alone, as rules are usually
// written; rego-shared/: by sets gathered once), and a site.yaml for each.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "check_pack.h"

namespace {

constexpr int kModules = 100;
constexpr int kRare = 400;  ///< one resource in so many has something to find

bool bad(int number) { return number % kRare == 7; }

std::string tags(std::string_view kind, int i) {
  return fmt::format(
      R"({{"Name":"{}-{}","owner":"platform-team","environment":"production","cost-centre":"cc-{}","managed-by":"terraform","data-class":"pseudonymised","repository":"https://git.node.example/infra/estate-{}","service":"secondary-use","contact":"platform@node.example","maintenance-window":"sun:02:00-sun:04:00","permit":"FI-2026-{}","backup":"daily-14","retention":"P10Y","change-request":"CHG-2026-{:06}","data-controller":"national health data access body","criticality":"high","documentation":"https://docs.node.example/estate/secondary-use/runbooks/workspaces","legal-basis":"EHDS article 68, permit of the health data access body, secure processing environment","network-zone":"workspace-internal-no-egress","monitoring":"prometheus,loki,alertmanager","patching":"weekly-sunday-night"}})",
      kind, i, i % 90, i % 12, i % 5000, i);
}

std::string aws_rule(std::string_view prefix, int port, std::string_view description) {
  return fmt::format(
      R"({{"cidr_blocks":["{}"],"description":"{}","from_port":{},"ipv6_cidr_blocks":[],"prefix_list_ids":[],"protocol":"tcp","security_groups":[],"self":false,"to_port":{}}})",
      prefix, description, port, port);
}

struct Values {
  std::string after, unknown;
};

Values with_tags(std::string_view kind, int i, const std::string& members, const std::string& unknown) {
  return {
      .after = fmt::format(R"({{{},"tags":{},"tags_all":{},"timeouts":null}})", members, tags(kind, i), tags(kind, i)),
      .unknown = fmt::format(R"({{"arn":true,"id":true,{}"tags":{{}},"tags_all":{{}}}})", unknown)};
}

Values security_group(int i) {
  const std::string first = aws_rule(bad(i) ? "0.0.0.0/0" : "10.20.0.0/16", 22, "administration");
  return with_tags(
      "sg", i,
      fmt::format(
          R"("description":"Workspace group {0}","egress":[{1}],"ingress":[{2},{3},{4},{5}],"name":"workspace-{0}","name_prefix":"","revoke_rules_on_delete":null,"vpc_id":"vpc-0a1b2c3d{6:02}")",
          i, aws_rule("10.0.0.0/8", 443, "to services"), first, aws_rule("10.30.0.0/16", 443, "users"),
          aws_rule("10.40.0.0/16", 5432, "database"), aws_rule("10.50.0.0/16", 9100, "monitoring"), i % 100),
      R"("egress":[{"cidr_blocks":[false],"ipv6_cidr_blocks":[],"prefix_list_ids":[],"security_groups":[]}],"ingress":[{"cidr_blocks":[false]},{"cidr_blocks":[false]},{"cidr_blocks":[false]},{"cidr_blocks":[false]}],"owner_id":true,)");
}

Values ingress_rule(int i) {
  return with_tags(
      "rule", i,
      fmt::format(
          R"("cidr_ipv4":"{}","cidr_ipv6":null,"description":"users of workspace {}","from_port":{},"ip_protocol":"tcp","prefix_list_id":null,"referenced_security_group_id":null,"to_port":{})",
          bad(i) ? "0.0.0.0/0" : "10.20.4.0/24", i, 3389, 3389),
      R"("security_group_id":true,"security_group_rule_id":true,)");
}

Values bucket(int i) {
  return with_tags(
      "bucket", i,
      fmt::format(R"("bucket":"node-data-{}","bucket_prefix":"","force_destroy":false,"object_lock_enabled":{})", i,
                  bad(i) ? "false" : "true"),
      R"("acceleration_status":true,"acl":true,"bucket_domain_name":true,"bucket_regional_domain_name":true,"cors_rule":true,"grant":true,"hosted_zone_id":true,"lifecycle_rule":true,"logging":true,"object_lock_configuration":true,"policy":true,"region":true,"replication_configuration":true,"request_payer":true,"server_side_encryption_configuration":true,"versioning":true,"website":true,"website_domain":true,"website_endpoint":true,)");
}

Values block_public(int i) {
  return {
      .after = fmt::format(
          R"({{"block_public_acls":true,"block_public_policy":{},"ignore_public_acls":true,"restrict_public_buckets":true}})",
          bad(i) ? "false" : "true"),
      .unknown = R"({"bucket":true,"id":true})"};
}

Values versioning(int i) {
  return {.after = fmt::format(
              R"({{"expected_bucket_owner":null,"mfa":null,"versioning_configuration":[{{"status":"{}"}}]}})",
              bad(i) ? "Suspended" : "Enabled"),
          .unknown = R"({"bucket":true,"id":true,"versioning_configuration":[{"mfa_delete":true}]})"};
}

Values bucket_encryption(int /*i*/) {
  return {
      .after =
          R"({"expected_bucket_owner":null,"rule":[{"apply_server_side_encryption_by_default":[{"kms_master_key_id":"arn:aws:kms:eu-north-1:111122223333:key/5a7f0b1e-0d9c-4c0c-8ab8-8e3f6c1d2a34","sse_algorithm":"aws:kms"}],"bucket_key_enabled":true}]})",
      .unknown = R"({"bucket":true,"id":true,"rule":[{"apply_server_side_encryption_by_default":[{}]}]})"};
}

Values ebs_volume(int i) {
  return with_tags(
      "volume", i,
      fmt::format(
          R"("availability_zone":"eu-north-1a","encrypted":{},"final_snapshot":false,"kms_key_id":"arn:aws:kms:eu-north-1:111122223333:key/5a7f0b1e-0d9c-4c0c-8ab8-8e3f6c1d2a34","multi_attach_enabled":null,"outpost_arn":null,"size":{},"type":"gp3")",
          bad(i) ? "false" : "true", 20 + i % 400),
      R"("iops":true,"snapshot_id":true,"throughput":true,)");
}

Values aws_instance(int i) {
  return with_tags(
      "vm", i,
      fmt::format(
          R"("ami":"ami-0c1a7f89451184c8b","credit_specification":[],"ebs_optimized":true,"get_password_data":false,"hibernation":null,"instance_type":"m6i.large","launch_template":[],"maintenance_options":[],"metadata_options":[{{"http_endpoint":"enabled","http_put_response_hop_limit":1,"http_tokens":"{}","instance_metadata_tags":"disabled"}}],"monitoring":true,"root_block_device":[{{"delete_on_termination":true,"encrypted":true,"tags":null,"volume_size":40,"volume_type":"gp3"}}],"source_dest_check":true,"subnet_id":"subnet-0f2d4c6b{:02}","user_data":"{}","user_data_replace_on_change":false,"volume_tags":null,"vpc_security_group_ids":["sg-0123456789abcdef0"])",
          bad(i) ? "optional" : "required", i % 100, std::string(2000, 'a')),
      R"("associate_public_ip_address":true,"availability_zone":true,"cpu_core_count":true,"cpu_options":true,"disable_api_stop":true,"disable_api_termination":true,"ebs_block_device":true,"enclave_options":true,"ephemeral_block_device":true,"host_id":true,"instance_state":true,"ipv6_address_count":true,"ipv6_addresses":true,"key_name":true,"network_interface":true,"placement_group":true,"primary_network_interface_id":true,"private_dns":true,"private_ip":true,"public_dns":true,"public_ip":true,"root_block_device":[{"device_name":true,"iops":true,"kms_key_id":true,"throughput":true,"volume_id":true}],"secondary_private_ips":true,"security_groups":true,"tenancy":true,)");
}

Values database(int i) {
  return with_tags(
      "db", i,
      fmt::format(
          R"("allocated_storage":200,"allow_major_version_upgrade":null,"apply_immediately":false,"auto_minor_version_upgrade":true,"backup_retention_period":{},"copy_tags_to_snapshot":true,"delete_automated_backups":true,"deletion_protection":true,"enabled_cloudwatch_logs_exports":["postgresql"],"engine":"postgres","engine_version":"16.4","final_snapshot_identifier":"final-{}","iam_database_authentication_enabled":true,"identifier":"node-db-{}","instance_class":"db.r6g.large","max_allocated_storage":1000,"multi_az":true,"performance_insights_enabled":true,"publicly_accessible":{},"skip_final_snapshot":false,"storage_encrypted":{},"storage_type":"gp3","username":"node")",
          bad(i) ? 0 : 14, i, i, bad(i) ? "true" : "false", bad(i) ? "false" : "true"),
      R"("address":true,"availability_zone":true,"backup_window":true,"ca_cert_identifier":true,"character_set_name":true,"db_name":true,"db_subnet_group_name":true,"endpoint":true,"hosted_zone_id":true,"iops":true,"kms_key_id":true,"license_model":true,"maintenance_window":true,"monitoring_interval":true,"option_group_name":true,"parameter_group_name":true,"port":true,"resource_id":true,"status":true,"vpc_security_group_ids":true,)");
}

Values kms_key(int i) {
  return with_tags(
      "key", i,
      fmt::format(
          R"("bypass_policy_lockout_safety_check":false,"custom_key_store_id":null,"customer_master_key_spec":"SYMMETRIC_DEFAULT","deletion_window_in_days":30,"description":"key of permit {}","enable_key_rotation":{},"is_enabled":true,"key_usage":"ENCRYPT_DECRYPT","policy":"{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Sid\":\"Administration\",\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\"arn:aws:iam::111122223333:root\"}},\"Action\":\"kms:*\",\"Resource\":\"*\"}}]}}","xks_key_id":null)",
          i, bad(i) ? "false" : "true"),
      R"("key_id":true,"multi_region":true,"rotation_period_in_days":true,)");
}

Values os_group(int i) {
  return {
      .after = fmt::format(
          R"({{"delete_default_rules":true,"description":"Workspace group {0} of the secure processing environment","name":"workspace-{0}","tags":["platform","workspace","permit-{0}"],"timeouts":null}})",
          i),
      .unknown =
          R"({"all_tags":true,"id":true,"region":true,"stateful":true,"tags":[false,false,false],"tenant_id":true})"};
}

Values os_rule(int i) {
  return {
      .after = fmt::format(
          R"({{"description":"Administration of workspace {} from the bastion network of the node","direction":"ingress","ethertype":"IPv4","port_range_max":22,"port_range_min":22,"protocol":"tcp","remote_address_group_id":null,"remote_ip_prefix":"{}","timeouts":null}})",
          i, bad(i) ? "0.0.0.0/0" : "10.20.0.0/16"),
      .unknown = R"({"id":true,"region":true,"remote_group_id":true,"security_group_id":true,"tenant_id":true})"};
}

Values os_volume(int i) {
  return {
      .after = fmt::format(
          R"({{"backup_id":null,"consistency_group_id":null,"description":"Data of permit {0}","enable_online_resize":true,"image_id":null,"multiattach":null,"name":"data-{0}","scheduler_hints":[],"size":{1},"snapshot_id":null,"source_replica":null,"source_vol_id":null,"timeouts":null,"volume_retype_policy":"never","volume_type":"{2}"}})",
          i, 20 + i % 400, bad(i) ? "plain" : "luks"),
      .unknown = R"({"attachment":true,"availability_zone":true,"id":true,"metadata":true,"region":true})"};
}

Values os_instance(int i) {
  return {
      .after = fmt::format(
          R"({{"admin_pass":null,"availability_zone_hints":null,"block_device":[{{"boot_index":0,"delete_on_termination":true,"destination_type":"volume","device_type":"","disk_bus":"","guest_format":null,"multiattach":null,"snapshot_id":null,"source_type":"image","uuid":"8f6f1b1c-9d0e-4a41-93a4-5d2b6d2f1f0a","volume_size":40,"volume_type":"luks"}}],"config_drive":true,"flavor_name":"m1.large","force_delete":false,"image_name":null,"key_pair":"platform","metadata":{{"class":"pseudonymised","owner":"platform-team","permit":"FI-2026-{0}"}},"name":"workspace-{0}","network":[{{"access_network":false,"name":"workspace-{1}"}}],"network_mode":null,"personality":[],"power_state":"active","scheduler_hints":[],"stop_before_destroy":false,"tags":["workspace"],"timeouts":null,"user_data":"{2}","vendor_options":[]}})",
          i, i % 100, std::string(40, 'b')),
      .unknown =
          R"({"access_ip_v4":true,"access_ip_v6":true,"all_metadata":true,"all_tags":true,"availability_zone":true,"block_device":[{}],"created":true,"flavor_id":true,"id":true,"image_id":true,"metadata":{},"network":[{"fixed_ip_v4":true,"fixed_ip_v6":true,"mac":true,"port":true,"uuid":true}],"personality":[],"region":true,"scheduler_hints":[],"security_groups":true,"tags":[false],"updated":true,"vendor_options":[]})"};
}

struct Kind {
  std::string_view type, provider;
  int count;
  std::function<Values(int)> values;
  std::string_view expressions;
};

const std::vector<Kind>& kinds() {
  constexpr std::string_view kAws = "registry.terraform.io/hashicorp/aws";
  constexpr std::string_view kOpenstack = "registry.terraform.io/terraform-provider-openstack/openstack";
  constexpr std::string_view kOfBucket = R"("bucket":{"references":["aws_s3_bucket.this","count.index"]})";
  static const std::vector<Kind> all{
      {"aws_security_group", kAws, 3000, &security_group,
       R"("description":{"references":["count.index"]},"name":{"references":["count.index"]},"vpc_id":{"references":["var.vpc_id"]})"},
      {"aws_vpc_security_group_ingress_rule", kAws, 1500, &ingress_rule,
       R"("security_group_id":{"references":["aws_security_group.this","count.index"]},"cidr_ipv4":{"references":["var.prefix"]},"from_port":{"constant_value":3389},"to_port":{"constant_value":3389},"ip_protocol":{"constant_value":"tcp"})"},
      {"aws_s3_bucket", kAws, 1000, &bucket,
       R"("bucket":{"references":["count.index"]},"object_lock_enabled":{"constant_value":true})"},
      {"aws_s3_bucket_public_access_block", kAws, 1000, &block_public, kOfBucket},
      {"aws_s3_bucket_versioning", kAws, 1000, &versioning, kOfBucket},
      {"aws_s3_bucket_server_side_encryption_configuration", kAws, 500, &bucket_encryption, kOfBucket},
      {"aws_ebs_volume", kAws, 1000, &ebs_volume,
       R"("size":{"references":["count.index"]},"encrypted":{"constant_value":true})"},
      {"aws_instance", kAws, 1000, &aws_instance, R"("subnet_id":{"references":["var.subnet_id"]})"},
      {"aws_db_instance", kAws, 500, &database, R"("identifier":{"references":["count.index"]})"},
      {"aws_kms_key", kAws, 500, &kms_key, R"("description":{"references":["count.index"]})"},
      {"openstack_networking_secgroup_v2", kOpenstack, 1000, &os_group, R"("name":{"references":["count.index"]})"},
      {"openstack_networking_secgroup_rule_v2", kOpenstack, 1000, &os_rule,
       R"("security_group_id":{"references":["openstack_networking_secgroup_v2.this","count.index"]},"remote_ip_prefix":{"references":["var.prefix"]})"},
      {"openstack_blockstorage_volume_v3", kOpenstack, 500, &os_volume, R"("size":{"references":["count.index"]})"},
      {"openstack_compute_instance_v2", kOpenstack, 1500, &os_instance,
       R"("network":[{"name":{"references":["var.network"]}}])"},
  };
  return all;
}

/// Calls `each(kind, module, index in the module, number)` for every resource, module by module.
template <typename Each>
void for_resources(int divisor, int module, Each each) {
  for (const Kind& kind : kinds()) {
    const int here = std::max(1, kind.count / divisor / kModules);
    for (int i = 0; i < here; ++i) each(kind, i, module * here + i);
  }
}

void write_plan(const std::filesystem::path& file, int divisor) {
  std::ofstream out(file, std::ios::binary);
  out << R"({"format_version":"1.2","terraform_version":"1.9.5","variables":{"region":{"value":"eu-north-1"}},"planned_values":{"root_module":{"child_modules":[)";
  for (int module = 0; module < kModules; ++module) {
    out << (module == 0 ? "" : ",") << R"({"resources":[)";
    bool first = true;
    for_resources(divisor, module, [&](const Kind& kind, int i, int number) {
      out << (first ? "" : ",")
          << fmt::format(
                 R"({{"address":"module.team_{0}.{1}.this[{2}]","mode":"managed","type":"{1}","name":"this","index":{2},"provider_name":"{3}","schema_version":1,"values":{4},"sensitive_values":{{"tags":{{}},"tags_all":{{}}}}}})",
                 module, kind.type, i, kind.provider, kind.values(number).after);
      first = false;
    });
    out << fmt::format(R"(],"address":"module.team_{}"}})", module);
  }
  out << R"(]}},"resource_changes":[)";
  bool first = true;
  for (int module = 0; module < kModules; ++module) {
    for_resources(divisor, module, [&](const Kind& kind, int i, int number) {
      const Values values = kind.values(number);
      out << (first ? "" : ",")
          << fmt::format(
                 R"({{"address":"module.team_{0}.{1}.this[{2}]","module_address":"module.team_{0}","mode":"managed","type":"{1}","name":"this","index":{2},"provider_name":"{3}","change":{{"actions":["create"],"before":null,"after":{4},"after_unknown":{5},"before_sensitive":false,"after_sensitive":{{"tags":{{}},"tags_all":{{}}}}}}}})",
                 module, kind.type, i, kind.provider, values.after, values.unknown);
      first = false;
    });
  }
  out << R"(],"configuration":{"provider_config":{"aws":{"name":"aws","full_name":"registry.terraform.io/hashicorp/aws"}},"root_module":{"module_calls":{)";
  for (int module = 0; module < kModules; ++module) {
    out << (module == 0 ? "" : ",")
        << fmt::format(
               R"("team_{}":{{"source":"./team","expressions":{{"prefix":{{"constant_value":"10.0.0.0/8"}}}},"module":{{"resources":[)",
               module);
    for (std::size_t i = 0; i < kinds().size(); ++i) {
      const Kind& kind = kinds()[i];
      out << (i == 0 ? "" : ",")
          << fmt::format(
                 R"({{"address":"{0}.this","mode":"managed","type":"{0}","name":"this","provider_config_key":"aws","expressions":{{{1}}},"schema_version":1,"count_expression":{{"references":["var.size"]}}}})",
                 kind.type, kind.expressions);
    }
    out << R"(],"variables":{"prefix":{},"size":{}}}})";
  }
  out << R"(}}},"relevant_attributes":[)";
  first = true;
  for (int module = 0; module < kModules; ++module) {
    for_resources(divisor, module, [&](const Kind& kind, int i, int /*number*/) {
      out << (first ? "" : ",")
          << fmt::format(R"({{"resource":"module.team_{}.{}.this[{}]","attribute":["id"]}})", module, kind.type, i);
      first = false;
    });
  }
  out << "]}\n";
}

std::string object(int i) {
  const std::string meta = fmt::format(
      "metadata:\n  name: {{0}}-{0}\n  namespace: permit-{1}\n  labels:\n    app.kubernetes.io/name: workspace\n    "
      "app.kubernetes.io/instance: workspace-{0}\n    app.kubernetes.io/managed-by: Helm\n    helm.sh/chart: "
      "workspace-1.4.2\n",
      i, i % 200);
  const auto head = [&](std::string_view version, std::string_view kind, std::string_view name) {
    return fmt::format("apiVersion: {}\nkind: {}\n", version, kind) + fmt::format(fmt::runtime(meta), name);
  };
  const char* yes = bad(i) ? "true" : "false";
  switch (i % 10) {
    case 0:
    case 1:
    case 2:
    case 3:
      return head("apps/v1", "Deployment", "web") + fmt::format(
                                                        R"(spec:
  replicas: 2
  selector:
    matchLabels: {{app.kubernetes.io/instance: workspace-{0}}}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: workspace
        app.kubernetes.io/instance: workspace-{0}
    spec:
      serviceAccountName: workspace-{0}
      automountServiceAccountToken: false
      hostNetwork: {1}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        fsGroup: 10001
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: workspace
          image: registry.node.example/secondary-use/workspace:1.4.2@sha256:9b2c0d3d7f0c9d3dbf3f1a5c7d1a3f4b6e8d9c0a1b2c3d4e5f60718293a4b5c6
          imagePullPolicy: IfNotPresent
          args: ["--listen=0.0.0.0:8443", "--permit=FI-2026-{0}"]
          ports:
            - name: https
              containerPort: 8443
              protocol: TCP
          env:
            - name: POD_NAMESPACE
              valueFrom:
                fieldRef:
                  fieldPath: metadata.namespace
            - name: LOG_LEVEL
              value: info
          resources:
            requests: {{cpu: 250m, memory: 512Mi}}
            limits: {{cpu: "2", memory: 4Gi}}
          securityContext:
            allowPrivilegeEscalation: false
            privileged: {1}
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
          volumeMounts:
            - name: scratch
              mountPath: /tmp
      volumes:
        - name: scratch
          emptyDir: {{}}
)",
                                                        i, yes);
    case 5:
      return head("v1", "Service", "web") +
             fmt::format(
                 "spec:\n  type: {}\n  selector:\n    app.kubernetes.io/instance: workspace-{}\n  ports:\n    - name: "
                 "https\n      port: 443\n      targetPort: https\n",
                 bad(i) ? "LoadBalancer" : "ClusterIP", i);
    case 6:
      return head("v1", "ServiceAccount", "workspace") + "automountServiceAccountToken: false\n";
    case 7:
      return head("networking.k8s.io/v1", "NetworkPolicy", "deny") +
             "spec:\n  podSelector: {}\n  policyTypes: [Ingress, Egress]\n  ingress:\n    - from:\n        - "
             "namespaceSelector:\n            matchLabels: {kubernetes.io/metadata.name: gateway}\n      ports:\n      "
             "  - port: "
             "8443\n          protocol: TCP\n  egress:\n    - to:\n        - ipBlock: {cidr: 10.20.0.0/16}\n";
    case 8:
      return head("rbac.authorization.k8s.io/v1", "Role", "reader") +
             fmt::format("rules:\n  - apiGroups: [\"\"]\n    resources: [{}]\n    verbs: [get, list, watch]\n",
                         bad(i) ? "\"*\"" : "configmaps, pods");
    default:
      return head("v1", "ConfigMap", "settings") +
             "data:\n  settings.ini: |\n    [workspace]\n    idle_minutes = 30\n    proxy = "
             "http://proxy.node.example:3128\n    "
             "clipboard = off\n  banner.txt: |\n    Access is logged and reviewed.\n";
  }
}

void write_manifests(const std::filesystem::path& file, int divisor) {
  std::ofstream out(file, std::ios::binary);
  for (int i = 0; i < 20'000 / divisor; ++i) out << "---\n" << object(i);
}

struct Rule {
  std::string id, table, where, pass, subject, good, bad, unknown;
  std::string alone;   ///< in Rego, as rules are usually written: each looks at the whole plan
  std::string shared;  ///< the same by the sets that a careful author gathers once for all rules
};

constexpr const char* kOpenPort = R"(deny contains r.address if {{
	some r in input.resource_changes
	r.type == "aws_security_group"
	some rule in r.change.after.ingress
	rule.from_port <= {port}
	rule.to_port >= {port}
	some prefix in rule.cidr_blocks
	prefix in {{"0.0.0.0/0", "::/0"}}
}}

deny contains r.address if {{
	some r in input.resource_changes
	r.type == "aws_vpc_security_group_ingress_rule"
	r.change.after.from_port <= {port}
	r.change.after.to_port >= {port}
	r.change.after.cidr_ipv4 == "0.0.0.0/0"
}}

deny contains r.address if {{
	some r in input.resource_changes
	r.type == "openstack_networking_secgroup_rule_v2"
	r.change.after.direction == "ingress"
	r.change.after.port_range_min <= {port}
	r.change.after.port_range_max >= {port}
	r.change.after.remote_ip_prefix == "0.0.0.0/0"
}}
)";

/// 150 checks that a plan of these kinds decides, and what says the same of it in Rego.
std::vector<Rule> rules() {
  std::vector<Rule> all;
  constexpr std::string_view kIngress = "direction = 'ingress' and action = 'allow' and remote_kind = 'prefix'";
  constexpr auto kPorts = std::to_array<int>(
      {20,   21,   22,   23,   25,   53,    69,    110,   111,   135,   137,   138,   139,   143,   161,
       389,  443,  445,  465,  512,  513,   514,   587,   636,   873,   990,   993,   995,   1433,  1434,
       1521, 1723, 2049, 2375, 2376, 2379,  2380,  2483,  2484,  3000,  3128,  3260,  3268,  3306,  3389,
       4333, 4505, 4506, 5000, 5432, 5500,  5601,  5671,  5672,  5900,  5985,  5986,  6000,  6379,  6443,
       7000, 7001, 7199, 8000, 8020, 8080,  8088,  8140,  8443,  8500,  8888,  9000,  9042,  9090,  9092,
       9100, 9160, 9200, 9300, 9418, 10250, 10255, 11211, 15672, 27017, 27018, 27019, 50000, 50070, 61616});
  const auto row = [](std::string_view rest) {
    return fmt::format(
        "{{rule_id: r, group_id: g, group_name: g, direction: ingress, action: allow, ethertype: ipv4, remote_kind: "
        "prefix{}}}",
        rest);
  };
  for (const int port : kPorts) {
    all.push_back(
        {.id = fmt::format("gate-port-{}", port),
         .table = "network_rule",
         .where = std::string(kIngress),
         .pass = fmt::format("not (cidr_is_any(remote_prefix) and port_from <= {0} and port_to >= {0})", port),
         .subject = "rule_id",
         .good = row(fmt::format(", remote_prefix: 10.0.0.0/8, port_from: {0}, port_to: {0}", port)),
         .bad = row(", remote_prefix: 0.0.0.0/0, port_from: 0, port_to: 65535"),
         .unknown = row(fmt::format(", port_from: {0}, port_to: {0}", port)),
         .alone = fmt::format(fmt::runtime(kOpenPort), fmt::arg("port", port)),
         .shared = fmt::format(
             "deny contains rule.msg if {{\n\tsome rule in open_rules\n\trule.from <= {0}\n\trule.to >= {0}\n}}\n",
             port)});
  }
  // What else the tables hold: 60 conditions on single columns.
  struct Column {
    std::string_view table, id, condition, good, bad, type, rego;
  };
  constexpr auto kColumns = std::to_array<Column>({
      {"volume", "volume_id", "encrypted", "encrypted: true", "encrypted: false", "aws_ebs_volume",
       "not r.change.after.encrypted"},
      {"volume", "volume_id", "not multi_attach", "multi_attach: false", "multi_attach: true", "aws_ebs_volume",
       "r.change.after.multi_attach_enabled"},
      {"bucket", "bucket_id", "versioning = 'enabled'", "versioning: enabled", "versioning: suspended",
       "aws_s3_bucket_versioning",
       "some v in r.change.after.versioning_configuration\n\tv.status != "
       "\"Enabled\""},
      {"bucket", "bucket_id", "public_access_blocked", "public_access_blocked: true", "public_access_blocked: false",
       "aws_s3_bucket_public_access_block", "not r.change.after.block_public_policy"},
      {"instance", "instance_id", "metadata_tokens = 'required'", "metadata_tokens: required",
       "metadata_tokens: optional", "aws_instance",
       "some m in r.change.after.metadata_options\n\tm.http_tokens != \"required\""},
      {"database_service", "database_id", "not publicly_accessible", "publicly_accessible: false",
       "publicly_accessible: true", "aws_db_instance", "r.change.after.publicly_accessible"},
      {"database_service", "database_id", "encrypted", "encrypted: true", "encrypted: false", "aws_db_instance",
       "not r.change.after.storage_encrypted"},
      {"database_service", "database_id", "deletion_protection", "deletion_protection: true",
       "deletion_protection: false", "aws_db_instance", "not r.change.after.deletion_protection"},
      {"database_service", "database_id", "backup_days >= 7", "backup_days: 14", "backup_days: 0", "aws_db_instance",
       "r.change.after.backup_retention_period < 7"},
      {"key", "key_id", "rotation_enabled", "rotation_enabled: true", "rotation_enabled: false", "aws_kms_key",
       "not r.change.after.enable_key_rotation"},
      {"key", "key_id", "deletion_wait_days >= 14", "deletion_wait_days: 30", "deletion_wait_days: 7", "aws_kms_key",
       "r.change.after.deletion_window_in_days < 14"},
      {"key", "key_id", "state = 'enabled'", "state: enabled", "state: disabled", "aws_kms_key",
       "not r.change.after.is_enabled"},
  });
  // Each in five spellings, as packs of rules repeat themselves for subsets of an estate.
  for (int part = 0; part < 5; ++part) {
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      const Column& c = kColumns.at(i);
      const auto rego = [&](const std::string& source, const std::string& type) {
        return fmt::format("deny contains r.address if {{\n\tsome r in {}{}\n\t{}{}\n}}\n", source, type, c.rego,
                           part == 0 ? std::string() : fmt::format("\n\tcontains(r.address, \"{}.\")", part));
      };
      const auto cell = [&](std::string_view value) {
        return fmt::format("{{{}: module.team_1{}.x{}{}}}", c.id, part, value.empty() ? "" : ", ", value);
      };
      all.push_back({.id = fmt::format("gate-{}-{}-{}", c.table, i, part),
                     .table = std::string(c.table),
                     .where = part == 0 ? std::string() : fmt::format("{} like '%{}.%'", c.id, part),
                     .pass = std::string(c.condition),
                     .subject = std::string(c.id),
                     .good = cell(c.good),
                     .bad = cell(c.bad),
                     .unknown = cell(""),
                     .alone = rego("input.resource_changes", fmt::format("\n\tr.type == \"{}\"", c.type)),
                     .shared = rego(fmt::format("of(\"{}\")", c.type), "")});
    }
  }
  return all;
}

void write_rules(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "checks");
  std::filesystem::create_directories(folder / "rego");
  std::filesystem::create_directories(folder / "rego-shared");
  std::ofstream alone(folder / "rego" / "gate.rego");
  std::ofstream shared(folder / "rego-shared" / "gate.rego");
  alone << "package main\n\nimport rego.v1\n\n";
  shared << R"(package main

import rego.v1

of(type) := [r | some r in input.resource_changes; r.type == type]

open_rules contains {"from": rule.from_port, "to": rule.to_port, "msg": r.address} if {
	some r in input.resource_changes
	r.type == "aws_security_group"
	some rule in r.change.after.ingress
	some prefix in rule.cidr_blocks
	prefix in {"0.0.0.0/0", "::/0"}
}

open_rules contains {"from": r.change.after.from_port, "to": r.change.after.to_port, "msg": r.address} if {
	some r in input.resource_changes
	r.type == "aws_vpc_security_group_ingress_rule"
	r.change.after.cidr_ipv4 == "0.0.0.0/0"
}

open_rules contains {"from": r.change.after.port_range_min, "to": r.change.after.port_range_max, "msg": r.address} if {
	some r in input.resource_changes
	r.type == "openstack_networking_secgroup_rule_v2"
	r.change.after.direction == "ingress"
	r.change.after.remote_ip_prefix == "0.0.0.0/0"
}

)";
  for (const Rule& rule : rules()) {
    bench::PackCheck check{.id = rule.id,
                           .table = rule.table,
                           .where = rule.where,
                           .pass = rule.pass,
                           .query = {},
                           .good = rule.good,
                           .bad = rule.bad,
                           .unknown = rule.unknown};
    std::string text = bench::yaml_of(check);
    const std::string usual = fmt::format("subject: \"{{{}_id}}\"", rule.table);
    if (const std::size_t found = text.find(usual); found != std::string::npos)
      text.replace(found, usual.size(), fmt::format("subject: \"{{{}}}\"", rule.subject));
    std::ofstream(folder / "checks" / (rule.id + ".yaml")) << text;
    alone << rule.alone << '\n';
    shared << rule.shared << '\n';
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fputs("usage: bench_intent FOLDER [DIVISOR]\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  const int divisor = count > 2 ? std::max(1, std::atoi(arguments[2])) : 1;
  std::filesystem::create_directories(folder / "plan");
  std::filesystem::create_directories(folder / "manifests");
  write_plan(folder / "plan" / "plan.json", divisor);
  write_manifests(folder / "manifests" / "objects.yaml", divisor);
  write_rules(folder);
  std::ofstream(folder / "plan.yaml") << "site: gate\ncountry: FI\ntargets:\n  - terraform: plan/plan.json\n";
  std::ofstream(folder / "manifests.yaml") << "site: gate\ncountry: FI\ntargets:\n  - kubernetes: manifests\n";
  return 0;
}
