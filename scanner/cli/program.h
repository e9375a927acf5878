// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ehdscan {

/// The whole program: reads the command line, runs the subcommand, returns the documented exit code.
int run_program(int argc, char** argv);

}  // namespace ehdscan
