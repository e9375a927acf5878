// SPDX-License-Identifier: Apache-2.0
// The parsers of what a peer sends, without a network.
#include <doctest/doctest.h>

#include "net/ssh/offer_reader.h"
#include "net/tls/flight.h"
#include "net/tls/hello.h"
#include "net/tls/starttls.h"
#include "support/tls_server.h"

using namespace ehdscan;
using namespace ehdscan::tls;

namespace {

Bytes flight() {
  SeenHello hello;
  hello.version = 0x0303;
  hello.suites = {0xc02f};
  hello.extensions[10] = {0, 2, 0, 29};
  return answer_to(hello, {.suites = {{0x0303, {0xc02f}}}});
}

Flight read(const Bytes& bytes, std::size_t cut) {
  FlightReader reader(Version::tls12, true);
  for (std::size_t at = 0; at < bytes.size(); at += cut) {
    if (reader.feed(std::span<const std::uint8_t>(bytes).subspan(at, std::min(cut, bytes.size() - at)))) break;
  }
  reader.end(Answer::closed);
  return reader.take();
}

std::string ssh_packet() {
  Bytes payload{20};
  payload.resize(17, 1);
  for (const std::string_view list : {"curve25519-sha256,ext-info-s", "ssh-ed25519", "aes256-ctr", "aes128-ctr",
                                      "hmac-sha2-256", "hmac-sha2-256", "none", "none", "", ""}) {
    put16(payload, 0);
    put16(payload, list.size());
    put_text(payload, list);
  }
  payload.resize(payload.size() + 5, 0);
  const std::size_t padding = 8;
  Bytes packet;
  put16(packet, 0);
  put16(packet, payload.size() + padding + 1);
  put8(packet, padding);
  put(packet, payload);
  packet.resize(packet.size() + padding, 0);
  return {packet.begin(), packet.end()};
}

StarttlsDialogue::State talk(Starttls protocol, std::initializer_list<std::string_view> answers) {
  StarttlsDialogue dialogue(protocol, "host.example");
  for (const std::string_view answer : answers) {
    if (dialogue.state() != StarttlsDialogue::State::talking) break;
    for (const char letter : answer) dialogue.feed(std::string_view(&letter, 1));
  }
  return dialogue.state();
}

}  // namespace

TEST_CASE("tls flight: however it is cut, it reads the same") {
  const Bytes bytes = flight();
  for (const std::size_t cut : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    const Flight found = read(bytes, cut);
    CHECK(found.chose(Version::tls12));
    CHECK(found.suite == 0xc02f);
    CHECK(found.group == 29);
    CHECK(found.done);
    CHECK(found.certificates.size() == 1);
    REQUIRE(found.key_exchange.has_value());
    CHECK(found.key_exchange->signature_algorithm == 0x0804);
  }
}

TEST_CASE("tls flight: a cut answer is no refusal, and what follows the ServerHello never undoes it") {
  const Bytes bytes = flight();
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const Flight found = read(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)), size);
    CHECK((found.answer == Answer::other_protocol || (found.answer == Answer::server_hello && found.unreadable)));
  }
  Bytes huge = bytes;
  huge.resize(60);
  put(huge, Bytes{22, 3, 3, 0, 4, 11, 0xff, 0xff, 0xff});
  CHECK(read(huge, huge.size()).answer != Answer::alert);
}

TEST_CASE("tls hello: lengths that old load balancers lose are avoided") {
  for (std::size_t suites = 1; suites < 250; ++suites) {
    Hello hello{
        .version = Version::tls12, .suites = std::vector<std::uint16_t>(suites, 0x002f), .name = "api.node.example"};
    hello.groups = usual_groups();
    hello.signature_algorithms = usual_signature_algorithms();
    const Bytes record = to_record(hello);
    const std::size_t size = record.size() - 5;
    CHECK_FALSE((size >= 256 && size < 512));
    const auto seen = SeenHello::read(record);
    REQUIRE(seen.has_value());
    CHECK(seen->suites.size() == suites + 1);
  }
}

TEST_CASE("starttls: each protocol reaches TLS, is refused, or is recognised as another") {
  using State = StarttlsDialogue::State;
  CHECK(talk(Starttls::smtp, {"220 m\r\n", "250-m\r\n250 STARTTLS\r\n", "220 ok\r\n"}) == State::ready);
  CHECK(talk(Starttls::smtp, {"220 m\r\n", "250 m\r\n", "502 no\r\n"}) == State::refused);
  CHECK(talk(Starttls::smtp, {"SSH-2.0-x\r\n"}) == State::foreign);
  CHECK(talk(Starttls::ftp, {"220 f\r\n", "234 ok\r\n"}) == State::ready);
  CHECK(talk(Starttls::imap, {"* OK i\r\n", "* CAPABILITY\r\na1 OK\r\n"}) == State::ready);
  CHECK(talk(Starttls::imap, {"* OK i\r\n", "a1 BAD\r\n"}) == State::refused);
  CHECK(talk(Starttls::pop3, {"+OK p\r\n", "+OK\r\n"}) == State::ready);
  CHECK(talk(Starttls::pop3, {"+OK p\r\n", "-ERR\r\n"}) == State::refused);
  CHECK(talk(Starttls::postgres, {"S"}) == State::ready);
  CHECK(talk(Starttls::postgres, {"E"}) == State::foreign);
  CHECK(talk(Starttls::xmpp, {"<stream:stream><stream:features><starttls/></stream:features>", "<proceed/>"}) ==
        State::ready);
  CHECK(talk(Starttls::xmpp, {"<stream:stream><stream:features></stream:features>"}) == State::refused);
  CHECK(talk(Starttls::ldap, {std::string_view("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00", 14)}) ==
        State::ready);
  CHECK(talk(Starttls::ldap, {std::string_view("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00", 14)}) ==
        State::refused);
  const std::string greeting = std::string("\x1e\x00\x00\x00\x0a", 5) + "8.0" + std::string(1 + 4 + 8 + 1, '\0') +
                               std::string("\xff\xff", 2) + std::string(10, '\0');
  CHECK(talk(Starttls::mysql, {greeting}) == State::ready);
  CHECK(talk(Starttls::mysql, {"HTTP/1.1 400 Bad Request\r\n"}) == State::foreign);
  CHECK(talk(Starttls::smtp, {std::string_view(std::string(40000, '2'))}) == State::foreign);
}

TEST_CASE("ssh offer: banner and lists, however they are cut") {
  const std::string bytes = "welcome\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\n" + ssh_packet();
  for (const std::size_t cut : {std::size_t{1}, std::size_t{13}, bytes.size()}) {
    ssh::OfferReader reader;
    for (std::size_t at = 0; at < bytes.size(); at += cut) reader.feed(std::string_view(bytes).substr(at, cut));
    CHECK(reader.state() == ssh::OfferReader::State::done);
    ssh::EndpointFinding found;
    reader.write_to(found);
    CHECK(found.software == "OpenSSH_9.2p1");
    CHECK(found.protocol_version == "2.0");
    CHECK(found.offer.kex().size() == 2);
    CHECK(found.offer.cipher(false) == std::vector<std::string>{"aes128-ctr"});
  }
  ssh::OfferReader http;
  CHECK(http.feed("HTTP/1.1 400 Bad Request\r\n") == ssh::OfferReader::State::foreign);
}
