// SPDX-License-Identifier: Apache-2.0
#include "net/x509/certificate.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "crypto/digest.h"
#include "net/x509/der.h"
#include "net/x509/openssl.h"

namespace ehdscan::x509 {
namespace {

using BioHandle = std::unique_ptr<BIO, Calls<BIO_free_all>>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, Calls<GENERAL_NAMES_free>>;

std::string_view bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string printable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7E || c == '\\') {
      out += fmt::format("\\{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

/// RFC 4514, in UTF-8 where the name is; a name with broken strings in plain ASCII.
std::string name_text(const X509_NAME* name) {
  for (const unsigned long flags : {XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB),
                                    XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_UTF8_CONVERT)}) {
    const BioHandle bio(BIO_new(BIO_s_mem()));
    if (bio == nullptr || X509_NAME_print_ex(bio.get(), name, 0, flags) < 0) continue;
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
  }
  return "(not readable)";
}

std::string serial_text(const ASN1_INTEGER* serial) {
  const std::unique_ptr<BIGNUM, Calls<BN_free>> number(ASN1_INTEGER_to_BN(serial, nullptr));
  if (number == nullptr) return "(not readable)";
  char* hex = BN_bn2hex(number.get());
  std::string text = hex == nullptr ? "(not readable)" : lower(hex);
  OPENSSL_free(hex);
  return text;
}

std::optional<Instant> instant_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return Instant{::timegm(&parts)};
}

std::string dotted(const ASN1_OBJECT* object) {
  std::array<char, 256> text{};
  const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  if (size <= 0 || static_cast<std::size_t>(size) >= text.size()) return "(not readable)";
  return text.data();
}

struct ParameterSet {
  std::string_view oid, algorithm, name;
};
/// Algorithms younger than libcrypto 3.0 (FIPS 204 and 205; RFC 9881, RFC 9909).
constexpr auto kYoungAlgorithms =
    std::to_array<ParameterSet>({{"2.16.840.1.101.3.4.3.17", "ML-DSA", "ML-DSA-44"},
                                 {"2.16.840.1.101.3.4.3.18", "ML-DSA", "ML-DSA-65"},
                                 {"2.16.840.1.101.3.4.3.19", "ML-DSA", "ML-DSA-87"},
                                 {"2.16.840.1.101.3.4.3.20", "SLH-DSA", "SLH-DSA-SHA2-128s"},
                                 {"2.16.840.1.101.3.4.3.21", "SLH-DSA", "SLH-DSA-SHA2-128f"},
                                 {"2.16.840.1.101.3.4.3.22", "SLH-DSA", "SLH-DSA-SHA2-192s"},
                                 {"2.16.840.1.101.3.4.3.23", "SLH-DSA", "SLH-DSA-SHA2-192f"},
                                 {"2.16.840.1.101.3.4.3.24", "SLH-DSA", "SLH-DSA-SHA2-256s"},
                                 {"2.16.840.1.101.3.4.3.25", "SLH-DSA", "SLH-DSA-SHA2-256f"},
                                 {"2.16.840.1.101.3.4.3.26", "SLH-DSA", "SLH-DSA-SHAKE-128s"},
                                 {"2.16.840.1.101.3.4.3.27", "SLH-DSA", "SLH-DSA-SHAKE-128f"},
                                 {"2.16.840.1.101.3.4.3.28", "SLH-DSA", "SLH-DSA-SHAKE-192s"},
                                 {"2.16.840.1.101.3.4.3.29", "SLH-DSA", "SLH-DSA-SHAKE-192f"},
                                 {"2.16.840.1.101.3.4.3.30", "SLH-DSA", "SLH-DSA-SHAKE-256s"},
                                 {"2.16.840.1.101.3.4.3.31", "SLH-DSA", "SLH-DSA-SHAKE-256f"}});

const ParameterSet* young_algorithm(std::string_view oid) {
  const auto* const found = std::ranges::find(kYoungAlgorithms, oid, &ParameterSet::oid);
  return found == kYoungAlgorithms.end() ? nullptr : found;
}

std::string curve_name(std::string_view group) {
  constexpr auto kNist = std::to_array<std::pair<std::string_view, std::string_view>>({{"prime256v1", "P-256"},
                                                                                       {"secp384r1", "P-384"},
                                                                                       {"secp521r1", "P-521"},
                                                                                       {"secp224r1", "P-224"},
                                                                                       {"prime192v1", "P-192"}});
  const auto* const found = std::ranges::find(kNist, group, [](const auto& pair) { return pair.first; });
  return std::string(found == kNist.end() ? group : found->second);
}

void read_key(X509* x509, Certificate& out) {
  ASN1_OBJECT* object = nullptr;
  X509_PUBKEY_get0_param(&object, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(x509));
  const std::string oid = dotted(object);
  out.key_algorithm = oid;
  if (const ParameterSet* young = young_algorithm(oid)) {
    out.key_algorithm = young->algorithm;
    out.curve = young->name;
    return;
  }
  const int nid = OBJ_obj2nid(object);
  if (nid == NID_rsaEncryption || nid == NID_rsassaPss) out.key_algorithm = "RSA";
  if (nid == NID_X9_62_id_ecPublicKey) out.key_algorithm = "EC";
  if (nid == NID_dsa) out.key_algorithm = "DSA";
  if (nid == NID_ED25519) out.key_algorithm = "Ed25519";
  if (nid == NID_ED448) out.key_algorithm = "Ed448";
  if (nid == NID_ED25519 || nid == NID_ED448) out.curve = out.key_algorithm;
  const EVP_PKEY* key = X509_get0_pubkey(x509);
  if (key == nullptr) return;
  if (const int bits = EVP_PKEY_get_bits(key); bits > 0) out.key_bits = bits;
  if (out.key_algorithm == "EC") {
    std::array<char, 80> group{};
    if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), nullptr) == 1)
      out.curve = curve_name(group.data());
  }
  BIGNUM* exponent = nullptr;
  if (out.key_algorithm == "RSA" && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1) {
    char* decimal = BN_bn2dec(exponent);
    if (decimal != nullptr) out.rsa_exponent = decimal;
    OPENSSL_free(decimal);
    BN_free(exponent);
  }
}

void read_signature(X509* x509, Certificate& out) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, X509_get0_tbs_sigalg(x509));
  const ParameterSet* young = young_algorithm(dotted(object));
  out.signature_algorithm = young != nullptr ? std::string(young->name) : name_of(object);
  int hash = NID_undef;
  if (X509_get_signature_info(x509, &hash, nullptr, nullptr, nullptr) != 1) {
    // libcrypto gives no information for keys it cannot use; the algorithm's name alone tells the hash.
    OBJ_find_sigid_algs(OBJ_obj2nid(object), &hash, nullptr);
  }
  constexpr auto kHashes = std::to_array<std::pair<int, std::string_view>>({{NID_md2, "MD2"},
                                                                            {NID_md4, "MD4"},
                                                                            {NID_md5, "MD5"},
                                                                            {NID_sha1, "SHA-1"},
                                                                            {NID_sha224, "SHA-224"},
                                                                            {NID_sha256, "SHA-256"},
                                                                            {NID_sha384, "SHA-384"},
                                                                            {NID_sha512, "SHA-512"},
                                                                            {NID_sha3_256, "SHA3-256"},
                                                                            {NID_sha3_384, "SHA3-384"},
                                                                            {NID_sha3_512, "SHA3-512"}});
  for (const auto& [nid, name] : kHashes) {
    if (nid == hash) out.signature_hash = name;
  }
}

void read_names(const X509* x509, Certificate& out) {
  const NamesHandle names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x509, NID_subject_alt_name, nullptr, nullptr)));
  if (names == nullptr) return;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) out.dns_names.push_back(lower(printable(bytes_of(name->d.dNSName))));
    if (name->type != GEN_IPADD) continue;
    const std::string_view bytes = bytes_of(name->d.iPAddress);
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
    if ((bytes.size() == 4 || bytes.size() == 16) &&
        ::inet_ntop(family, bytes.data(), text.data(), text.size()) != nullptr) {
      out.ip_addresses.emplace_back(text.data());
    }
  }
}

void read_usages(X509* x509, Certificate& out) {
  const std::uint32_t flags = X509_get_extension_flags(x509);
  if ((flags & EXFLAG_KUSAGE) != 0) {
    constexpr auto kUsages =
        std::to_array<std::pair<std::uint32_t, std::string_view>>({{KU_DIGITAL_SIGNATURE, "digitalSignature"},
                                                                   {KU_NON_REPUDIATION, "nonRepudiation"},
                                                                   {KU_KEY_ENCIPHERMENT, "keyEncipherment"},
                                                                   {KU_DATA_ENCIPHERMENT, "dataEncipherment"},
                                                                   {KU_KEY_AGREEMENT, "keyAgreement"},
                                                                   {KU_KEY_CERT_SIGN, "keyCertSign"},
                                                                   {KU_CRL_SIGN, "cRLSign"},
                                                                   {KU_ENCIPHER_ONLY, "encipherOnly"},
                                                                   {KU_DECIPHER_ONLY, "decipherOnly"}});
    out.key_usages.emplace();
    const std::uint32_t usages = X509_get_key_usage(x509);
    for (const auto& [bit, name] : kUsages) {
      if ((usages & bit) != 0) out.key_usages->emplace_back(name);
    }
  }
  const std::unique_ptr<EXTENDED_KEY_USAGE, Calls<EXTENDED_KEY_USAGE_free>> extended(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(x509, NID_ext_key_usage, nullptr, nullptr)));
  if (extended == nullptr) return;
  out.extended_key_usages.emplace();
  for (int i = 0; i < sk_ASN1_OBJECT_num(extended.get()); ++i) {
    const ASN1_OBJECT* usage = sk_ASN1_OBJECT_value(extended.get(), i);
    const int nid = OBJ_obj2nid(usage);
    out.extended_key_usages->push_back(nid == NID_undef ? dotted(usage) : OBJ_nid2sn(nid));
  }
}

void read_policies(const X509* x509, Certificate& out) {
  const std::unique_ptr<CERTIFICATEPOLICIES, Calls<CERTIFICATEPOLICIES_free>> policies(
      static_cast<CERTIFICATEPOLICIES*>(X509_get_ext_d2i(x509, NID_certificate_policies, nullptr, nullptr)));
  for (int i = 0; policies != nullptr && i < sk_POLICYINFO_num(policies.get()); ++i)
    out.policies.push_back(dotted(sk_POLICYINFO_value(policies.get(), i)->policyid));
}

void read_revocation(const X509* x509, Certificate& out) {
  const std::unique_ptr<CRL_DIST_POINTS, Calls<CRL_DIST_POINTS_free>> points(
      static_cast<CRL_DIST_POINTS*>(X509_get_ext_d2i(x509, NID_crl_distribution_points, nullptr, nullptr)));
  for (int i = 0; points != nullptr && i < sk_DIST_POINT_num(points.get()); ++i) {
    const DIST_POINT_NAME* name = sk_DIST_POINT_value(points.get(), i)->distpoint;
    if (name == nullptr || name->type != 0) continue;
    for (int k = 0; k < sk_GENERAL_NAME_num(name->name.fullname); ++k) {
      const GENERAL_NAME* url = sk_GENERAL_NAME_value(name->name.fullname, k);
      if (url->type == GEN_URI) out.crl_urls.push_back(printable(bytes_of(url->d.uniformResourceIdentifier)));
    }
  }
  const std::unique_ptr<AUTHORITY_INFO_ACCESS, Calls<AUTHORITY_INFO_ACCESS_free>> access(
      static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(x509, NID_info_access, nullptr, nullptr)));
  for (int i = 0; access != nullptr && i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    const ACCESS_DESCRIPTION* entry = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    if (OBJ_obj2nid(entry->method) == NID_ad_OCSP && entry->location->type == GEN_URI)
      out.ocsp_urls.push_back(printable(bytes_of(entry->location->d.uniformResourceIdentifier)));
  }
  const std::unique_ptr<TLS_FEATURE, Calls<TLS_FEATURE_free>> features(
      static_cast<TLS_FEATURE*>(X509_get_ext_d2i(x509, NID_tlsfeature, nullptr, nullptr)));
  constexpr long kStatusRequest = 5;
  for (int i = 0; features != nullptr && i < sk_ASN1_INTEGER_num(features.get()); ++i)
    out.must_staple |= ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features.get(), i)) == kStatusRequest;
}

void read_scts(const X509* x509, Certificate& out) {
  const int at = X509_get_ext_by_NID(x509, NID_ct_precert_scts, -1);
  if (at < 0) return;
  const std::string_view value = bytes_of(X509_EXTENSION_get_data(X509_get_ext(x509, at)));
  const auto* cursor = reinterpret_cast<const unsigned char*>(value.data());
  const std::unique_ptr<ASN1_OCTET_STRING, Calls<ASN1_OCTET_STRING_free>> inner(
      d2i_ASN1_OCTET_STRING(nullptr, &cursor, static_cast<long>(value.size())));
  if (inner == nullptr) return;
  const std::string_view list = bytes_of(inner.get());
  out.embedded_scts = std::max(0, count_scts({reinterpret_cast<const std::uint8_t*>(list.data()), list.size()}));
}

bool has_broken_extension(const X509* x509) {
  for (int i = 0; i < X509_get_ext_count(x509); ++i) {
    X509_EXTENSION* extension = X509_get_ext(x509, i);
    const X509V3_EXT_METHOD* method = X509V3_EXT_get(extension);
    if (method == nullptr) continue;
    void* value = X509V3_EXT_d2i(extension);
    if (value == nullptr) return true;
    if (method->it != nullptr) {
      ASN1_item_free(static_cast<ASN1_VALUE*>(value), ASN1_ITEM_ptr(method->it));
    } else {
      method->ext_free(value);
    }
  }
  return false;
}

bool has_duplicate_extension(const X509* x509) {
  for (int i = 0; i < X509_get_ext_count(x509); ++i) {
    const ASN1_OBJECT* object = X509_EXTENSION_get_object(X509_get_ext(x509, i));
    if (X509_get_ext_by_OBJ(x509, object, i) >= 0) return true;
  }
  return false;
}

std::string encoding_problem(X509* x509, std::span<const std::uint8_t> der, const Certificate& certificate) {
  if (std::string problem = der_problem(der); !problem.empty()) return problem;
  const ASN1_INTEGER* serial = X509_get0_serialNumber(x509);
  if (certificate.serial.starts_with('-')) return "the serial number is negative (RFC 5280, 4.1.2.2)";
  if (ASN1_STRING_length(serial) > 20) return "the serial number is longer than 20 octets (RFC 5280, 4.1.2.2)";
  if (certificate.serial.find_first_not_of('0') == std::string::npos)
    return "the serial number is zero (RFC 5280, 4.1.2.2)";
  if (X509_ALGOR_cmp(X509_get0_tbs_sigalg(x509), [&] {
        const X509_ALGOR* outer = nullptr;
        X509_get0_signature(nullptr, &outer, x509);
        return outer;
      }()) != 0)
    return "the signature algorithm is named twice, and differently (RFC 5280, 4.1.1.2)";
  if (X509_get_version(x509) < X509_VERSION_3 && X509_get_ext_count(x509) > 0)
    return "extensions need version 3 (RFC 5280, 4.1.2.1)";
  if (!certificate.not_before || !certificate.not_after) return "its validity is not readable (RFC 5280, 4.1.2.5)";
  if (has_duplicate_extension(x509)) return "an extension stands twice (RFC 5280, 4.2)";
  if ((X509_get_extension_flags(x509) & EXFLAG_INVALID) != 0 || has_broken_extension(x509))
    return "an extension is not readable (RFC 5280, 4.2)";
  return {};
}

}  // namespace

X509Handle decode(std::span<const std::uint8_t> der) {
  const unsigned char* cursor = der.data();
  X509Handle x509(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
  ERR_clear_error();
  if (x509 != nullptr && cursor != der.data() + der.size()) return {};
  return x509;
}

std::string name_of(const ASN1_OBJECT* object) {
  const int nid = OBJ_obj2nid(object);
  return nid == NID_undef ? dotted(object) : OBJ_nid2ln(nid);
}

std::string read_name(std::span<const std::uint8_t> der) {
  constexpr std::size_t kLargestNameBytes = 65535;
  if (der.size() > kLargestNameBytes) return "(not readable)";
  const unsigned char* at = der.data();
  const std::unique_ptr<X509_NAME, Calls<X509_NAME_free>> name(
      d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size())));
  return name == nullptr ? "(not readable)" : name_text(name.get());
}

Result<Certificate> read_certificate(std::span<const std::uint8_t> der) {
  if (der.size() > kLargestCertificateBytes)
    return fail(ErrorKind::limit, fmt::format("a certificate of {} bytes is too large", der.size()));
  const X509Handle x509 = decode(der);
  if (x509 == nullptr) return fail(ErrorKind::invalid_input, "the bytes are no certificate (RFC 5280, 4.1)");
  Certificate out;
  out.id = sha256_hex({reinterpret_cast<const char*>(der.data()), der.size()});
  out.subject = name_text(X509_get_subject_name(x509.get()));
  out.issuer = name_text(X509_get_issuer_name(x509.get()));
  out.serial = serial_text(X509_get0_serialNumber(x509.get()));
  out.not_before = instant_of(X509_get0_notBefore(x509.get()));
  out.not_after = instant_of(X509_get0_notAfter(x509.get()));
  read_key(x509.get(), out);
  read_signature(x509.get(), out);
  read_names(x509.get(), out);
  read_usages(x509.get(), out);
  read_policies(x509.get(), out);
  read_revocation(x509.get(), out);
  read_scts(x509.get(), out);
  const std::uint32_t flags = X509_get_extension_flags(x509.get());
  out.certificate_authority = (flags & EXFLAG_BCONS) != 0 && (flags & EXFLAG_CA) != 0;
  if (out.certificate_authority) out.path_length = static_cast<int>(X509_get_pathlen(x509.get()));
  if (X509_NAME_cmp(X509_get_subject_name(x509.get()), X509_get_issuer_name(x509.get())) != 0) {
    out.self_signed = false;
  } else if (EVP_PKEY* key = X509_get0_pubkey(x509.get()); key != nullptr && out.key_bits.value_or(0) <= 16384) {
    out.self_signed = X509_verify(x509.get(), key) == 1;
  }
  out.encoding_problem = encoding_problem(x509.get(), der, out);
  ERR_clear_error();
  return out;
}

int count_scts(std::span<const std::uint8_t> list) {
  if (list.size() < 2 || list.size() - 2 != (static_cast<std::size_t>(list[0]) << 8U | list[1])) return -1;
  list = list.subspan(2);
  int count = 0;
  while (!list.empty()) {
    if (list.size() < 2) return -1;
    const std::size_t size = static_cast<std::size_t>(list[0]) << 8U | list[1];
    if (size == 0 || list.size() - 2 < size) return -1;
    list = list.subspan(2 + size);
    ++count;
  }
  return count;
}

Result<std::vector<Der>> certificates_of_pem(std::string_view text) {
  constexpr std::size_t kMostCertificates = 10000;
  std::vector<Der> found;
  const BioHandle bio(BIO_new_mem_buf(text.data(), static_cast<int>(std::min<std::size_t>(text.size(), 1U << 30U))));
  while (bio != nullptr) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    const int done = PEM_read_bio(bio.get(), &name, &header, &data, &size);
    if (done == 1 && (std::string_view(name) == PEM_STRING_X509 || std::string_view(name) == PEM_STRING_X509_OLD))
      found.emplace_back(data, data + size);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
    if (done != 1) {
      const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
      ERR_clear_error();
      if (!ended) return fail(ErrorKind::invalid_input, fmt::format("PEM block {} is broken", found.size() + 1));
      break;
    }
    if (found.size() > kMostCertificates)
      return fail(ErrorKind::limit, fmt::format("more than {} certificates", kMostCertificates));
  }
  return found;
}

}  // namespace ehdscan::x509
