// SPDX-License-Identifier: Apache-2.0
#include "walk.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  DocumentLimits limits;
  limits.max_nodes = 10'000;  // find() of every key is quadratic
  const auto document = Document::parse_yaml(fuzz::text_of(data, size), "f.yaml", limits);
  if (document) {
    fuzz::walk(**document, (*document)->root());
  } else {
    fuzz::check_error(document.error());
  }
  return 0;
}
