// SPDX-License-Identifier: Apache-2.0
#include "scoring/articles.h"

#include <map>
#include <string_view>

namespace ehdscan {
namespace {

bool refutes(ControlStatus status) {
  return status == ControlStatus::fail || status == ControlStatus::partial || status == ControlStatus::accepted_risk;
}

}  // namespace

std::vector<ArticleResult> articles_of(const Profile& profile, std::span<const ControlResult> controls) {
  std::map<std::string_view, const ControlResult*> by_id;
  for (const ControlResult& control : controls) by_id.emplace(control.id, &control);

  std::vector<ArticleResult> articles;
  for (const ArticlePoint& point : profile.articles) {
    ArticleResult article{.point = point, .for_information = point.gating.empty()};
    std::vector<std::string> refuting;
    std::vector<std::string> open;
    std::vector<std::string> absent;
    std::size_t shown = 0;
    bool all_by_evidence = true;
    for (const std::string& id : article.for_information ? point.supporting : point.gating) {
      const auto found = by_id.find(id);
      if (found == by_id.end()) continue;
      const ControlResult& control = *found->second;
      if (refutes(control.status)) {
        refuting.push_back(id);
      } else if (control.status == ControlStatus::not_assessed) {
        open.push_back(id);
      } else if (control.status == ControlStatus::not_applicable) {
        absent.push_back(id);
        all_by_evidence = all_by_evidence && !control.by_declaration;
      } else {
        ++shown;
      }
    }
    if (!refuting.empty()) {
      article.status = ArticleStatus::not_met;
      article.because = std::move(refuting);
    } else if (!open.empty()) {
      article.status = ArticleStatus::not_demonstrated;
      article.because = std::move(open);
    } else if (shown > 0) {
      article.status = ArticleStatus::met;
    } else {
      // All not applicable: the duty does not arise where complete evidence shows that the thing is absent.
      article.status = !absent.empty() && all_by_evidence ? ArticleStatus::does_not_arise : ArticleStatus::not_demonstrated;
      article.because = std::move(absent);
    }
    articles.push_back(std::move(article));
  }
  return articles;
}

ReadinessVerdict verdict_of(std::span<const ArticleResult> articles) {
  bool any = false;
  bool open = false;
  for (const ArticleResult& article : articles) {
    if (article.for_information) continue;
    any = true;
    if (article.status == ArticleStatus::not_met) return ReadinessVerdict::gap_found;
    open = open || article.status == ArticleStatus::not_demonstrated;
  }
  return !any || open ? ReadinessVerdict::not_demonstrated : ReadinessVerdict::no_gap_found;
}

}  // namespace ehdscan
