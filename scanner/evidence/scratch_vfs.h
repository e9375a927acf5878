// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ehdscan::sqlite {

/// Name of a VFS whose temporary files lie in memory, within SQLite's heap limit; named files are the system's as ever.
/// Nothing of the evidence reaches a disk, and yet a sort runs in pieces that fit the processor's cache: with
/// temp_store=MEMORY SQLite sorts everything as one list, which takes twice as long for a million rows.
/// Registered by the first call.
const char* scratch_vfs();

}  // namespace ehdscan::sqlite
