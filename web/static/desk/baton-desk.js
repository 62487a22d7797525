/** `<baton-desk>`: where a person claims a case, answers it, and hands it back or resolves it. */
import { drawHeader } from "../lib/page.js";
import { wordsOf } from "../lib/words.js";
import { LitElement, html, live, nothing } from "../vendor/lit.js";
import { caseView } from "./case.js";
import { dialogView } from "./dialogs.js";
import { keysOn, pressed, switchKeys } from "./keys.js";
import { queueView } from "./queue.js";
import { START, groups, neighbour, reduce } from "./reducer.js";
import { Session } from "./session.js";

const TICK_MS = 1000;

export class BatonDesk extends LitElement {
  static properties = { state: { state: true } };

  #aiming = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #ticking;

  constructor() {
    super();
    this.state = START;
    this.session = new Session({
      dispatch: (action) => this.dispatch(action),
      state: () => this.state,
      aiming: () => this.#aiming,
    });
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#ticking = setInterval(() => this.requestUpdate(), TICK_MS);
    addEventListener("keydown", this.#press);
    this.#begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
    removeEventListener("keydown", this.#press);
  }

  /** The address may name a case to open, or a conversation to take over. */
  async #begin() {
    await this.session.begin();
    const asked = new URLSearchParams(location.search);
    const [found, conversation] = [asked.get("case"), asked.get("conversation")];
    if (found) await this.session.choose(found);
    else if (conversation) this.dispatch({ type: "takeover", id: conversation });
  }

  /** @param {any} action */
  dispatch(action) {
    this.state = reduce(this.state, action);
  }

  get #words() {
    return wordsOf(document.documentElement.lang);
  }

  /** @param {"reply" | "note"} box */
  #box = async (box) => {
    this.dispatch({ type: "box", box });
    await this.updateComplete;
    this.querySelector("textarea")?.focus();
  };

  #press = (/** @type {KeyboardEvent} */ event) => {
    const { open, openId, cases, dialog } = this.state;
    if (dialog) return;
    const first = groups(this.state).queue[0];
    const mine = (/** @type {() => void} */ act) => () => open?.mine && act();
    pressed(event, {
      j: () => this.session.choose(neighbour(this.state, 1)?.id ?? null),
      k: () => this.session.choose(neighbour(this.state, -1)?.id ?? null),
      c: () => {
        const wanted = openId ? cases.find(({ id }) => id === openId) : first;
        if (wanted?.status === "queued") this.session.claim(wanted.id);
      },
      r: mine(() => this.#box("reply")),
      n: mine(() => this.#box("note")),
      b: mine(() => this.dispatch({ type: "dialog", dialog: "return" })),
      e: mine(() => this.dispatch({ type: "dialog", dialog: "resolve" })),
      "?": () => this.dispatch({ type: "dialog", dialog: "keys" }),
    });
  };

  /** @param {string} name @param {object} body */
  async #finish(name, body) {
    const id = this.state.openId;
    if (id && (await this.session.onCase(id, name, body))) this.dispatch({ type: "dialog", dialog: null });
  }

  updated() {
    const dialog = this.querySelector("dialog");
    if (this.state.dialog && dialog && !dialog.open) dialog.showModal();
    if (!this.state.dialog && dialog?.open) dialog.close();
    this.#header();
  }

  #header() {
    const { people, me } = this.state;
    const { desk } = this.#words;
    if (!me) return drawHeader("desk");
    const choose = (/** @type {any} */ event) => this.session.enter(event.target.value);
    const current = people.find(({ name }) => name === me.name)?.key;
    const who = people.length
      ? html`<label class="as"><span class="hidden-text">${desk.as}</span>
          <select class="field" .value=${live(current ?? "")} @change=${choose}>
            ${people.map(({ name, key }) => html`<option value=${key} ?selected=${key === current}>${name}</option>`)}
          </select></label>`
      : html`<span class="pill">${me.name}</span>
          <button type="button" class="button plain" @click=${() => this.session.signOut()}>${desk.out}</button>`;
    return drawHeader(
      "desk",
      html`<button type="button" class="button plain keys-button" @click=${() => this.dispatch({ type: "dialog", dialog: "keys" })}>
          ${desk.keys}</button
        >${who}`,
    );
  }

  #signIn() {
    const { desk } = this.#words;
    const enter = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
      this.session.enter(String(form.get("key")).trim());
    };
    return html`<main class="sign-in">
      <form @submit=${enter}>
        <h1>${desk.signIn}</h1>
        <label class="stacked">${desk.key}
          <input class="field" name="key" type="password" autocomplete="off" required aria-describedby="key-help" /></label>
        ${this.state.badKey ? html`<p class="failed" role="alert">${desk.badKey}</p>` : nothing}
        ${this.state.problem ? html`<p class="failed" role="alert">${this.state.problem}</p>` : nothing}
        <p id="key-help" class="quiet">${desk.keyHelp}</p>
        <button class="button primary">${desk.enter}</button>
      </form>
    </main>`;
  }

  render() {
    const { state } = this;
    if (!state.me) return this.#signIn();
    const words = this.#words;
    const session = this.session;
    const context = {
      words,
      now: Date.now(),
      me: state.me.name,
      openId: state.openId,
      busy: state.busy,
      live: state.since === null,
      choose: (/** @type {string | null} */ id) => session.choose(id),
      claim: (/** @type {string} */ id) => session.claim(id),
      release: (/** @type {string} */ id) => session.onCase(id, "release"),
      takeOver: (/** @type {string} */ id) => session.takeOver(id),
      decide: (/** @type {string} */ id, /** @type {object} */ answer) => session.decide(id, answer),
      write: session.write.bind(session),
      draft: session.draft.bind(session),
      box: this.#box,
      dialog: (/** @type {string} */ dialog) => this.dispatch({ type: "dialog", dialog }),
      showHeld: () => this.dispatch({ type: "show_held" }),
      aim: (/** @type {boolean} */ aiming) => (this.#aiming = aiming),
    };
    const asking = {
      words: words.desk,
      busy: state.busy,
      keysOn: keysOn(),
      switchKeys,
      shut: () => this.dispatch({ type: "dialog", dialog: null }),
      giveBack: (/** @type {object} */ values) => this.#finish("return", values),
      resolve: (/** @type {any} */ { note, ...values }) => this.#finish("resolve", note ? { ...values, note } : values),
    };
    return html`<main class="desk-grid" data-view=${state.openId || state.takeover ? "case" : "queue"}>
        <h1 class="hidden-text">${words.page.desk}</h1>
        ${queueView(state, context)} ${caseView(state, context)}
      </main>
      ${dialogView(state.dialog, asking)}`;
  }
}

customElements.define("baton-desk", BatonDesk);
