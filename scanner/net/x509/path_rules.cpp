// SPDX-License-Identifier: Apache-2.0
#include "net/x509/path_rules.h"

#include <fmt/format.h>
#include <openssl/asn1.h>
#include <openssl/err.h>

#include <algorithm>
#include <string_view>

namespace ehdscan::x509 {
namespace {

using NamesHandle = std::unique_ptr<GENERAL_NAMES, Calls<GENERAL_NAMES_free>>;
using ConstraintsHandle = std::unique_ptr<NAME_CONSTRAINTS, Calls<NAME_CONSTRAINTS_free>>;

std::string_view bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool has(const X509* x509, int nid) { return X509_get_ext_by_NID(x509, nid, -1) >= 0; }

bool critical(const X509* x509, int nid) {
  const int at = X509_get_ext_by_NID(x509, nid, -1);
  return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(x509, at)) == 1;
}

bool is_self_issued(X509* x509) { return (X509_get_extension_flags(x509) & EXFLAG_SI) != 0; }

/// Preferred name syntax (RFC 1034, 3.5), with `*` as a whole leftmost label.
bool is_dns_name(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.empty() || name.size() > 253) return false;
  std::size_t label = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '.') {
      if (label == 0 || name[i - 1] == '-') return false;
      label = 0;
      continue;
    }
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if ((!letter && c != '-') || (c == '-' && label == 0) || ++label > 63) return false;
  }
  return label > 0 && name.back() != '-';
}

bool is_mailbox(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && is_dns_name(text.substr(at + 1)) && text[at + 1] != '*' &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string alternative_names_problem(const X509* x509) {
  const bool subject_empty = X509_NAME_entry_count(X509_get_subject_name(x509)) == 0;
  if (subject_empty && !critical(x509, NID_subject_alt_name))
    return "the subject is empty and the alternative names are not critical (RFC 5280, 4.2.1.6)";
  if (!has(x509, NID_subject_alt_name)) return {};
  const NamesHandle names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x509, NID_subject_alt_name, nullptr, nullptr)));
  if (names == nullptr || sk_GENERAL_NAME_num(names.get()) == 0)
    return "there are no alternative names in their extension (RFC 5280, 4.2.1.6)";
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS && !is_dns_name(bytes_of(name->d.dNSName)))
      return "an alternative name is no DNS name (RFC 5280, 4.2.1.6)";
    if (name->type == GEN_EMAIL && !is_mailbox(bytes_of(name->d.rfc822Name)))
      return "an alternative name is no mailbox (RFC 5280, 4.2.1.6)";
    if (name->type == GEN_IPADD && bytes_of(name->d.iPAddress).size() != 4 && bytes_of(name->d.iPAddress).size() != 16)
      return "an alternative name is no address (RFC 5280, 4.2.1.6)";
  }
  return {};
}

std::string criticality_problem(const X509* x509) {
  struct Rule {
    int nid;
    bool must_be_critical;
    const char* problem;
  };
  static constexpr Rule kRules[] = {
      {NID_authority_key_identifier, false, "the authority key identifier is critical (RFC 5280, 4.2.1.1)"},
      {NID_subject_key_identifier, false, "the subject key identifier is critical (RFC 5280, 4.2.1.2)"},
      {NID_info_access, false, "authority information access is critical (RFC 5280, 4.2.2.1)"},
      {NID_sinfo_access, false, "subject information access is critical (RFC 5280, 4.2.2.2)"},
      {NID_name_constraints, true, "name constraints are not critical (RFC 5280, 4.2.1.10)"},
      {NID_policy_constraints, true, "policy constraints are not critical (RFC 5280, 4.2.1.11)"},
      {NID_inhibit_any_policy, true, "inhibit anyPolicy is not critical (RFC 5280, 4.2.1.14)"}};
  for (const Rule& rule : kRules) {
    if (has(x509, rule.nid) && critical(x509, rule.nid) != rule.must_be_critical) return rule.problem;
  }
  return {};
}

std::string authority_problem(X509* x509) {
  const std::uint32_t flags = X509_get_extension_flags(x509);
  if (X509_get_version(x509) != X509_VERSION_3) return "an authority needs version 3 (RFC 5280, 6.1.4 (k))";
  if ((flags & EXFLAG_BCONS) == 0 || (flags & EXFLAG_CA) == 0)
    return "it is no authority by its basic constraints (RFC 5280, 6.1.4 (k))";
  if (!critical(x509, NID_basic_constraints))
    return "basic constraints of an authority are not critical (RFC 5280, 4.2.1.9)";
  if ((flags & EXFLAG_KUSAGE) == 0) return "an authority names no key usage (RFC 5280, 4.2.1.3)";
  if ((X509_get_key_usage(x509) & KU_KEY_CERT_SIGN) == 0)
    return "its key may not sign certificates (RFC 5280, 6.1.4 (n))";
  if (X509_NAME_entry_count(X509_get_subject_name(x509)) == 0)
    return "the subject of an authority is empty (RFC 5280, 4.1.2.6)";
  if (!has(x509, NID_subject_key_identifier)) return "an authority has no subject key identifier (RFC 5280, 4.2.1.2)";
  if (has(x509, NID_name_constraints)) {
    const ConstraintsHandle constraints(
        static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(x509, NID_name_constraints, nullptr, nullptr)));
    const auto empty = [](const STACK_OF(GENERAL_SUBTREE) * trees) {
      return trees == nullptr || sk_GENERAL_SUBTREE_num(trees) == 0;
    };
    if (constraints == nullptr || (empty(constraints->permittedSubtrees) && empty(constraints->excludedSubtrees)))
      return "name constraints are empty (RFC 5280, 4.2.1.10)";
  }
  return {};
}

std::string subject_problem(X509* x509) {
  const std::uint32_t flags = X509_get_extension_flags(x509);
  if ((flags & EXFLAG_CA) == 0 && (flags & EXFLAG_KUSAGE) != 0 && (X509_get_key_usage(x509) & KU_KEY_CERT_SIGN) != 0)
    return "its key may sign certificates, but it is no authority (RFC 5280, 4.2.1.9)";
  if (has(x509, NID_name_constraints)) return "name constraints stand in a leaf (RFC 5280, 4.2.1.10)";
  return alternative_names_problem(x509);
}

/// The key identifier may only be left out where issuer and subject are the same key (RFC 5280, 4.2.1.1).
std::string key_identifier_problem(X509* x509) {
  if (is_self_issued(x509) && (X509_get_extension_flags(x509) & EXFLAG_SS) != 0) return {};
  if (X509_get0_authority_key_id(x509) == nullptr) return "the authority key identifier is missing (RFC 5280, 4.2.1.1)";
  return {};
}

/// `*.example.org` covers names below example.org, so an excluded one among them excludes it (RFC 5280, 4.2.1.10).
std::string wildcard_problem(const std::vector<X509Handle>& path) {
  const NamesHandle names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(path.front().get(), NID_subject_alt_name, nullptr, nullptr)));
  if (names == nullptr) return {};
  std::vector<std::string> parents;  // ".example.org"
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    const std::string text = lower(bytes_of(name->d.dNSName));
    if (text.starts_with("*.")) parents.push_back(text.substr(1));
  }
  if (parents.empty()) return {};
  std::ranges::sort(parents);
  for (std::size_t i = 1; i < path.size(); ++i) {
    const ConstraintsHandle constraints(
        static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(path[i].get(), NID_name_constraints, nullptr, nullptr)));
    if (constraints == nullptr || constraints->excludedSubtrees == nullptr) continue;
    for (int k = 0; k < sk_GENERAL_SUBTREE_num(constraints->excludedSubtrees); ++k) {
      const GENERAL_NAME* base = sk_GENERAL_SUBTREE_value(constraints->excludedSubtrees, k)->base;
      if (base->type != GEN_DNS) continue;
      const std::string excluded = lower(bytes_of(base->d.dNSName));
      const std::size_t dot = excluded.find('.', 1);
      if (dot != std::string::npos && std::ranges::binary_search(parents, excluded.substr(dot)))
        return "a wildcard covers a name that an authority excludes (RFC 5280, 4.2.1.10)";
    }
  }
  return {};
}

std::string own_problem(X509* x509) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(x509, &bytes);
  if (size <= 0) return "it cannot be encoded";
  const auto read = read_certificate({bytes, static_cast<std::size_t>(size)});
  OPENSSL_free(bytes);
  return read ? read->encoding_problem : read.error().message;
}

}  // namespace

std::string path_problem(const std::vector<X509Handle>& path, Usage usage) {
  // Of the anchor only name and key count (RFC 5280, 6.1.1 (d)), unless it is the leaf itself.
  const std::size_t judged = std::max<std::size_t>(1, path.size() - 1);
  for (std::size_t i = 0; i < judged; ++i) {
    X509* x509 = path[i].get();
    std::string problem = own_problem(x509);
    if (problem.empty()) problem = criticality_problem(x509);
    if (problem.empty() && path.size() > 1) problem = key_identifier_problem(x509);
    if (problem.empty()) problem = i == 0 ? subject_problem(x509) : authority_problem(x509);
    if (!problem.empty()) return fmt::format("{} (certificate {})", problem, i);
  }
  return usage == Usage::any ? std::string() : wildcard_problem(path);
}

std::string crl_problem(const X509_CRL& list) {
  auto* crl = const_cast<X509_CRL*>(&list);  // libcrypto's readers are not const; they change nothing
  if (X509_CRL_get_version(crl) != 1) return "a revocation list needs version 2 (RFC 5280, 5.1.2.1)";
  const int number = X509_CRL_get_ext_by_NID(crl, NID_crl_number, -1);
  if (number < 0) return "a revocation list has no number (RFC 5280, 5.2.3)";
  if (X509_EXTENSION_get_critical(X509_CRL_get_ext(crl, number)) == 1)
    return "the number of a revocation list is critical (RFC 5280, 5.2.3)";
  return {};
}

}  // namespace ehdscan::x509
