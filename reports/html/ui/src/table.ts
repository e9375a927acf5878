// SPDX-License-Identifier: Apache-2.0
import { html, nothing, render, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

/** Browsers stop at about 17 million pixels; far below that the scroll bar is stretched instead. */
const tallest = 8_000_000;
const overscan = 6;

export interface TableOptions {
  scroller: HTMLElement;
  body: HTMLElement;
  spacer: HTMLElement;
  row: (position: number) => TemplateResult;
  open: (position: number) => void;
}

/** A table of which only the visible rows exist. The rows have one fixed height, read from the style. */
export class WindowedTable {
  #count = 0;
  #active = 0;
  #height = 56;
  #scheduled = false;

  constructor(private readonly o: TableOptions) {
    o.scroller.addEventListener("scroll", () => this.#schedule(), { passive: true });
    o.scroller.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.draw()).observe(o.scroller);
  }

  get active(): number {
    return this.#active;
  }

  /** Shows another list; the first row becomes the active one unless another is asked for. */
  show(count: number, active = 0): void {
    this.#count = count;
    this.#active = Math.min(Math.max(active, 0), Math.max(count - 1, 0));
    this.o.scroller.scrollTop = 0;
    this.draw();
    if (active > 0) this.reveal(this.#active);
  }

  /** Scrolls so that the row is wholly visible and makes it the active one. */
  reveal(position: number): void {
    this.#active = position;
    const { scroller } = this.o;
    const view = this.#view();
    const top = this.#offset(position);
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + this.#height > scroller.scrollTop + view) scroller.scrollTop = top + this.#height - view;
    this.draw();
  }

  draw(): void {
    const style = getComputedStyle(this.o.scroller);
    this.#height = Number.parseFloat(style.getPropertyValue("--row")) || 56;
    const full = this.#count * this.#height;
    this.o.spacer.style.height = `${Math.min(full, tallest)}px`;
    const visible = Math.ceil(this.#view() / this.#height);
    const top = this.#first();
    const first = Math.max(0, Math.floor(top) - overscan);
    const last = Math.min(this.#count, Math.floor(top) + visible + overscan + 1);
    const positions = Array.from({ length: Math.max(0, last - first) }, (_, n) => first + n);
    const held = this.o.body.contains(document.activeElement);
    render(this.#count === 0 ? nothing : html`${repeat(positions, (position) => position, this.o.row)}`, this.o.body);
    this.o.body.style.transform = `translateY(${this.o.scroller.scrollTop - (top - first) * this.#height}px)`;
    // A focused row that was scrolled away must not throw the keyboard back to the top of the page.
    if (held && !this.o.body.contains(document.activeElement)) this.o.scroller.focus({ preventScroll: true });
  }

  #view(): number {
    return this.o.scroller.clientHeight - this.#head();
  }

  #head(): number {
    return (this.o.scroller.querySelector(".head") as HTMLElement | null)?.offsetHeight ?? 0;
  }

  /** Position of the row at the upper edge, with its fraction. */
  #first(): number {
    const full = this.#count * this.#height;
    const { scrollTop } = this.o.scroller;
    if (full <= tallest) return scrollTop / this.#height;
    const view = this.#view();
    return (scrollTop / (tallest - view)) * (this.#count - view / this.#height);
  }

  #offset(position: number): number {
    const full = this.#count * this.#height;
    if (full <= tallest) return position * this.#height;
    const view = this.#view();
    return (position / (this.#count - view / this.#height)) * (tallest - view);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.draw();
    });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#count === 0) return;
    const page = Math.max(1, Math.floor(this.#view() / this.#height) - 1);
    const moves: Record<string, number> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: this.#count - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.reveal(Math.min(Math.max(to, 0), this.#count - 1));
      this.o.body.querySelector<HTMLElement>(`[data-position="${this.#active}"] a`)?.focus({ preventScroll: true });
    } else if (event.key === "Enter" && event.target === this.o.scroller) {
      this.o.open(this.#active);
    }
  }
}
