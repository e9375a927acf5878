// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/linux_host.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "collectors/linux_host/accounts.h"
#include "collectors/linux_host/audit_rules.h"
#include "collectors/linux_host/clock.h"
#include "collectors/linux_host/file_modes.h"
#include "collectors/linux_host/firewall.h"
#include "collectors/linux_host/kernel.h"
#include "collectors/linux_host/listeners.h"
#include "collectors/linux_host/logs.h"
#include "collectors/linux_host/machine.h"
#include "collectors/linux_host/packages.h"
#include "collectors/linux_host/pam.h"
#include "collectors/linux_host/services.h"
#include "collectors/linux_host/sshd.h"
#include "collectors/linux_host/storage.h"
#include "collectors/linux_host/sudoers.h"
#include "crypto/identity_hash.h"

namespace ehdscan {
namespace {

// One line a section; each is declared in the header of its file.
constexpr std::array kSections{
    &machine_section,  &kernel_section, &boot_section,       &confinement_section, &security_agents_section,
    &accounts_section, &sudo_section,   &pam_section,        &sshd_section,        &listeners_section,
    &firewall_section, &clock_section,  &storage_section,    &packages_section,    &services_section,
    &logs_section,     &audit_section,  &file_modes_section,
};

struct Options {
  std::filesystem::path root = "/";
  std::string name;
  std::filesystem::path key_file;  ///< key of the permit register's hashes; empty if none is named
};

constexpr std::string_view kHint = "write `linux_host: local` or `linux_host: {root: /mnt/image}`";

Result<Options> read_options(const Target& target) {
  Options options;
  if (!target.options) {
    return std::unexpected(Error{.kind = ErrorKind::invalid_input,
                                 .message = "`linux_host` does not say what to read",
                                 .place = target.place,
                                 .hint = std::string(kHint)});
  }
  const Node node = *target.options;
  if (node.is(Node::Kind::text) && node.scalar() == "local") return options;
  if (!node.is(Node::Kind::mapping)) {
    return std::unexpected(node.error("`linux_host` takes `local` or a mapping", std::string(kHint)));
  }
  if (Result<void> keys = node.expect_keys({"root", "name", "key_file"}); !keys) return std::unexpected(keys.error());
  if (const std::optional<Node> root = node.find("root")) {
    const Result<std::string_view> text = root->as_text();
    if (!text) return std::unexpected(text.error());
    if (text->empty()) return std::unexpected(root->error("`root` is empty", std::string(kHint)));
    options.root = target.folder / std::filesystem::path(*text);
  }
  if (const std::optional<Node> name = node.find("name")) {
    const Result<std::string_view> text = name->as_text();
    if (!text) return std::unexpected(text.error());
    if (trim(*text).empty()) return std::unexpected(name->error("`name` is empty", "write the machine's name"));
    options.name = trim(*text);
  }
  if (const std::optional<Node> key_file = node.find("key_file")) {
    const Result<std::string_view> text = key_file->as_text();
    if (!text) return std::unexpected(text.error());
    options.key_file = target.folder / std::filesystem::path(*text);
  }
  return options;
}

/// First line that is neither empty nor a comment, as hostname(5) says.
std::string first_word(std::string_view text) {
  for (const std::string_view line : split_lines(text)) {
    const std::string_view word = trim(line);
    if (!word.empty() && !word.starts_with('#')) return to_valid_utf8(word.substr(0, 253));
  }
  return {};
}

Result<std::string> host_name(const HostFiles& files) {
  std::vector<std::string_view> places{"/etc/hostname"};
  if (files.live()) places.emplace_back("/proc/sys/kernel/hostname");
  for (const std::string_view place : places) {
    if (const Result<std::string> text = files.read(place, 4096)) {
      if (std::string name = first_word(*text); !name.empty()) return name;
    }
  }
  return fail(ErrorKind::not_found, "the machine has no name in `/etc/hostname`",
              "give one: `linux_host: {root: …, name: …}`");
}

Result<void> validate(const Target& target) {
  if (const Result<Options> options = read_options(target); !options) return std::unexpected(options.error());
  return {};
}

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& run) {
  const Result<Options> options = read_options(target);
  if (!options) return std::unexpected(options.error());
  const Result<HostFiles> files = HostFiles::open(options->root);
  if (!files) return std::unexpected(files.error());
  std::string name = options->name;
  if (name.empty()) {
    Result<std::string> found = host_name(*files);
    if (!found) return std::unexpected(found.error());
    name = std::move(*found);
  }
  HostContext context(*files, sink, run, std::move(name), files->live() ? EvidenceGrade::e3 : EvidenceGrade::e2);
  if (!options->key_file.empty()) {
    Result<std::string> key = read_identity_key(options->key_file);
    if (!key) return std::unexpected(std::move(key).error());
    context.identity_key = *std::move(key);
  }
  run_sections(context, linux_host_sections());
  return {};
}

/// Every table that some section is responsible for, once.
std::span<const TableSpec* const> tables() {
  static const std::vector<const TableSpec*> all = [] {
    std::vector<const TableSpec*> list;
    for (const HostSection* section : linux_host_sections()) {
      for (const TableSpec* table : section->tables) {
        if (std::ranges::find(list, table) == list.end()) list.push_back(table);
      }
    }
    return list;
  }();
  return all;
}

}  // namespace

std::span<const HostSection* const> linux_host_sections() { return kSections; }

const CollectorSpec& linux_host_collector() {
  static const CollectorSpec spec{.name = "linux_host",
                                  .summary = "one Linux machine: its files, /proc, /sys and netlink, or a mounted root",
                                  .evidence = "linux",
                                  .tables = tables(),
                                  .validate = validate,
                                  .collect = collect};
  return spec;
}

}  // namespace ehdscan
