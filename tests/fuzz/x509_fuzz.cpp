// SPDX-License-Identifier: Apache-2.0
// Certificates as servers send them: reading, encoding rules and path building must hold against any bytes.
#include "base/base64.h"
#include "fuzz.h"
#include "net/x509/certificate.h"
#include "net/x509/chain.h"
#include "net/x509/der.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  const std::span<const std::uint8_t> bytes(data, size);
  const std::string problem = x509::der_problem(bytes);
  x509::count_scts(bytes);
  (void)x509::certificates_of_pem(fuzz::text_of(data, size));
  const auto certificate = x509::read_certificate(bytes);
  if (!certificate) return 0;
  fuzz::must(problem.empty() || !certificate->encoding_problem.empty(), "a broken encoding is named");
  const auto anchors =
      x509::AnchorStore::from_pem("fuzz", "-----BEGIN CERTIFICATE-----\n" + encode_base64(fuzz::text_of(data, size)) +
                                              "\n-----END CERTIFICATE-----\n");
  if (!anchors) return 0;
  const std::vector<x509::Der> sent{{bytes.begin(), bytes.end()}, {bytes.begin(), bytes.end()}};
  const x509::ChainAnswer answer = x509::check_chain(sent, *anchors, {.name = "a.example", .at = {1800000000}});
  fuzz::must(!answer.path_valid.value_or(false) || answer.problem.empty(), "a valid path has no problem");
  return 0;
}
