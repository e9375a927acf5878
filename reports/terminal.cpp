// SPDX-License-Identifier: Apache-2.0
#include "reports/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.h"
#include "reports/percent.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMostFindings = 5;
constexpr std::size_t kMostPoints = 8;

/// Characters, not bytes: enough for cutting a line of mostly Latin text.
std::string cut(std::string_view text, std::size_t width) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    if (++seen > width) return std::string(text.substr(0, i)) + "…";
  }
  return std::string(text);
}

class Summary {
 public:
  Summary(const Readiness& readiness, const TerminalOptions& options) : readiness_(readiness), options_(options) {}

  std::string text() {
    heading();
    articles();
    numbers();
    findings();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const {
    return options_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }

  void line(std::string_view label, const std::string& text) { out_ += fmt::format("{:<10}{}\n", label, text); }

  [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(std::max(options_.width, 40)) - 11; }

  void heading() {
    const std::string_view colour = readiness_.verdict == ReadinessVerdict::gap_found       ? "1;31"
                                    : readiness_.verdict == ReadinessVerdict::no_gap_found ? "1;32"
                                                                                            : "1;33";
    out_ += fmt::format("{} · as of {} · {}\n", paint("1", escape_for_terminal(readiness_.site)),
                        to_string(readiness_.assessment.as_of), paint(colour, printed_text(readiness_.verdict)));
  }

  void articles() {
    std::map<ArticleStatus, std::vector<std::string>> points;
    std::size_t gates = 0;
    for (const ArticleResult& article : readiness_.articles) {
      if (article.for_information) continue;
      points[article.status].push_back(escape_for_terminal(article.point.point));
      ++gates;
    }
    std::string counts = fmt::format("{} points decide: {} met, {} not met, {} not demonstrated", gates, points[ArticleStatus::met].size(),
                                     points[ArticleStatus::not_met].size(), points[ArticleStatus::not_demonstrated].size());
    if (const std::size_t absent = points[ArticleStatus::does_not_arise].size(); absent > 0) counts += fmt::format(", {} does not arise", absent);
    line("EHDS", counts);
    list_points("not met", points[ArticleStatus::not_met], "31");
    list_points("open", points[ArticleStatus::not_demonstrated], "33");
  }

  void list_points(std::string_view label, const std::vector<std::string>& points, std::string_view colour) {
    if (points.empty()) return;
    const std::size_t shown = std::min(points.size(), kMostPoints);
    std::string text = fmt::format("{}", fmt::join(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    if (shown < points.size()) text += fmt::format(" and {} more", points.size() - shown);
    line(fmt::format("  {}", label), paint(colour, cut(text, room())));
  }

  void numbers() {
    const Score& score = readiness_.score;
    line("shown", fmt::format("{} % at least, {} % at most; {} % of the weight was assessed", percent_cut(score.floor),
                              percent_ceiling(score), percent_cut(score.coverage)));
    std::string grade = readiness_.grade == "none" ? std::string("none") : readiness_.grade;
    if (!readiness_.caps.empty()) grade += fmt::format(" ({})", readiness_.caps.front().reason);
    line("grade", cut(escape_for_terminal(grade), room()));
    std::map<ControlStatus, int> statuses;
    for (const ControlResult& control : readiness_.controls) ++statuses[control.status];
    line("controls", fmt::format("{} pass, {} partial, {} fail, {} not assessed, {} not applicable, {} accepted risk",
                                 statuses[ControlStatus::pass], statuses[ControlStatus::partial],
                                 statuses[ControlStatus::fail], statuses[ControlStatus::not_assessed],
                                 statuses[ControlStatus::not_applicable], statuses[ControlStatus::accepted_risk]));
  }

  /// The most severe failing checks, each once with the number of its resources.
  void findings() {
    std::map<std::string_view, const Check*> checks;
    for (const Check& check : readiness_.checks) checks.emplace(check.id, &check);
    struct Failing {
      Severity severity = Severity::low;
      std::int64_t count = 0;
      std::string message;
      std::string check;
    };
    std::map<std::string_view, Failing> failing;
    std::int64_t results = 0;
    for (const Finding& finding : readiness_.assessment.findings) {
      if (finding.verdict != Verdict::fail) continue;
      ++results;
      Failing& entry = failing[finding.check];
      if (++entry.count > 1) continue;
      const auto check = checks.find(finding.check);
      if (check != checks.end()) entry.severity = check->second->severity;
      entry.message = finding.message;
      entry.check = finding.check;
    }
    if (failing.empty()) return;
    std::vector<const Failing*> sorted;
    for (const auto& [id, entry] : failing) sorted.push_back(&entry);
    std::ranges::stable_sort(sorted, [](const Failing* a, const Failing* b) { return a->severity > b->severity; });
    line("failing", fmt::format("{} results of {} checks", results, sorted.size()));
    for (std::size_t i = 0; i < std::min(sorted.size(), kMostFindings); ++i) {
      const Failing& entry = *sorted[i];
      const std::string more = entry.count > 1 ? fmt::format(" (and {} more)", entry.count - 1) : "";
      line(fmt::format("  {}", to_string(entry.severity)),
           " " + cut(escape_for_terminal(fmt::format("{}{} [{}]", entry.message, more, entry.check)), room() - 1));
    }
    if (sorted.size() > kMostFindings) line("", fmt::format(" … and {} more checks", sorted.size() - kMostFindings));
  }

  const Readiness& readiness_;
  const TerminalOptions& options_;
  std::string out_;
};

}  // namespace

std::string terminal_summary(const Readiness& readiness, const TerminalOptions& options) {
  return Summary(readiness, options).text();
}

}  // namespace ehdscan
