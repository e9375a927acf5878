// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/sources.h"

#include <algorithm>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{4} << 20;
constexpr std::size_t kMaxFiles = 2000;

/// Passes over the language's texts, comments and heredocs, so that braces inside them do not count.
class Scanner {
 public:
  Scanner(std::string_view text, const std::filesystem::path& file) : text_(text), file_(file) {}

  std::map<std::string, TfSources::Block> scan() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (skip_comment() || skip_heredoc()) continue;
      if (c == '"') {
        skip_string();
        continue;
      }
      if (c == '{') ++depth_;
      if (c == '}' && depth_ > 0 && --depth_ == 0) open_ = nullptr;
      if (is_letter(c) && (at_ == 0 || !is_word(text_[at_ - 1]))) {
        word();
        continue;
      }
      ++at_;
    }
    return std::move(blocks_);
  }

 private:
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
  static bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

  bool skip_comment() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with('#') || rest.starts_with("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return true;
    }
    if (!rest.starts_with("/*")) return false;
    const std::size_t end =
        std::min(text_.find("*/", at_ + 2), text_.size() - std::min<std::size_t>(2, text_.size())) + 2;
    count(at_, end);
    at_ = std::max(end, at_ + 1);
    return true;
  }

  bool skip_heredoc() {
    if (!text_.substr(at_).starts_with("<<")) return false;
    std::size_t begin = at_ + 2;
    if (begin < text_.size() && text_[begin] == '-') ++begin;
    std::size_t end = begin;
    while (end < text_.size() && is_word(text_[end])) ++end;
    if (end == begin) return false;
    const std::string_view mark = text_.substr(begin, end - begin);
    at_ = std::min(text_.find('\n', end), text_.size());
    while (at_ < text_.size()) {
      ++line_;
      const std::size_t start = at_ + 1;
      const std::size_t stop = std::min(text_.find('\n', std::min(start, text_.size())), text_.size());
      at_ = stop;
      if (trim(text_.substr(std::min(start, stop), stop - std::min(start, stop))) == mark) break;
    }
    return true;
  }

  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\') ++at_;
      // Texts nest in templates: `"${f("x")}"`.
      if (text_.substr(at_).starts_with("${")) {
        int depth = 0;
        for (; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
          if (text_[at_] == '{') ++depth;
          if (text_[at_] == '}' && --depth == 0) break;
        }
      }
    }
    if (at_ < text_.size() && text_[at_] == '"') ++at_;
  }

  void word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (open_ != nullptr) {
      open_->may_have_ingress = open_->may_have_ingress || name == "ingress" || name == "dynamic";
      open_->may_have_egress = open_->may_have_egress || name == "egress" || name == "dynamic";
    }
    if (depth_ > 0 || (name != "resource" && name != "data")) return;
    const std::size_t end = std::min(text_.find_first_of("{\n", at_), text_.size());
    std::vector<std::string> labels;
    for (const std::string_view one : split_words(text_.substr(at_, end - at_))) {
      std::string label(one);
      std::erase(label, '"');
      labels.push_back(label);
    }
    if (labels.size() != 2) return;
    const auto [place, fresh] = blocks_.emplace(
        (name == "data" ? "data." : "") + labels[0] + "." + labels[1],
        TfSources::Block{.file = file_, .line = line_, .may_have_ingress = false, .may_have_egress = false});
    open_ = fresh ? &place->second : nullptr;
    at_ = end;
  }

  void count(std::size_t from, std::size_t to) {
    to = std::min(to, text_.size());
    line_ += static_cast<std::uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(from),
                                                   text_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
  }

  std::string_view text_;
  const std::filesystem::path& file_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  int depth_ = 0;
  TfSources::Block* open_ = nullptr;
  std::map<std::string, TfSources::Block> blocks_;
};

}  // namespace

std::map<std::string, TfSources::Block> find_terraform_blocks(std::string_view text,
                                                              const std::filesystem::path& file) {
  return Scanner(text, file).scan();
}

const TfSources::Blocks& TfSources::blocks_of(const std::string& module) {
  const std::string names = module_names(module);
  const auto known = modules_.find(names);
  if (known != modules_.end()) return known->second;
  Blocks& blocks = modules_[names];
  std::filesystem::path folder = folder_;
  if (!module.empty()) {
    const auto source = references_.local_source(module);
    if (!source) return blocks;
    folder = (folder_ / *source).lexically_normal();
  }
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (entry->path().extension() == ".tf" && entry->is_regular_file(ignored)) files.push_back(entry->path());
    if (files.size() == kMaxFiles) break;
  }
  std::ranges::sort(files);
  for (const std::filesystem::path& file : files) {
    if (const auto text = read_file(file, kMaxFileBytes)) blocks.merge(find_terraform_blocks(*text, file));
  }
  return blocks;
}

const TfSources::Block* TfSources::find(const TfEntry& entry) {
  const Blocks& blocks = blocks_of(entry.module);
  const auto found = blocks.find(entry.local_name());
  return found == blocks.end() ? nullptr : &found->second;
}

}  // namespace ehdscan
