// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/openstack.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <utility>

#include "collectors/openstack/plan.h"
#include "crypto/identity_hash.h"
#include "format/fields.h"

namespace ehdscan {
namespace {

constexpr std::int64_t kLongestTimeoutSeconds = 600;

struct Options {
  std::string cloud, clouds_file, name, issuer, key_file, pinned_key;
  bool all_scopes = true;
  std::optional<std::int64_t> timeout_seconds;
};

Result<Options> read_options(const Target& target) {
  Options options;
  const Node& node = *target.options;
  if (node.is(Node::Kind::null)) return options;
  if (node.is(Node::Kind::text)) {
    options.cloud = node.scalar();
    return options;
  }
  std::optional<Error> error;
  Fields fields(node, error,
                {"cloud", "clouds_file", "name", "issuer", "key_file", "scopes", "pinned_key", "timeout_seconds"});
  options.cloud = fields.text_if("cloud");
  options.clouds_file = fields.text_if("clouds_file");
  options.name = fields.text_if("name");
  options.issuer = fields.text_if("issuer");
  options.key_file = fields.text_if("key_file");
  options.pinned_key = fields.text_if("pinned_key");
  if (fields.find("scopes")) options.all_scopes = fields.choice("scopes", {"all", "configured"}) == "all";
  if (fields.find("timeout_seconds")) {
    options.timeout_seconds = fields.integer("timeout_seconds");
    if (*options.timeout_seconds < 1 || *options.timeout_seconds > kLongestTimeoutSeconds)
      fields.refuse(fields.at("timeout_seconds").error("1 to 600 seconds are expected"));
  }
  if (error) return std::unexpected(*error);
  return options;
}

Result<void> validate(const Target& target) {
  if (const auto options = read_options(target); !options) return std::unexpected(options.error());
  return {};
}

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here changes it
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<OsCloud> find_trusted_cloud(const Options& options, const std::filesystem::path& folder) {
  auto cloud = find_cloud(options.cloud, options.clouds_file, folder, &environment);
  if (!cloud) return cloud;
  if (!options.pinned_key.empty()) cloud->pinned_key = options.pinned_key;
  if (!cloud->verify && cloud->pinned_key.empty()) {
    return fail(ErrorKind::invalid_input,
                fmt::format("the cloud `{}` turns the check of certificates off (`verify: false`)", cloud->name),
                "name its authority with `cacert`, or pin its key: `openstack: {pinned_key: sha256//…}`");
  }
  return cloud;
}

HttpOptions http_options(const Options& options, const OsCloud& cloud) {
  HttpOptions http{
      .ca_file = cloud.cacert, .client_cert = cloud.cert, .client_key = cloud.key, .pinned_key = cloud.pinned_key};
  if (options.timeout_seconds) http.timeout = std::chrono::seconds(*options.timeout_seconds);
  return http;
}

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  std::string key;
  if (!options->key_file.empty()) {
    auto read = read_identity_key(target.resolve(options->key_file));
    if (!read) return std::unexpected(std::move(read).error());
    key = *std::move(read);
  }
  auto cloud = find_trusted_cloud(*options, target.folder);
  if (!cloud) return std::unexpected(cloud.error());
  HttpOptions http = http_options(*options, *cloud);
  const auto stop = [&context] { return context.stop(); };
  HttpClient client(std::move(http));
  OsSession session(*std::move(cloud), client);
  if (auto in = session.log_in(stop); !in) return in;
  if (options->all_scopes) session.take_scopes(stop);
  OsReader reader(session, client, stop);
  OsPlan plan(session, reader);
  plan.read();
  if (context.stop()) return {};
  session.log_out();
  OsAnswers answers({.platform = "openstack:" + (options->name.empty() ? session.cloud().name : options->name),
                     .issuer = options->issuer,
                     .identity_key = std::move(key)},
                    sink);
  const std::filesystem::path record =
      context.record.empty() ? std::filesystem::path() : context.record / std::string(target.name);
  if (auto given = reader.hand_over(answers, context.started_at, record); !given) return given;
  answers.write(stop);
  if (context.stop()) return {};
  answers.say_states([](const OsKind&) { return OsListState{}; },
                     [&plan](const OsKind& kind) { return plan.unlisted(kind); });
  return {};
}

}  // namespace

Result<OsProbe> probe_os_rights(const std::string& cloud, const std::string& clouds_file,
                                const std::filesystem::path& folder, const std::function<bool()>& stop) {
  Options options;
  options.cloud = cloud;
  options.clouds_file = clouds_file;
  auto found = find_trusted_cloud(options, folder);
  if (!found) return std::unexpected(found.error());
  HttpClient client(http_options(options, *found));
  OsSession session(*std::move(found), client);
  if (auto in = session.log_in(stop); !in) return std::unexpected(in.error());
  session.take_scopes(stop);
  OsReader reader(session, client, stop, OsReader::Depth::sample);
  OsPlan plan(session, reader);
  plan.read();
  OsProbe probe{.scopes = {}, .rights = plan.rights()};
  for (const OsToken& token : session.tokens())
    probe.scopes.push_back(fmt::format("{}: {}", token.label, fmt::join(token.roles, ", ")));
  if (!stop()) session.log_out();
  return probe;
}

CollectorSpec openstack_collector() {
  return {.name = "openstack",
          .summary = "a running OpenStack cloud, read over its APIs (clouds.yaml)",
          .evidence = "openstack keystone",
          .tables = os_tables(),
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
