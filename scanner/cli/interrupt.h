// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace ehdscan {

/// From now on Ctrl-C, SIGTERM and SIGHUP only set a flag, so that the run ends at the next safe place and removes its
/// temporary files. A second one ends the program at once.
void catch_interrupts();

/// True once one of them came.
const std::atomic<bool>& interrupted();

}  // namespace ehdscan
