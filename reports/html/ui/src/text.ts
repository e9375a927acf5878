// SPDX-License-Identifier: Apache-2.0

// Characters that hide or reorder others: the same set as escape_for_terminal() in scanner/base/text.cpp, but newline and tab.
const dangerous =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Makes hostile text visible instead of effective. Markup needs no care here: lit-html only ever sets text. */
export function visible(text: string): string {
  return text.replace(dangerous, (c) => {
    const code = c.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16).padStart(4, "0")}}`;
  });
}

export function inWords(identifier: string): string {
  return identifier.replaceAll("_", " ");
}

const number = new Intl.NumberFormat("en");

export function thousands(n: number): string {
  return number.format(n);
}
