/** The queue: yours, waiting, with colleagues; each row says who, what, why and how much time is left. */
import { html, nothing, repeat } from "../vendor/lit.js";
import { duration } from "../lib/format.js";
import { fill, wordFor } from "../lib/words.js";
import { requestView } from "./brief.js";
import { asked, dueOf, groups } from "./reducer.js";

/** @typedef {import("../lib/types.js").Case} Case */

/** How the time stands: in time, under a quarter left, over. @param {Case} found @param {number} now */
export function timeOf(found, now) {
  const due = dueOf(found);
  if (!due) return { tone: "calm", seconds: null };
  const seconds = (Date.parse(due) - now) / 1000;
  const whole = (Date.parse(due) - Date.parse(found.opened_at)) / 1000;
  if (seconds < 0) return { tone: "over", seconds };
  return { tone: seconds < whole / 4 ? "soon" : "calm", seconds };
}

/** @param {Case} found @param {number} now @param {any} words */
function timeText(found, now, words) {
  if (found.mine) return words.desk.withYou;
  if (found.status === "claimed") return found.person ?? "";
  const { seconds } = timeOf(found, now);
  if (seconds === null) return found.live ? words.desk.noClock : words.desk.followUp;
  return fill(seconds < 0 ? words.desk.over : words.desk.left, { time: duration(Math.abs(seconds)) });
}

/** @param {Case} found @param {any} words */
export const nameOf = (found, words) => found.customer.name ?? words.desk.someone;

/** @param {Case} found @param {any} words */
export const reasonOf = (found, words) => (found.reason ? wordFor(words.triggers, found.reason) : words.desk.takenOver);

/** @param {Case} found @param {any} context */
function rowView(found, { words, now, openId, choose, claim, busy }) {
  const waiting = found.status === "queued";
  const tone = found.mine ? "mine" : waiting ? timeOf(found, now).tone : "calm";
  const grave = found.reason === "anger" || found.reason === "distress";
  return html`<li class="case ${tone}" data-case=${found.id} data-open=${found.id === openId}>
    <button type="button" class="open" aria-current=${found.id === openId ? "true" : nothing} @click=${() => choose(found.id)}>
      <span class="line-1">
        <b>${nameOf(found, words)}</b><span class="time">${timeText(found, now, words)}</span>
      </span>
      <span class="asked">${found.asked}</span>
      <span class="tags">
        <span class="tag ${grave ? "grave" : ""}">${reasonOf(found, words)}</span>
        <span>${wordFor({}, found.department)}, ${words.desk.priority[found.priority]}</span>
      </span>
    </button>
    ${waiting
      ? html`<button type="button" class="button claim" ?disabled=${busy} @click=${() => claim(found.id)}>
          ${words.desk.claim}<span class="hidden-text"> ${nameOf(found, words)}</span>
        </button>`
      : nothing}
  </li>`;
}

/** @param {string} title @param {Case[]} cases @param {any} context */
const groupView = (title, cases, context) =>
  cases.length
    ? html`<h3>${title}</h3>
        <ul>${repeat(cases, (found) => found.id, (found) => rowView(found, context))}</ul>`
    : nothing;

/** @param {import("./reducer.js").State} state @param {any} context */
export function queueView(state, context) {
  const { words, showHeld, aim } = context;
  const { yours, queue, colleagues } = groups(state);
  const { elsewhere } = asked(state);
  const label = state.held.length === 1 ? words.desk.newCases.one : fill(words.desk.newCases.other, { n: state.held.length });
  return html`<section class="queue" aria-label=${words.desk.title}
    @pointerenter=${() => aim(true)} @pointerleave=${() => aim(false)}>
    <h2 class="title">${words.desk.title}</h2>
    ${state.held.length
      ? html`<button type="button" class="button held" @click=${showHeld}>${label}</button>`
      : nothing}
    ${state.loaded && !state.cases.length && !elsewhere.length
      ? html`<div class="nobody"><h3>${words.desk.empty}</h3><p>${words.desk.emptyText}</p></div>`
      : nothing}
    ${elsewhere.length
      ? html`<h3>${words.desk.asked}</h3>
          <div class="asks">${repeat(elsewhere, ({ id }) => id, (one) => requestView(one, { ...context, words: words.desk }))}</div>`
      : nothing}
    ${groupView(words.desk.yours, yours, context)} ${groupView(words.desk.queue, queue, context)}
    ${groupView(words.desk.colleagues, colleagues, context)}
  </section>`;
}
