// SPDX-License-Identifier: Apache-2.0
import { html, nothing, render, type TemplateResult } from "lit-html";
import { checkOf, fingerprintOf, valueOf, type Data } from "./data";
import { icon, severityBadge, verdictBadge, withCode } from "./parts";
import { inWords, visible } from "./text";

export interface DetailActions {
  close: () => void;
  step: (by: number) => void;
  copy: () => void;
}

/** Rationale, remediation and references stand in the page already, made by the program: a copy of them. */
function aboutCheck(id: string): Node | typeof nothing {
  const about = id === "" ? null : document.getElementById(id);
  if (about === null) return nothing;
  const copy = about.cloneNode(true) as HTMLElement;
  copy.removeAttribute("id");
  return copy;
}

function fact(name: string, value: unknown): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

export class Detail {
  readonly #dialog: HTMLDialogElement;
  #row = -1;

  constructor(private readonly data: Data, private readonly actions: DetailActions) {
    this.#dialog = document.createElement("dialog");
    this.#dialog.className = "detail";
    this.#dialog.setAttribute("aria-labelledby", "detail-title");
    document.body.append(this.#dialog);
    this.#dialog.addEventListener("close", () => {
      this.#row = -1;
      actions.close();
    });
    this.#dialog.addEventListener("click", (event) => {
      const target = event.target as Element;
      if (target === this.#dialog || target.closest('a[href^="#"]') !== null) this.#dialog.close();
    });
    this.#dialog.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowLeft") actions.step(-1);
      else if (event.key === "ArrowRight") actions.step(1);
    });
  }

  get row(): number {
    return this.#row;
  }

  close(): void {
    if (this.#dialog.open) this.#dialog.close();
  }

  show(row: number, position: number, count: number, note = ""): void {
    const { data } = this;
    this.#row = row;
    const value = (name: Parameters<typeof valueOf>[1]) => visible(valueOf(data, name, row));
    const check = checkOf(data, row);
    const place = value("location") + (value("line") === "" ? "" : `:${value("line")}`);
    const words = valueOf(data, "message", row) || valueOf(data, "reason", row);
    render(
      html`<div class="bar">
          <button type="button" @click=${() => this.actions.step(-1)} ?disabled=${position <= 0}>Previous</button>
          <button type="button" @click=${() => this.actions.step(1)} ?disabled=${position + 1 >= count}>Next</button>
          <button type="button" @click=${this.actions.copy}>Copy link</button>
          <span role="status">${note}</span>
          <button type="button" class="close" @click=${() => this.close()} aria-label="Close">${icon("close")}</button>
        </div>
        <div class="inside" tabindex="-1">
          <p class="badges">${verdictBadge(valueOf(data, "verdict", row))} ${severityBadge(check.severity)}</p>
          <h2 id="detail-title"><bdi>${value("subject") || value("resource")}</bdi></h2>
          <p class="message">${withCode(words)}</p>
          <dl class="facts">
            ${fact("Check", html`${visible(check.title)} <code>${value("check")}</code>`)}
            ${place === "" ? nothing : fact("Evidence", html`<bdi><code>${place}</code></bdi>`)}
            ${fact("Worth", html`${value("grade")}, ${value("nature")}${value("origin") === "own" ? "" : `, ${value("origin")}`}`)}
            ${value("target") === "" ? nothing : fact("Target", html`<bdi>${value("target")}</bdi>`)}
            ${fact("Resource", html`<bdi>${value("platform")}</bdi> · ${inWords(value("type"))} · <bdi><code>${value("resource")}</code></bdi>`)}
            ${fact("Fingerprint", html`<code>${fingerprintOf(data, row)}</code>`)}
          </dl>
          ${aboutCheck(check.about)}
        </div>`,
      this.#dialog,
    );
    if (!this.#dialog.open) this.#dialog.showModal();
    else this.#dialog.querySelector(".inside")?.scrollTo(0, 0);
  }
}
