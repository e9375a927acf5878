// SPDX-License-Identifier: Apache-2.0
import type { Column, ColumnName, Data } from "./data";

export const facetNames = ["verdict", "severity", "domain", "target"] as const;
export type FacetName = (typeof facetNames)[number];

/** Everything that decides which rows are shown: what a permalink carries. */
export interface Filter {
  text: string;
  facets: Record<FacetName, string[]>;
}

export const emptyFilter = (): Filter => ({ text: "", facets: { verdict: [], severity: [], domain: [], target: [] } });

export interface Outcome {
  rows: Uint32Array;
  /** Per facet and value: rows there would be if only this facet were not set. */
  counts: Record<FacetName, Map<string, number>>;
}

interface Term {
  field: string;
  text: string;
  negated: boolean;
}

const columnNames: readonly ColumnName[] = [
  "check", "verdict", "platform", "type", "resource", "subject", "message", "reason", "target", "location", "line", "grade", "nature",
  "origin",
];
const searched: readonly ColumnName[] = ["check", "resource", "subject", "message", "reason", "target", "location"];
const checkFields = ["control", "domain", "severity", "title"] as const;
export const fields: readonly string[] = [...columnNames, ...checkFields, "fingerprint"];

/** Words, "quoted words", field:value and a minus in front to exclude. A field nobody knows is searched as text. */
export function parseTerms(text: string): Term[] {
  const terms: Term[] = [];
  for (const match of text.matchAll(/(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/gi)) {
    const [whole, minus, name, quoted, word] = match;
    const field = (name ?? "").toLowerCase();
    const known = fields.includes(field);
    const value = (quoted ?? word ?? "").toLowerCase();
    const term = known || name === undefined ? value : whole.slice(minus?.length ?? 0).toLowerCase();
    if (term !== "") terms.push({ field: known ? field : "", text: term, negated: minus === "-" });
  }
  return terms;
}

function lowerOf(column: Column): string[] {
  return (column.lower ??= column.d.map((value) => value.toLowerCase()));
}

const matchesIn = (values: string[], text: string): Uint8Array => Uint8Array.from(values, (value) => (value.includes(text) ? 1 : 0));

/** For each row 1 if the term is found in it. Texts are searched once per distinct value, not once per row. */
function matchTerm(data: Data, term: Term): Uint8Array {
  const hits = new Uint8Array(data.rows);
  const add = (column: Column, found: Uint8Array) => {
    const { i } = column;
    for (let row = 0; row < hits.length; row++) hits[row]! |= found[i[row]!]!;
  };
  const byCheck = (values: (check: number) => string[]) =>
    add(data.columns.check, Uint8Array.from(data.checks, (_, n) => (values(n).some((value) => value.toLowerCase().includes(term.text)) ? 1 : 0)));
  switch (term.field) {
    case "control":
      byCheck((n) => data.checks[n]!.controls);
      break;
    case "domain":
      byCheck((n) => data.checks[n]!.domains);
      break;
    case "severity":
      byCheck((n) => [data.checks[n]!.severity]);
      break;
    case "title":
      byCheck((n) => [data.checks[n]!.title]);
      break;
    case "fingerprint":
      for (let row = 0; row < hits.length; row++) hits[row] = data.fingerprint.startsWith(term.text, row * 16) ? 1 : 0;
      break;
    case "":
      for (const name of searched) add(data.columns[name], matchesIn(lowerOf(data.columns[name]), term.text));
      byCheck((n) => [data.checks[n]!.title, ...data.checks[n]!.controls]);
      break;
    case "verdict": {
      // "not_assessed" and "not assessed" are the same to a reader.
      const wanted = term.text.replaceAll("_", " ");
      add(data.columns.verdict, matchesIn(lowerOf(data.columns.verdict).map((value) => value.replaceAll("_", " ")), wanted));
      break;
    }
    default: {
      const column = data.columns[term.field as ColumnName];
      add(column, matchesIn(lowerOf(column), term.text));
    }
  }
  return hits;
}

/** Per facet: for each number of a column's dictionary, the facet values that rows with it have. */
interface FacetSource {
  column: Column;
  values: string[][];
}

export function facetSources(data: Data): Record<FacetName, FacetSource> {
  const { verdict, target, check } = data.columns;
  return {
    verdict: { column: verdict, values: verdict.d.map((value) => [value]) },
    severity: { column: check, values: data.checks.map((info) => [info.severity]) },
    domain: { column: check, values: data.checks.map((info) => info.domains) },
    target: { column: target, values: target.d.map((value) => [value]) },
  };
}

export function applyFilter(data: Data, sources: Record<FacetName, FacetSource>, filter: Filter): Outcome {
  const { rows } = data;
  // One bit per facet that refuses the row, and one for the text: a row with no bit is shown, a row with only the bit
  // of a facet counts for that facet's other values.
  const refused = new Uint8Array(rows);
  facetNames.forEach((name, bit) => {
    const chosen = filter.facets[name];
    if (chosen.length === 0) return;
    const { column, values } = sources[name];
    const out = Uint8Array.from(values, (own) => (own.some((value) => chosen.includes(value)) ? 0 : 1 << bit));
    for (let row = 0; row < rows; row++) refused[row]! |= out[column.i[row]!]!;
  });
  const textBit = 1 << facetNames.length;
  for (const term of parseTerms(filter.text)) {
    const hits = matchTerm(data, term);
    const wanted = term.negated ? 0 : 1;
    for (let row = 0; row < rows; row++) if (hits[row] !== wanted) refused[row]! |= textBit;
  }
  let shown = 0;
  const found = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) if (refused[row] === 0) found[shown++] = row;
  const counts = {} as Outcome["counts"];
  facetNames.forEach((name, bit) => {
    const { column, values } = sources[name];
    const perNumber = new Uint32Array(column.d.length);
    const others = ~(1 << bit) & 0xff;
    for (let row = 0; row < rows; row++) if ((refused[row]! & others) === 0) perNumber[column.i[row]!]!++;
    const byValue = new Map<string, number>();
    values.forEach((own, n) => own.forEach((value) => byValue.set(value, (byValue.get(value) ?? 0) + perNumber[n]!)));
    counts[name] = byValue;
  });
  return { rows: found.slice(0, shown), counts };
}

export type SortKey = "worst" | "check" | "target" | "location" | "subject";

/** Rows stand worst first in the page; any other order is by text, and worst first where texts are equal. */
export function sortRows(data: Data, rows: Uint32Array, key: SortKey, descending: boolean): Uint32Array {
  if (key === "worst") return descending ? rows.slice().reverse() : rows;
  const column = data.columns[key];
  const order = column.d.map((_, n) => n);
  const collator = new Intl.Collator("en", { numeric: true });
  const shownText = key === "check" ? (n: number) => data.checks[n]!.title : (n: number) => column.d[n]!;
  order.sort((a, b) => collator.compare(shownText(a), shownText(b)));
  const rank = new Uint32Array(order.length);
  order.forEach((n, position) => (rank[n] = position));
  const sign = descending ? -1 : 1;
  return rows.slice().sort((a, b) => sign * (rank[column.i[a]!]! - rank[column.i[b]!]!) || a - b);
}
