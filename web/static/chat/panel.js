/** The frame of the chat: header with who is speaking, the log, the box, the door to a person. */
import { html, nothing, ref } from "../vendor/lit.js";
import { initials } from "../lib/format.js";
import * as icons from "../lib/icons.js";
import { fill } from "../lib/words.js";
import { logView } from "./messages.js";

/** @typedef {import("./reducer.js").State} State */

/** Who is speaking now. @param {State} state @param {any} words @param {string} label */
function speaking(state, words, label) {
  const card = state.items.findLast((item) => item.kind === "card");
  if (state.mode === "person") return { name: state.person ?? words.someone, text: words.personRole, tone: "person" };
  if (state.mode === "waiting") {
    const position = card?.kind === "card" ? card.position : null;
    const text = position ? fill(words.waitingPlace, { position }) : words.waiting;
    return { name: label || words.title, text, tone: "wait" };
  }
  return { name: label || words.title, text: words.answersAtOnce, tone: "ai" };
}

/** @param {State} state @param {any} context */
function headerView(state, { words, label, inline, shut }) {
  const now = speaking(state, words, label);
  return html`<header>
    <i class="badge ${now.tone}" aria-hidden="true">${now.tone === "person" ? initials(now.name) : icons.baton}</i>
    <div class="now">
      <h2>${now.name}</h2>
      <p class="speaking ${now.tone}" data-testid="speaking">${now.text}</p>
    </div>
    <slot name="action"></slot>
    ${inline
      ? nothing
      : html`<button type="button" class="icon" aria-label=${words.close} @click=${shut}>${icons.close}</button>`}
  </header>`;
}

/** @param {State} state @param {any} context */
function footnoteView(state, { words, say }) {
  if (state.mode === "person") {
    return html`<span>${fill(words.withPerson, { name: state.person ?? words.someone })}</span>`;
  }
  if (state.mode === "waiting") return html`<span>${words.placeKept}</span>`;
  return html`<span>${words.isAi}</span>
    <button type="button" class="link" @click=${() => say(words.askForPerson)}>${words.talkToPerson}</button>`;
}

/** @param {State} state @param {any} context */
function boxView(state, context) {
  const { words, text, placeholder, submit, write, press, boxRef } = context;
  const hint = state.mode === "waiting" ? words.placeholderWaiting : placeholder || words.placeholder;
  return html`<form class="box" @submit=${submit}>
    <div class="entry">
      <textarea
        ${ref(boxRef)}
        rows="1"
        maxlength="8000"
        aria-label=${words.message}
        placeholder=${hint}
        .value=${text}
        @input=${write}
        @keydown=${press}
      ></textarea>
      <button type="submit" class="send" aria-label=${words.send} ?disabled=${!text.trim()}>${icons.arrowUp}</button>
    </div>
    <p class="footnote">${footnoteView(state, context)}</p>
  </form>`;
}

/** @param {State} state @param {any} context */
export function panelView(state, context) {
  const { words, logRef, spoken } = context;
  return html`<section class="panel" aria-label=${context.label || words.title}>
    ${headerView(state, context)}
    ${state.online ? nothing : html`<p class="banner" role="status">${words.offline}</p>`}
    <div class="log" role="log" aria-live="off" aria-label=${words.log} tabindex="0" ${ref(logRef)}>
      ${logView(state, context)}
      ${state.problem ? html`<p class="fate failed" role="alert">${fill(words.failed, { detail: state.problem })}</p>` : nothing}
    </div>
    <p class="hidden-text" role="status">${spoken}</p>
    ${boxView(state, context)}
  </section>`;
}
