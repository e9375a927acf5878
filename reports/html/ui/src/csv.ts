// SPDX-License-Identifier: Apache-2.0
import { checkOf, fingerprintOf, valueOf, type ColumnName, type Data } from "./data";

const columns: readonly ColumnName[] = [
  "verdict", "check", "subject", "message", "reason", "target", "platform", "type", "resource", "location", "line", "grade", "nature",
  "origin",
];

/** RFC 4180; a value that a spreadsheet would run as a formula gets an apostrophe in front. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv(data: Data, rows: Uint32Array): string {
  const lines = [["severity", ...columns, "controls", "fingerprint"].join(",")];
  for (const row of rows) {
    const check = checkOf(data, row);
    const values = [check.severity, ...columns.map((name) => valueOf(data, name, row)), check.controls.join(" "), fingerprintOf(data, row)];
    lines.push(values.map(cell).join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}

export function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
