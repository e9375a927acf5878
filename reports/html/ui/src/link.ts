// SPDX-License-Identifier: Apache-2.0
import { emptyFilter, facetNames, type Filter } from "./query";

/** What the fragment of the page's address says: #findings?q=ssh&severity=high,critical&f=0123456789abcdef */
export interface Link {
  filter: Filter;
  finding: string;
}

const prefix = "#findings?";

/** Empty if the fragment means something else, such as a heading. */
export function parseLink(hash: string): Link | undefined {
  if (!hash.startsWith(prefix)) return undefined;
  const parameters = new URLSearchParams(hash.slice(prefix.length));
  const filter = emptyFilter();
  filter.text = parameters.get("q") ?? "";
  const check = parameters.get("check");
  if (check !== null) filter.text = `check:${check.includes(" ") ? `"${check}"` : check}${filter.text === "" ? "" : ` ${filter.text}`}`;
  for (const name of facetNames) {
    const values = parameters.getAll(name);
    filter.facets[name] = (name === "target" ? values : values.flatMap((value) => value.split(","))).filter((value) => value !== "");
  }
  return { filter, finding: parameters.get("f") ?? "" };
}

export function makeLink({ filter, finding }: Link): string {
  const parameters = new URLSearchParams();
  if (filter.text.trim() !== "") parameters.set("q", filter.text.trim());
  for (const name of facetNames) for (const value of filter.facets[name]) parameters.append(name, value);
  if (finding !== "") parameters.set("f", finding);
  const text = parameters.toString();
  return text === "" ? "#findings" : prefix + text;
}
