// SPDX-License-Identifier: Apache-2.0
// Shared by the fuzz targets.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "base/error.h"
#include "base/text.h"
#include "evidence/row.h"

#define FUZZ_TARGET(data, size) extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)

namespace ehdscan::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// A property that must hold for every input; libFuzzer keeps the input that breaks it.
inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "property broken: %s\n", what);
  std::abort();
}

/// An error must say something, and its rendering must be harmless on a terminal.
inline void check_error(const Error& error) {
  must(!error.message.empty(), "an error has a message");
  must(error.kind != ErrorKind::internal, "input never is our own mistake");
  for (const char c : render(error)) {
    must(c == '\n' || static_cast<unsigned char>(c) >= 0x20, "no control byte reaches the terminal");
  }
}

/// A file in memory under a path that can be opened again and again.
class MemoryFile {
 public:
  MemoryFile() : fd_(::memfd_create("fuzz", MFD_CLOEXEC)) { must(fd_ >= 0, "memfd_create"); }
  ~MemoryFile() { ::close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  void assign(std::string_view content) const {
    must(::ftruncate(fd_, 0) == 0, "ftruncate");
    must(::pwrite(fd_, content.data(), content.size(), 0) == static_cast<ssize_t>(content.size()), "pwrite");
  }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

/// A sink that keeps nothing, but holds collectors to their contract.
class CheckingSink final : public RowSink {
 public:
  SourceId add_source(Source source) override {
    must(is_utf8(source.location), "a location is UTF-8");
    return ++sources_;
  }
  void write(const TableSpec& table, std::string_view platform, std::span<const Cell> cells,
             const Origin& origin) override {
    must(!platform.empty(), "a row names its platform");
    must(cells.size() == table.columns.size(), "a row has a cell per column");
    must(origin.source >= 1 && origin.source <= sources_, "a row names a source");
    for (std::size_t i = 0; i < cells.size(); ++i) check(table.columns[i], cells[i]);
    ++rows;
  }
  void collected(const TableSpec& /*table*/, CollectionState state, std::string_view reason) override {
    must((state == CollectionState::complete) == reason.empty(), "what is not complete has a reason");
    ++said;
  }

  std::size_t rows = 0;
  std::size_t said = 0;

 private:
  static void check(const ColumnSpec& column, const Cell& cell) {
    if (cell.kind == Cell::Kind::null) return must(column.nullable == Nullable::yes, "no NULL where none may be");
    const bool number = column.type == ColumnType::integer || column.type == ColumnType::boolean;
    must((cell.kind == Cell::Kind::integer) == number, "a cell has the type of its column");
    if (column.type == ColumnType::boolean) must(cell.integer == 0 || cell.integer == 1, "a boolean is 0 or 1");
    if (column.type == ColumnType::instant) {
      const auto instant = parse_instant(cell.text);
      must(instant && to_string(*instant) == cell.text, "an instant is spelled our way");
    }
    if (column.type == ColumnType::day) must(parse_day(cell.text).has_value(), "a day is a day");
  }

  SourceId sources_ = 0;
};

}  // namespace ehdscan::fuzz
