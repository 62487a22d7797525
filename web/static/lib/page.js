/** What each page has in common: its header with the links to all pages, its title, its theme. */
import { html, nothing, render } from "../vendor/lit.js";
import { sun } from "./icons.js";
import { wordsOf } from "./words.js";

const STORED = "baton-theme";
const PAGES = /** @type {const} */ ([
  ["playground", "/"],
  ["desk", "/desk"],
  ["shop", "/shop"],
  ["docs", "/docs"],
]);

/** @param {string | null} theme */
function showTheme(theme) {
  if (!theme) return;
  document.documentElement.dataset.theme = theme;
  for (const chat of document.querySelectorAll("baton-chat")) chat.setAttribute("theme", theme);
}

function currentTheme() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

function switchTheme() {
  const next = currentTheme() === "dark" ? "light" : "dark";
  localStorage.setItem(STORED, next);
  showTheme(next);
}

const mark = html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
  <path class="mark-ai" d="M12 12L6 20" />
  <path class="mark-person" d="M18 4l-6 8" />
</svg>`;

/**
 * Draws the page's header into `<header class="top">`.
 * @param {"playground" | "desk" | "shop" | "docs"} here
 * @param {unknown} [rest] what stands at its right, before the theme button
 */
export function drawHeader(here, rest = null) {
  const words = wordsOf(document.documentElement.lang).page;
  document.title = `${words[here]} · ${words.name}`;
  const link = (/** @type {readonly [keyof typeof words, string]} */ [name, path]) =>
    html`<a href=${path} aria-current=${name === here ? "page" : nothing}>${words[name]}</a>`;
  render(
    html`<a class="brand" href="/" aria-label=${words.name}>${mark}<span>${words.name}</span></a>
      <button class="button plain menu" type="button" popovertarget="pages">${words.menu}</button>
      <nav id="pages" popover aria-label=${words.pages}>${PAGES.map(link)}</nav>
      <div class="rest">
        ${rest}
        <button class="icon-button" type="button" aria-label=${words.theme} @click=${switchTheme}>${sun}</button>
      </div>`,
    /** @type {HTMLElement} */ (document.querySelector("header.top")),
  );
}

showTheme(localStorage.getItem(STORED));
