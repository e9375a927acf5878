// SPDX-License-Identifier: Apache-2.0
#include "tests/reports/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crypto/digest.h"
#include "tests/reports/sample_baseline.h"

namespace ehdscan {
namespace {

struct SampleCheck {
  const char* id;
  const char* control;
  const char* evidence;
  const char* severity;
  const char* table;
  const char* title;
  const char* subject;  // {0} host, {1} number
  const char* message;
  const char* location;
  unsigned line;
  const char* rationale;
  const char* remediation;
};

constexpr std::array kChecks{
    SampleCheck{
        "sshd-root-login", "IAM-09", "linux", "high", "sshd_setting", "Root cannot log in over SSH",
        "{0}: PermitRootLogin", "`PermitRootLogin` is `yes` for everyone", "/etc/ssh/sshd_config", 34,
        "A shared root login leaves no person in the log, and a password guess gives the whole machine.",
        "Set in /etc/ssh/sshd_config.d/50-hardening.conf:\n\n    PermitRootLogin no\n\nthen `systemctl reload ssh`."},
    SampleCheck{"sshd-password-authentication", "IAM-09", "linux", "critical", "sshd_setting",
                "SSH accepts no passwords alone", "{0}: PasswordAuthentication",
                "`PasswordAuthentication` is `yes` and no second factor follows", "/etc/ssh/sshd_config", 57,
                "Passwords alone are guessed and reused; D7.4 asks for a second factor on every way in.",
                "Use keys, or keyboard-interactive with a second factor:\n\n    PasswordAuthentication no\n    "
                "AuthenticationMethods publickey,keyboard-interactive"},
    SampleCheck{"rule-opens-admin-port-to-internet", "NET-01", "openstack", "critical", "network_rule",
                "No single rule opens an administrative port to the whole internet", "sg-compute-{1}/rule-{1}",
                "`sg-compute-{1}` lets `0.0.0.0/0` reach port 22", "exports/openstack/security_group_rules.json", 412,
                "An administrative port that the whole internet reaches will be tried within minutes.",
                "Name the bastion's prefix instead:\n\n    openstack security group rule delete RULE\n    openstack "
                "security group rule create --dst-port 22 --remote-ip 192.0.2.0/28 GROUP"},
    SampleCheck{"volume-encrypted-at-rest", "STO-01", "openstack", "critical", "volume",
                "Volumes with health data are encrypted at rest", "volume/permit-{1}",
                "volume type `standard-ssd` has no encryption", "exports/openstack/volumes.json", 88,
                "A disk that leaves the data centre, by repair or theft, must be unreadable.",
                "Retype to an encrypted volume type:\n\n    openstack volume set --type luks-aes256 --retype-policy "
                "on-demand VOLUME"},
    SampleCheck{
        "audit-retention-days", "LOG-05", "linux", "high", "log_sink", "Access logs are kept at least one year",
        "{0}: auditd", "logs are kept about `{1}` days, 365 are needed", "/etc/audit/auditd.conf", 12,
        "Audits look back a year; logs that are gone cannot show who saw what.",
        "Raise num_logs and max_log_file in /etc/audit/auditd.conf, or forward to a store with its own retention."},
    SampleCheck{"tls-minimum-version", "TLS-01", "tls", "critical", "tls_protocol", "Endpoints refuse TLS 1.0 and 1.1",
                "portal-{1}.node.example:443", "`TLSv1.1` is accepted", "tls://portal.node.example:443", 0,
                "Old protocol versions allow attacks that newer ones closed.",
                "In nginx: `ssl_protocols TLSv1.2 TLSv1.3;`"},
    SampleCheck{"security-updates-pending", "VUL-02", "linux", "medium", "package_state",
                "No security update waits longer than its deadline", "{0}: openssl",
                "`openssl` 3.0.{1} waits for a security update since 41 days", "/var/lib/dpkg/status", 20817,
                "Known holes are used; the deadline is the longest a node may stay open.",
                "apt-get update && apt-get upgrade"},
    SampleCheck{"time-source-authenticated", "HST-03", "linux", "low", "time_source",
                "Clocks follow authenticated sources", "{0}: chrony", "source `pool.ntp.example` is not authenticated",
                "/etc/chrony/chrony.conf", 3, "Logs are evidence only if their time can be trusted.",
                "Use NTS: `server nts.example iburst nts`"},
    SampleCheck{"permit-holders-only", "IAM-01", "permit_register", "critical", "account",
                "Only people named in a permit have access", "account researcher-{1}",
                "no permit in force names this account", "permits.yaml", 240,
                "Art. 73(1)(a): only natural persons listed in the permit get in.",
                "Close the account or have the permit amended."},
    SampleCheck{"instance-region-declared", "RES-01", "openstack", "critical", "location",
                "Every place of data lies inside the Union", "region RegionOne-{1}", "",
                "exports/openstack/regions.json", 7, "Health data stay in the Union at rest and in every step.",
                "Declare the region's country in declarations.yaml, with owner and approver."},
    SampleCheck{"backup-restore-tested", "BCK-01", "document", "medium", "exercise",
                "A restore was tested within a year", "restore exercise {1}", "", "governance/exercises.yaml", 19,
                "A backup that was never restored is a hope.",
                "Restore one dataset and record date, person and result."},
    SampleCheck{"image-signature-verified", "K8S-02", "kubernetes", "high", "kube_admission",
                "Only signed images start", "cluster spe-{1}", "no admission policy verifies signatures",
                "manifests/policies.yaml", 61, "An unsigned image can be anyone's.",
                "Install a policy engine and require signatures for every namespace."},
};

constexpr std::array kHosts{"login01",   "login02",   "compute01", "compute02",
                            "compute03", "airlock01", "storage01", "bastion01"};

Severity severity_of(const char* text) { return parse_severity(text).value_or(Severity::medium); }

std::vector<std::string> list_of(const char* text) {
  std::vector<std::string> parts;
  if (*text == '\0') return parts;
  for (const std::string_view part : split(text, ',')) parts.emplace_back(trim(part));
  return parts;
}

Profile sample_profile() {
  Profile profile;
  profile.id = "ehds-hric-readiness-baseline";
  profile.version = "0.1";
  profile.baseline_date = "2026-11-23";
  profile.sha256 = sha256_hex("sample profile");
  profile.overlays = {"overlays/fi-national.yaml"};
  for (const auto& domain : sample::kDomains) profile.domains.push_back({domain.id, domain.title, domain.weight});
  for (const auto& from : sample::kControls) {
    Control control;
    control.id = from.id;
    control.domain = std::string(from.id).substr(0, 3);
    control.title = from.title;
    control.requirement = from.requirement;
    control.severity = severity_of(from.severity);
    control.basis = from.basis;
    control.gates = from.gates;
    control.applies_when = "always";
    control.min_evidence = parse_evidence_grade(from.min_evidence).value_or(EvidenceGrade::e2);
    control.evidence = list_of(from.evidence);
    control.testable_how = from.testable_how;
    control.references = {
        {"ehds", list_of(from.ehds)}, {"iso27001", list_of(from.iso27001)}, {"nist80053", list_of(from.nist80053)}};
    for (const std::string& evidence : control.evidence) {
      Part part{evidence, evidence, "what " + evidence + " shows of it", {}};
      for (const SampleCheck& check : kChecks) {
        if (control.id == check.control && evidence == check.evidence) part.checks.emplace_back(check.id);
      }
      control.parts.push_back(std::move(part));
    }
    if (std::ranges::none_of(control.parts, [](const Part& part) { return !part.checks.empty(); })) {
      for (const SampleCheck& check : kChecks) {
        if (control.id == check.control) control.parts.front().checks.emplace_back(check.id);
      }
    }
    profile.controls.push_back(std::move(control));
  }
  for (const auto& from : sample::kArticles) {
    profile.articles.push_back({from.point,
                                from.addressee,
                                from.duty,
                                from.applies_from,
                                from.evidence,
                                from.gate,
                                list_of(from.gating),
                                list_of(from.supporting),
                                {}});
  }
  profile.milestones = {
      {"2026-12-31", "last day for new RSA certificates below 3000 bit", "ETSI TS 119 312 V2.1.1", "secondary"},
      {"2027-03-26", "EHDS general application, Chapter V included", "EHDS 105", "primary"},
      {"2029-03-26", "EHDS Chapter IV applies", "EHDS 105", "primary"},
      {"2031-12-31", "end of TLS 1.2 in the BSI list", "BSI TR-02102-2 2026-01", "secondary"},
  };
  profile.exclusions = {{"SUP-02", "no software is built on this node", "A. Virtanen, CISO", "2027-06-30"}};
  return profile;
}

std::vector<Check> sample_checks() {
  std::vector<Check> checks;
  for (const SampleCheck& from : kChecks) {
    Check check;
    check.id = from.id;
    check.title = from.title;
    check.severity = severity_of(from.severity);
    check.table = from.table;
    check.rationale = from.rationale;
    check.remediation = from.remediation;
    check.references = {"EHDS 73(1)(b)", "https://eur-lex.europa.eu/eli/reg/2025/327/oj"};
    checks.push_back(std::move(check));
  }
  std::ranges::sort(checks, {}, &Check::id);
  return checks;
}

Verdict verdict_of(const SampleCheck& check, std::size_t n) {
  const std::string_view message = check.message;
  if (message.empty()) return Verdict::not_assessed;
  if (n % 11 == 10) return Verdict::not_assessed;
  if (n % 17 == 16) return Verdict::not_applicable;
  return n % 7 == 6 ? Verdict::warn : Verdict::fail;
}

std::vector<Finding> sample_findings(std::size_t count) {
  std::vector<Finding> findings;
  findings.reserve(count);
  for (std::size_t n = 0; n < count; ++n) {
    const SampleCheck& check = kChecks[n % kChecks.size()];
    const std::size_t number = n / kChecks.size() + 3;
    const std::string host = n < 200 ? kHosts[n % kHosts.size()] : fmt::format("node{:04}", n / 97);
    Finding finding;
    finding.check = check.id;
    finding.resource = {.platform = "host:" + host, .type = check.table, .id = fmt::format("{}/{:06}", host, number)};
    finding.verdict = verdict_of(check, n);
    finding.subject = fmt::format(fmt::runtime(check.subject), host, number);
    if (finding.verdict == Verdict::not_assessed) {
      finding.reason = n % 2 == 0 ? "`" + std::string(check.location) + "` could not be read: permission denied"
                                  : "no row says where this lies: the export names no country";
    } else if (finding.verdict == Verdict::not_applicable) {
      finding.reason = "the service is not installed";
    } else {
      finding.message = fmt::format(fmt::runtime(check.message), host, number);
    }
    finding.target = std::string_view(check.evidence) == "linux" ? host : check.evidence;
    finding.location = check.location;
    finding.line = check.line;
    finding.grade = n % 5 == 0 ? EvidenceGrade::e3 : EvidenceGrade::e2;
    finding.third_party = n % 13 == 12;
    finding.nature = std::string_view(check.evidence) == "kubernetes" ? Nature::intended : Nature::observed;
    findings.push_back(std::move(finding));
  }
  std::ranges::sort(findings);
  return findings;
}

std::vector<CheckOutcome> outcomes_of(const std::vector<Check>& checks, const std::vector<Finding>& findings) {
  std::vector<CheckOutcome> outcomes;
  for (const Check& check : checks) {
    CheckOutcome outcome{.check = check.id, .counts = {}, .collected = true, .error = {}};
    for (const Finding& finding : findings) {
      if (finding.check == check.id) outcome.counts.add(finding.verdict);
    }
    outcome.counts.add(Verdict::pass, 37);
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

ControlResult control_result(const Control& control, const std::vector<CheckOutcome>& outcomes, std::size_t number) {
  ControlResult result;
  result.id = control.id;
  bool missing = false;
  for (const Part& part : control.parts) {
    PartResult from{part.id, part.evidence, part.title, part.checks, true, {}, {}};
    for (const std::string& check : part.checks) {
      const auto outcome = std::ranges::find(outcomes, check, &CheckOutcome::check);
      for (std::size_t v = 0; v < kVerdictCount; ++v) from.results.count[v] += outcome->counts.count[v];
    }
    if (part.checks.empty() && number % 5 < 2) {  // an answered part of a sample has no check behind it
      from.results.add(Verdict::pass, 4);
    } else if (part.checks.empty()) {
      from.reason = number % 5 == 4 ? fmt::format("platform `{}` is declared but is not a target", part.evidence)
                                    : fmt::format("no check reads `{}` yet", part.evidence);
      from.results.add(Verdict::not_assessed);
      missing = true;
      if (std::ranges::find(result.reasons, from.reason) == result.reasons.end()) result.reasons.push_back(from.reason);
    }
    for (std::size_t v = 0; v < kVerdictCount; ++v) result.resources.count[v] += from.results.count[v];
    result.parts.push_back(std::move(from));
  }
  const bool fails = result.resources.of(Verdict::fail) > 0;
  const bool critical = control.severity == Severity::critical;
  if (control.id == "SUP-02") {
    result.status = ControlStatus::not_applicable;
    result.reasons = {"excluded until 2027-06-30: no software is built on this node"};
  } else if (fails && critical) {
    result.status = control.id == "STO-01" ? ControlStatus::accepted_risk : ControlStatus::fail;
  } else if (fails) {
    result.status = ControlStatus::partial;
  } else {
    result.status = missing ? ControlStatus::not_assessed : ControlStatus::pass;
  }
  if (result.status == ControlStatus::accepted_risk) result.waivers = {"W-7"};
  if (result.status == ControlStatus::pass) result.credit = result.coverage = kPpm;
  if (result.status == ControlStatus::fail || result.status == ControlStatus::accepted_risk) result.coverage = kPpm;
  if (result.status == ControlStatus::partial) {
    result.credit = kPpm / 2;
    result.coverage = 875000;
  }
  if (result.coverage > 0) result.grade = number % 3 == 0 ? EvidenceGrade::e3 : EvidenceGrade::e2;
  return result;
}

Score score_of(Ppm floor, Ppm coverage) {
  Score score{
      .floor = floor, .ceiling = floor + kPpm - coverage, .coverage = coverage, .assessed = {}, .assurance = {}};
  if (coverage > 0) score.assessed = kPpm * floor / coverage;
  if (floor > 0) score.assurance = 945737;
  return score;
}

int weight_of(Severity severity) {
  constexpr std::array kWeights{1, 2, 5, 10};
  return kWeights[static_cast<std::size_t>(severity)];
}

void fill_domains(Readiness& readiness) {
  Ppm floor = 0;
  Ppm coverage = 0;
  Ppm weights = 0;
  for (const Domain& domain : readiness.profile.domains) {
    DomainResult result{domain.id, domain.title, domain.weight, 0, {}};
    Ppm earned = 0;
    Ppm covered = 0;
    for (std::size_t i = 0; i < readiness.controls.size(); ++i) {
      const Control& control = readiness.profile.controls[i];
      const ControlResult& from = readiness.controls[i];
      if (control.domain != domain.id || from.status == ControlStatus::not_applicable) continue;
      const int weight = weight_of(control.severity);
      result.total += weight;
      earned += weight * from.credit;
      covered += weight * from.coverage;
    }
    if (result.total == 0) continue;
    result.score = score_of(earned / result.total, covered / result.total);
    floor += domain.weight * result.score.floor;
    coverage += domain.weight * result.score.coverage;
    weights += domain.weight;
    readiness.domains.push_back(std::move(result));
  }
  readiness.score = score_of(floor / weights, coverage / weights);
}

ArticleResult article_result(const ArticlePoint& point, const Readiness& readiness) {
  ArticleResult result{.point = point, .status = ArticleStatus::met, .for_information = !point.gate, .because = {}};
  for (const std::string& id : point.gate ? point.gating : point.supporting) {
    const auto control = std::ranges::find(readiness.controls, id, &ControlResult::id);
    if (control == readiness.controls.end()) continue;
    if (control->status == ControlStatus::fail || control->status == ControlStatus::partial ||
        control->status == ControlStatus::accepted_risk) {
      if (result.status != ArticleStatus::not_met) result.because.clear();
      result.status = ArticleStatus::not_met;
      result.because.push_back(id);
    } else if (control->status == ControlStatus::not_assessed && result.status != ArticleStatus::not_met) {
      result.status = ArticleStatus::not_demonstrated;
      result.because.push_back(id);
    }
  }
  if (point.point == "87(2)") {
    result.status = ArticleStatus::does_not_arise;
    result.because = {"RES-05"};
  }
  return result;
}

std::vector<Source> sample_sources() {
  std::vector<Source> sources;
  for (const SampleCheck& check : kChecks) {
    const bool linux_host = std::string_view(check.evidence) == "linux";
    Source source;
    source.target = linux_host ? "login01" : check.evidence;
    source.collector = linux_host ? "linux_host" : check.evidence;
    source.location = check.location;
    source.sha256 = sha256_hex(check.location);
    source.observed_at = Instant{1763971200 + 31536000};
    source.grade = linux_host ? EvidenceGrade::e3 : EvidenceGrade::e2;
    source.nature = source.target == "kubernetes" ? Nature::intended : Nature::observed;
    source.freshness = linux_host ? Freshness::live : Freshness::export_file;
    sources.push_back(std::move(source));
  }
  sources.back().third_party = true;
  return sources;
}

}  // namespace

Readiness sample_readiness(std::size_t findings) {
  Readiness readiness;
  readiness.tool_version = "0.1.0";
  readiness.site = "fi-node-1";
  readiness.country = "FI";
  readiness.profile = sample_profile();
  readiness.checks = sample_checks();
  readiness.declared_platforms = {"linux", "openstack"};
  Assessment& assessment = readiness.assessment;
  assessment.as_of = Instant{1763971200 + 31536000};
  assessment.findings = sample_findings(findings);
  assessment.outcomes = outcomes_of(readiness.checks, assessment.findings);
  assessment.sources = sample_sources();
  assessment.collections = {
      {"login01", "linux_host", "sshd_setting", CollectionState::complete, {}, 214},
      {"login01", "linux_host", "package_state", CollectionState::complete, {}, 1204},
      {"login01", "linux_host", "firewall_rule", CollectionState::denied, "netlink refused: not run as root", 0},
      {"openstack", "openstack_export", "network_rule", CollectionState::complete, {}, 4120},
      {"openstack", "openstack_export", "secret", CollectionState::not_attempted, "the export holds no `secrets.json`",
       0},
      {"tls", "tls", "tls_protocol", CollectionState::partial, "3 of 12 endpoints timed out", 36},
  };
  for (std::size_t i = 0; i < readiness.profile.controls.size(); ++i) {
    readiness.controls.push_back(control_result(readiness.profile.controls[i], assessment.outcomes, i));
  }
  fill_domains(readiness);
  for (const ArticlePoint& point : readiness.profile.articles)
    readiness.articles.push_back(article_result(point, readiness));
  readiness.grade = readiness.score.coverage < 600000 ? "none" : "D";
  readiness.caps = {{"D", "critical controls fail: IAM-01, NET-01, TLS-01"},
                    {"D", "gate controls fail, are partial or accepted risk: IAM-01, LOG-05, NET-01, STO-01, VUL-02"},
                    {"C", "coverage is below 80 %"},
                    {"C", "gate controls are not assessed: RES-01"}};
  if (readiness.grade == "none")
    readiness.caps.insert(readiness.caps.begin(), {"none", "coverage is below 60 %: insufficient evidence"});
  readiness.verdict = ReadinessVerdict::gap_found;
  readiness.waivers = {
      {"W-7", "STO-01", "volume-encrypted-at-rest", "storage team", "A. Virtanen, CISO",
       "migration to encrypted volume types ends in the first quarter; racks are in a locked cage until then",
       "2027-03-31", "active", 4},
      {"W-2", "IAM-09", "sshd-root-login", "platform team", "A. Virtanen, CISO", "break-glass account during the move",
       "2026-10-01", "expired", 3},
  };
  return readiness;
}

Readiness hostile_readiness(const std::string& text) {
  Readiness readiness = sample_readiness(60);
  const auto spoil = [&](std::string& field) { field = text; };
  const auto spoil_all = [&](std::vector<std::string>& fields) { std::ranges::for_each(fields, spoil); };
  spoil(readiness.tool_version);
  spoil(readiness.site);
  spoil(readiness.country);
  spoil_all(readiness.declared_platforms);
  Profile& profile = readiness.profile;
  spoil(profile.id);
  spoil(profile.version);
  spoil(profile.baseline_date);
  spoil_all(profile.overlays);
  for (Domain& domain : profile.domains) spoil(domain.title);
  profile.domains.front().id = text;
  for (Control& control : profile.controls) {
    if (control.domain == "GOV") control.domain = text;
    spoil(control.title);
    spoil(control.requirement);
    spoil(control.testable_how);
    spoil(control.basis);
    spoil(control.applies_when);
    for (auto& [name, ids] : control.references) {
      spoil(name);
      spoil_all(ids);
    }
  }
  profile.controls.back().id = text;
  readiness.controls.back().id = text;
  for (ControlResult& result : readiness.controls) {
    spoil_all(result.reasons);
    spoil_all(result.waivers);
    for (PartResult& part : result.parts) {
      spoil(part.evidence);
      spoil(part.title);
      spoil(part.reason);
    }
  }
  for (ArticleResult& article : readiness.articles) {
    spoil(article.point.point);
    spoil(article.point.duty);
    spoil(article.point.note);
    spoil(article.point.addressee);
    spoil(article.point.applies_from);
    article.because.push_back(text);
  }
  for (Cap& cap : readiness.caps) spoil(cap.reason);
  for (WaiverResult& waiver : readiness.waivers) waiver = {text, text, text, text, text, text, text, text, 1};
  for (Milestone& milestone : profile.milestones) milestone = {text, text, text, text};
  for (Exclusion& exclusion : profile.exclusions) exclusion = {text, text, text, text};
  const std::string victim = readiness.checks.front().id;
  for (Check& check : readiness.checks) {
    if (check.id == victim) spoil(check.id);
    spoil(check.title);
    spoil(check.rationale);
    spoil(check.remediation);
    spoil_all(check.references);
    check.references.push_back("https://" + text);
    check.references.push_back("javascript:" + text);
  }
  for (CheckOutcome& outcome : readiness.assessment.outcomes) {
    if (outcome.check == victim) spoil(outcome.check);
    spoil(outcome.error);
  }
  for (Finding& finding : readiness.assessment.findings) {
    if (finding.check == victim) spoil(finding.check);
    spoil(finding.subject);
    spoil(finding.message);
    spoil(finding.reason);
    spoil(finding.target);
    spoil(finding.location);
    finding.resource.platform = text;
    finding.resource.id += text;
  }
  for (Source& source : readiness.assessment.sources) {
    spoil(source.target);
    spoil(source.collector);
    spoil(source.location);
  }
  for (Collection& collection : readiness.assessment.collections) {
    spoil(collection.target);
    spoil(collection.collector);
    spoil(collection.table);
    if (collection.state != CollectionState::complete) spoil(collection.reason);
  }
  return readiness;
}

}  // namespace ehdscan
