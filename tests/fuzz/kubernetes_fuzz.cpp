// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/objects.h"
#include "fuzz.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  DocumentLimits limits;
  limits.max_nodes = 10'000;
  const auto document = Document::parse_yaml(fuzz::text_of(data, size), "m.yaml", limits);
  if (!document) {
    fuzz::check_error(document.error());
    return 0;
  }
  fuzz::CheckingSink sink;
  Source file;
  file.location = "m.yaml";
  const SourceId source = sink.add_source(file);
  kube::Options options;
  options.cluster = "c";
  KubeObjects objects(options, sink);
  if (const Result<void> added = objects.add((*document)->root(), source, 0, "m"); !added)
    fuzz::check_error(added.error());
  objects.finish();
  fuzz::must(sink.rows == 0 || objects.count() > 0, "rows come from objects");
  return 0;
}
