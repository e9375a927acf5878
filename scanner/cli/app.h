// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cli/commands.h"

namespace ehdscan {

/// The whole command line: what runs, and what help, manual page, reference and completions are made from.
std::unique_ptr<CLI::App> make_app(CommandContext& context);

}  // namespace ehdscan
