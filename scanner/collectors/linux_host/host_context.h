// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "collectors/collector.h"
#include "collectors/linux_host/host_files.h"
#include "evidence/row.h"
#include "model/provenance.h"
#include "model/table_spec.h"

namespace ehdscan {

/// A file that was read and is registered as source of rows.
struct ReadFile {
  std::string text;
  SourceId source = 0;

  [[nodiscard]] Origin at(std::uint32_t line = 0) const { return {.source = source, .line = line}; }
};

/// What a section of the linux_host collector works with.
///
/// A section writes rows and says every trouble it meets; the tables it says nothing about are then complete. So an
/// error that is neither handled (a file that need not exist) nor said is a mistake of the section.
class HostContext {
 public:
  HostContext(const HostFiles& host_files, RowSink& row_sink, const CollectContext& collect_context, std::string host,
              EvidenceGrade source_grade);

  const HostFiles& files;
  RowSink& sink;
  const CollectContext& run;
  const std::string host_id;
  const std::string platform;  ///< `host:<host_id>`
  const EvidenceGrade grade;   ///< E3 on the running machine, E2 on a mounted root

  /// Key of the permit register's hashes; empty if none was given: then accounts carry their plain names.
  std::string identity_key;

  /// Reads a file and registers it as source with its digest. Errors: those of HostFiles::read.
  Result<ReadFile> read(std::string_view path, std::size_t max_bytes = HostFiles::kMaxBytes);
  /// Registers a source whose bytes are at hand; `location` as a person would look it up.
  SourceId add_source(std::string_view location, std::string_view bytes);
  /// Registers a source that has no bytes to hash: a folder, an interface of the kernel ("netlink:nftables").
  SourceId add_source(std::string_view location);

  /// Nothing usable of `table` could be got: denied if the error says so, else failed.
  void failed(const TableSpec& table, const Error& error);
  /// Some of `table` could not be read. `reason` is lower case and names what is missing and which right or file would
  /// help.
  void partial(const TableSpec& table, std::string_view reason);
  void partial(const TableSpec& table, const Error& error);
  /// Never tried, with the reason why.
  void not_attempted(const TableSpec& table, std::string_view reason);

  /// Tables with trouble in the section that runs; for the runner.
  std::vector<const TableSpec*> troubled;

 private:
  SourceId register_source(std::string_view location, std::string sha256);
  void say(const TableSpec& table, CollectionState state, std::string_view reason);
};

/// One part of the collector: what it fills and how. Declared as `extern const HostSection sshd_section;` in the header
/// of its file and listed in linux_host.cpp.
struct HostSection {
  std::string_view name;
  std::span<const TableSpec* const> tables;
  bool needs_running_kernel = false;  ///< reads /proc, /sys or netlink only: not attempted against a mounted root
  void (*collect)(HostContext& context) = nullptr;
};

inline constexpr std::string_view kNoRunningKernel = "a mounted root has no running kernel";

/// Runs the sections one after the other. A section that throws fails only its own tables. After an interruption the
/// rest is not attempted.
void run_sections(HostContext& context, std::span<const HostSection* const> sections);

}  // namespace ehdscan
