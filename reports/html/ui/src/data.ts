// SPDX-License-Identifier: Apache-2.0

/** One text column: distinct values once, and per row the number of its value. */
export interface Column {
  d: string[];
  i: Uint32Array;
  /** The distinct values in lower case, made when first searched. */
  lower?: string[];
}

export interface CheckInfo {
  title: string;
  severity: string;
  controls: string[];
  domains: string[];
  about: string;
}

export type ColumnName =
  | "check"
  | "verdict"
  | "platform"
  | "type"
  | "resource"
  | "subject"
  | "message"
  | "reason"
  | "target"
  | "location"
  | "line"
  | "grade"
  | "nature"
  | "origin";

export interface Data {
  rows: number;
  site: string;
  columns: Record<ColumnName, Column>;
  /** What a check says, parallel to the distinct values of the column `check`. */
  checks: CheckInfo[];
  fingerprint: string;
}

interface Raw {
  rows: number;
  site: string;
  checks: Record<string, CheckInfo>;
  columns: Record<string, unknown> & { fingerprint: string };
}

async function unpack(element: HTMLElement): Promise<string> {
  const text = element.textContent ?? "";
  if (element.dataset["encoding"] !== "gzip") return text;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

const unknownCheck = (id: string): CheckInfo => ({ title: id, severity: "medium", controls: [], domains: [], about: "" });

export async function readData(element: HTMLElement): Promise<Data> {
  const raw = JSON.parse(await unpack(element)) as Raw;
  const columns = {} as Record<ColumnName, Column>;
  for (const [name, value] of Object.entries(raw.columns)) {
    if (name === "fingerprint") continue;
    const { d, i } = value as { d: string[]; i: number[] };
    columns[name as ColumnName] = { d, i: Uint32Array.from(i) };
  }
  const checks = columns.check.d.map((id) => raw.checks[id] ?? unknownCheck(id));
  return { rows: raw.rows, site: raw.site, columns, checks, fingerprint: raw.columns.fingerprint };
}

export function valueOf(data: Data, name: ColumnName, row: number): string {
  const column = data.columns[name];
  return column.d[column.i[row] ?? 0] ?? "";
}

export function checkOf(data: Data, row: number): CheckInfo {
  return data.checks[data.columns.check.i[row] ?? 0] ?? unknownCheck("");
}

const fingerprintDigits = 16;

export function fingerprintOf(data: Data, row: number): string {
  return data.fingerprint.slice(row * fingerprintDigits, (row + 1) * fingerprintDigits);
}

/** The row with this fingerprint, or -1. */
export function rowOf(data: Data, fingerprint: string): number {
  if (fingerprint.length !== fingerprintDigits) return -1;
  for (let at = data.fingerprint.indexOf(fingerprint); at >= 0; at = data.fingerprint.indexOf(fingerprint, at + 1)) {
    if (at % fingerprintDigits === 0) return at / fingerprintDigits;
  }
  return -1;
}
