// SPDX-License-Identifier: Apache-2.0
#include "reports/junit.h"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

#include "base/text.h"
#include "reports/ci.h"

namespace ehdscan {
namespace {

/// XML 1.0 has no way to write most control characters, U+FFFE and U+FFFF.
std::string xml_text(std::string_view raw) {
  std::string out;
  const std::string text = to_valid_utf8(raw);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::string_view three = std::string_view(text).substr(i, 3);
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) {
      out += "\xEF\xBF\xBD";
    } else if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") {
      out += "\xEF\xBF\xBD";
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(xml_text(value).c_str());
}

struct Counts {
  int tests = 0;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
};

void set_counts(pugi::xml_node node, const Counts& counts, bool with_skipped) {
  node.append_attribute("tests").set_value(counts.tests);
  node.append_attribute("failures").set_value(counts.failures);
  node.append_attribute("errors").set_value(counts.errors);
  if (with_skipped) node.append_attribute("skipped").set_value(counts.skipped);
}

pugi::xml_node add_case(pugi::xml_node suite, Counts& counts, const CheckView& check, std::string_view name) {
  pugi::xml_node test = suite.append_child("testcase");
  set(test, "classname", fmt::format("ehdscan.{}", check.id));
  set(test, "name", name);
  ++counts.tests;
  return test;
}

enum class Dialect : std::uint8_t {
  annotating,  ///< with `file` and `line`, as GitHub and GitLab read it
  jenkins,     ///< what the schema of the Jenkins xUnit plugin admits: the place stands in the message
};

void add_finding(pugi::xml_node suite, Counts& counts, const CheckView& check, const Finding& finding, bool accepted,
                 Dialect dialect) {
  pugi::xml_node test = add_case(suite, counts, check, finding.subject.empty() ? finding.resource.id : finding.subject);
  std::string message = review_message(check, finding);
  if (const ReviewPlace place = review_place(finding); !place.path.empty()) {
    if (dialect == Dialect::annotating) {
      set(test, "file", place.path);
      test.append_attribute("line").set_value(place.line);
    } else {
      message += fmt::format(" ({}:{})", place.path, place.line);
    }
  }
  if (finding.verdict == Verdict::fail && !accepted) {
    ++counts.failures;
    pugi::xml_node failure = test.append_child("failure");
    set(failure, "message", message);
    set(failure, "type", to_string(check.severity));
    if (check.check != nullptr) failure.text().set(xml_text(check.check->remediation).c_str());
    return;
  }
  if (finding.verdict == Verdict::warn && !accepted) {
    test.append_child("system-out").text().set(xml_text("warning: " + message).c_str());
    return;
  }
  ++counts.skipped;
  set(test.append_child("skipped"), "message", accepted ? "accepted risk: " + message : message);
}

Result<std::string> write(const Readiness& readiness, Dialect dialect) {
  const ReportView view(readiness);
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version").set_value("1.0");
  declaration.append_attribute("encoding").set_value("UTF-8");
  pugi::xml_node suites = document.append_child("testsuites");
  set(suites, "name", "ehdscan");
  pugi::xml_node suite = suites.append_child("testsuite");
  set(suite, "name", readiness.site.empty() ? "ehdscan" : readiness.site);
  Counts counts;
  for (const auto& [id, check] : view.checks()) {
    if (check.outcome != nullptr && !check.outcome->error.empty()) {
      ++counts.errors;
      set(add_case(suite, counts, check, "the check runs").append_child("error"), "message", check.outcome->error);
    }
    const bool accepted = is_accepted_risk(view, check);
    for (const std::size_t index : check.findings) {
      add_finding(suite, counts, check, readiness.assessment.findings[index], accepted, dialect);
    }
    const std::int64_t passed = check.outcome == nullptr ? 0 : check.outcome->counts.of(Verdict::pass);
    if (passed > 0) add_case(suite, counts, check, counted(passed, "resource passes", "resources pass"));
  }
  set_counts(suites, counts, false);
  set_counts(suite, counts, true);
  std::ostringstream out;
  document.save(out, " ");
  return std::move(out).str();
}

}  // namespace

Result<std::string> write_junit_report(const Readiness& readiness) { return write(readiness, Dialect::annotating); }
Result<std::string> write_jenkins_report(const Readiness& readiness) { return write(readiness, Dialect::jenkins); }

}  // namespace ehdscan
