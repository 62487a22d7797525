/** The handover card: what happens, the place, the honest wait, what one may do meanwhile. It changes in place. */
import { html, nothing } from "../vendor/lit.js";
import { ordinal } from "../lib/format.js";
import { fill } from "../lib/words.js";

/** @typedef {Extract<import("./reducer.js").Item, {kind: "card"}>} Card */

/** @param {number} seconds @param {any} words */
const waitText = (seconds, words) =>
  seconds < 60 ? words.underMinute : fill(words.about, { minutes: Math.round(seconds / 60) });

/** @param {string} label @param {string} value */
const tile = (label, value) => html`<div class="tile"><dt>${label}</dt><dd>${value}</dd></div>`;

/** Where the baton is between the AI and the person. @param {Card} card @param {any} words */
const track = (card, words) => html`<div class="track ${card.stage}">
  <span>${words.assistant}</span>
  <svg viewBox="0 0 200 16" preserveAspectRatio="none" aria-hidden="true"><path d="M0 8H200" /></svg>
  <i aria-hidden="true"></i>
  <span>${card.name ?? words.team}</span>
</div>`;

/** @param {Card} card @param {any} words */
function headline(card, words) {
  const name = card.name ?? words.someone;
  return {
    waiting: words.cardWaiting,
    follow_up: words.cardFollowUp,
    joined: fill(words.cardJoined, { name }),
    returned: words.cardReturned,
    resolved: words.cardResolved,
    withdrawn: words.cardWithdrawn,
  }[card.stage];
}

/**
 * @param {Card} card
 * @param {{words: any, lang: string, newest: boolean, stay: () => void, notice: unknown}} context
 *   `notice`: what the AI said when it handed over, as nodes
 */
export function cardView(card, { words, lang, newest, stay, notice }) {
  const waiting = card.stage === "waiting";
  const text = waiting ? words.cardWaitingText : card.stage === "follow_up" ? words.cardFollowUpText : null;
  const place = waiting && card.position ? tile(words.yourPlace, ordinal(card.position, words.ordinals, lang)) : nothing;
  const wait = waiting && card.wait !== null ? tile(words.expectedWait, waitText(card.wait, words)) : nothing;
  return html`<section class="card ${card.stage}" data-testid="handover-card" data-stage=${card.stage}>
    <h3>${headline(card, words)}</h3>
    ${notice ? html`<div class="notice">${notice}</div>` : text ? html`<p>${text}</p>` : nothing}
    ${card.stage === "follow_up" || card.stage === "withdrawn" ? nothing : track(card, words)}
    ${place === nothing && wait === nothing ? nothing : html`<dl class="tiles">${place}${wait}</dl>`}
    ${waiting && newest
      ? html`<div class="choices"><button type="button" class="choice" @click=${stay}>${words.stay}</button></div>`
      : nothing}
  </section>`;
}
