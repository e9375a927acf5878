// SPDX-License-Identifier: Apache-2.0
// The headers in luks/ were made with cryptsetup 2.6 (luksFormat, luksAddKey, token import); luks2.json is what
// `cryptsetup luksDump --dump-json-metadata` says of the second one.
#include "collectors/linux_host/luks_header.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "format/document.h"

using namespace ehdscan;

namespace {

std::string bytes_of(std::string_view name) {
  const auto text = read_file(std::string(EHDSCAN_SOURCE_DIR "/tests/collectors/linux_host/luks/").append(name));
  REQUIRE(text);
  return *text;
}

Result<LuksHeader> parse(std::string_view text) { return parse_luks_header(std::as_bytes(std::span(text))); }
std::size_t size_of(std::string_view text) { return luks_header_size(std::as_bytes(std::span(text))); }

}  // namespace

TEST_CASE("luks_header: nothing, noise and cut-off headers are refused") {
  CHECK(parse("").error().message == "there is no LUKS header");
  CHECK(parse(std::string(4096, '\0')).error().message == "there is no LUKS header");
  for (const std::string_view name : {"luks1.header", "luks2.header"}) {
    const std::string whole = bytes_of(name);
    for (std::size_t size = 0; size < whole.size(); size += size < 1024 ? 1 : 509) {
      CHECK_FALSE(parse(std::string_view(whole).substr(0, size)));
    }
  }
  std::string version9 = bytes_of("luks2.header");
  version9[7] = 9;
  CHECK(parse(version9).error().message == "LUKS version 9 is not known");
  CHECK(size_of(version9) == 0);
}

TEST_CASE("luks_header: a changed LUKS2 header does not pass its checksum") {
  const std::string whole = bytes_of("luks2.header");
  for (const std::size_t at : {24UL, 168UL, 450UL, 4100UL, 16383UL}) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK(parse(changed).error().message == "the checksum of the LUKS2 header is wrong");
  }
  std::string size = whole;
  size[12] = 0x7f;  // 2 GiB
  CHECK(parse(size).error().message == "the LUKS2 header names an impossible size");
  std::string algorithm = whole;
  algorithm[72] = 'x';
  CHECK(parse(algorithm).error().message == "the LUKS2 header is checked by `xha256`, only sha256 is known");
}

TEST_CASE("luks_header: LUKS1 as cryptsetup writes it") {
  const std::string whole = bytes_of("luks1.header");
  CHECK(size_of(whole) == 592);
  const Result<LuksHeader> header = parse(whole);
  REQUIRE(header);
  CHECK(header->version == 1);
  CHECK(header->uuid == "fa55bd40-8bd2-434b-a596-ca0e4d786b8e");
  CHECK(header->cipher == "aes-cbc-essiv:sha256");
  CHECK(header->key_bits == 256);
  REQUIRE(header->key_slots.size() == 1);
  CHECK(header->key_slots[0].kdf == "pbkdf2");
  CHECK(header->key_slots[0].hash == "sha512");
  CHECK(header->key_slots[0].iterations == 1000);
}

TEST_CASE("luks_header: LUKS2 as cryptsetup writes it") {
  const std::string whole = bytes_of("luks2.header");
  CHECK(size_of(whole) == 16384);
  const Result<LuksHeader> header = parse(whole);
  REQUIRE(header);
  CHECK(header->version == 2);
  CHECK(header->uuid == "dd0bafda-e630-40e5-be38-c7372e927f42");
  CHECK(header->label == "ehds-test");
  CHECK(header->cipher == "aes-xts-plain64");
  CHECK(header->key_bits == 512);
  CHECK(header->sector_bytes == 4096);
  CHECK_FALSE(header->reencryption);
  REQUIRE(header->key_slots.size() == 2);
  const LuksKeySlot& argon = header->key_slots[0];
  CHECK(argon.kdf == "argon2id");
  CHECK(argon.iterations == 4);
  CHECK(argon.memory_kib == 32768);
  CHECK(argon.threads == 1);
  CHECK(argon.tokens.empty());
  const LuksKeySlot& pbkdf2 = header->key_slots[1];
  CHECK(pbkdf2.number == 1);
  CHECK(pbkdf2.kdf == "pbkdf2");
  CHECK(pbkdf2.hash == "sha256");
  CHECK(pbkdf2.iterations == 1000);
  CHECK(pbkdf2.tokens == std::vector<std::string>{"clevis"});
}

TEST_CASE("luks_header: what is read is what cryptsetup prints") {
  const Result<LuksHeader> header = parse(bytes_of("luks2.header"));
  REQUIRE(header);
  const auto document = Document::parse_json(bytes_of("luks2.json"), "luks2.json");
  REQUIRE(document);
  const Node slots = *(*document)->root().find("keyslots");
  REQUIRE(slots.size() == header->key_slots.size());
  for (const LuksKeySlot& slot : header->key_slots) {
    const Node expected = *slots.find(std::to_string(slot.number));
    CHECK(slot.key_bits == *expected.find("key_size")->as_integer() * 8);
    CHECK(slot.kdf == expected.find("kdf")->find("type")->scalar());
    CHECK(slot.area_cipher == expected.find("area")->find("encryption")->scalar());
  }
}
