// SPDX-License-Identifier: Apache-2.0
#include "collectors/rows/rows_file.h"
#include "fuzz.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  static const fuzz::MemoryFile file;
  file.assign(fuzz::text_of(data, size));
  fuzz::CheckingSink sink;
  const CollectContext context{.started_at = Instant{1'795'420'800}};
  RowsFile rows(sink, context);
  const auto read = rows.read(file.path(), "f.ndjson");
  if (!read) {
    fuzz::check_error(read.error());
    fuzz::must(sink.rows == 0 && sink.said == 0, "a refused file tells nothing");
  } else {
    fuzz::must(sink.said == rows.tables().size(), "every table of the header is told of");
  }
  return 0;
}
