/** `<baton-trace>`: the inside of a turn, in the order a developer asks; fed with the API's events and Turns. */
import { LitElement, html, nothing } from "../vendor/lit.js";
import { milliseconds, price } from "../lib/format.js";
import * as icons from "../lib/icons.js";
import { fill, wordsOf } from "../lib/words.js";
import { confidenceView, decisionView, foundView } from "./grounds.js";
import { pathView } from "./path.js";
import { START, reduce, shown } from "./reducer.js";
import { stepsView } from "./steps.js";
import { triggersView } from "./triggers.js";

/** @param {number} n @param {{one: string, other: string}} names */
const counted = (n, names) => html`<span><b>${n}</b> ${n === 1 ? names.one : names.other}</span>`;

export class BatonTrace extends LitElement {
  static properties = { state: { state: true } };

  constructor() {
    super();
    this.state = START;
  }

  /** Light DOM: one stylesheet, and ids that work. */
  createRenderRoot() {
    return this;
  }

  /** @param {any} action one of the reducer's */
  dispatch(action) {
    this.state = reduce(this.state, action);
  }

  get #words() {
    return wordsOf(document.documentElement.lang);
  }

  /** @param {number} by */
  #arrow(by) {
    const { index } = shown(this.state);
    const count = this.state.turns.length + (this.state.running ? 1 : 0);
    const words = this.#words.trace;
    return html`<button
      class="icon-button"
      type="button"
      aria-label=${by < 0 ? words.earlier : words.later}
      ?disabled=${by < 0 ? index < 1 : index > count - 2}
      @click=${() => this.dispatch({ type: "step", by })}
    >
      ${by < 0 ? icons.back : icons.forward}
    </button>`;
  }

  /** @param {import("../lib/types.js").Turn | null} turn @param {number} index */
  #head(turn, index) {
    const words = this.#words.trace;
    const all = this.state.turns.length;
    const title = turn ? fill(words.turn, { n: index + 1, all }) : fill(words.running, { n: index + 1 });
    const tokens = turn ? turn.usage.prompt_tokens + turn.usage.completion_tokens : 0;
    return html`<div class="turn-head">
      <div class="turns">${this.#arrow(-1)}<h2>${title}</h2>${this.#arrow(1)}</div>
      ${turn
        ? html`<p class="totals" aria-label=${words.totals} role="group">
            <b>${milliseconds(turn.ms.total)}</b> ${counted(turn.usage.calls, words.calls)}
            ${counted(tokens, words.tokens)}
            <span>${turn.usage.price ? price(turn.usage.price) : words.noCost}</span>
          </p>`
        : nothing}
    </div>`;
  }

  /** @param {import("../lib/types.js").Turn} turn @param {number} index */
  #turn(turn, index) {
    const words = this.#words;
    const before = turn.decision === "handover" && turn.usage.calls === 0;
    return html`<section>
        <div class="head"><h3>${words.trace.path}</h3>${before ? html`<span>${words.trace.before}</span>` : nothing}</div>
        ${pathView(this.state.graph, turn.path, { ended: true, words: words.trace })}
      </section>
      <section>${decisionView(turn, words)}</section>
      <section>
        ${triggersView(this.state.turns.slice(0, index + 1), {
          words,
          all: this.state.all,
          toggle: () => this.dispatch({ type: "all" }),
        })}
      </section>
      <section>${stepsView(turn, words.trace)}</section>
      <section class="grounds">
        <div>${confidenceView(turn.confidence, words)}</div>
        <div>${foundView(turn.retrieved, words)}</div>
      </section>`;
  }

  /** @param {import("./reducer.js").Running} running */
  #running(running) {
    const words = this.#words;
    const decision = /** @type {any} */ ({ ...running, rule: null, case_id: null });
    return html`<section>
        <div class="head"><h3>${words.trace.path}</h3></div>
        ${pathView(this.state.graph, running.path, { ended: false, words: words.trace })}
      </section>
      ${running.decision ? html`<section>${decisionView(decision, words)}</section>` : nothing}`;
  }

  render() {
    const words = this.#words.trace;
    const { turn, index } = shown(this.state);
    if (!turn && !this.state.running) {
      return html`<h2 class="hidden-text">${words.heading}</h2>
        <p class="empty">${this.state.hidden ? words.hidden : words.empty}</p>`;
    }
    return html`${this.#head(turn, index)}
      ${turn ? this.#turn(turn, index) : this.state.running ? this.#running(this.state.running) : nothing}`;
  }
}

customElements.define("baton-trace", BatonTrace);
