// SPDX-License-Identifier: Apache-2.0
// The methods follow https://www.sqlite.org/c3ref/io_methods.html.
#include "evidence/scratch_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

namespace ehdscan::sqlite {
namespace {

constexpr std::int64_t kBlockBytes = 64 << 10;

/// A file as blocks from sqlite3_malloc(), which counts them.
struct ScratchFile {
  sqlite3_file base;  ///< first, so that SQLite's pointer is ours
  std::vector<unsigned char*>* blocks;
  std::int64_t size_bytes;
};

ScratchFile& of(sqlite3_file* file) { return *reinterpret_cast<ScratchFile*>(file); }

void shrink(ScratchFile& file, std::int64_t size_bytes) {
  const auto kept = static_cast<std::size_t>((size_bytes + kBlockBytes - 1) / kBlockBytes);
  while (file.blocks->size() > kept) {
    sqlite3_free(file.blocks->back());
    file.blocks->pop_back();
  }
  file.size_bytes = std::min(file.size_bytes, size_bytes);
}

int close(sqlite3_file* file) {
  shrink(of(file), 0);
  delete of(file).blocks;
  return SQLITE_OK;
}

/// Calls `part(block memory, offset in the buffer, bytes)` for every block that a range touches.
template <typename Part>
void for_each_block(ScratchFile& file, std::int64_t at, std::int64_t bytes, const Part& part) {
  for (std::int64_t done = 0; done < bytes;) {
    const std::int64_t in_block = (at + done) % kBlockBytes;
    const std::int64_t length = std::min(kBlockBytes - in_block, bytes - done);
    part((*file.blocks)[static_cast<std::size_t>((at + done) / kBlockBytes)] + in_block, done,
         static_cast<std::size_t>(length));
    done += length;
  }
}

int read(sqlite3_file* file, void* buffer, int bytes, sqlite3_int64 at) {
  ScratchFile& scratch = of(file);
  auto* to = static_cast<unsigned char*>(buffer);
  const std::int64_t there = std::clamp<std::int64_t>(scratch.size_bytes - at, 0, bytes);
  for_each_block(scratch, at, there, [&](const unsigned char* block, std::int64_t offset, std::size_t length) {
    std::memcpy(to + offset, block, length);
  });
  if (there == bytes) return SQLITE_OK;
  std::memset(to + there, 0, static_cast<std::size_t>(bytes - there));
  return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* buffer, int bytes, sqlite3_int64 at) {
  ScratchFile& scratch = of(file);
  const auto needed = static_cast<std::size_t>((at + bytes + kBlockBytes - 1) / kBlockBytes);
  while (scratch.blocks->size() < needed) {
    auto* block = static_cast<unsigned char*>(sqlite3_malloc64(kBlockBytes));
    if (block == nullptr) return SQLITE_FULL;
    std::memset(block, 0, kBlockBytes);
    scratch.blocks->push_back(block);
  }
  const auto* from = static_cast<const unsigned char*>(buffer);
  for_each_block(scratch, at, bytes, [&](unsigned char* block, std::int64_t offset, std::size_t length) {
    std::memcpy(block, from + offset, length);
  });
  scratch.size_bytes = std::max<std::int64_t>(scratch.size_bytes, at + bytes);
  return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size_bytes) {
  shrink(of(file), size_bytes);
  return SQLITE_OK;
}

int sync(sqlite3_file*, int) { return SQLITE_OK; }

int file_size(sqlite3_file* file, sqlite3_int64* size_bytes) {
  *size_bytes = of(file).size_bytes;
  return SQLITE_OK;
}

int lock(sqlite3_file*, int) { return SQLITE_OK; }

int check_reserved_lock(sqlite3_file*, int* reserved) {
  *reserved = 0;
  return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
int device_characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

constexpr sqlite3_io_methods kMethods{.iVersion = 1,
                                      .xClose = close,
                                      .xRead = read,
                                      .xWrite = write,
                                      .xTruncate = truncate,
                                      .xSync = sync,
                                      .xFileSize = file_size,
                                      .xLock = lock,
                                      .xUnlock = lock,
                                      .xCheckReservedLock = check_reserved_lock,
                                      .xFileControl = file_control,
                                      .xSectorSize = sector_size,
                                      .xDeviceCharacteristics = device_characteristics};

sqlite3_vfs* system_vfs() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

/// A file without a name is temporary.
int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* given) {
  if (name != nullptr) return system_vfs()->xOpen(system_vfs(), name, file, flags, given);
  of(file) = {.base = {}, .blocks = new (std::nothrow) std::vector<unsigned char*>, .size_bytes = 0};
  if (of(file).blocks == nullptr) return SQLITE_NOMEM;
  of(file).base.pMethods = &kMethods;
  if (given != nullptr) *given = flags;
  return SQLITE_OK;
}

}  // namespace

const char* scratch_vfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs copy = *system_vfs();
    copy.zName = "scratch-in-memory";
    copy.szOsFile = std::max(copy.szOsFile, static_cast<int>(sizeof(ScratchFile)));
    copy.pNext = nullptr;
    copy.xOpen = open;
    return copy;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? vfs.zName : nullptr;
}

}  // namespace ehdscan::sqlite
