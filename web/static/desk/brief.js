/** The brief: what a person reads in ten seconds; the case's decision to take; who the customer is. */
import { html, nothing, svg } from "../vendor/lit.js";
import { price } from "../lib/format.js";
import { fill, wordFor } from "../lib/words.js";

const ANGRY = 0.7;
const TENSE = 0.4;

/** @param {string} title @param {unknown} content */
const part = (title, content) => html`<div><dt>${title}</dt><dd>${content}</dd></div>`;

/** @param {{score: number}[]} mood @param {any} words */
function moodView(mood, words) {
  const scores = mood.map(({ score }) => score);
  const last = scores[scores.length - 1];
  const word = last >= ANGRY ? words.moods.angry : last >= TENSE ? words.moods.tense : words.moods.calm;
  const x = (/** @type {number} */ index) => 3 + (index * 62) / Math.max(1, scores.length - 1);
  const y = (/** @type {number} */ score) => 21 - score * 18;
  const points = scores.map((score, index) => `${x(index)},${y(score)}`).join(" ");
  const spoken = fill(words.moodCurve, { scores: scores.map((score) => score.toFixed(2)).join(", ") });
  return html`<span class="mood ${last >= ANGRY ? "angry" : ""}">
    ${scores.length > 1
      ? html`<svg viewBox="0 0 68 24" width="68" height="24" aria-hidden="true">
          ${svg`<polyline points=${points} /><circle cx=${x(scores.length - 1)} cy=${y(last)} r="2.5" />`}
        </svg>`
      : nothing}
    <span class="hidden-text">${spoken}</span>${word}, ${last.toFixed(2)}
  </span>`;
}

/** @param {import("../lib/types.js").Packet} brief @param {any} words */
export function briefView(brief, words) {
  const list = (/** @type {string[]} */ texts) =>
    texts.length ? html`<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>` : words.nothing;
  return html`<section class="brief" aria-label=${words.brief}>
    <h2>${brief.asked}</h2>
    <dl>
      ${part(words.tried, list(brief.tried.map(({ action, result }) => `${action}: ${result}`)))}
      ${part(words.missing, list(brief.missing))} ${part(words.next, brief.next_step || words.nothing)}
      ${brief.promised.length ? part(words.promised, list(brief.promised.map(({ text }) => text))) : nothing}
      ${brief.mood.length ? part(words.mood, moodView(brief.mood, words)) : nothing}
    </dl>
  </section>`;
}

/** @param {import("./reducer.js").Asked} asked @param {any} context */
export function requestView(asked, { words, decide, busy }) {
  const { act, limit } = asked;
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const answer = String(new FormData(form).get("answer") ?? "");
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    decide(asked.id, asked.kind === "question" ? { answer } : { approve: button?.value === "yes" });
  };
  return html`<form class="decide" @submit=${send}>
    <h3>${words.decide}</h3>
    <p>${asked.question}</p>
    ${act?.amount
      ? html`<p class="sum"><b>${price(act.amount)}</b> ${limit ? fill(words.upTo, { limit: price(limit) }) : nothing}</p>`
      : nothing}
    ${asked.kind === "question"
      ? html`<input class="field" name="answer" required aria-label=${words.answer} placeholder=${words.answer} />
          <button class="button primary" ?disabled=${busy}>${words.answerIt}</button>`
      : html`<div class="two">
          <button class="button" value="no" ?disabled=${busy}>${words.refuse}</button>
          <button class="button person" value="yes" ?disabled=${busy}>
            ${words.approve} ${act?.amount ? price(act.amount) : nothing}
          </button>
        </div>`}
  </form>`;
}

/** A value of the packet as one line. @param {unknown} value @returns {string} */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain).join(", ");
  if (value && typeof value === "object") return Object.values(value).map(plain).join(" ");
  return String(value);
}

/** What stands above the brief already. */
const IN_THE_HEAD = ["id", "name", "level", "verified"];

/** @param {import("../lib/types.js").Case} found @param {any} words */
export function customerView(found, words) {
  const known = Object.entries(found.brief?.customer ?? {}).filter(
    ([name, value]) => !IN_THE_HEAD.includes(name) && value !== null && plain(value) !== "",
  );
  const { facts = [], policy = [] } = found.brief ?? {};
  return html`<h3>${words.customer}</h3>
    <dl class="facts">
      ${known.map(([name, value]) => html`<div><dt>${wordFor({}, name)}</dt><dd>${plain(value)}</dd></div>`)}
    </dl>
    ${facts.length
      ? html`<h3>${words.facts}</h3><ul class="known">${facts.map(({ text }) => html`<li>${text}</li>`)}</ul>`
      : nothing}
    ${policy.length
      ? html`<h3>${words.policy}</h3><ul class="known">${policy.map(({ title }) => html`<li>${title}</li>`)}</ul>`
      : nothing}`;
}
