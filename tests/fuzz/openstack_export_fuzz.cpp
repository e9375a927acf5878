// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/kinds.h"
#include "format/json_pieces.h"
#include "fuzz.h"

using namespace ehdscan;

/// Every writer is given every object: columns of another kind and values of another type must do no harm.
FUZZ_TARGET(data, size) {
  const auto pieces = cut_json(fuzz::text_of(data, size), "export.json");
  if (!pieces) {
    fuzz::check_error(pieces.error());
    return 0;
  }
  fuzz::CheckingSink sink;
  const SourceId source = sink.add_source({.target = {},
                                           .collector = {},
                                           .location = "export.json",
                                           .sha256 = {},
                                           .observed_at = {},
                                           .grade = EvidenceGrade::e2,
                                           .nature = Nature::observed,
                                           .freshness = Freshness::export_file,
                                           .third_party = false});
  OsContext context{.sink = sink,
                    .platform = "openstack:fuzz",
                    .issuer = {},
                    .keystone_url = {},
                    .identity_key = std::string(32, 'k'),
                    .origin = {.source = source, .line = 1},
                    .of = {},
                    .default_projects = {},
                    .volume_type_ids = {},
                    .load_balancers = {},
                    .seen_groups = {},
                    .used_groups = {},
                    .seen_accounts = {},
                    .seen_projects = {},
                    .member_lists = {},
                    .written = {}};
  for (const JsonList& list : pieces->lists) {
    for (const JsonPiece& piece : list.elements) {
      fuzz::must(piece.line >= 1, "an element has a line");
      const auto parsed = Document::parse_json(piece.text, "export.json");
      if (!parsed || !(*parsed)->root().is(Node::Kind::mapping)) continue;
      context.origin.line = piece.line;
      for (const OsKind& kind : os_kinds()) kind.write(OsObject((*parsed)->root()), context);
    }
  }
  return 0;
}
