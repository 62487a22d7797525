/** The few icons; each stands beside a label or inside a named button. */
import { html, svg } from "../vendor/lit.js";

/** @param {unknown} paths */
const icon = (paths) => html`<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor"
  stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${paths}</svg>`;

export const arrowUp = icon(svg`<path d="M12 19V5M6 11l6-6 6 6"/>`);
export const back = icon(svg`<path d="M15 5l-7 7 7 7"/>`);
export const forward = icon(svg`<path d="M9 5l7 7-7 7"/>`);
export const close = icon(svg`<path d="M6 6l12 12M18 6L6 18"/>`);
export const check = icon(svg`<path d="M5 13l4 4L19 7"/>`);
export const chat = icon(svg`<path d="M4 5h16v11H10l-5 4v-4H4z"/>`);
export const sun = icon(svg`<circle cx="12" cy="12" r="4"/>
  <path d="M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M19 5l-1.4 1.4M6.4 17.6L5 19"/>`);
export const baton = icon(svg`<path d="M7 18L17 6" stroke-width="4.5"/>`);
