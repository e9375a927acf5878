// SPDX-License-Identifier: Apache-2.0
// `ehdscan tls` as a user meets it, against real servers.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/openssl_server.h"
#include "support/program.h"
#include "support/tls_server.h"

using namespace ehdscan;

namespace {

using nlohmann::json;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

struct Scene {
  TemporaryFolder folder;
  x509::Issued root = x509::make_certificate({.common_name = "Test root", .authority = true});
  x509::Issued leaf = x509::make_certificate(
      {.common_name = "leaf", .alternative_names = "DNS:localhost", .key = x509::make_rsa_key()}, &root);
  std::string identity = write_identity(folder, "leaf.pem", leaf);
  std::string anchors = (folder.path / "root.pem").string();
  Scene() { std::ofstream(anchors) << root.pem(); }
};

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(json::parse(line));
  return lines;
}

json weakness_of(const json& line, std::string_view name) {
  for (const json& weakness : line.at("weaknesses")) {
    if (weakness.at("weakness") == name) return weakness.at("present");
  }
  return "missing";
}

/// A port of 127.0.0.1 that nobody listens on any more.
std::string closed_port() {
  const tls::TestServer server([](int, const tls::Bytes&) {});
  return "127.0.0.1:" + std::to_string(server.port());
}

}  // namespace

TEST_CASE("ehdscan tls: the page says first what to mend, then what there is") {
  if (!have_openssl()) return;
  const Scene scene;
  const OpensslServer server(
      {"-tls1_2", "-cert", scene.identity, "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA", "-serverpref"});
  const ProgramRun run = run_program_with({"tls", server.endpoint(), "--anchors", scene.anchors});
  CAPTURE(run.out);
  CHECK(run.code == 0);
  CHECK(run.error.empty());
  CHECK_FALSE(contains(run.out, "\x1b"));
  CHECK_FALSE(contains(run.out, "as the example says"));
  std::size_t last = 0;
  for (const char* part :
       {"localhost:",
        " at 127.0.0.1  ",
        "Against mozilla-intermediate-6.0: ",
        "fail  takes in TLSv1.2: TLS_RSA_WITH_AES_128_CBC_SHA\n          [tls-broken-suites-refused]",
        "Protocols",
        "TLSv1.3  refused",
        "TLSv1.2  offered",
        "SSLv2    refused",
        "Suites of TLSv1.2, in the server's order",
        "c02f  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "002f  TLS_RSA_WITH_AES_128_CBC_SHA",
        "groups  ",
        "Certificates, RSA",
        "not trusted  by public anchors: ",
        "trusted  by ",
        "0  CN=leaf",
        "issued by CN=Test root",
        "RSA 2048 bits",
        "names: localhost",
        "Details",
        "resumption by session id yes, by ticket yes (7200 s); early data no",
        "renegotiation by the client no",
        "Known weaknesses",
        "absent  heartbleed, ccs_injection"}) {
    CAPTURE(part);
    const std::size_t at = run.out.find(part, last);
    REQUIRE(at != std::string::npos);
    last = at;
  }
  // Against a public root the same chain fails.
  const ProgramRun open_world = run_program_with({"tls", server.endpoint()});
  CHECK(contains(open_world.out, "[tls-chain-reaches-anchor]"));
  CHECK_FALSE(contains(run.out, "fail  the RSA chain does not lead"));
}

TEST_CASE("ehdscan tls: everything in its order on one page when nobody answers in TLS") {
  tls::TestServer http(
      [](int peer, const tls::Bytes&) { tls::TestServer::say(peer, "HTTP/1.1 400 \x1b[2JBad\r\n\r\n"); });
  const ProgramRun other = run_program_with({"tls", "127.0.0.1:" + std::to_string(http.port())});
  CHECK(other.code == 3);
  CHECK(contains(other.out, "another protocol answers: HTTP/1.1 400"));
  CHECK_FALSE(contains(other.out, "\x1b"));
  const ProgramRun closed = run_program_with({"tls", closed_port()});
  CHECK(closed.code == 3);
  CHECK(contains(closed.out, "the port is closed"));
  CHECK_FALSE(contains(closed.out, "Against"));
  const ProgramRun unknown = run_program_with({"tls", "no-such-name.invalid"});
  CHECK(unknown.code == 3);
}

TEST_CASE("ehdscan tls: a wrong command line is exit 2 before anything is asked") {
  const TemporaryFolder folder;
  const std::string list = (folder.path / "list").string();
  std::ofstream(list) << "a.example:443\nb.example:99999\n";
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"tls"},
                                             {"tls", "a.example:0"},
                                             {"tls", "a.example:"},
                                             {"tls", "[::1"},
                                             {"tls", "a b"},
                                             {"tls", "https://a.example"},
                                             {"tls", "a.example", "--starttls", "gopher"},
                                             {"tls", "a.example", "--overlay", "no-such-overlay"},
                                             {"tls", "a.example", "--anchors", list},
                                             {"tls", "a.example", "--targets", "/nonexistent"},
                                             {"tls", "--targets", list}}) {
    CAPTURE(arguments.back());
    const ProgramRun run = run_program_with(arguments);
    CHECK(run.code == 2);
    CHECK(run.out.empty());
    CHECK_FALSE(run.error.empty());
  }
  CHECK(contains(run_program_with({"tls", "--targets", list}).error, list + ":2"));
}

TEST_CASE("ehdscan tls: JSON lines of many targets are valid by the published schema, whatever some of them do") {
  if (!have_openssl()) return;
  const Scene scene;
  const OpensslServer server({"-cert", scene.identity, "-client_renegotiation"});
  tls::TestServer garbage([](int peer, const tls::Bytes&) { tls::TestServer::say(peer, tls::Bytes(3000, 0xee)); });
  const std::string list = (scene.folder.path / "list").string();
  std::ofstream(list) << "# of ours\n\n  " << "\n"
                      << server.endpoint() << "\r\n127.0.0.1:" << garbage.port() << "\n"
                      << closed_port() << "\nno-such-name.invalid";
  const ProgramRun run = run_program_with({"tls", "--json", "--targets", list, "--anchors", scene.anchors});
  CAPTURE(run.error);
  CHECK(run.code == 3);
  const std::vector<json> lines = lines_of(run.out);
  REQUIRE(lines.size() == 4);
  std::vector<std::string> answers;
  for (const json& line : lines) answers.push_back(line.at("answer"));
  std::ranges::sort(answers);
  CHECK(answers == std::vector<std::string>{"name_not_found", "other_protocol", "refused", "tls"});
  const json& good = *std::ranges::find_if(lines, [](const json& line) { return line.at("answer") == "tls"; });
  CHECK(good.at("client_renegotiation") == true);
  CHECK(good.at("client_certificate_asked") == false);
  CHECK(good.at("chains_not_read").empty());
  REQUIRE(good.at("chains").size() == 1);
  const json& trust = good.at("chains")[0].at("trust");
  CHECK(trust.back().at("anchors") == scene.anchors);
  CHECK(trust.back().at("path_valid") == true);
  CHECK(trust.back().at("name_matches") == true);

  const std::string answers_file = (scene.folder.path / "answers").string();
  std::ofstream(answers_file) << run.out;
  if (!output_of("python3 -c 'import jsonschema'")) {
    MESSAGE("SKIPPED: python3-jsonschema is not installed");
    return;
  }
  const std::string validate =
      "import json,sys,jsonschema; v=jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))); "
      "v.check_schema(v.schema); [v.validate(json.loads(l)) for l in open(sys.argv[2])]";
  const std::string schema = std::string(EHDSCAN_SOURCE_DIR) + "/schemas/tls-endpoint.schema.json";
  CHECK(output_of("python3 -c '" + validate + "' " + schema + " " + answers_file));
  // The validator can say no.
  std::ofstream(answers_file) << R"({"schema": "ehdscan-tls-endpoint/1", "endpoint": 5})" << "\n";
  CHECK_FALSE(output_of("python3 -c '" + validate + "' " + schema + " " + answers_file));
}

TEST_CASE("ehdscan tls: weak servers show their weaknesses, and what was not tried is not called absent") {
  if (!have_openssl()) return;
  const Scene scene;
  // Group 2 of RFC 2409, 1024 bits: Logjam. s_server takes it from a file only.
  const OpensslServer server({"-cert", scene.identity, "-tls1_2", "-cipher", "ALL:eNULL:@SECLEVEL=0"});
  const std::vector<json> lines = lines_of(run_program_with({"tls", "--json", server.endpoint()}).out);
  REQUIRE(lines.size() == 1);
  CHECK(weakness_of(lines[0], "heartbleed") == false);
  CHECK(weakness_of(lines[0], "ccs_injection") == false);
  CHECK(weakness_of(lines[0], "drown") == false);
  CHECK(weakness_of(lines[0], "logjam") == true);  // anonymous suites come with it
  for (const char* open : {"robot", "poodle_tls", "ticketbleed"}) CHECK(weakness_of(lines[0], open) == nullptr);
  const ProgramRun page = run_program_with({"tls", server.endpoint()});
  CHECK(contains(page.out, "logjam  TLSv1.2 with a prime of 1024 bits"));
  CHECK(contains(page.out, "not determined  robot, poodle_tls, ticketbleed"));
}

TEST_CASE("ehdscan tls: STARTTLS is spoken before, and a refusal of it is named") {
  const auto smtp = [](bool takes) {
    return [takes](int peer, const tls::Bytes&) {
      tls::TestServer::say(peer, "220 mail.example ESMTP\r\n");
      tls::TestServer::next(peer);
      tls::TestServer::say(peer, takes ? "250-mail.example\r\n250 STARTTLS\r\n" : "250 mail.example\r\n");
      tls::TestServer::next(peer);
      tls::TestServer::say(peer, takes ? "220 go ahead\r\n" : "502 no\r\n");
      if (!takes) return;
      const auto hello = tls::SeenHello::read(tls::TestServer::next(peer));
      tls::TestServer::say(peer,
                           hello ? tls::answer_to(*hello, {.suites = {{0x0303, {0xc02f}}}}) : tls::alert_record(70));
    };
  };
  tls::TestServer server(smtp(true), true);
  const ProgramRun run =
      run_program_with({"tls", "--json", "--starttls", "smtp", "127.0.0.1:" + std::to_string(server.port())});
  const std::vector<json> lines = lines_of(run.out);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].at("starttls") == "smtp");
  CHECK(lines[0].at("answer") == "tls");
  CHECK(weakness_of(lines[0], "starttls_injection") == nullptr);
  tls::TestServer without(smtp(false), true);
  const ProgramRun refused =
      run_program_with({"tls", "--starttls", "smtp", "127.0.0.1:" + std::to_string(without.port())});
  CHECK(refused.code == 3);
  CHECK(contains(refused.out, "it speaks the protocol but refuses STARTTLS"));
}
