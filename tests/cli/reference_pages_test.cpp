// SPDX-License-Identifier: Apache-2.0
#include "cli/reference_pages.h"

#include <doctest/doctest.h>

#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/app.h"

using namespace ehdscan;

TEST_CASE("generated pages: those in docs/generated are current (./run docs writes them)") {
  CommandContext context;
  const auto program = make_app(context);
  const auto pages = generated_pages(command_tree(*program));
  REQUIRE(pages);
  for (const GeneratedPage& page : *pages) {
    const auto found = read_file(std::filesystem::path(EHDSCAN_SOURCE_DIR) / "docs/generated" / page.path);
    CHECK_MESSAGE((found && *found == page.text), page.path);
  }
}
