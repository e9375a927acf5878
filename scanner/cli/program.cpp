// SPDX-License-Identifier: Apache-2.0
#include "cli/program.h"

namespace ehdscan {

int run_program(int, char**) { return 2; }

}  // namespace ehdscan
