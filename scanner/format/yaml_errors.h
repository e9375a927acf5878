// SPDX-License-Identifier: Apache-2.0
// What libyaml's error texts mean for the person who wrote the file. Internal to format/.
#pragma once

#include <string>
#include <string_view>

namespace ehdscan {

struct YamlTrouble {
  std::string message;
  std::string hint;
  bool at_context = false;  ///< the place to show is where the broken construct began, not where reading stopped
};

/// `problem` and `context` are libyaml's texts (may be empty); `here` is the text from the place of the problem on.
YamlTrouble explain_yaml(std::string_view problem, std::string_view context, std::string_view here);

}  // namespace ehdscan
