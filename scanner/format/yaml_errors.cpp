// SPDX-License-Identifier: Apache-2.0
#include "format/yaml_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ehdscan {
namespace {

struct Known {
  std::string_view problem;
  std::string_view message;
  std::string_view hint;
  bool at_context = false;
};

constexpr std::array kKnown{
    Known{"mapping values are not allowed in this context", "`:` is not allowed here",
          "put a text that contains `: ` in quotes, or correct the indentation"},
    Known{"block sequence entries are not allowed in this context", "a list entry `-` is not allowed here",
          "start the list on a line of its own, indented"},
    Known{"mapping keys are not allowed in this context", "a key `?` is not allowed here",
          "put the text in quotes if it is one"},
    Known{"could not find expected ':'", "`:` is missing after this key",
          "write `key: value`; a text over several lines needs quotes or `|`", true},
    Known{"did not find expected key", "expected a key here", "compare the indentation with the lines above"},
    Known{"did not find expected '-' indicator", "expected a list entry `- …` here",
          "compare the indentation with the lines above"},
    Known{"did not find expected ',' or ']'", "expected `,` or `]` here", "close the list that began before"},
    Known{"did not find expected ',' or '}'", "expected `,` or `}` here", "close the mapping that began before"},
    Known{"did not find expected node content", "a key or a value is missing here", "give it, or remove the mark"},
    Known{"did not find expected <document start>", "the document ended before this line",
          "compare the indentation with the lines above"},
    Known{"found unexpected end of stream", "this quote is never closed", "add the closing quote", true},
    Known{"found unexpected document indicator", "this quote is never closed", "add the closing quote", true},
    Known{"found unknown escape character", "unknown escape in double quotes",
          "write `\\\\` for a backslash, or use single quotes"},
    Known{"did not find expected hexdecimal number", "an escape lacks hexadecimal digits",
          "`\\x` takes two digits, `\\u` four, `\\U` eight"},
    Known{"found invalid Unicode character escape code", "an escape names no character",
          "surrogates (\\ud800 to \\udfff) are not characters"},
    Known{"found a tab character where an indentation space is expected", "a tab is used for indentation",
          "indent with blanks"},
    Known{"found a tab character that violates indentation", "a tab is used for indentation", "indent with blanks"},
    Known{"found a tab character where an indentation space is expected", "a tab is used for indentation",
          "indent with blanks"},
    Known{"found unexpected ':'", "`:` is not allowed here", "put the text in quotes"},
    Known{"found incompatible YAML document", "unknown YAML version", "remove the `%YAML` line"},
    Known{"found an indentation indicator equal to 0", "the indentation after `|` or `>` cannot be 0",
          "leave the number out"},
    Known{"did not find expected comment or line break", "only a comment may follow on this line",
          "start the text on the next line"},
};

}  // namespace

YamlTrouble explain_yaml(std::string_view problem, std::string_view context, std::string_view here) {
  if (problem == "found character that cannot start any token") {
    if (here.starts_with('\t')) return {"a tab is used for indentation", "indent with blanks"};
    return {fmt::format("a value cannot start with `{}`", here.substr(0, 1)), "put the value in quotes"};
  }
  if (problem == "did not find expected alphabetic or numeric character") {
    const bool alias = context.find("alias") != std::string_view::npos;
    return {fmt::format("a value cannot start with `{}`", alias ? "*" : "&"), "put the value in quotes", true};
  }
  if (context == "while parsing a tag" || context == "while scanning a tag") {
    return {"tags (`!…`) are not allowed", "remove the tag, or put the value in quotes if it is a text", true};
  }
  if (problem == "found undefined tag handle") {
    return {"tags (`!…`) are not allowed", "remove the tag, or put the value in quotes if it is a text"};
  }
  const auto* known = std::ranges::find(kKnown, problem, &Known::problem);
  if (known != kKnown.end()) {
    return {std::string(known->message), std::string(known->hint), known->at_context};
  }
  return {fmt::format("not valid YAML: {}", problem.empty() ? "the reader gave up" : problem), {}};
}

}  // namespace ehdscan
