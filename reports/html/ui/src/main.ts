// SPDX-License-Identifier: Apache-2.0
import { readData } from "./data";
import { Explorer } from "./explorer";

/** Opens the entry that the address names, and those around it. */
function openTarget(): void {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id === "" || id.includes("?") ? null : document.getElementById(id);
  if (target === null) return;
  for (let at: Element | null = target; at !== null; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
  target.scrollIntoView();
}

/** Paper shows everything: closed entries are opened for it and closed again. */
function openForPrint(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
}

/** A row of buttons that need the script, so the page does not have them without it. */
function addButtons(): void {
  const nav = document.querySelector("nav.contents");
  if (nav === null) return;
  const tools = document.createElement("div");
  tools.className = "tools";
  const add = (text: string, action: (button: HTMLButtonElement) => void) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => action(button));
    tools.append(button);
  };
  add("Print", () => print());
  const dark = () => getComputedStyle(document.documentElement).colorScheme === "dark" ||
    (document.documentElement.style.colorScheme === "" && matchMedia("(prefers-color-scheme: dark)").matches);
  add(dark() ? "Light" : "Dark", (button) => {
    document.documentElement.style.colorScheme = dark() ? "light" : "dark";
    button.textContent = dark() ? "Light" : "Dark";
  });
  nav.append(tools);
}

async function start(): Promise<void> {
  document.documentElement.classList.add("with-script");
  openForPrint();
  addButtons();
  openTarget();
  addEventListener("hashchange", openTarget);
  const element = document.getElementById("data");
  const root = document.getElementById("explorer");
  if (element === null || root === null) return;
  const data = await readData(element);
  element.remove();
  if (data.rows > 0) new Explorer(data, root);
  performance.mark("ready");
  document.documentElement.dataset["ready"] = String(Math.round(performance.now()));
}

start().catch((error: unknown) => {
  const root = document.getElementById("explorer");
  if (root === null) return;
  root.hidden = false;
  root.className = "alert";
  root.textContent = `The table of all findings could not be shown: ${String(error)}. The JSON report holds every finding.`;
});
