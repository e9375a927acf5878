// SPDX-License-Identifier: Apache-2.0
#include "net/tls/codes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/digest.h"
#include "net/tls/suite_names.h"

namespace ehdscan::tls {
namespace {

// IANA "TLS Supported Groups".
struct Group {
  std::uint16_t code;
  std::string_view name;
  int bits;
};
constexpr auto kGroups = std::to_array<Group>({
    {29, "x25519", 253},
    {23, "secp256r1", 256},
    {24, "secp384r1", 384},
    {25, "secp521r1", 521},
    {30, "x448", 446},
    {0x11ec, "X25519MLKEM768", 253},
    {0x11eb, "SecP256r1MLKEM768", 256},
    {0x11ed, "SecP384r1MLKEM1024", 384},
    {256, "ffdhe2048", 2048},
    {257, "ffdhe3072", 3072},
    {258, "ffdhe4096", 4096},
    {259, "ffdhe6144", 6144},
    {260, "ffdhe8192", 8192},
    {26, "brainpoolP256r1", 256},
    {27, "brainpoolP384r1", 384},
    {28, "brainpoolP512r1", 512},
    {31, "brainpoolP256r1tls13", 256},
    {32, "brainpoolP384r1tls13", 384},
    {33, "brainpoolP512r1tls13", 512},
    {22, "secp256k1", 256},
    {21, "secp224r1", 224},
    {20, "secp224k1", 224},
    {19, "secp192r1", 192},
    {18, "secp192k1", 192},
    {17, "secp160r2", 160},
    {16, "secp160r1", 160},
    {15, "secp160k1", 160},
    {14, "sect571r1", 571},
    {13, "sect571k1", 571},
    {12, "sect409r1", 409},
    {11, "sect409k1", 409},
    {10, "sect283r1", 283},
    {9, "sect283k1", 283},
    {8, "sect239k1", 239},
    {7, "sect233r1", 233},
    {6, "sect233k1", 233},
    {5, "sect193r2", 193},
    {4, "sect193r1", 193},
    {3, "sect163r2", 163},
    {2, "sect163r1", 163},
    {1, "sect163k1", 163},
    {34, "GC256A", 256},
    {35, "GC256B", 256},
    {36, "GC256C", 256},
    {37, "GC256D", 256},
    {38, "GC512A", 512},
    {39, "GC512B", 512},
    {40, "GC512C", 512},
    {41, "curveSM2", 256},
    {0x11ee, "curveSM2MLKEM768", 256},
    {0x0200, "MLKEM512", 0},
    {0x0201, "MLKEM768", 0},
    {0x0202, "MLKEM1024", 0},
    {0x6399, "X25519Kyber768Draft00", 253},
    {0x639a, "SecP256r1Kyber768Draft00", 256},
});

// IANA "TLS SignatureScheme"; below them the pairs of hash and signature of RFC 5246 that have no name of their own.
constexpr auto kSignatures = std::to_array<NamedCode>({
    {0x0403, "ecdsa_secp256r1_sha256"},
    {0x0503, "ecdsa_secp384r1_sha384"},
    {0x0603, "ecdsa_secp521r1_sha512"},
    {0x0807, "ed25519"},
    {0x0808, "ed448"},
    {0x0804, "rsa_pss_rsae_sha256"},
    {0x0805, "rsa_pss_rsae_sha384"},
    {0x0806, "rsa_pss_rsae_sha512"},
    {0x0809, "rsa_pss_pss_sha256"},
    {0x080a, "rsa_pss_pss_sha384"},
    {0x080b, "rsa_pss_pss_sha512"},
    {0x0401, "rsa_pkcs1_sha256"},
    {0x0501, "rsa_pkcs1_sha384"},
    {0x0601, "rsa_pkcs1_sha512"},
    {0x0904, "mldsa44"},
    {0x0905, "mldsa65"},
    {0x0906, "mldsa87"},
    {0x081a, "ecdsa_brainpoolP256r1tls13_sha256"},
    {0x081b, "ecdsa_brainpoolP384r1tls13_sha384"},
    {0x081c, "ecdsa_brainpoolP512r1tls13_sha512"},
    {0x0708, "sm2sig_sm3"},
    {0x0303, "ecdsa_sha224"},
    {0x0301, "rsa_pkcs1_sha224"},
    {0x0203, "ecdsa_sha1"},
    {0x0201, "rsa_pkcs1_sha1"},
    {0x0402, "dsa_sha256"},
    {0x0502, "dsa_sha384"},
    {0x0602, "dsa_sha512"},
    {0x0302, "dsa_sha224"},
    {0x0202, "dsa_sha1"},
    {0x0101, "rsa_pkcs1_md5"},
});

// The kinds of SSL 2.0 (draft-hickman-netscape-ssl, and IDEA and DES64 of its implementations).
constexpr auto kSsl2 = std::to_array<std::pair<std::uint32_t, SuiteParts>>({
    {0x010080, {"SSL_CK_RC4_128_WITH_MD5", "RSA", "RSA", "RC4_128", "MD5"}},
    {0x020080, {"SSL_CK_RC4_128_EXPORT40_WITH_MD5", "RSA_EXPORT", "RSA", "RC4_40", "MD5"}},
    {0x030080, {"SSL_CK_RC2_128_CBC_WITH_MD5", "RSA", "RSA", "RC2_CBC_128", "MD5"}},
    {0x040080, {"SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5", "RSA_EXPORT", "RSA", "RC2_CBC_40", "MD5"}},
    {0x050080, {"SSL_CK_IDEA_128_CBC_WITH_MD5", "RSA", "RSA", "IDEA_CBC", "MD5"}},
    {0x060040, {"SSL_CK_DES_64_CBC_WITH_MD5", "RSA", "RSA", "DES_CBC", "MD5"}},
    {0x0700c0, {"SSL_CK_DES_192_EDE3_CBC_WITH_MD5", "RSA", "RSA", "3DES_EDE_CBC", "MD5"}},
    {0x080080, {"SSL_CK_RC4_64_WITH_MD5", "RSA", "RSA", "RC4_64", "MD5"}},
});

// Safe primes by the SHA-256 of their bytes, computed from the formulas of RFC 2409, RFC 3526 and RFC 7919.
constexpr auto kPrimes = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"RFC 2409 group 1", "b52ba6a3026520a6c49d37e4587601801bee500123b3259b6bf03e7cecc3e63d"},
    {"RFC 2409 group 2", "3f35a3f5f6c4376a744acad409bb22f8d897f949d2311d885adaa890981b67a0"},
    {"RFC 3526 group 5", "64fcc83ec403930bf18393dbc883ccaa1fbb08ac876f77f7aa99748ca945019b"},
    {"RFC 3526 group 14", "d66436f79bbd6b2e38c0ffbd079be904d2641415e2e67140e09448be9a60890e"},
    {"RFC 3526 group 15", "48cf8b092fbce4359d9871abf74f98e25b6163379eaa15cd9087e800c6d1c55c"},
    {"RFC 3526 group 16", "4ee95187682bcb230ad26a95205f6920e84708f6251b3894329b09ec23919e33"},
    {"RFC 3526 group 17", "d1bfe6d0925ce7e4da262b62861514a7755e35831e429f343e7b864848657efd"},
    {"RFC 3526 group 18", "39ab4feab950a3128fb71accb9fc3965d857012e081998a85996e3ea8b3c3bcf"},
    {"ffdhe2048", "9cd3b7f336872f46c09428d1bbc19877a4d440512cda8d1c1cf0cd6e33698966"},
    {"ffdhe3072", "0eaf67db3a839156d5013494a5318a772b5697d270d721f37f092efc69ea5a17"},
    {"ffdhe4096", "4648414224ac881b3d0dc59b466f96d06a558278776807797ecf1f66ff397b3e"},
    {"ffdhe6144", "227ac9066b3ddd9e193670cda2388fa884f65ba0cf98b742d1fe77a6687c79c7"},
    {"ffdhe8192", "770b14efaf6f049929c523113b3fa99a8d11dab1b18af3609590122075d19833"},
});

std::string_view name_of(std::span<const NamedCode> table, std::uint16_t code) {
  const auto found = std::ranges::find(table, code, &NamedCode::code);
  return found == table.end() ? std::string_view() : found->name;
}

bool cut_end(std::string_view& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.remove_suffix(end.size());
  return true;
}

/// The part behind "_WITH_": encryption and what protects it. The last word of a suite with an AEAD names the hash of
/// the key derivation, not a MAC.
void read_protection(std::string_view text, SuiteParts& parts) {
  const bool aead = text.contains("_GCM") || text.contains("_CCM") || text.contains("POLY1305") || text.contains("MGM");
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kMacs{{{"_SHA256", "SHA256"},
                                                                                {"_SHA384", "SHA384"},
                                                                                {"_SHA", "SHA1"},
                                                                                {"_MD5", "MD5"},
                                                                                {"_IMIT", "IMIT"},
                                                                                {"_OMAC", "OMAC"},
                                                                                {"_GOSTR3411", "GOSTR3411"},
                                                                                {"_GOST94", "GOST94"},
                                                                                {"_SM3", "SM3"}}};
  cut_end(text, "_OLD");
  for (const auto& [end, mac] : kMacs) {
    if (cut_end(text, end)) {
      parts.mac = mac;
      break;
    }
  }
  if (aead) parts.mac = "AEAD";
  parts.encryption = text;
}

std::vector<std::uint16_t> order_legacy() {
  std::vector<std::uint16_t> all{0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xccaa, 0x009e, 0x009f, 0xc009,
                                 0xc013, 0xc00a, 0xc014, 0xc023, 0xc027, 0xc024, 0xc028, 0x0033, 0x0039, 0x0067,
                                 0x006b, 0x009c, 0x009d, 0x002f, 0x0035, 0x003c, 0x003d, 0x000a, 0x0016, 0xc008,
                                 0xc012, 0x0005, 0x0004, 0x0041, 0x0084, 0x0045, 0x0088};
  // Then what OpenSSL and GnuTLS can have, then the rest.
  for (const auto& [first, last] : std::to_array<std::pair<std::uint16_t, std::uint16_t>>({{0xc09c, 0xc0af},
                                                                                           {0xc050, 0xc062},
                                                                                           {0xc072, 0xc079},
                                                                                           {0x00ba, 0x00c5},
                                                                                           {0x0001, 0x001b},
                                                                                           {0x0030, 0x0046},
                                                                                           {0x0060, 0x006d},
                                                                                           {0x0084, 0x00a7},
                                                                                           {0xc001, 0xc019}})) {
    for (std::uint32_t code = first; code <= last; ++code) {
      const auto wanted = static_cast<std::uint16_t>(code);
      if (!name_of(named_suites(), wanted).empty() && std::ranges::find(all, wanted) == all.end())
        all.push_back(wanted);
    }
  }
  const auto& newest = tls13_suites();
  for (const NamedCode& suite : named_suites()) {
    if (std::ranges::find(newest, suite.code) == newest.end() && std::ranges::find(all, suite.code) == all.end())
      all.push_back(suite.code);
  }
  // Codes without a name that servers were seen with.
  for (const std::uint16_t code : std::to_array<std::uint16_t>({0xff02, 0xff03, 0xff87})) all.push_back(code);
  return all;
}

}  // namespace

SuiteParts suite_parts(std::uint16_t code) {
  SuiteParts parts{.name = name_of(named_suites(), code)};
  if (parts.name.empty()) return parts;
  std::string_view text = parts.name.substr(4);
  const std::size_t with = text.find("_WITH_");
  if (with == std::string_view::npos) {
    parts.key_exchange = parts.authentication = "any";
    parts.mac = "AEAD";
    const std::size_t last = text.rfind('_');
    parts.encryption = text.substr(0, last);
    if (code == 0xc0b4 || code == 0xc0b5) {  // RFC 9150: integrity alone
      parts.mac = text.substr(last + 1);
      parts.encryption = "NULL";
    }
    return parts;
  }
  std::string_view key = text.substr(0, with);
  read_protection(text.substr(with + 6), parts);
  const std::size_t split = key.find('_');
  parts.key_exchange = key.substr(0, split);
  parts.authentication = split == std::string_view::npos ? key : key.substr(split + 1);
  if (key.starts_with("RSA_EXPORT")) {
    parts.key_exchange = key;
    parts.authentication = "RSA";
  } else if (key.contains("_EXPORT")) {
    parts.key_exchange = key.starts_with("DHE") ? "DHE_EXPORT" : key.starts_with("DH_") ? "DH_EXPORT" : "KRB5_EXPORT";
    parts.authentication = key.contains("anon")  ? "anon"
                           : key.contains("RSA") ? "RSA"
                           : key.contains("DSS") ? "DSS"
                                                 : "KRB5";
  } else if (key == "RSA_PSK") {
    parts.key_exchange = "RSA_PSK";
    parts.authentication = "PSK";
  } else if (key == "DH_anon") {
    parts.key_exchange = "DHE";  // RFC 5246, A.5: ephemeral, only not signed
  } else if (key == "ECDH_anon") {
    parts.key_exchange = "ECDHE";
  } else if (key == "PSK_DHE") {
    parts.key_exchange = "DHE";
    parts.authentication = "PSK";
  } else if (key == "NULL") {
    parts.authentication = "anon";
  }
  return parts;
}

GroupInfo group_info(std::uint16_t code) {
  const auto* const found = std::ranges::find(kGroups, code, &Group::code);
  return found == kGroups.end() ? GroupInfo{} : GroupInfo{.name = found->name, .bits = found->bits};
}

std::string_view signature_name(std::uint16_t code) { return name_of(kSignatures, code); }

SuiteParts ssl2_cipher_parts(std::uint32_t kind) {
  for (const auto& [code, parts] : kSsl2) {
    if (code == kind) return parts;
  }
  return {};
}
std::string_view ssl2_cipher_name(std::uint32_t kind) { return ssl2_cipher_parts(kind).name; }

std::string_view known_prime(std::span<const std::uint8_t> prime) {
  while (!prime.empty() && prime.front() == 0) prime = prime.subspan(1);
  const std::string digest = sha256_hex({reinterpret_cast<const char*>(prime.data()), prime.size()});
  for (const auto& [name, known] : kPrimes) {
    if (known == digest) return name;
  }
  return {};
}

std::string code_text(std::uint32_t code) { return fmt::format("{:04x}", code); }

const std::vector<std::uint16_t>& legacy_suites() {
  static const std::vector<std::uint16_t> list = order_legacy();
  return list;
}
const std::vector<std::uint16_t>& tls13_suites() {
  static const std::vector<std::uint16_t> list{0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x1306,
                                               0x1307, 0xc0b4, 0xc0b5, 0x00c6, 0x00c7};
  return list;
}
const std::vector<std::uint16_t>& all_groups() {
  static const std::vector<std::uint16_t> list = [] {
    std::vector<std::uint16_t> out;
    for (const Group& group : kGroups) out.push_back(group.code);
    return out;
  }();
  return list;
}
const std::vector<std::uint16_t>& all_signature_algorithms() {
  static const std::vector<std::uint16_t> list = [] {
    std::vector<std::uint16_t> out;
    for (const NamedCode& algorithm : kSignatures) out.push_back(algorithm.code);
    return out;
  }();
  return list;
}

}  // namespace ehdscan::tls
