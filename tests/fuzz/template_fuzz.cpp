// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/terraform.h"
#include "fuzz.h"
#include "manifest/target.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  static const fuzz::MemoryFile file;
  static const auto options = Document::parse_yaml(file.path(), "site.yaml");
  file.assign(fuzz::text_of(data, size));
  for (const CollectorSpec& collector : {cloudformation_collector(), arm_template_collector()}) {
    const Target target{.name = "t",
                        .collector = std::string(collector.name),
                        .document = *options,
                        .options = (*options)->root(),
                        .folder = "/",
                        .place = {}};
    fuzz::CheckingSink sink;
    const auto read = collector.collect(target, sink, {.started_at = {}});
    if (!read) fuzz::check_error(read.error());
    fuzz::must(read || sink.rows == 0, "what is refused leaves no rows");
  }
  return 0;
}
