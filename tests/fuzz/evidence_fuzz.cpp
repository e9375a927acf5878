// SPDX-License-Identifier: Apache-2.0
// The evidence reader on damaged databases. The input is a list of patches (three bytes offset, one byte value) to a
// whole evidence file made at the start; a whole file would hide the interesting bytes among hundreds of kilobytes.
#include <array>
#include <filesystem>

#include "base/file.h"
#include "evidence/evidence.h"
#include "evidence/tables/host.h"
#include "evidence/writer.h"
#include "fuzz.h"

using namespace ehdscan;

namespace {

std::string whole_file() {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("ehdscan-fuzz-" + std::to_string(::getpid()))).string();
  auto writer = EvidenceWriter::create(
      path, {.site = "s", .country = "FI", .tool_version = "1", .started_at = {}, .finished_at = {}});
  fuzz::must(writer.has_value(), "a writer");
  constexpr std::array<const TableSpec*, 1> kTables{&tables::sysctl};
  RowSink& sink = writer->begin_target("t", "linux_host", kTables);
  const SourceId source = sink.add_source({});
  Row<tables::sysctl> row("host:a");
  for (int i = 0; i < 50; ++i) {
    row.set<"host_id">("a").set<"name">("kernel." + std::to_string(i)).set<"value">(std::string(40, 'x'));
    row.write(sink, {.source = source, .line = 1});
  }
  sink.collected(tables::sysctl, CollectionState::complete);
  writer->end_target();
  fuzz::must(writer->finish(Instant{1}).has_value(), "a finished file");
  std::string bytes = read_file(path, std::size_t{64} << 20).value();
  std::filesystem::remove(path);
  return bytes;
}

}  // namespace

FUZZ_TARGET(data, size) {
  static const std::string kWhole = whole_file();
  static const fuzz::MemoryFile file;
  static const std::array<std::filesystem::path, 1> kFiles{file.path()};
  std::string bytes = kWhole;
  constexpr std::size_t kPatch = 4;
  for (std::size_t i = 0; i + kPatch <= size; i += kPatch) {
    const std::size_t offset =
        (static_cast<std::size_t>(data[i]) << 16U | static_cast<std::size_t>(data[i + 1]) << 8U | data[i + 2]);
    bytes[offset % bytes.size()] = static_cast<char>(data[i + 3]);
  }
  if (size % kPatch == 1) bytes.resize(bytes.size() * data[size - 1] / 256);  // also cut it
  file.assign(bytes);
  const auto evidence = Evidence::open(kFiles);
  if (!evidence) {
    fuzz::check_error(evidence.error());
  } else {
    fuzz::must(evidence->metas().size() == 1, "one file, one run");
  }
  return 0;
}
