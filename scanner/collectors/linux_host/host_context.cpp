// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/host_context.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/text.h"
#include "crypto/digest.h"

namespace ehdscan {
namespace {

std::string reason_of(const Error& error) {
  if (error.kind == ErrorKind::denied && ::geteuid() != 0) {
    return fmt::format("{}; run as root to read it", error.message);
  }
  return error.message;
}

void run_section(HostContext& context, const HostSection& section) {
  context.troubled.clear();
  const auto all = [&](void (*what)(HostContext&, const TableSpec&)) {
    for (const TableSpec* table : section.tables) what(context, *table);
  };
  if (context.run.stop()) {
    return all([](HostContext& c, const TableSpec& table) { c.not_attempted(table, "interrupted"); });
  }
  if (section.needs_running_kernel && !context.files.live()) {
    return all([](HostContext& c, const TableSpec& table) { c.not_attempted(table, kNoRunningKernel); });
  }
  try {
    section.collect(context);
  } catch (const std::exception& error) {
    for (const TableSpec* table : section.tables) {
      context.failed(*table, Error{.kind = ErrorKind::internal,
                                   .message = fmt::format("section `{}` stopped: {}", section.name, error.what())});
    }
    return;
  }
  if (context.run.stop()) {
    return all([](HostContext& c, const TableSpec& table) { c.partial(table, "interrupted"); });
  }
  for (const TableSpec* table : section.tables) {
    if (std::ranges::find(context.troubled, table) == context.troubled.end()) {
      context.sink.collected(*table, CollectionState::complete);
    }
  }
}

}  // namespace

HostContext::HostContext(const HostFiles& host_files, RowSink& row_sink, const CollectContext& collect_context,
                         std::string host, EvidenceGrade source_grade)
    : files(host_files),
      sink(row_sink),
      run(collect_context),
      host_id(std::move(host)),
      platform("host:" + host_id),
      grade(source_grade) {}

Result<ReadFile> HostContext::read(std::string_view path, std::size_t max_bytes) {
  Result<std::string> text = files.read(path, max_bytes);
  if (!text) return std::unexpected(std::move(text.error()));
  const SourceId source = add_source(path, *text);
  return ReadFile{.text = std::move(*text), .source = source};
}

SourceId HostContext::add_source(std::string_view location, std::string_view bytes) {
  return register_source(location, sha256_hex(bytes));
}

SourceId HostContext::add_source(std::string_view location) { return register_source(location, {}); }

SourceId HostContext::register_source(std::string_view location, std::string sha256) {
  Source source;
  source.location = to_valid_utf8(location);
  source.sha256 = std::move(sha256);
  source.observed_at = run.started_at;
  source.grade = grade;
  source.nature = Nature::observed;
  source.freshness = files.live() ? Freshness::live : Freshness::export_file;
  return sink.add_source(std::move(source));
}

void HostContext::failed(const TableSpec& table, const Error& error) {
  say(table, error.kind == ErrorKind::denied ? CollectionState::denied : CollectionState::failed, reason_of(error));
}

void HostContext::partial(const TableSpec& table, std::string_view reason) {
  say(table, CollectionState::partial, reason);
}

void HostContext::partial(const TableSpec& table, const Error& error) {
  say(table, CollectionState::partial, reason_of(error));
}

void HostContext::not_attempted(const TableSpec& table, std::string_view reason) {
  say(table, CollectionState::not_attempted, reason);
}

void HostContext::say(const TableSpec& table, CollectionState state, std::string_view reason) {
  troubled.push_back(&table);
  sink.collected(table, state, reason);
}

void run_sections(HostContext& context, std::span<const HostSection* const> sections) {
  for (const HostSection* section : sections) run_section(context, *section);
}

}  // namespace ehdscan
