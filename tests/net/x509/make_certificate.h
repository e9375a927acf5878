// SPDX-License-Identifier: Apache-2.0
// Certificates for tests, made on the spot.
#pragma once

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ehdscan::x509 {

inline std::shared_ptr<EVP_PKEY> make_ec_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }
inline std::shared_ptr<EVP_PKEY> make_rsa_key(unsigned bits = 2048) { return {EVP_RSA_gen(bits), EVP_PKEY_free}; }

struct Issued {
  std::shared_ptr<X509> x509;
  std::shared_ptr<EVP_PKEY> key;
  [[nodiscard]] std::vector<std::uint8_t> der() const {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(x509.get(), &bytes);
    std::vector<std::uint8_t> out(bytes, bytes + size);
    OPENSSL_free(bytes);
    return out;
  }
  [[nodiscard]] std::string pem() const {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, x509.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string out(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return out;
  }
};

struct Recipe {
  std::string common_name = "test";
  bool authority = false;
  std::string alternative_names{};  ///< as in openssl.cnf: "DNS:a.example,IP:192.0.2.1"
  long serial = 4711;
  long starts_in_seconds = -86400;
  long ends_in_seconds = 86400L * 90;
  const EVP_MD* hash = EVP_sha256();
  std::shared_ptr<EVP_PKEY> key = make_ec_key();
  std::vector<std::pair<int, std::string>> more{};  ///< extensions by NID and text
};

inline Issued make_certificate(const Recipe& recipe, const Issued* issuer = nullptr) {
  std::shared_ptr<X509> x509(X509_new(), X509_free);
  X509_set_version(x509.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), recipe.serial);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), recipe.starts_in_seconds);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), recipe.ends_in_seconds);
  X509_NAME* subject = X509_get_subject_name(x509.get());
  if (!recipe.common_name.empty()) {
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(recipe.common_name.c_str()), -1, -1, 0);
  }
  X509_set_issuer_name(x509.get(), issuer != nullptr ? X509_get_subject_name(issuer->x509.get()) : subject);
  X509_set_pubkey(x509.get(), recipe.key.get());
  const auto add = [&](int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer != nullptr ? issuer->x509.get() : x509.get(), x509.get(), nullptr, nullptr, 0);
    X509V3_CTX no_database = context;
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &no_database, nid, value.c_str());
    if (extension == nullptr) throw std::runtime_error("no such extension: " + value);
    X509_add_ext(x509.get(), extension, -1);
    X509_EXTENSION_free(extension);
  };
  add(NID_basic_constraints, recipe.authority ? "critical,CA:TRUE" : "CA:FALSE");
  add(NID_key_usage, recipe.authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature,keyEncipherment");
  add(NID_subject_key_identifier, "hash");
  if (issuer != nullptr) add(NID_authority_key_identifier, "keyid:always");
  if (!recipe.authority) add(NID_ext_key_usage, "serverAuth");
  if (!recipe.alternative_names.empty()) add(NID_subject_alt_name, recipe.alternative_names);
  for (const auto& [nid, value] : recipe.more) add(nid, value);
  X509_sign(x509.get(), issuer != nullptr ? issuer->key.get() : recipe.key.get(), recipe.hash);
  return {x509, recipe.key};
}

}  // namespace ehdscan::x509
