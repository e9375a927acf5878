// SPDX-License-Identifier: Apache-2.0
#include "net/x509/chain.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>

#include "net/x509/openssl.h"
#include "net/x509/path_rules.h"

namespace ehdscan::x509 {
namespace {

constexpr std::size_t kMostSent = 100;

/// A stack that does not own what it holds.
using StackHandle = std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })>;
using CrlStackHandle =
    std::unique_ptr<STACK_OF(X509_CRL), decltype([](STACK_OF(X509_CRL) * stack) { sk_X509_CRL_free(stack); })>;

bool is_address(std::string_view name) {
  const std::string text(name);
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

bool matches(X509* x509, std::string_view name) {
  if (is_address(name)) return X509_check_ip_asc(x509, std::string(name).c_str(), 0) == 1;
  const unsigned flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
  return X509_check_host(x509, name.data(), name.size(), flags, nullptr) == 1;
}

bool common_name_matches(X509* x509, std::string_view name) {
  const X509_NAME* subject = X509_get_subject_name(x509);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return false;
  const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
  const std::string_view common(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                                static_cast<std::size_t>(ASN1_STRING_length(text)));
  const auto same = [](std::string_view a, std::string_view b) {
    const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, fold, fold);
  };
  if (same(common, name)) return true;
  const std::size_t dot = name.find('.');
  return common.starts_with("*.") && dot != std::string_view::npos && same(common.substr(1), name.substr(dot));
}

/// The last second of the validity is inside it (RFC 5280, 4.1.2.5); libcrypto puts it outside.
int accept_last_second(int ok, X509_STORE_CTX* context) {
  if (ok == 1 || X509_STORE_CTX_get_error(context) != X509_V_ERR_CERT_HAS_EXPIRED) return ok;
  const auto at = static_cast<time_t>(X509_VERIFY_PARAM_get_time(X509_STORE_CTX_get0_param(context)));
  if (ASN1_TIME_cmp_time_t(X509_get0_notAfter(X509_STORE_CTX_get_current_cert(context)), at) != 0) return ok;
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

bool certifies(X509* issuer, X509* subject) {
  if (X509_check_issued(issuer, subject) != X509_V_OK) return false;
  EVP_PKEY* key = X509_get0_pubkey(issuer);
  return key == nullptr || X509_verify(subject, key) == 1;
}

}  // namespace

struct AnchorStore::State {
  StoreHandle store{X509_STORE_new()};
};

AnchorStore::AnchorStore(std::string name, std::unique_ptr<State> state)
    : name_(std::move(name)), state_(std::move(state)) {}
AnchorStore::AnchorStore(AnchorStore&&) noexcept = default;
AnchorStore& AnchorStore::operator=(AnchorStore&&) noexcept = default;
AnchorStore::~AnchorStore() = default;

Result<AnchorStore> AnchorStore::from_pem(std::string name, std::string_view pem) {
  const auto certificates = certificates_of_pem(pem);
  if (!certificates) return std::unexpected(certificates.error());
  auto state = std::make_unique<State>();
  int added = 0;
  for (const Der& der : *certificates) {
    const X509Handle x509 = decode(der);
    if (x509 != nullptr && X509_STORE_add_cert(state->store.get(), x509.get()) == 1) ++added;
  }
  ERR_clear_error();
  if (added == 0) return fail(ErrorKind::invalid_input, fmt::format("`{}` holds no certificate in PEM", name));
  return AnchorStore(std::move(name), std::move(state));
}

/// One run of libcrypto's path building, and what it cannot know.
struct PathCheck {
  const AnchorStore& anchors;
  const ChainQuestion& question;
  const std::vector<X509Handle>& sent;
  const std::vector<X509Handle>& elsewhere;
  const std::vector<CrlHandle>& lists;

  struct Outcome {
    int error = X509_V_ERR_UNSPECIFIED;
    std::string problem{};
    std::vector<X509Handle> path{};
  };

  /// `left_out`: place of a certificate that is not to be used, 0 for none.
  [[nodiscard]] Outcome run(bool with_elsewhere, std::size_t left_out = 0) const {
    Outcome outcome;
    const ContextHandle context(X509_STORE_CTX_new());
    const StackHandle untrusted(sk_X509_new_null());
    const CrlStackHandle crls(sk_X509_CRL_new_null());
    for (std::size_t i = 1; i < sent.size(); ++i) {
      if (i != left_out) sk_X509_push(untrusted.get(), sent[i].get());
    }
    for (const X509Handle& extra : elsewhere) {
      if (with_elsewhere) sk_X509_push(untrusted.get(), extra.get());
    }
    for (const CrlHandle& list : lists) sk_X509_CRL_push(crls.get(), list.get());
    if (X509_STORE_CTX_init(context.get(), anchors.state_->store.get(), sent[0].get(), untrusted.get()) != 1)
      return outcome;
    X509_STORE_CTX_set0_crls(context.get(), crls.get());
    X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(rules, question.at.seconds_since_epoch);
    X509_VERIFY_PARAM_set_depth(rules, question.most_intermediates);
    X509_VERIFY_PARAM_set_auth_level(rules, 0);
    // An anchor need not be self-signed (RFC 5280, 6.1.1 (d)).
    unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_POLICY_CHECK;
    if (!lists.empty()) flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
    X509_VERIFY_PARAM_set_flags(rules, flags);
    if (question.usage == Usage::server) X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
    if (question.usage == Usage::client) X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_CLIENT);
    X509_STORE_CTX_set_verify_cb(context.get(), &accept_last_second);
    const bool done = X509_verify_cert(context.get()) == 1;
    outcome.error = X509_STORE_CTX_get_error(context.get());
    if (!done && outcome.error == X509_V_OK) outcome.error = X509_V_ERR_UNSPECIFIED;
    STACK_OF(X509)* path = X509_STORE_CTX_get1_chain(context.get());
    for (int i = 0; path != nullptr && i < sk_X509_num(path); ++i) outcome.path.emplace_back(sk_X509_value(path, i));
    sk_X509_free(path);
    if (outcome.error != X509_V_OK) {
      outcome.problem = fmt::format("{} (certificate {})", X509_verify_cert_error_string(outcome.error),
                                    X509_STORE_CTX_get_error_depth(context.get()));
    } else if (std::string problem = path_problem(outcome.path, question.usage); !problem.empty()) {
      outcome.error = X509_V_ERR_UNSPECIFIED;
      outcome.problem = std::move(problem);
    }
    ERR_clear_error();
    return outcome;
  }
};

ChainAnswer check_chain(std::span<const Der> sent, const AnchorStore& anchors, const ChainQuestion& question) {
  ChainAnswer answer;
  const auto broken = [&](std::string problem) {
    answer.path_valid = false;
    answer.problem = std::move(problem);
    return answer;
  };
  if (sent.empty()) return broken("no certificate was sent");
  if (sent.size() > kMostSent) return broken(fmt::format("more than {} certificates were sent", kMostSent));
  std::vector<X509Handle> certificates;
  for (const Der& der : sent) {
    X509Handle x509 = der.size() > kLargestCertificateBytes ? X509Handle() : decode(der);
    if (x509 == nullptr) return broken(fmt::format("certificate {} is not readable", certificates.size()));
    certificates.push_back(std::move(x509));
  }
  std::vector<X509Handle> elsewhere;
  for (const Der& der : question.elsewhere) {
    if (X509Handle x509 = decode(der)) elsewhere.push_back(std::move(x509));
  }
  std::vector<CrlHandle> lists;
  for (const Der& der : question.revocation_lists) {
    const unsigned char* cursor = der.data();
    CrlHandle list(d2i_X509_CRL(nullptr, &cursor, static_cast<long>(der.size())));
    if (list == nullptr || cursor != der.data() + der.size() || !crl_problem(*list).empty())
      return broken("a revocation list is not readable or breaks RFC 5280, 5");
    lists.push_back(std::move(list));
  }

  if (!question.name.empty()) {
    answer.name_matches = matches(certificates[0].get(), question.name);
    answer.name_in_common_name_only =
        !*answer.name_matches && common_name_matches(certificates[0].get(), question.name);
  }
  answer.in_order = true;
  for (std::size_t i = 1; i < certificates.size(); ++i)
    answer.in_order = answer.in_order && certifies(certificates[i].get(), certificates[i - 1].get());

  const PathCheck check{anchors, question, certificates, elsewhere, lists};
  PathCheck::Outcome outcome = check.run(false);
  // libcrypto follows one way only; where several certificates have one name, another may lead to an anchor.
  constexpr std::size_t kMostDetours = 20;
  for (std::size_t i = 1; i < certificates.size() && i <= kMostDetours && outcome.error != X509_V_OK; ++i) {
    if (PathCheck::Outcome detour = check.run(false, i); detour.error == X509_V_OK) outcome = std::move(detour);
  }
  answer.problem = outcome.problem;
  const bool key_not_known =
      outcome.error == X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY ||
      std::ranges::any_of(certificates, [](const X509Handle& x509) { return X509_get0_pubkey(x509.get()) == nullptr; });
  if (outcome.error == X509_V_OK) {
    answer.path_valid = true;
    answer.missing_intermediate = false;
    for (const X509Handle& x509 : certificates) {
      answer.needed.push_back(std::ranges::any_of(
          outcome.path, [&](const X509Handle& step) { return X509_cmp(step.get(), x509.get()) == 0; }));
    }
  } else if (key_not_known) {
    answer.problem = "a key or signature uses an algorithm that is not known here";
  } else {
    answer.path_valid = false;
    if (!elsewhere.empty() && check.run(true).error == X509_V_OK) {
      answer.missing_intermediate = true;
      answer.problem = "an intermediate certificate was not sent (" + answer.problem + ")";
    }
  }
  ERR_clear_error();
  return answer;
}

bool name_matches(std::span<const std::uint8_t> certificate, std::string_view name) {
  const X509Handle x509 = decode(certificate);
  return x509 != nullptr && matches(x509.get(), name);
}

}  // namespace ehdscan::x509
