// SPDX-License-Identifier: Apache-2.0

#include "format/xml.h"
#include "fuzz.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  const auto document = XmlDocument::parse(std::string(fuzz::text_of(data, size)), "m.xml");
  if (!document) {
    fuzz::must(!document.error().message.empty() && document.error().place.line > 0, "a refusal has a place");
    return 0;
  }
  const XmlElement root = (*document)->root();
  std::size_t elements = 0;
  for (XmlElement at = root; at; at = at.next_inside(root)) {
    ++elements;
    fuzz::must(!at.local_name().empty() || at.name_space().empty(), "an element has a name");
    fuzz::must((*document)->line_of(at) > 0, "an element has a line");
    (void)at.text();
  }
  fuzz::must(elements <= size, "there are no more elements than bytes");
  return 0;
}
