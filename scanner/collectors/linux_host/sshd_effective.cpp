// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sshd_effective.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"

namespace ehdscan {
namespace {

struct Slot {
  SshdSetting setting;
  bool from_match = false;  ///< set by the pass over Match blocks: that one begins anew
};

bool accumulates(SshdKind kind) {
  return kind == SshdKind::each || kind == SshdKind::each_line || kind == SshdKind::listen;
}

/// "::1" -> "[::1]:22", "10.0.0.1:2222" stays, "host" -> "host:22"; one line per port.
std::vector<std::string> listen_lines(std::string_view address, const std::vector<std::string>& ports) {
  std::string_view host = address.substr(0, address.find(' '));
  const std::size_t colon = host.rfind(':');
  const bool bracketed = host.starts_with('[');
  const bool several = std::ranges::count(host, ':') > 1;
  const bool has_port =
      bracketed ? host.find("]:") != std::string_view::npos : !several && colon != std::string_view::npos;
  if (has_port) return {std::string(host)};
  std::vector<std::string> lines;
  for (const std::string& port : ports) {
    lines.push_back(several && !bracketed ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port));
  }
  return lines;
}

class Evaluator {
 public:
  Evaluator(const SshdConfig& config, const SshdVersion& version, std::vector<ConfigProblem>* problems)
      : config_(config), version_(version), problems_(problems) {
    for (const SshdKeyword& keyword : sshd_keywords()) {
      if (keyword.kind != SshdKind::ignored) slots_[keyword.name].setting.keyword = keyword.name;
    }
  }

  /// What stands outside Match blocks, and inside `Match all`: the first line counts.
  void outside() {
    for (const SshdDirective& directive : config_.directives) {
      const SshdKeyword* keyword = known(directive);
      if (keyword == nullptr) continue;
      if (directive.match >= 0 && !match_is_all(config_, directive.match)) {
        if (!keyword->in_match) problem(directive, "`{}` may not stand in a Match block");
        continue;
      }
      apply(directive, *keyword, false);
    }
  }

  /// Blocks that hold come before everything outside; among them the first line counts.
  void inside(const SshdConnection& connection) {
    int block = -1;
    std::optional<bool> holds;
    for (const SshdDirective& directive : config_.directives) {
      if (directive.match < 0) continue;
      const SshdKeyword* keyword = find_sshd_keyword(directive.keyword);
      if (keyword == nullptr || !keyword->in_match || keyword->kind == SshdKind::ignored) continue;
      if (directive.match != block) {
        block = directive.match;
        holds = match_holds(config_, block, connection);
      }
      if (!holds) {
        Slot& slot = slots_[keyword->name];
        if (slot.from_match) continue;  // an earlier block decided
        slot.from_match = true;
        slot.setting.configured = true;
        slot.setting.values = std::nullopt;
        slot.setting.place = directive.place;
      } else if (*holds) {
        apply(directive, *keyword, true);
      }
    }
  }

  std::vector<SshdSetting> finish() {
    for (const SshdKeyword& keyword : sshd_keywords()) {
      if (keyword.kind == SshdKind::ignored) continue;
      SshdSetting& setting = slots_[keyword.name].setting;
      if (!setting.configured) setting.values = sshd_default(keyword, version_);
    }
    finish_listen_addresses();
    std::vector<SshdSetting> settings;
    for (auto& [name, slot] : slots_) settings.push_back(std::move(slot.setting));
    return settings;
  }

 private:
  template <typename Text>
  void problem(const SshdDirective& directive, const Text& text) {
    if (problems_ != nullptr)
      problems_->push_back({directive.place, fmt::format(fmt::runtime(text), directive.keyword)});
  }

  const SshdKeyword* known(const SshdDirective& directive) {
    const SshdKeyword* keyword = find_sshd_keyword(directive.keyword);
    if (keyword == nullptr) problem(directive, "keyword `{}` is not known");
    if (keyword != nullptr && keyword->kind == SshdKind::ignored) return nullptr;
    return keyword;
  }

  void apply(const SshdDirective& directive, const SshdKeyword& keyword, bool in_match) {
    Slot& slot = slots_[keyword.name];
    const bool last_counts = keyword.kind == SshdKind::max_startups;
    const bool first = !slot.setting.configured || (in_match && !slot.from_match) || last_counts;
    if (!first && !accumulates(keyword.kind)) return;
    std::optional<std::vector<std::string>> value = sshd_value(keyword, directive.arguments, directive.rest, version_);
    if (!value) problem(directive, "the value of `{}` is refused or depends on what is not known");
    if (first) {
      slot.setting.configured = true;
      slot.setting.place = directive.place;
      slot.setting.values = std::move(value);
      slot.from_match = in_match;
    } else if (slot.setting.values && value) {
      slot.setting.values->insert(slot.setting.values->end(), value->begin(), value->end());
    } else {
      slot.setting.values = std::nullopt;
    }
  }

  void finish_listen_addresses() {
    SshdSetting& listen = slots_["listenaddress"].setting;
    const auto& ports = slots_["port"].setting.values;
    const auto& family = slots_["addressfamily"].setting.values;
    if (!ports || !family || family->empty()) {
      listen.values = std::nullopt;
      return;
    }
    std::vector<std::string> addresses;
    if (listen.configured) {
      if (!listen.values) return;
      addresses = *listen.values;
    } else {
      if (family->front() != "inet") addresses.emplace_back("::");
      if (family->front() != "inet6") addresses.emplace_back("0.0.0.0");
    }
    std::vector<std::string> lines;
    for (const std::string& address : addresses) {
      for (std::string& line : listen_lines(address, *ports)) lines.push_back(std::move(line));
    }
    listen.values = std::move(lines);
  }

  const SshdConfig& config_;
  const SshdVersion& version_;
  std::vector<ConfigProblem>* problems_;
  std::map<std::string_view, Slot> slots_;
};

}  // namespace

std::vector<SshdSetting> effective_sshd_settings(const SshdConfig& config, const SshdVersion& version,
                                                 const SshdConnection* connection,
                                                 std::vector<ConfigProblem>* problems) {
  Evaluator evaluator(config, version, problems);
  evaluator.outside();
  if (connection != nullptr) evaluator.inside(*connection);
  return evaluator.finish();
}

const SshdSetting* find_setting(const std::vector<SshdSetting>& settings, std::string_view keyword) {
  const auto found = std::ranges::lower_bound(settings, keyword, {}, &SshdSetting::keyword);
  return found != settings.end() && found->keyword == keyword ? &*found : nullptr;
}

}  // namespace ehdscan
