// SPDX-License-Identifier: Apache-2.0
// LUKS1: on-disk format 1.2.3. LUKS2: on-disk format 1.1.2. All numbers in binary headers are big-endian.
#include "collectors/linux_host/luks_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "crypto/digest.h"
#include "format/document.h"

namespace ehdscan {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::string_view kMagic("LUKS\xba\xbe", 6);
constexpr std::size_t kLuks1Bytes = 592;
constexpr std::size_t kLuks2BinaryBytes = 4096;

std::uint64_t big_endian(Bytes bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (const std::byte b : bytes.subspan(at, size)) value = (value << 8) | std::to_integer<std::uint64_t>(b);
  return value;
}

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// A fixed field, up to its first zero byte.
std::string field(Bytes bytes, std::size_t at, std::size_t size) {
  const std::string_view text = text_of(bytes.subspan(at, size));
  return to_valid_utf8(text.substr(0, std::min(text.find('\0'), text.size())));
}

bool has_magic(Bytes bytes) { return bytes.size() >= 16 && text_of(bytes.first(6)) == kMagic; }

Result<LuksHeader> parse_luks1(Bytes bytes) {
  if (bytes.size() < kLuks1Bytes) return fail(ErrorKind::invalid_input, "the LUKS1 header is cut off");
  LuksHeader header;
  header.version = 1;
  const std::string cipher = field(bytes, 8, 32);
  const std::string mode = field(bytes, 40, 32);
  header.cipher = mode.empty() ? cipher : cipher + "-" + mode;
  const std::string hash = field(bytes, 72, 32);
  header.key_bits = static_cast<std::int64_t>(big_endian(bytes, 108, 4)) * 8;
  header.uuid = field(bytes, 168, 40);
  for (int slot = 0; slot < 8; ++slot) {
    const std::size_t at = 208 + static_cast<std::size_t>(slot) * 48;
    const std::uint64_t active = big_endian(bytes, at, 4);
    if (active == 0x0000DEAD) continue;
    if (active != 0x00AC71F3) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("key slot {} of the LUKS1 header is neither used nor free", slot));
    }
    LuksKeySlot key_slot;
    key_slot.number = slot;
    key_slot.kdf = "pbkdf2";
    key_slot.hash = hash;
    key_slot.iterations = static_cast<std::int64_t>(big_endian(bytes, at + 4, 4));
    key_slot.key_bits = header.key_bits;
    key_slot.area_cipher = header.cipher;
    header.key_slots.push_back(std::move(key_slot));
  }
  return header;
}

// --- the JSON area of LUKS2 ---

std::string text_at(const Node& node, std::string_view key) {
  const std::optional<Node> value = node.find(key);
  return value && value->is(Node::Kind::text) ? std::string(value->scalar()) : std::string();
}

std::optional<std::int64_t> integer_at(const Node& node, std::string_view key) {
  const std::optional<Node> value = node.find(key);
  if (!value) return {};
  const Result<std::int64_t> number = value->as_integer();
  return number && *number >= 0 ? std::optional(*number) : std::nullopt;
}

std::optional<std::int64_t> bits_at(const Node& node, std::string_view key) {
  const std::optional<std::int64_t> size = integer_at(node, key);
  return size && *size <= 1 << 16 ? std::optional(*size * 8) : std::nullopt;
}

bool lists(const Node& node, std::string_view key, std::string_view word) {
  const std::optional<Node> list = node.find(key);
  if (!list || !list->is(Node::Kind::sequence)) return false;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if ((*list)[i].scalar() == word) return true;
  }
  return false;
}

Result<Node> section(const Node& root, std::string_view key) {
  Result<Node> node = root.require(key);
  if (node && !node->is(Node::Kind::mapping))
    return std::unexpected(node->error(fmt::format("`{}` is no object", key)));
  return node;
}

Result<void> read_segments(const Node& segments, LuksHeader& header) {
  bool first = true;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Node segment = segments[i];
    if (lists(segment, "flags", "backup-previous") || lists(segment, "flags", "backup-final")) {
      header.reencryption = true;  // what was or will be; not where data lies now
      continue;
    }
    const std::string type = text_at(segment, "type");
    const std::string cipher = type == "crypt" ? text_at(segment, "encryption") : std::string();
    if (first) {
      header.cipher = cipher;
      header.sector_bytes = integer_at(segment, "sector_size");
      if (const std::optional<Node> integrity = segment.find("integrity"))
        header.integrity = text_at(*integrity, "type");
    } else if (cipher != header.cipher) {
      header.cipher.clear();  // part of the data is under one cipher, part under another or none
    }
    first = false;
  }
  return {};
}

Result<void> read_key_slots(const Node& key_slots, const Node& tokens, LuksHeader& header) {
  for (std::size_t i = 0; i < key_slots.size(); ++i) {
    const Node slot = key_slots[i];
    const std::string_view name = key_slots.key_at(i).scalar();
    const std::optional<std::int64_t> number = parse_integer(name);
    if (!number || *number < 0 || *number > 31) return std::unexpected(slot.error("key slots are numbered 0 to 31"));
    if (text_at(slot, "type") == "reencrypt") {
      header.reencryption = true;
      continue;
    }
    LuksKeySlot out;
    out.number = static_cast<int>(*number);
    out.key_bits = bits_at(slot, "key_size");
    if (const std::optional<Node> area = slot.find("area")) out.area_cipher = text_at(*area, "encryption");
    if (const std::optional<Node> kdf = slot.find("kdf")) {
      out.kdf = text_at(*kdf, "type");
      out.hash = text_at(*kdf, "hash");
      out.iterations = integer_at(*kdf, out.kdf == "pbkdf2" ? "iterations" : "time");
      out.memory_kib = integer_at(*kdf, "memory");
      out.threads = integer_at(*kdf, "cpus");
    }
    for (std::size_t t = 0; t < tokens.size(); ++t) {
      if (lists(tokens[t], "keyslots", name)) out.tokens.push_back(text_at(tokens[t], "type"));
    }
    header.key_slots.push_back(std::move(out));
  }
  std::sort(header.key_slots.begin(), header.key_slots.end(),
            [](const LuksKeySlot& a, const LuksKeySlot& b) { return a.number < b.number; });
  return {};
}

/// The size of the key that opens the data: that of the slots which a digest ties to a segment; unbound slots may hold
/// keys of any size.
void read_key_size(const Node& digests, LuksHeader& header) {
  for (std::size_t i = 0; i < digests.size(); ++i) {
    const std::optional<Node> segments = digests[i].find("segments");
    if (!segments || segments->size() == 0) continue;
    for (const LuksKeySlot& slot : header.key_slots) {
      if (!lists(digests[i], "keyslots", std::to_string(slot.number)) || !slot.key_bits) continue;
      if (header.key_bits && *header.key_bits != *slot.key_bits) {
        header.key_bits.reset();
        return;
      }
      header.key_bits = slot.key_bits;
    }
  }
}

Result<LuksHeader> parse_luks2(Bytes bytes) {
  const std::size_t size = luks_header_size(bytes);
  if (size == 0) return fail(ErrorKind::invalid_input, "the LUKS2 header names an impossible size");
  if (bytes.size() < size) return fail(ErrorKind::invalid_input, "the LUKS2 header is cut off");
  bytes = bytes.first(size);

  const std::string algorithm = field(bytes, 72, 32);
  if (algorithm != "sha256") {
    return fail(ErrorKind::invalid_input,
                fmt::format("the LUKS2 header is checked by `{}`, only sha256 is known", algorithm));
  }
  std::string zeroed(text_of(bytes));
  zeroed.replace(448, 64, 64, '\0');
  std::string found;
  for (const std::byte b : bytes.subspan(448, 32)) found += fmt::format("{:02x}", std::to_integer<unsigned>(b));
  if (found != sha256_hex(zeroed)) return fail(ErrorKind::invalid_input, "the checksum of the LUKS2 header is wrong");

  LuksHeader header;
  header.version = 2;
  header.label = field(bytes, 24, 48);
  header.uuid = field(bytes, 168, 40);

  const std::string_view area = text_of(bytes.subspan(kLuks2BinaryBytes));
  const Result<std::shared_ptr<const Document>> document =
      Document::parse_json(area.substr(0, area.find('\0')), "LUKS2 header",
                           {.max_bytes = kMaxLuksHeaderBytes, .max_depth = 16, .max_nodes = 100'000});
  if (!document) return std::unexpected(document.error());
  const Node root = (*document)->root();
  const Result<Node> segments = section(root, "segments");
  if (!segments) return std::unexpected(segments.error());
  const Result<Node> key_slots = section(root, "keyslots");
  if (!key_slots) return std::unexpected(key_slots.error());
  const Result<Node> tokens = section(root, "tokens");
  if (!tokens) return std::unexpected(tokens.error());
  const Result<Node> digests = section(root, "digests");
  if (!digests) return std::unexpected(digests.error());

  if (Result<void> read = read_segments(*segments, header); !read) return std::unexpected(read.error());
  if (Result<void> read = read_key_slots(*key_slots, *tokens, header); !read) return std::unexpected(read.error());
  read_key_size(*digests, header);
  return header;
}

}  // namespace

std::size_t luks_header_size(Bytes start) {
  if (!has_magic(start)) return 0;
  const std::uint64_t version = big_endian(start, 6, 2);
  if (version == 1) return kLuks1Bytes;
  if (version != 2) return 0;
  const std::uint64_t size = big_endian(start, 8, 8);
  if (size <= kLuks2BinaryBytes || size > kMaxLuksHeaderBytes || size % 4096 != 0) return 0;
  return static_cast<std::size_t>(size);
}

Result<LuksHeader> parse_luks_header(Bytes bytes) {
  if (!has_magic(bytes)) return fail(ErrorKind::invalid_input, "there is no LUKS header");
  const std::uint64_t version = big_endian(bytes, 6, 2);
  if (version == 1) return parse_luks1(bytes);
  if (version == 2) return parse_luks2(bytes);
  return fail(ErrorKind::invalid_input, fmt::format("LUKS version {} is not known", version));
}

}  // namespace ehdscan
