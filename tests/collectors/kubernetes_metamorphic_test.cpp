// SPDX-License-Identifier: Apache-2.0
// Another way to write the same objects never changes a verdict; saying less, or something that cannot be read, never
// makes a fault disappear.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "support/kube_scene.h"
#include "support/program.h"

using namespace ehdscan;
using test::judge_cluster;
using test::Judged;

namespace {

using Json = nlohmann::ordered_json;

const std::filesystem::path kSamples = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/kubernetes";

// Without declared holders and prefixes half of the checks would say that they cannot know.
const std::string kDeclarations =
    "schema: ehdscan-declarations/1\nowner: a\napprover: b\ndeclared_on: \"2026-10-01\"\nholders: []\nshared_services: "
    "[]\n"
    "registries:\n  - {registry: registry.example}\nprefixes:\n  - {prefix: 10.9.0.0/24, purpose: admin}\n";

Json json_of(const Node& node) {
  switch (node.kind()) {
    case Node::Kind::null:
      return nullptr;
    case Node::Kind::boolean:
      return *node.as_boolean();
    case Node::Kind::integer:
      return *node.as_integer();
    case Node::Kind::real:
      return Json::parse(node.scalar());
    case Node::Kind::text:
      return std::string(node.scalar());
    case Node::Kind::sequence: {
      Json list = Json::array();
      for (std::size_t i = 0; i < node.size(); ++i) list.push_back(json_of(node[i]));
      return list;
    }
    case Node::Kind::mapping: {
      Json object = Json::object();
      for (std::size_t i = 0; i < node.size(); ++i) object[std::string(node.key_at(i).scalar())] = json_of(node[i]);
      return object;
    }
  }
  return nullptr;
}

std::vector<Json> objects_of(const std::string& sample) {
  std::vector<Json> objects;
  std::string text = content_of(kSamples / sample);
  REQUIRE(!text.empty());
  while (!text.empty()) {
    const std::size_t end = text.find("\n---\n");
    const auto document = Document::parse_yaml(text.substr(0, end), sample);
    REQUIRE(document);
    objects.push_back(json_of((*document)->root()));
    text.erase(0, end == std::string::npos ? end : end + 5);
  }
  return objects;
}

std::string list_of(const std::vector<Json>& objects) {
  return Json{{"apiVersion", "v1"}, {"kind", "List"}, {"items", objects}}.dump();
}

Json reversed(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(reversed(item));
    return list;
  }
  if (!value.is_object()) return value;
  std::vector<std::string> keys;
  for (const auto& [key, item] : value.items()) keys.insert(keys.begin(), key);
  Json object = Json::object();
  for (const std::string& key : keys) object[key] = reversed(value[key]);
  return object;
}

/// YAML in block style, as another tool would write it.
void write_yaml(const Json& value, int indent, std::string& out) {
  const std::string space(static_cast<std::size_t>(indent), ' ');
  if (value.is_object() && !value.empty()) {
    for (const auto& [key, item] : value.items()) {
      out += space + Json(key).dump() + ":";
      if (item.is_structured() && !item.empty()) {
        out += "\n";
        write_yaml(item, indent + 2, out);
      } else {
        out += " " + item.dump() + "\n";
      }
    }
  } else if (value.is_array() && !value.empty()) {
    for (const Json& item : value) {
      out += space + "-";
      if (item.is_structured() && !item.empty()) {
        out += "\n";
        write_yaml(item, indent + 2, out);
      } else {
        out += " " + item.dump() + "\n";
      }
    }
  } else {
    out += space + value.dump() + "\n";
  }
}

Judged judge_list(const std::vector<Json>& objects) {
  return judge_cluster({{"m.json", list_of(objects)}}, "[m.json]", kDeclarations);
}

std::string text_of(const Judged& judged) {
  std::string text;
  for (const auto& [check, resources] : judged.findings) {
    for (const auto& [resource, verdict] : resources)
      text += check + " " + resource + " " + std::string(to_string(verdict)) + "\n";
  }
  return text;
}

void same(const Judged& a, const Judged& b) {
  CHECK(text_of(a) == text_of(b));
  CHECK(a.counts == b.counts);
}

/// Every place below `value`, as JSON pointers.
void places(const Json& value, const Json::json_pointer& at, std::vector<Json::json_pointer>& out) {
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      out.push_back(at / key);
      places(item, at / key, out);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      out.push_back(at / i);
      places(value[i], at / i, out);
    }
  }
}

/// Fails of `before` that pass `after`: the resource is still judged, and no longer found wanting.
std::set<std::string> turned_to_pass(const Judged& before, const Judged& after) {
  std::set<std::string> turned;
  for (const auto& [check, resources] : before.findings) {
    for (const auto& [resource, verdict] : resources) {
      if (verdict != Verdict::fail) continue;
      const auto found = after.findings.find(check);
      const bool still = found != after.findings.end() && found->second.contains(resource);
      const auto passes = after.counts.at(check).of(Verdict::pass);
      if (!still && passes > before.counts.at(check).of(Verdict::pass)) turned.insert(check);
    }
  }
  return turned;
}

}  // namespace

TEST_CASE("kubernetes: the weak cluster fails in every check that manifests can decide, the hardened one in none") {
  const Judged weak = judge_list(objects_of("weak.yaml"));
  const Judged hardened = judge_list(objects_of("hardened.yaml"));
  // What manifests do not show: running images, nodes, addresses of the API, what only a register says.
  const std::set<std::string> elsewhere{"kube-api-endpoint-limited",      "kube-audit-logs-switched-on",
                                        "kube-image-signatures-verified", "kube-network-plugin-enforces",
                                        "kube-permit-labels-in-register", "kube-running-digests-known",
                                        "kube-versions-supported",        "kube-volumes-of-one-namespace"};
  for (const Check& check : test::kube_checks()) {
    INFO(check.id);
    if (!elsewhere.contains(check.id)) CHECK(weak.fails(check.id));
    CHECK_FALSE(hardened.fails(check.id));
  }
}

TEST_CASE("kubernetes: JSON, a List, separate files, another order and another style say the same") {
  for (const std::string sample : {"weak.yaml", "hardened.yaml"}) {
    INFO(sample);
    const Judged as_written = judge_cluster({{"m.yaml", content_of(kSamples / sample)}}, "[m.yaml]", kDeclarations);
    const std::vector<Json> objects = objects_of(sample);
    // The name of a file names the node of a kubelet, so it stays `m`.
    same(as_written, judge_list(objects));

    std::vector<Json> turned;
    for (const Json& object : objects) turned.insert(turned.begin(), reversed(object));
    same(as_written, judge_list(turned));

    std::string stream = "# another tool\n";
    std::string windows = "\xEF\xBB\xBF";
    for (const Json& object : objects) {
      stream += "---\n";
      write_yaml(object, 0, stream);
    }
    for (const char c : stream) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    same(as_written, judge_cluster({{"m.yaml", stream}}, "[m.yaml]", kDeclarations));
    same(as_written, judge_cluster({{"m.yaml", windows}}, "[m.yaml]", kDeclarations));

    std::map<std::string, std::string> folders;
    std::string options = "[";
    for (std::size_t i = 0; i < objects.size(); ++i) {
      const bool kubelet = objects[i]["kind"] == "KubeletConfiguration";
      const std::string name = kubelet ? "m.json" : "o" + std::to_string(i) + ".json";
      folders[name] = objects[i].dump(2);
      options += name + ", ";
    }
    same(as_written, judge_cluster(folders, options + "]", kDeclarations));
  }
}

TEST_CASE(
    "kubernetes: deleting an attribute makes a fault disappear only where absence is the documented good default") {
  // Last key of what was deleted; its absence is false, empty or `Default` by the API reference, or takes the faulty
  // thing itself away.
  const std::set<std::string> absence_is_good{"hostNetwork",
                                              "hostPID",
                                              "hostIPC",
                                              "privileged",
                                              "procMount",
                                              "hostPort",
                                              "hostPath",
                                              "nfs",
                                              "add",
                                              "capabilities",
                                              "sysctls",
                                              "seLinuxOptions",
                                              "appArmorProfile",
                                              "type",
                                              "env",
                                              "args",
                                              "value",
                                              "data",
                                              "db.password",
                                              "stringData",
                                              "volumes",
                                              "initContainers",
                                              "securityContext",
                                              "ports",
                                              "ingress",
                                              "egress",
                                              "from",
                                              "subjects",
                                              "rules",
                                              "roleRef",
                                              "readOnlyPort",
                                              "anonymous",
                                              "authentication",
                                              "enabled",
                                              "mode",
                                              "authorization",
                                              "exemptions",
                                              "usernames",
                                              "namespaces",
                                              "metadata",
                                              "spec",
                                              "template",
                                              "labels",
                                              "user-code",
                                              "resources",
                                              "verbs",
                                              "apiGroups",
                                              "kind",
                                              "namespaceSelector",
                                              "ipBlock",
                                              "name",
                                              "namespace",
                                              "providers",
                                              "level"};
  const std::vector<Json> objects = objects_of("weak.yaml");
  const Judged before = judge_list(objects);
  std::size_t deleted = 0;
  std::size_t turned_by_known = 0;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    std::vector<Json::json_pointer> all;
    places(objects[i], Json::json_pointer(), all);
    for (const Json::json_pointer& place : all) {
      std::vector<Json> changed = objects;
      Json& parent = changed[i].at(place.parent_pointer());
      // Deleting an element of a list takes the thing itself away, not what is said of it.
      if (parent.is_array()) continue;
      parent.erase(place.back());
      const std::set<std::string> turned = turned_to_pass(before, judge_list(changed));
      ++deleted;
      if (turned.empty()) continue;
      INFO(objects[i]["kind"].get<std::string>() << " " << place.to_string() << ": " << *turned.begin());
      CHECK(absence_is_good.contains(place.back()));
      ++turned_by_known;
    }
  }
  CHECK(deleted > 100);
  CHECK(turned_by_known > 5);
}

TEST_CASE("kubernetes: a flag or a number that cannot be read never makes a check pass") {
  for (const std::string sample : {"weak.yaml", "hardened.yaml"}) {
    const std::vector<Json> objects = objects_of(sample);
    const Judged before = judge_list(objects);
    std::size_t replaced = 0;
    for (std::size_t i = 0; i < objects.size(); ++i) {
      std::vector<Json::json_pointer> all;
      places(objects[i], Json::json_pointer(), all);
      for (const Json::json_pointer& place : all) {
        const Json& value = objects[i].at(place);
        if (!value.is_boolean() && !value.is_number()) continue;
        for (const Json& unreadable : {Json("${unknown}"), Json::object({{"unknown", true}}), Json::array()}) {
          std::vector<Json> changed = objects;
          changed[i].at(place) = unreadable;
          const Judged after = judge_list(changed);
          INFO(sample << " " << objects[i]["kind"].get<std::string>() << " " << place.to_string() << " = "
                      << unreadable.dump());
          CHECK(turned_to_pass(before, after).empty());
          // Ports of containers and replicas decide nothing; what decides must stop passing.
          const std::set<std::string> decides{"automountServiceAccountToken", "runAsUser", "runAsNonRoot", "privileged",
                                              "allowPrivilegeEscalation",     "enabled",   "readOnlyPort"};
          if (sample == "hardened.yaml" && decides.contains(place.back()) && objects[i]["kind"] != "ServiceAccount") {
            CHECK(after.findings != before.findings);
          }
          ++replaced;
        }
      }
    }
    CHECK(replaced > 10);
  }
}
