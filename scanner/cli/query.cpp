// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "derive/derive.h"
#include "engine/query.h"
#include "scoring/profile.h"

namespace ehdscan {
namespace {

struct Options {
  std::vector<std::string> arguments;
  std::string format = "table";
};

/// Rows as they come, as JSON lines or CSV (RFC 4180); as a table after the last one, because columns must line up.
class Printer {
 public:
  Printer(std::string_view format, Console& console) : format_(format), console_(console) {}

  void names(const std::vector<std::string>& names) {
    names_ = names;
    if (format_ == "csv") csv_line(names);
  }

  void row(const std::vector<QueryValue>& values) {
    if (format_ == "json") return json_line(values);
    std::vector<std::string> texts;
    for (const QueryValue& value : values) texts.push_back(value.text.value_or(format_ == "csv" ? "" : "NULL"));
    if (format_ == "csv") return csv_line(texts);
    for (std::string& text : texts) text = escape_for_terminal(text);
    rows_.push_back(std::move(texts));
  }

  void finish() {
    if (format_ != "table") return;
    std::vector<std::size_t> widths;
    for (const std::string& name : names_) widths.push_back(name.size());
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::min(kWidest, std::max(widths[i], row[i].size()));
    }
    table_line(names_, widths);
    std::vector<std::string> rules;
    for (const std::size_t width : widths) rules.emplace_back(width, '-');
    table_line(rules, widths);
    for (const auto& row : rows_) table_line(row, widths);
  }

 private:
  static constexpr std::size_t kWidest = 60;

  void table_line(const std::vector<std::string>& texts, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      line += i + 1 == texts.size() ? texts[i] : fmt::format("{:<{}}  ", texts[i], widths[i]);
    }
    console_.print(line + "\n");
  }

  void csv_line(const std::vector<std::string>& texts) {
    std::string line;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i > 0) line += ',';
      if (texts[i].find_first_of(",\"\r\n") == std::string::npos) {
        line += texts[i];
        continue;
      }
      line += '"';
      for (const char c : texts[i]) line += c == '"' ? std::string("\"\"") : std::string(1, c);
      line += '"';
    }
    console_.print(line + "\r\n");
  }

  static std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : to_valid_utf8(text)) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
      } else if (byte < 0x20) {
        out += fmt::format("\\u{:04x}", byte);
      } else {
        out += c;
      }
    }
    return out + "\"";
  }

  void json_line(const std::vector<QueryValue>& values) {
    std::string line = "{";
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) line += ',';
      line += quoted(names_[i]) + ":";
      if (!values[i].text) {
        line += "null";
      } else {
        line += values[i].is_integer ? *values[i].text : quoted(*values[i].text);
      }
    }
    console_.print(line + "}\n");
  }

  std::string_view format_;
  Console& console_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> rows_;
};

ExitCode query(const Options& options, Console& console) {
  const auto give_up = [&](const Error& error) {
    console.report(error);
    return exit_code_of(error.kind);
  };
  if (options.arguments.size() < 2) {
    return give_up({.kind = ErrorKind::usage,
                    .message = "needs an evidence file and a query",
                    .hint = "ehdscan query evidence.db \"select name, value from sysctl\""});
  }
  const std::vector<std::filesystem::path> files(options.arguments.begin(), options.arguments.end() - 1);
  Result<Evidence> evidence = Evidence::open(files);
  if (!evidence) return give_up(evidence.error());
  if (const Result<void> derived = derive(*evidence); !derived) return give_up(derived.error());
  const Result<LoadedProfile> profile = load_profile(kBaselineProfile);
  if (!profile) return give_up(profile.error());
  catch_interrupts();
  Printer printer(options.format, console);
  const Result<std::int64_t> rows =
      run_query(*evidence, profile->thresholds, options.arguments.back(),
                {.as_of = evidence->newest_finish(), .stop = [] { return interrupted().load(); }},
                [&](const std::vector<std::string>& names) { printer.names(names); },
                [&](const std::vector<QueryValue>& values) { printer.row(values); });
  if (interrupted()) return ExitCode::interrupted;
  if (!rows) return give_up(rows.error());
  printer.finish();
  return ExitCode::fine;
}

}  // namespace

void add_query(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("query", "Ask evidence in SQL, read-only, with the functions of checks");
  const auto options = std::make_shared<Options>();
  command->add_option("EVIDENCE... SQL", options->arguments, "Evidence files, then one SELECT")->required();
  command->add_option("--format", options->format, "table, json (lines) or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->capture_default_str();
  command->callback([options, &context] { context.code = query(*options, context.console); });
}

}  // namespace ehdscan
