// SPDX-License-Identifier: Apache-2.0
import { html, svg, type TemplateResult } from "lit-html";
import { inWords, visible } from "./text";

const knownIcons = /^[a-z_-]+$/;

/** A picture of the page's sprite; a text always stands beside it. */
export function icon(name: string): TemplateResult {
  const href = knownIcons.test(name) ? `#icon-${name}` : "";
  return html`<svg class="icon" aria-hidden="true" focusable="false">${svg`<use href=${href}></use>`}</svg>`;
}

export function verdictBadge(verdict: string): TemplateResult {
  return html`<span class="badge small is-${verdict}">${icon(verdict)}${inWords(verdict)}</span>`;
}

export function severityBadge(severity: string): TemplateResult {
  return html`<span class="severity sev-${severity}">${icon(`sev-${severity}`)}${severity}</span>`;
}

/** Text with `code` between backticks. */
export function withCode(text: string): (string | TemplateResult)[] {
  const pieces = visible(text).split("`");
  if (pieces.length % 2 === 0) pieces.push(`\`${pieces.pop() ?? ""}`);
  return pieces.map((piece, n) => (n % 2 === 1 ? html`<code>${piece}</code>` : piece));
}
