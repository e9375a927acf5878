// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ehdscan {

/// Where something stands in a configuration made of several files.
struct ConfigPlace {
  std::uint32_t file = 0;  ///< index into the list of files of the configuration
  std::uint32_t line = 0;

  friend bool operator==(const ConfigPlace&, const ConfigPlace&) = default;
};

struct ConfigProblem {
  ConfigPlace place;
  std::string message;
};

/// One file that a pattern names, or why it cannot be read.
struct IncludedFile {
  std::string path;
  Result<std::string> text;
};

/// Gives the files that a pattern names, in the order in which the program reads them.
using ExpandInclude = std::function<std::vector<IncludedFile>(std::string_view pattern)>;

/// One criterion of a Match line: `user alice,!bob`.
struct SshdCriterion {
  std::string attribute;  ///< lower case
  std::string value;      ///< empty for `all` and other attributes without value
};

struct SshdMatch {
  std::vector<SshdCriterion> criteria;  ///< all must hold
  int parent = -1;                      ///< the block whose Include brought this one, or -1
  bool valid = true;
  ConfigPlace place;
};

struct SshdDirective {
  std::string keyword;                 ///< lower case, aliases resolved: `passwordauthentication`
  std::vector<std::string> arguments;  ///< unquoted, comment removed
  std::string rest;                    ///< the text after the keyword as written, for commands
  int match = -1;                      ///< index of its Match block, or -1
  ConfigPlace place;
};

/// sshd_config(5) with its includes, flat and in the order sshd reads it.
struct SshdConfig {
  std::vector<std::string> files;
  std::vector<SshdDirective> directives;
  std::vector<SshdMatch> matches;
  std::vector<ConfigProblem> problems;  ///< what sshd would refuse, or we cannot read
  bool incomplete = false;              ///< an included file could not be read, or a limit was reached
};

/// Reads `text` of `path`. Never fails: what is wrong stands in `problems`.
SshdConfig parse_sshd_config(std::string_view text, std::string path, const ExpandInclude& expand);

/// Words as sshd splits them: blanks separate, '…' and "…" group, \ escapes, # at the start of a word ends the line.
/// Returns false for an unbalanced quote.
bool split_sshd_words(std::string_view text, std::vector<std::string>& words);

}  // namespace ehdscan
