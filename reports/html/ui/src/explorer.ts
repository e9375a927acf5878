// SPDX-License-Identifier: Apache-2.0
import { html, nothing, render, type TemplateResult } from "lit-html";
import { download, toCsv } from "./csv";
import { checkOf, fingerprintOf, rowOf, valueOf, type Data } from "./data";
import { Detail } from "./detail";
import { makeLink, parseLink } from "./link";
import { icon, severityBadge, verdictBadge, withCode } from "./parts";
import { applyFilter, emptyFilter, facetNames, facetSources, fields, sortRows, type FacetName, type Filter, type Outcome, type SortKey } from "./query";
import { WindowedTable } from "./table";
import { inWords, thousands, visible } from "./text";

const fixedOrder: Partial<Record<FacetName, readonly string[]>> = {
  verdict: ["fail", "warn", "not_assessed", "not_applicable"],
  severity: ["critical", "high", "medium", "low"],
};
/** More values than this do not fit in a row of buttons: they become a list to choose from. */
const mostButtons = 16;
const mostChoices = 500;

const columns: readonly { key: SortKey; title: string; className: string }[] = [
  { key: "worst", title: "Worst first", className: "c-verdict" },
  { key: "subject", title: "Finding", className: "c-what" },
  { key: "check", title: "Check", className: "c-check" },
  { key: "target", title: "Target", className: "c-where" },
];

/** The searchable table of all findings. */
export class Explorer {
  readonly #sources: ReturnType<typeof facetSources>;
  readonly #values: Record<FacetName, string[]>;
  readonly #table: WindowedTable;
  readonly #detail: Detail;
  readonly #controls: HTMLElement;
  #filter: Filter = emptyFilter();
  #outcome: Outcome;
  #rows: Uint32Array;
  #sort: { key: SortKey; descending: boolean } = { key: "worst", descending: false };
  #note = "";
  #typing = 0;

  constructor(private readonly data: Data, root: HTMLElement) {
    this.#sources = facetSources(data);
    this.#outcome = applyFilter(data, this.#sources, this.#filter);
    this.#rows = this.#outcome.rows;
    this.#values = Object.fromEntries(facetNames.map((name) => [name, this.#valuesOf(name)])) as Record<FacetName, string[]>;
    render(this.#frame(), root);
    root.hidden = false;
    this.#controls = root.querySelector<HTMLElement>(".controls-bar")!;
    this.#table = new WindowedTable({
      scroller: root.querySelector<HTMLElement>(".scroller")!,
      body: root.querySelector<HTMLElement>(".window")!,
      spacer: root.querySelector<HTMLElement>(".spacer")!,
      row: (position) => this.#row(position),
      open: (position) => this.#open(position),
    });
    this.#detail = new Detail(data, {
      close: () => this.#writeLink(false),
      step: (by) => this.#step(by),
      copy: () => void this.#copy(),
    });
    this.#apply();
    this.#follow();
    addEventListener("hashchange", () => this.#follow());
    addEventListener("popstate", () => this.#follow());
    addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        this.#controls.querySelector("input")?.focus();
      }
    });
  }

  #valuesOf(name: FacetName): string[] {
    const present = [...this.#outcome.counts[name].keys()].filter((value) => value !== "");
    const order = fixedOrder[name];
    if (order !== undefined) return order.filter((value) => present.includes(value));
    const count = (value: string) => this.#outcome.counts[name].get(value) ?? 0;
    if (present.length > mostChoices) present.sort((a, b) => count(b) - count(a)).splice(mostChoices);
    return present.sort(new Intl.Collator("en", { numeric: true }).compare);
  }

  /** Takes over what the address says. */
  #follow(): void {
    const link = parseLink(location.hash);
    if (link === undefined) {
      this.#detail.close();
      return;
    }
    this.#filter = link.filter;
    this.#apply();
    const row = rowOf(this.data, link.finding);
    const position = row < 0 ? -1 : this.#rows.indexOf(row);
    if (row >= 0) {
      if (position >= 0) this.#table.reveal(position);
      this.#detail.show(row, position, this.#rows.length);
    } else {
      this.#detail.close();
      document.getElementById("explorer")?.scrollIntoView();
    }
  }

  #apply(): void {
    this.#outcome = applyFilter(this.data, this.#sources, this.#filter);
    this.#rows = sortRows(this.data, this.#outcome.rows, this.#sort.key, this.#sort.descending);
    this.#note = "";
    this.#drawControls();
    this.#table.show(this.#rows.length);
  }

  #change(): void {
    this.#writeLink(false);
    this.#apply();
  }

  #writeLink(push: boolean): void {
    const finding = this.#detail.row < 0 ? "" : fingerprintOf(this.data, this.#detail.row);
    const link = makeLink({ filter: this.#filter, finding });
    if (link === location.hash) return;
    if (push) history.pushState(null, "", link);
    else history.replaceState(null, "", link);
  }

  #open(position: number): void {
    const row = this.#rows[position];
    if (row === undefined) return;
    const first = this.#detail.row < 0;
    this.#table.reveal(position);
    this.#detail.show(row, position, this.#rows.length);
    this.#writeLink(first);
  }

  #step(by: number): void {
    const at = this.#rows.indexOf(this.#detail.row);
    if (at + by >= 0 && at + by < this.#rows.length) this.#open(at + by);
  }

  async #copy(): Promise<void> {
    let note = "link copied";
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      note = "not allowed here: the address bar has the link";
    }
    const row = this.#detail.row;
    if (row >= 0) {
      this.#detail.show(row, this.#rows.indexOf(row), this.#rows.length, note);
    } else {
      this.#note = note;
      this.#drawControls();
    }
  }

  #toggle(name: FacetName, value: string): void {
    const chosen = this.#filter.facets[name];
    this.#filter.facets[name] = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
    this.#change();
  }

  #facet(name: FacetName): TemplateResult | typeof nothing {
    const values = this.#values[name];
    if (values.length === 0) return nothing;
    const chosen = this.#filter.facets[name];
    const counts = this.#outcome.counts[name];
    if (values.length > mostButtons) {
      return html`<div class="facet">
        <label for="facet-${name}">${name}</label>
        <select
          id="facet-${name}"
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement;
            this.#filter.facets[name] = value === "" ? [] : [value];
            this.#change();
          }}
        >
          <option value="" ?selected=${chosen.length === 0}>any</option>
          ${values.map((value) => html`<option value=${value} ?selected=${chosen.includes(value)}>${visible(value)}</option>`)}
        </select>
      </div>`;
    }
    return html`<div class="facet" role="group" aria-label=${name}>
      <span aria-hidden="true">${name}</span>
      ${values.map((value) => {
        const pressed = chosen.includes(value);
        return html`<button type="button" class="chip" aria-pressed=${pressed ? "true" : "false"} @click=${() => this.#toggle(name, value)}>
          ${name === "verdict" ? icon(value) : name === "severity" ? icon(`sev-${value}`) : nothing}${visible(inWords(value))}
          <b>${thousands(counts.get(value) ?? 0)}</b>
        </button>`;
      })}
    </div>`;
  }

  #drawControls(): void {
    const filtered = this.#filter.text.trim() !== "" || facetNames.some((name) => this.#filter.facets[name].length > 0);
    render(
      html`<div class="search">
          <label for="search">Search the findings <span class="quiet">(Ctrl K)</span></label>
          <div class="field">
            ${icon("search")}<input
              id="search"
              type="search"
              autocomplete="off"
              spellcheck="false"
              placeholder="words, or control:NET-01 target:login01 -verdict:warn"
              aria-describedby="search-help"
              .value=${this.#filter.text}
              @input=${(event: Event) => {
                const { value } = event.target as HTMLInputElement;
                clearTimeout(this.#typing);
                this.#typing = setTimeout(() => {
                  this.#filter.text = value;
                  this.#change();
                }, 60);
              }}
            />
          </div>
          <details class="help">
            <summary>How to search</summary>
            <p id="search-help">
              All words must be found. <code>field:value</code> looks in one field, <code>"several words"</code> keeps them together, a minus in front
              excludes. Fields: ${fields.join(", ")}.
            </p>
          </details>
        </div>
        ${facetNames.map((name) => this.#facet(name))}
        <div class="result">
          <p role="status"><b>${thousands(this.#rows.length)}</b> of ${thousands(this.data.rows)} findings ${this.#note === "" ? nothing : html`· ${this.#note}`}</p>
          <button
            type="button"
            ?disabled=${!filtered}
            @click=${() => {
              this.#filter = emptyFilter();
              this.#change();
            }}
          >
            Clear
          </button>
          <button type="button" @click=${() => void this.#copy()}>Copy link</button>
          <button type="button" @click=${() => download("findings.csv", toCsv(this.data, this.#rows))}>Download CSV</button>
        </div>`,
      this.#controls,
    );
    this.#drawHead();
  }

  #drawHead(): void {
    const head = this.#controls.parentElement?.querySelector<HTMLElement>(".head");
    if (head === null || head === undefined) return;
    const { key, descending } = this.#sort;
    head.parentElement?.setAttribute("aria-rowcount", String(this.#rows.length + 1));
    render(
      columns.map((column) => {
        const sorted = column.key !== key ? "none" : descending ? "descending" : "ascending";
        return html`<span role="columnheader" class=${column.className} aria-sort=${sorted}>
          <button
            type="button"
            @click=${() => {
              this.#sort = { key: column.key, descending: column.key === key && !descending };
              this.#apply();
            }}
          >
            ${column.title} <span aria-hidden="true">${sorted === "none" ? "" : descending ? "↓" : "↑"}</span>
          </button>
        </span>`;
      }),
      head,
    );
  }

  #row(position: number): TemplateResult {
    const { data } = this;
    const row = this.#rows[position]!;
    const check = checkOf(data, row);
    const value = (name: Parameters<typeof valueOf>[1]) => visible(valueOf(data, name, row));
    const place = value("location") + (value("line") === "" ? "" : `:${value("line")}`);
    const active = position === this.#table.active;
    return html`<div role="row" class="row" aria-rowindex=${position + 2} data-position=${position} ?data-active=${active}>
      <span role="cell" class="c-verdict">${verdictBadge(valueOf(data, "verdict", row))}${severityBadge(check.severity)}</span>
      <span role="cell" class="c-what"
        ><a
          href=${makeLink({ filter: this.#filter, finding: fingerprintOf(data, row) })}
          tabindex=${active ? 0 : -1}
          @click=${(event: MouseEvent) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            this.#open(position);
          }}
          ><bdi>${value("subject") || value("resource")}</bdi></a
        ><span class="subline">${withCode(valueOf(data, "message", row) || valueOf(data, "reason", row))}</span></span
      >
      <span role="cell" class="c-check">${visible(check.title)}<span class="subline">${check.controls.map(visible).join(" ")}</span></span>
      <span role="cell" class="c-where"><bdi>${value("target")}</bdi><span class="subline"><bdi>${place}</bdi></span></span>
    </div>`;
  }

  #frame(): TemplateResult {
    return html`<h3 id="explorer-title">Every finding</h3>
      <div class="controls-bar"></div>
      <div class="scroller" tabindex="0" role="region" aria-label="Table of findings: arrow keys move, Enter opens">
        <div role="table" aria-labelledby="explorer-title" aria-colcount="4">
          <div role="row" class="head" aria-rowindex="1"></div>
          <div role="rowgroup" class="spacer"><div role="presentation" class="window"></div></div>
        </div>
      </div>`;
  }
}
