// SPDX-License-Identifier: Apache-2.0
#include "crypto/signature.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>

#include "base/file.h"
#include "base/unique_handle.h"
#include "crypto/digest.h"

namespace ehdscan {

struct SignatureKey::Handle {
  std::unique_ptr<EVP_PKEY, Calls<EVP_PKEY_free>> key;
};

namespace {

constexpr std::size_t kMaxKeyBytes = std::size_t{64} << 10;
using Bio = std::unique_ptr<BIO, Calls<BIO_free_all>>;
using Context = std::unique_ptr<EVP_MD_CTX, Calls<EVP_MD_CTX_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// Nobody is asked for a password: a program that runs at night has nobody to ask.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

Error unusable(const std::filesystem::path& file, std::string message, std::string hint) {
  return {.kind = ErrorKind::invalid_input,
          .message = std::move(message),
          .place = {.file = file.string()},
          .hint = std::move(hint)};
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
         std::string_view(group.data()) == "prime256v1";
}

Result<SignatureKey> make_key(EVP_PKEY* read, const std::filesystem::path& file, std::string_view kind) {
  ERR_clear_error();
  if (read == nullptr) {
    return std::unexpected(unusable(file, fmt::format("this is no {} key in PEM without a password", kind),
                                    "`openssl genpkey -algorithm ED25519 -out site.key` makes one, `openssl pkey -in "
                                    "site.key -pubout` its public part"));
  }
  auto handle = std::make_shared<SignatureKey::Handle>();
  handle->key.reset(read);
  const bool ed25519 = EVP_PKEY_get_base_id(read) == EVP_PKEY_ED25519;
  if (!ed25519 && !is_p256(read)) {
    return std::unexpected(unusable(file, "this key is neither Ed25519 nor ECDSA P-256", "other kinds are not taken"));
  }
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(read, &der);
  if (length <= 0) return std::unexpected(unusable(file, "this key has no public part", {}));
  std::string id = sha256_hex({reinterpret_cast<const char*>(der), static_cast<std::size_t>(length)});
  OPENSSL_free(der);
  return SignatureKey(std::move(handle), std::move(id), ed25519);
}

Result<std::string> read_pem(const std::filesystem::path& file) { return read_file(file, kMaxKeyBytes); }

Bio memory_of(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

}  // namespace

SignatureKey::SignatureKey(std::shared_ptr<const Handle> handle, std::string id, bool ed25519)
    : handle_(std::move(handle)), id_(std::move(id)), ed25519_(ed25519) {}

Result<SignatureKey> SignatureKey::read_private(const std::filesystem::path& file) {
  Result<std::string> pem = read_pem(file);
  if (!pem) return std::unexpected(pem.error());
  Result<SignatureKey> key =
      make_key(PEM_read_bio_PrivateKey(memory_of(*pem).get(), nullptr, no_password, nullptr), file, "private");
  OPENSSL_cleanse(pem->data(), pem->size());
  return key;
}

Result<SignatureKey> SignatureKey::read_public(const std::filesystem::path& file) {
  const Result<std::string> pem = read_pem(file);
  if (!pem) return std::unexpected(pem.error());
  return make_key(PEM_read_bio_PUBKEY(memory_of(*pem).get(), nullptr, no_password, nullptr), file, "public");
}

Result<std::string> SignatureKey::sign(std::string_view message) const {
  const Context context(EVP_MD_CTX_new());
  std::size_t size = 0;
  const EVP_MD* digest = ed25519_ ? nullptr : EVP_sha256();
  if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, handle_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes_of(message), message.size()) != 1) {
    ERR_clear_error();
    return fail(ErrorKind::internal, "libcrypto cannot sign with this key");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(message),
                     message.size()) != 1) {
    ERR_clear_error();
    return fail(ErrorKind::internal, "libcrypto cannot sign with this key");
  }
  signature.resize(size);
  return signature;
}

bool SignatureKey::verify(std::string_view message, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  const EVP_MD* digest = ed25519_ ? nullptr : EVP_sha256();
  const bool good =
      context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, handle_->key.get()) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace ehdscan
