/** Triggers against their thresholds, over the turns of the conversation. */
import { html, svg } from "../vendor/lit.js";
import { fill, wordFor } from "../lib/words.js";

const NEAREST = 4;
const WIDTH = 240;
const HEIGHT = 22;

/** How near a trigger is to firing: 1 at its threshold. @param {any} turn @param {string} name */
const nearness = (turn, name) => turn.triggers[name] / (turn.thresholds[name] || 1);

/** @param {number[]} scores @param {number} threshold */
function curve(scores, threshold) {
  const top = Math.max(1, threshold, ...scores);
  const x = (/** @type {number} */ index) => 3 + (index * (WIDTH - 8)) / Math.max(1, scores.length - 1);
  const y = (/** @type {number} */ score) => HEIGHT - 3 - (score / top) * (HEIGHT - 6);
  const points = scores.map((score, index) => `${x(index).toFixed(1)},${y(score).toFixed(1)}`).join(" ");
  const last = scores.length - 1;
  return html`<svg class="curve" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    <path class="threshold" d="M0 ${y(threshold)}H${WIDTH}" />
    ${scores.length > 1 ? svg`<polyline points=${points} />` : null}
    <path class="end" d="M${x(last)} ${y(scores[last])}h.01" />
  </svg>`;
}

/** @param {string} name @param {any[]} turns up to the one that is shown @param {any} words */
function rowView(name, turns, words) {
  const turn = turns[turns.length - 1];
  const threshold = turn.thresholds[name];
  const scores = turns.map((each) => each.triggers[name] ?? 0);
  const spoken = fill(words.trace.curve, {
    trigger: wordFor(words.triggers, name),
    scores: scores.map((score) => score.toFixed(2)).join(", "),
    threshold: threshold === undefined ? "–" : threshold.toFixed(2),
  });
  return html`<tr class=${nearness(turn, name) >= 1 ? "fired" : ""}>
    <th scope="row">${wordFor(words.triggers, name)}</th>
    <td class="course">${curve(scores, threshold ?? 1)}<span class="hidden-text">${spoken}</span></td>
    <td>${turn.triggers[name].toFixed(2)}</td>
    <td>${threshold === undefined ? "–" : threshold.toFixed(2)}</td>
  </tr>`;
}

/**
 * @param {any[]} turns all turns up to the one that is shown
 * @param {{words: any, all: boolean, toggle: () => void}} context
 */
export function triggersView(turns, { words, all, toggle }) {
  const turn = turns[turns.length - 1];
  const names = Object.keys(turn.triggers).sort((one, other) => nearness(turn, other) - nearness(turn, one));
  const label = all
    ? fill(words.trace.showNearest, { n: NEAREST })
    : fill(words.trace.showAll, { n: names.length });
  return html`<div class="head">
      <h3>${words.trace.triggers}</h3>
      <button class="button plain" type="button" aria-expanded=${all} @click=${toggle}>${label}</button>
    </div>
    <table class="triggers">
      <thead>
        <tr>
          <th scope="col">${words.trace.trigger}</th>
          <th scope="col" class="course">${fill(words.trace.course, { n: turns.length })}</th>
          <th scope="col">${words.trace.score}</th>
          <th scope="col">${words.trace.threshold}</th>
        </tr>
      </thead>
      <tbody>
        ${(all ? names : names.slice(0, NEAREST)).map((name) => rowView(name, turns, words))}
      </tbody>
    </table>`;
}
