// SPDX-License-Identifier: Apache-2.0
// Cases written by others (kubescape/regolibrary, Apache-2.0) with what they expect: where a check of ours means the
// same, it says the same, or the table says why it does not.
#include <doctest/doctest.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "support/kube_scene.h"
#include "support/program.h"

using namespace ehdscan;
using test::judge_cluster;
using test::Judged;

namespace {

const std::filesystem::path kCorpus = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "../shared/corpora/regolibrary-slice";

struct Mapping {
  std::string rule;
  std::string check;
  std::string resource;  ///< part of the resource's id that is looked at; empty: any
  bool wider = false;    ///< ours asks for more, so it may find something where theirs is content
};

const std::vector<Mapping> kMappings{
    {"host-pid-ipc-privileges", "kube-workloads-apart-from-node", "", false},
    {"alert-rw-hostpath", "kube-workloads-apart-from-node", "", false},
    {"set-seccomp-profile", "kube-containers-restricted", "", true},
    {"set-seccomp-profile-RuntimeDefault", "kube-containers-restricted", "", true},
    {"drop-capability-netraw", "kube-containers-restricted", "", true},
    {"automount-service-account", "kube-tokens-not-mounted", "", false},
    {"rule-can-bind-escalate", "kube-no-escalation-rights", "", false},
    {"rule-can-approve-cert-signing-request", "kube-no-escalation-rights", "", false},
    {"pod-security-admission-applied-1", "kube-namespaces-enforce-restricted", "", true},
    {"pod-security-admission-applied-2", "kube-namespaces-enforce-restricted", "", true},
    {"pod-security-admission-restricted-applied-1", "kube-namespaces-enforce-restricted", "", true},
    {"read-only-port-enabled-updated", "kube-daemons-authenticate", "readOnlyPort", false},
    {"etcd-client-auth-cert", "kube-daemons-authenticate", "/client-cert-auth", false},
    {"ensure-that-the-api-server-anonymous-auth-argument-is-set-to-false", "kube-anonymous-callers-hold-nothing", "",
     false},
    {"ensure-that-the-api-server-encryption-provider-config-argument-is-set-as-appropriate",
     "kube-secrets-encrypted-by-key-service", "", false},
    {"external-secret-storage", "kube-secrets-encrypted-by-key-service", "", false},
    {"audit-policy-content", "kube-audit-policy-records", "", true},
    {"outdated-k8s-version", "kube-versions-supported", "", false},
    {"rule-identify-blocklisted-image-registries", "kube-images-pinned-and-allowed", "", true},
};

/// Cases in which we say something else, and why.
const std::map<std::string, std::string> kExplained{
    {"rule-can-bind-escalate/clusterrole-clusterrolebinding",
     "create on rolebindings alone does not bind: the API server demands the verb bind or the rights themselves "
     "(Kubernetes, RBAC, "
     "privilege escalation prevention); and who is in the groups `manager` and `dev` the cluster does not know"},
    {"external-secret-storage/failed-no-good-kms",
     "theirs keeps a list of products by the name of the plugin, which everybody may choose; ours takes any key "
     "service, and asks whether older "
     "secrets were rewritten"},
    {"ensure-that-the-api-server-encryption-provider-config-argument-is-set-as-appropriate/passed",
     "aescbc with a key beside the data encrypts; the control asks for a key service"},
    {"audit-policy-content/failed-missing-one",
     "the last rule of the policy records everything at Metadata, so that every request in question is recorded"},
    {"audit-policy-content/failed-many-rules-for-one-resources", "its last rule records everything at Metadata too"},
    {"audit-policy-content/failed-missing-argument",
     "without the policy's file this check cannot know; that the argument is missing is found by "
     "kube-audit-events-leave-cluster"},
    {"outdated-k8s-version/pass", "1.34 was current when they wrote it; on the day of this test it gets no more fixes"},
    {"read-only-port-enabled-updated/cli-fail", "flags of a running kubelet are not read, only its configuration"},
    {"external-secret-storage/passed",
     "aescbc stands before kms, and the first provider writes (Kubernetes, Encrypting Confidential Data at Rest)"},
};

const std::string kDeclarations =
    "schema: ehdscan-declarations/1\nowner: a\napprover: b\ndeclared_on: \"2026-10-01\"\nholders: []\nregistries:\n  - "
    "{registry: registry.k8s.io}\n";

/// Files that host sensors of theirs wrote are unpacked into the files that they hold.
void unpack(const std::string& name, const std::string& text, std::map<std::string, std::string>& files) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.contains("data") || !json.value("apiVersion", "").starts_with("hostdata.")) {
    files[name] = text;
    return;
  }
  const auto unpacked = [&](const char* pointer, const std::string& file, const std::string& head) {
    const nlohmann::json::json_pointer at(pointer);
    if (!json["data"].contains(at)) return;
    const auto content = decode_base64(json["data"][at].get<std::string>());
    if (content) files[file] = head + std::string(content->begin(), content->end());
  };
  unpacked("/configFile/content", "kubelet.yaml", "kind: KubeletConfiguration\n");
  unpacked("/APIServerInfo/encryptionProviderConfigFile/content", "encryption.yaml", "");
  unpacked("/APIServerInfo/auditPolicyFile/content", "audit.yaml", "");
  // Their sensor saw an API server whose arguments it does not repeat.
  files["server.yaml"] =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: s, namespace: kube-system}\nspec: {containers: [{name: "
      "kube-apiserver, image: i, "
      "command: [kube-apiserver, --encryption-provider-config=/e, --audit-policy-file=/a]}]}\n";
}

}  // namespace

TEST_CASE(
    "kubernetes: cases of regolibrary that a check of ours means too come out the same, or the table says why not") {
  if (!std::filesystem::exists(kCorpus)) {
    std::cout << "SKIPPED kubernetes corpus: " << kCorpus.string() << " is not beside the clone\n";
    return;
  }
  std::size_t cases = 0;
  std::size_t explained = 0;
  for (const Mapping& mapping : kMappings) {
    for (const auto& entry : std::filesystem::directory_iterator(kCorpus / mapping.rule)) {
      const std::string id = mapping.rule + "/" + entry.path().filename().string();
      INFO(id);
      std::map<std::string, std::string> files;
      if (std::filesystem::exists(entry.path() / "input")) {
        for (const auto& file : std::filesystem::directory_iterator(entry.path() / "input")) {
          unpack(file.path().filename().string(), content_of(file.path()), files);
        }
      }
      // Flags of a process are not read: a kubelet without its file says nothing.
      const bool only_flags = mapping.rule == "read-only-port-enabled-updated" && !files.contains("kubelet.yaml");
      if (files.empty() || only_flags) continue;
      if (mapping.check == "kube-anonymous-callers-hold-nothing") {
        files["binding.yaml"] =
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {kind: "
            "ClusterRole, "
            "name: view}\nsubjects: [{kind: User, name: \"system:anonymous\"}]\n";
      }
      std::string options = "[";
      for (const auto& [name, text] : files) options += name + ", ";
      const Judged judged = judge_cluster(files, options + "]", kDeclarations);
      bool found = false;
      for (const std::string& resource : judged.of(mapping.check, Verdict::fail)) {
        found = found || resource.find(mapping.resource) != std::string::npos;
      }
      const bool expected = !nlohmann::json::parse(content_of(entry.path() / "expected.json")).empty();
      ++cases;
      if (kExplained.contains(id)) {
        CHECK_MESSAGE(found != expected, "the explanation is no longer needed");
        ++explained;
      } else if (expected || !mapping.wider) {
        CHECK(found == expected);
      }
    }
  }
  CHECK(cases >= 60);
  CHECK(explained == kExplained.size());
}
