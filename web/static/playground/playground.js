/** The playground: personas and starters, the chat itself, the inside of its last turn. */
import "../chat/baton-chat.js";
import "../trace/baton-trace.js";
import { Api } from "../lib/api.js";
import { initials } from "../lib/format.js";
import * as icons from "../lib/icons.js";
import { drawHeader } from "../lib/page.js";
import { fill, wordsOf } from "../lib/words.js";
import { html, nothing, render } from "../vendor/lit.js";
import { START, reduce } from "./reducer.js";
import { prepare } from "./starters.js";

const KEPT = "baton-playground";
const words = wordsOf(document.documentElement.lang);
const api = new Api();
let state = START;

/** @returns {import("../chat/baton-chat.js").BatonChat} */
const chat = () => /** @type {any} */ (document.querySelector("baton-chat"));
/** @returns {import("../trace/baton-trace.js").BatonTrace} */
const trace = () => /** @type {any} */ (document.querySelector("baton-trace"));

/** @param {any} action */
function dispatch(action) {
  state = reduce(state, action);
  sessionStorage.setItem(KEPT, JSON.stringify({ persona: state.persona, tried: state.tried }));
  draw();
}

/** @param {string | null} id @param {boolean} [forget] */
function become(id, forget = false) {
  const persona = state.personas.find((other) => other.id === id);
  dispatch({ type: "persona", id: persona?.id ?? null });
  chat().storage = `${KEPT}-${persona?.id ?? "nobody"}`;
  chat().identityToken = persona?.identity_token ?? null;
  trace().dispatch({ type: "reset" });
  chat().restart({ forget });
}

/** @param {string} name */
function start(name) {
  const starter = words.starters[/** @type {keyof typeof words.starters} */ (name)];
  const { personas, persona } = state;
  const { persona: who, texts } = prepare(starter, { personas, persona, topTier: words.playground.topTier, now: Date.now() });
  if (who !== persona) become(who);
  dispatch({ type: "tried", name, rest: texts.slice(1) });
  chat().say(texts[0]);
}

/** @param {import("../lib/types.js").StreamEvent} event */
function heard(event) {
  trace().dispatch({ type: "event", event });
  if (event.type !== "done") return;
  if (event.data.turn) dispatch({ type: "turn", turn: event.data.turn });
  if (state.waiting.length && event.data.mode === "ai") {
    const [text] = state.waiting;
    dispatch({ type: "next" });
    chat().say(text);
  }
}

/** A conversation of an earlier visit brings its turns along. @param {{id: string, token: string}} conversation */
async function opened({ id, token }) {
  const { turns } = await new Api("", token).get(`/v1/conversations/${id}/turns`).catch(() => ({ turns: [] }));
  trace().dispatch({ type: "turns", turns });
  for (const turn of turns) dispatch({ type: "turn", turn });
}

/** @param {{id: string | null, name: string, about: string}} persona */
const personaView = ({ id, name, about }) => html`<li>
  <button type="button" class="row" aria-pressed=${id === state.persona} title=${about || nothing} @click=${() => become(id)}>
    <i class="face" aria-hidden="true">${id ? initials(name) : "?"}</i><span>${name}</span>
  </button>
</li>`;

/** @param {[string, string]} entry */
const starterView = ([name, word]) => html`<li>
  <button type="button" class="row" @click=${() => start(name)}>
    <span>${word}</span>
    ${state.tried.includes(name)
      ? html`<span class="tick">${icons.check}<span class="hidden-text">${words.playground.tried}</span></span>`
      : nothing}
  </button>
</li>`;

const startersView = () => html`<nav class="starters" aria-label=${words.playground.tabs.starters}>
  <h2>${words.playground.who}</h2>
  ${state.demo === false ? html`<p class="quiet">${words.playground.noDemo}</p>` : nothing}
  <ul class="personas">
    ${[...state.personas, { id: null, name: words.playground.unknown, about: "" }].map(personaView)}
  </ul>
  <h2>${words.playground.can}</h2>
  <ul>${Object.entries(words.capabilities).map(starterView)}</ul>
  <h2>${words.playground.reasons}</h2>
  <ul>${Object.entries(words.triggers).map(starterView)}</ul>
</nav>`;

/** @param {"chat" | "starters" | "trace"} view */
const tabView = (view) => html`<button
  type="button"
  aria-pressed=${state.view === view}
  @click=${() => dispatch({ type: "view", view })}
>
  ${words.playground.tabs[view]}
</button>`;

function chatView() {
  const persona = state.personas.find(({ id }) => id === state.persona);
  return html`<baton-chat
    inline
    storage="${KEPT}-nobody"
    placeholder=${persona ? fill(words.playground.writeAs, { name: persona.name }) : nothing}
    @baton-event=${(/** @type {CustomEvent} */ event) => heard(event.detail)}
    @baton-turn=${(/** @type {CustomEvent} */ event) => trace().dispatch({ type: "turn", turn: event.detail })}
    @baton-conversation=${(/** @type {CustomEvent} */ event) => opened(event.detail)}
  >
    ${state.caseId
      ? html`<a slot="action" class="button" href="/desk?case=${encodeURIComponent(state.caseId)}" target="_blank" rel="noopener"
          aria-label=${words.playground.atDesk}>${words.playground.answer}</a
        >`
      : nothing}
  </baton-chat>`;
}

function modelView() {
  if (!state.model) return nothing;
  const { embedded, model } = words.trace;
  return html`<span class="pill" data-testid="model">
    ${state.model === "embedded" ? embedded : fill(model, { name: state.model })}
  </span>`;
}

function draw() {
  drawHeader(
    "playground",
    html`${modelView()}<button type="button" class="button" @click=${() => become(state.persona, true)}>
        ${words.playground.reset}
      </button>`,
  );
  render(
    html`<h1 class="hidden-text">${words.page.playground}</h1>
      <div class="tabs" role="group" aria-label=${words.playground.views}>
        ${tabView("chat")}${tabView("starters")}${tabView("trace")}
      </div>
      <div class="columns" data-view=${state.view}>
        ${startersView()}
        <section class="talk" aria-label=${words.playground.tabs.chat}>${chatView()}</section>
        <section class="inside" aria-label=${words.playground.tabs.trace} tabindex="0"><baton-trace></baton-trace></section>
      </div>`,
    /** @type {HTMLElement} */ (document.querySelector("main")),
  );
}

async function begin() {
  draw();
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  for (const name of kept.tried ?? []) dispatch({ type: "tried", name, rest: [] });
  api.get("/v1/graph").then((graph) => trace().dispatch({ type: "graph", graph }), () => {});
  try {
    const { customers } = await api.get("/v1/demo");
    dispatch({ type: "demo", personas: customers });
  } catch {
    dispatch({ type: "no_demo" });
  }
  if (kept.persona) become(kept.persona);
}
begin();
