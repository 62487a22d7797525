/** `<baton-chat>`: the customer's chat as one custom element; everything it shows comes from the public API. */
import { LitElement, createRef, html, nothing } from "../vendor/lit.js";
import { ordinal } from "../lib/format.js";
import * as icons from "../lib/icons.js";
import { loadSheets } from "../lib/sheets.js";
import { fill, wordsOf } from "../lib/words.js";
import { checkBrand } from "./contrast.js";
import { Memory } from "./memory.js";
import { panelView } from "./panel.js";
import { START, reduce } from "./reducer.js";
import { Session } from "./session.js";

const SHEETS = await loadSheets("tokens.css", "chat/chat.css");
const TYPING_LASTS_MS = 5000;
const POSITION_EVERY_MS = 60_000;
/** Nearer to the end than this, the log follows what comes. */
const NEAR_END_PX = 80;

/**
 * Attributes: `base` (the server; by default where this file comes from), `identity-token`, `lang`, `theme`, `open`,
 * `inline` (fills its box, without a button), `label` (the shop's name), `storage` (name of its memory).
 * Events: `baton-conversation` {id, token}, `baton-event` (each event of the stream), `baton-turn` (a Turn).
 */
export class BatonChat extends LitElement {
  static styles = SHEETS;
  static properties = {
    base: {},
    identityToken: { attribute: "identity-token" },
    lang: {},
    theme: { reflect: true },
    label: {},
    placeholder: {},
    storage: {},
    inline: { type: Boolean, reflect: true },
    open: { type: Boolean, reflect: true },
    state: { state: true },
    text: { state: true },
  };

  #log = createRef();
  #box = createRef();
  #stick = true;
  #spoken = "";
  #positionSaidAt = 0;
  /** @type {Map<string, {text: string, nodes: Node[]}>} */ #rendered = new Map();
  /** @type {((text: string) => Node) | null} */ #markdown = null;
  /** @type {Promise<void> | null} */ #loading = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #typingOver;

  constructor() {
    super();
    this.base = new URL("../..", import.meta.url).href.replace(/\/$/, "");
    this.identityToken = null;
    this.lang = document.documentElement.lang || "en";
    this.storage = "baton-chat";
    this.label = "";
    this.placeholder = "";
    this.inline = false;
    this.open = false;
    this.state = START;
    this.text = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.#start();
    checkBrand(this);
    addEventListener("online", this.#online);
    addEventListener("offline", this.#offline);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.session?.close();
    removeEventListener("online", this.#online);
    removeEventListener("offline", this.#offline);
  }

  get #words() {
    const all = wordsOf(this.lang);
    const ai = this.state.assistant ?? all.chat.assistant;
    const named = Object.entries(all.chat).map(([name, word]) => [name, typeof word === "string" ? fill(word, { ai }) : word]);
    return { .../** @type {typeof all.chat} */ (Object.fromEntries(named)), assistant: ai, ordinals: all.ordinals };
  }

  #online = () => {
    this.dispatch({ type: "online", online: true });
    this.session?.flush();
  };

  #offline = () => this.dispatch({ type: "online", online: false });

  #start() {
    const memory = new Memory(this.storage);
    this.text = memory.read().text;
    this.session = new Session({
      base: this.base,
      memory,
      identityToken: this.identityToken,
      locale: this.lang,
      dispatch: (action) => this.dispatch(action),
      emit: (name, detail) => this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true })),
    });
    this.session.resume();
  }

  /** Another customer, or a new conversation: `storage` and `identityToken` may have changed. */
  restart({ forget = false } = {}) {
    this.session?.close();
    if (forget) this.session?.memory.clear();
    this.#rendered.clear();
    this.dispatch({ type: "reset" });
    this.dispatch({ type: "restored", outbox: [] });
    this.#start();
  }

  /** Says a text as the customer. @param {string} text */
  say(text) {
    this.#stick = true;
    this.#loadMarkdown();
    this.session?.send(text);
  }

  /** @param {any} action */
  dispatch(action) {
    const before = this.state;
    this.state = reduce(before, action);
    if (action.type === "event") this.#announce(action.event, before);
    if (this.state.mode !== before.mode) this.#listenWhileNeeded();
  }

  /** The stream is needed while the panel is open or a person is awaited. */
  #listenWhileNeeded() {
    const away = this.state.mode === "ai" || this.state.mode === "closed";
    if (this.open || this.inline || !away) this.session?.listen();
    else this.session?.stop();
  }

  /** Says finished things once to a screen reader. @param {any} event @param {any} before */
  #announce({ type, data }, before) {
    if (type === "message" && data.role !== "customer" && !data.internal) {
      this.#spoken = `${data.name ?? this.#words.assistant}: ${data.text}`;
    } else if (type === "mode" && data.mode === "person" && before.mode !== "person") {
      this.#spoken = fill(this.#words.cardJoined, { name: data.name ?? this.#words.someone });
    } else if (type === "position" && Date.now() - this.#positionSaidAt > POSITION_EVERY_MS) {
      this.#positionSaidAt = Date.now();
      const position = ordinal(data.position, this.#words.ordinals, this.lang);
      this.#spoken = fill(this.#words.position, { position });
    } else if (type === "typing") {
      clearTimeout(this.#typingOver);
      this.#typingOver = setTimeout(() => this.dispatch({ type: "typing_over" }), TYPING_LASTS_MS);
    }
  }

  /** Streaming draws at most once a frame. */
  async scheduleUpdate() {
    if (this.state.draft && !document.hidden) await new Promise(requestAnimationFrame);
    super.scheduleUpdate();
  }

  willUpdate() {
    const log = /** @type {HTMLElement | undefined} */ (this.#log.value);
    if (log) this.#stick ||= log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    const log = /** @type {HTMLElement | undefined} */ (this.#log.value);
    if (log && this.#stick) log.scrollTop = log.scrollHeight;
    this.#stick = false;
    const box = /** @type {HTMLTextAreaElement | undefined} */ (this.#box.value);
    if (box && changed.has("text")) {
      box.style.height = "auto";
      box.style.height = `${box.scrollHeight}px`;
    }
    if (changed.has("open")) this.#listenWhileNeeded();
  }

  /** The library comes with the first message; a failed load is tried again when next something is drawn. */
  #loadMarkdown() {
    this.#loading ??= import("../lib/markdown.js").then(
      ({ renderMarkdown }) => {
        this.#markdown = renderMarkdown;
        this.requestUpdate();
      },
      () => {
        this.#loading = null;
      },
    );
  }

  /** The AI's text as nodes; plain text stands until the library is there.
   * @param {string} text @param {string} [id] of a finished message, which is drawn once */
  #draw = (text, id) => {
    if (!this.#markdown) {
      this.#loadMarkdown();
      return text;
    }
    const drawn = id ? this.#rendered.get(id) : undefined;
    if (drawn?.text === text) return drawn.nodes;
    const nodes = [...this.#markdown(text).childNodes];
    if (id) this.#rendered.set(id, { text, nodes });
    return nodes;
  };

  #write = (/** @type {InputEvent} */ event) => {
    this.text = /** @type {HTMLTextAreaElement} */ (event.target).value;
    this.session?.memory.write({ text: this.text });
    if (this.state.mode === "person") this.session?.typing();
  };

  #submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const text = this.text.trim();
    if (!text) return;
    this.text = "";
    this.session?.memory.write({ text: "" });
    this.say(text);
    // The button just pressed rests now, and would lose the focus to the page.
    /** @type {HTMLElement | undefined} */ (this.#box.value)?.focus();
  };

  #press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    this.#submit(event);
  };

  #shut = async () => {
    this.open = false;
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.renderRoot.querySelector(".launcher"))?.focus();
  };

  #launch = async () => {
    this.open = true;
    await this.updateComplete;
    /** @type {HTMLElement | undefined} */ (this.#box.value)?.focus();
  };

  #escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && !this.inline) this.#shut();
  };

  render() {
    const words = this.#words;
    if (!this.open && !this.inline) {
      return html`<button type="button" class="launcher" aria-label=${words.open} @click=${this.#launch}>
        ${icons.chat}
      </button>`;
    }
    const context = {
      words,
      lang: this.lang,
      label: this.label,
      placeholder: this.placeholder,
      inline: this.inline,
      text: this.text,
      spoken: this.#spoken || nothing,
      logRef: this.#log,
      boxRef: this.#box,
      markdown: this.#draw,
      say: (/** @type {string} */ text) => this.say(text),
      retry: (/** @type {string} */ key) => this.session?.retry(key),
      stay: () => this.session?.withdraw(),
      rate: (/** @type {number} */ score) => this.session?.rate(score),
      write: this.#write,
      submit: this.#submit,
      press: this.#press,
      shut: this.#shut,
    };
    return html`<div class="frame" @keydown=${this.#escape}>${panelView(this.state, context)}</div>`;
  }
}

customElements.define("baton-chat", BatonChat);
