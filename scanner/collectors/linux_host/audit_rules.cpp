// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/audit_rules.h"

#include <fmt/format.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "base/unique_handle.h"
#include "collectors/linux_host/systemd_files.h"
#include "evidence/tables/host_log.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 2> kTables{&tables::audit_state, &tables::audit_rule};

/// AUDIT_GET has no end-of-dump message, so it is asked for on a socket of its own.
Result<audit_status> audit_status_now() {
  const FileDescriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT));
  if (!socket) return fail(ErrorKind::io, fmt::format("the kernel has no audit: {}", std::strerror(errno)));
  struct {
    nlmsghdr header;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = AUDIT_GET;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  request.header.nlmsg_seq = 1;
  if (::send(socket.get(), &request, sizeof request, 0) < 0) {
    return fail(errno == EPERM ? ErrorKind::denied : ErrorKind::io, fmt::format("the audit state cannot be asked for: {}", std::strerror(errno)));
  }
  std::array<std::byte, 8192> buffer{};
  constexpr int kWaitMilliseconds = 500;
  for (int messages = 0; messages < 16; ++messages) {
    pollfd ready{socket.get(), POLLIN, 0};
    if (::poll(&ready, 1, kWaitMilliseconds) <= 0) break;
    const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    NetlinkMessages answers(ByteView(buffer.data(), static_cast<std::size_t>(got)));
    while (const auto message = answers.next()) {
      if (message->type == AUDIT_GET && message->payload.size() >= 32) {
        audit_status status{};
        std::memcpy(&status, message->payload.data(), std::min(sizeof status, message->payload.size()));
        return status;
      }
      if (message->type != NLMSG_ERROR || message->payload.size() < sizeof(int)) continue;
      int code = 0;
      std::memcpy(&code, message->payload.data(), sizeof code);
      if (code != 0) {
        return fail(code == -EPERM ? ErrorKind::denied : ErrorKind::io, fmt::format("the audit state cannot be read: {}", std::strerror(-code)));
      }
    }
  }
  return fail(ErrorKind::io, "the kernel did not answer about its audit state");
}

void write_rule(HostContext& context, const AuditRule& rule, std::int64_t position, bool loaded, const Origin& origin) {
  Row<tables::audit_rule> row(context.platform);
  row.set<"host_id">(context.host_id).set<"position">(position).set<"loaded">(loaded).set<"text">(rule.text);
  if (!rule.key.empty()) row.set<"rule_key">(rule.key);
  if (!rule.path.empty()) row.set<"path">(rule.path).set<"permissions">(rule.permissions);
  row.set<"syscalls">(rule.syscalls);
  row.write(context.sink, origin);
}

/// Rules in the kernel, or nothing with the trouble said.
std::optional<std::int64_t> collect_loaded(HostContext& context) {
  Result<NetlinkSocket> socket = NetlinkSocket::open(NETLINK_AUDIT);
  if (!socket) {
    context.partial(tables::audit_rule, socket.error());
    return std::nullopt;
  }
  const auto answer = socket->dump(AUDIT_LIST_RULES, {});
  if (!answer) {
    context.partial(tables::audit_rule, answer.error());
    return std::nullopt;
  }
  const SourceId source = context.add_source("netlink:audit");
  std::int64_t count = 0;
  NetlinkMessages messages(answer->bytes);
  while (const auto message = messages.next()) {
    if (message->type != AUDIT_LIST_RULES) continue;
    if (const auto rule = decode_audit_rule(message->payload)) write_rule(context, *rule, ++count, true, {.source = source});
  }
  return count;
}

void collect_configured(HostContext& context) {
  // augenrules(8) makes audit.rules of rules.d; without it only audit.rules counts.
  auto paths = conf_fragments(context.files, {"/etc/audit/rules.d"}, ".rules");
  if (!paths) return context.partial(tables::audit_rule, paths.error());
  if (paths->empty()) paths->emplace_back("/etc/audit/audit.rules");
  std::int64_t position = 0;
  for (const std::string& path : *paths) {
    const Result<ReadFile> file = context.read(path);
    if (!file) {
      if (file.error().kind != ErrorKind::not_found) context.partial(tables::audit_rule, file.error());
      continue;
    }
    for (const AuditRule& rule : parse_audit_rules(file->text)) write_rule(context, rule, ++position, false, file->at(rule.line));
  }
}

void collect(HostContext& context) {
  Row<tables::audit_state> row(context.platform);
  row.set<"host_id">(context.host_id);
  if (const Result<std::string> config = context.files.read("/etc/audit/auditd.conf")) {
    for (const std::string_view line : split_lines(*config)) {
      const std::size_t equals = line.find('=');
      if (equals == std::string_view::npos || to_lower(trim(line.substr(0, equals))) != "disk_full_action") continue;
      row.set<"disk_full_action">(to_valid_utf8(to_lower(trim(line.substr(equals + 1)))));
    }
  }
  if (context.files.live()) {
    if (const Result<audit_status> status = audit_status_now()) {
      row.set<"enabled">(status->enabled).set<"lost_records">(status->lost);
      row.set<"loaded_rules">(collect_loaded(context));
    } else {
      context.partial(tables::audit_state, status.error());
      context.partial(tables::audit_rule, status.error());
    }
  } else {
    context.partial(tables::audit_state, kNoRunningKernel);
    context.partial(tables::audit_rule, kNoRunningKernel);
  }
  row.write(context.sink, {.source = context.add_source(context.files.live() ? "netlink:audit" : "/etc/audit/auditd.conf")});
  collect_configured(context);
}

}  // namespace

std::vector<AuditRule> parse_audit_rules(std::string_view text) {
  std::vector<AuditRule> rules;
  std::uint32_t number = 0;
  for (const std::string_view raw : split_lines(text)) {
    ++number;
    const std::string_view line = trim(raw);
    if (!line.starts_with("-w") && !line.starts_with("-a") && !line.starts_with("-A")) continue;
    const auto words = split_words(line);
    AuditRule rule{.text = to_valid_utf8(line), .syscalls = std::vector<std::string>{}, .line = number};
    for (std::size_t i = 0; i < words.size(); ++i) {
      const auto next = [&]() { return i + 1 < words.size() ? to_valid_utf8(words[i + 1]) : std::string(); };
      if (words[i] == "-w") rule.path = next();
      if (words[i] == "-p") rule.permissions = next();
      if (words[i] == "-k") rule.key = next();
      if (words[i] == "-S") {
        const std::string names = next();
        for (const std::string_view name : split(names, ',')) rule.syscalls->emplace_back(name);
      }
      if (words[i] != "-F") continue;
      const std::string field = next();
      if (field.starts_with("path=") || field.starts_with("dir=")) rule.path = field.substr(field.find('=') + 1);
      if (field.starts_with("perm=")) rule.permissions = field.substr(5);
      if (field.starts_with("key=")) rule.key = field.substr(4);
    }
    // A watch without -p watches everything.
    if (!rule.path.empty() && rule.permissions.empty()) rule.permissions = "rwxa";
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::optional<AuditRule> decode_audit_rule(ByteView bytes) {
  audit_rule_data data{};
  if (bytes.size() < sizeof data) return std::nullopt;
  std::memcpy(&data, bytes.data(), sizeof data);
  ByteView strings = bytes.subspan(sizeof data);
  if (strings.size() > data.buflen) strings = strings.first(data.buflen);
  if (data.field_count > AUDIT_MAX_FIELDS) return std::nullopt;
  AuditRule rule;
  for (std::uint32_t i = 0; i < data.field_count; ++i) {
    const std::uint32_t field = data.fields[i];
    const std::uint32_t value = data.values[i];
    const bool has_text = field == AUDIT_WATCH || field == AUDIT_DIR || field == AUDIT_FILTERKEY || field == AUDIT_EXE ||
                          (field >= AUDIT_SUBJ_USER && field <= AUDIT_SUBJ_CLR) || (field >= AUDIT_OBJ_USER && field <= AUDIT_OBJ_LEV_HIGH);
    std::string text;
    if (has_text) {
      if (value > strings.size()) return std::nullopt;
      text = to_valid_utf8(std::string_view(reinterpret_cast<const char*>(strings.data()), value));
      strings = strings.subspan(value);
    }
    if (field == AUDIT_WATCH || field == AUDIT_DIR) rule.path = text;
    if (field == AUDIT_FILTERKEY) rule.key = text;
    if (field != AUDIT_PERM) continue;
    if ((value & AUDIT_PERM_READ) != 0) rule.permissions += 'r';
    if ((value & AUDIT_PERM_WRITE) != 0) rule.permissions += 'w';
    if ((value & AUDIT_PERM_EXEC) != 0) rule.permissions += 'x';
    if ((value & AUDIT_PERM_ATTR) != 0) rule.permissions += 'a';
  }
  const std::string key = rule.key.empty() ? "" : " -k " + rule.key;
  if (!rule.path.empty()) {
    rule.syscalls = std::vector<std::string>{};
    rule.text = fmt::format("-w {} -p {}{}", rule.path, rule.permissions, key);
  } else {
    // Numbers of system calls depend on the architecture; their names are not told here.
    rule.text = fmt::format("-a {},{} ({} fields){}", data.action == AUDIT_ALWAYS ? "always" : "never",
                            data.flags == AUDIT_FILTER_EXIT ? "exit" : "other", data.field_count, key);
  }
  return rule;
}

const HostSection audit_section{.name = "audit", .tables = kTables, .collect = collect};

}  // namespace ehdscan
