/** What a turn rests on: its decision with the words, its confidence, what was found in the FAQ. */
import { html, nothing, svg } from "../vendor/lit.js";
import { fill, wordFor } from "../lib/words.js";

/** @param {import("../lib/types.js").Evidence} evidence @param {any} words */
const evidenceView = ({ trigger, score, threshold, words: said }, words) => html`<b
    >${wordFor(words.triggers, trigger)}
    ${fill(words.trace.over, { score: score.toFixed(2), threshold: threshold.toFixed(2) })}</b
  >
  ${said.map((word) => `“${word}”`).join(", ")}${said.length ? "." : ""} `;

/**
 * @param {Pick<import("../lib/types.js").Turn, "decision" | "evidence" | "rule" | "case_id">} turn
 * @param {any} words
 */
export function decisionView(turn, words) {
  const names = Object.entries(words.trace.decisions);
  return html`<div class="decision">
    <ul class="three" aria-label=${words.trace.decision}>
      ${names.map(
        ([name, word]) =>
          html`<li class=${name === turn.decision ? `taken ${name}` : ""} aria-current=${name === turn.decision ? "true" : nothing}>
            ${word}
          </li>`,
      )}
    </ul>
    <p>
      ${turn.evidence.length ? turn.evidence.map((each) => evidenceView(each, words)) : words.trace.answered}
      ${turn.rule ? fill(words.trace.rule, { ...turn.rule }) : nothing}
      ${turn.case_id
        ? html`<a href="/desk?case=${encodeURIComponent(turn.case_id)}" target="_blank" rel="noopener">${words.trace.case}</a>`
        : nothing}
    </p>
  </div>`;
}

/** @param {number} value 0 to 1 @param {string} kind */
const meter = (value, kind) => html`<svg class="meter ${kind}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
  <rect class="well" width="100" height="8" />${svg`<rect width=${100 * value} height="8" />`}
</svg>`;

/** @param {import("../lib/types.js").Turn["confidence"]} confidence @param {any} words */
export function confidenceView(confidence, words) {
  if (!confidence) return html`<h3>${words.trace.confidence}</h3><p class="quiet">${words.trace.noConfidence}</p>`;
  const { raw, calibrated, needed } = confidence;
  const mark = (/** @type {number} */ at, /** @type {string} */ kind) =>
    svg`<path class=${kind} d="M${100 * at} 0V20" />`;
  return html`<h3>${words.trace.confidence}</h3>
    <svg class="confidence" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
      <rect class="well" y="6" width="100" height="8" />
      ${svg`<rect class="value" y="6" width=${100 * calibrated} height="8" />`}
      ${mark(needed, "needed")}${mark(raw, "raw")}
    </svg>
    <p class="marks">
      <span class="needed">${fill(words.trace.needs, { n: needed.toFixed(2) })}</span>
      <span>${fill(words.trace.raw, { n: raw.toFixed(2) })}</span>
    </p>
    <p>${fill(words.trace.confidenceText, { calibrated: calibrated.toFixed(2), percent: Math.round(100 * calibrated) })}</p>`;
}

/** @param {import("../lib/types.js").Turn["retrieved"]} retrieved @param {any} words */
export function foundView(retrieved, words) {
  return html`<h3>${words.trace.found}</h3>
    ${retrieved.length
      ? html`<ul class="found">
          ${retrieved.map(
            ({ title, score }) =>
              html`<li><span>${title}</span>${meter(Math.min(1, Math.max(0, score)), "model")}<span class="time">${score.toFixed(2)}</span></li>`,
          )}
        </ul>`
      : html`<p class="quiet">${words.trace.nothingFound}</p>`}`;
}
