/** A customer's conversation: opens it, sends in order and once, follows its events, remembers it in this browser. */
import { Api, ApiError, newKey } from "../lib/api.js";
import { follow } from "../lib/events.js";

/** How long a first message waits for the event stream to stand, so that no word of the answer is missed. */
const STREAM_WAIT_MS = 1500;
const TYPING_EVERY_MS = 3000;
const RETRY_MS = 2000;

/** @typedef {import("./memory.js").Unsent} Unsent @typedef {import("./memory.js").Memory} Memory */

export class Session {
  /** @type {Promise<void> | null} */ #opening = null;
  /** @type {AbortController | null} */ #stream = null;
  /** @type {{key: string, open: () => void}[]} */ #gates = [];
  /** Keys of the messages whose answer is awaited. @type {Set<string>} */ #underWay = new Set();
  #flushing = false;
  #closed = false;
  #typedAt = 0;
  /** @type {number | null} */ #lastId = null;

  /**
   * @param {{base: string, memory: Memory, identityToken: string | null, locale: string,
   *   dispatch: (action: any) => void, emit: (name: string, detail: any) => void}} options
   */
  constructor({ base, memory, identityToken, locale, dispatch, emit }) {
    this.api = new Api(base, memory.read().token);
    this.memory = memory;
    this.identityToken = identityToken;
    this.locale = locale;
    this.dispatch = dispatch;
    this.emit = emit;
    this.id = memory.read().id;
    /** @type {Unsent[]} */
    this.outbox = memory.read().outbox;
  }

  /** Shows a conversation of an earlier visit, and sends what was left unsent. */
  async resume() {
    if (this.outbox.length) {
      const outbox = this.outbox.map(({ key, text, failed }) => ({
        ...{ key, text, detail: "" },
        status: failed ? "failed" : "waiting",
      }));
      this.dispatch({ type: "restored", outbox });
    }
    if (this.id) await this.#read();
    if (this.id) this.listen();
    this.flush();
  }

  async #read() {
    try {
      const view = await this.api.get(`/v1/conversations/${this.id}`);
      this.#lastId = view.last_event_id;
      this.dispatch({ type: "view", view });
      this.emit("baton-conversation", { id: this.id, token: this.api.token });
    } catch (error) {
      if (error instanceof ApiError && [401, 404].includes(error.status)) this.#forget();
      else this.dispatch({ type: "online", online: false });
    }
  }

  /** The server no longer knows this conversation; the next message opens a new one. */
  #forget() {
    this.stop();
    this.id = null;
    this.#lastId = null;
    this.#opening = null;
    this.api.token = null;
    this.memory.write({ id: null, token: null });
  }

  /** Opens the conversation once, however many ask. */
  #open() {
    this.#opening ??= (async () => {
      if (this.id) return;
      const body = { channel: "web", locale: this.locale, identity_token: this.identityToken ?? undefined };
      const made = await this.api.post("/v1/conversations", body);
      this.id = made.id;
      this.api.token = made.token;
      this.#lastId = 0;
      this.memory.write({ id: made.id, token: made.token });
      this.emit("baton-conversation", { id: made.id, token: made.token });
    })().catch((error) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  /** Follows the conversation's events. @returns {Promise<void>} settles when the stream stands or waited too long */
  listen() {
    if (this.#stream || !this.id || this.#closed) return Promise.resolve();
    const stream = new AbortController();
    this.#stream = stream;
    return new Promise((resolve) => {
      setTimeout(resolve, STREAM_WAIT_MS);
      follow({
        url: `${this.api.base}/v1/conversations/${this.id}/events`,
        headers: this.api.authorization,
        lastId: this.#lastId,
        signal: stream.signal,
        onEvent: (event) => this.#heard(event),
        onState: (state) => {
          if (state === "refused") return this.#forget();
          this.dispatch({ type: "online", online: state === "live" });
          if (state === "live") {
            resolve();
            this.flush();
          }
        },
      });
    });
  }

  stop() {
    this.#stream?.abort();
    this.#stream = null;
  }

  /** Ends this session for good: what is still under way is finished by the server, and told to nobody here. */
  close() {
    this.stop();
    this.dispatch = () => {};
    this.emit = () => {};
    this.#closed = true;
  }

  /** @param {import("../lib/types.js").StreamEvent} event */
  #heard(event) {
    if (event.id !== null) this.#lastId = event.id;
    this.dispatch({ type: "event", event, at: new Date().toISOString() });
    this.emit("baton-event", event);
    if (event.type === "accepted") this.#gates.shift()?.open();
    if (event.type === "handover" || event.type === "mode") this.#place();
  }

  /** The place in the queue and the wait, of which the stream tells only the changes. */
  async #place() {
    const view = await this.api.get(`/v1/conversations/${this.id}`).catch(() => null);
    if (view?.case) this.dispatch({ type: "place", case: view.case });
  }

  /** Takes a message; it is kept until the server has it. @param {string} text */
  send(text) {
    const item = { key: newKey(), text };
    this.#keep([...this.outbox, item]);
    this.dispatch({ type: "written", ...item });
    this.flush();
  }

  /** @param {Unsent[]} outbox */
  #keep(outbox) {
    this.outbox = outbox;
    this.memory.write({ outbox });
  }

  /** Sends what waits, in order: the next one as soon as the server has stored the one before. */
  async flush() {
    if (this.#flushing || this.#closed) return;
    this.#flushing = true;
    const tried = new Set();
    try {
      for (;;) {
        const item = this.outbox.find(({ key, failed }) => !failed && !tried.has(key) && !this.#underWay.has(key));
        if (!item) break;
        tried.add(item.key);
        if (!(await this.#deliver(item))) break;
      }
    } finally {
      this.#flushing = false;
    }
  }

  /** @param {Unsent} item @returns {Promise<boolean>} false when the way is closed for now */
  async #deliver(item) {
    this.dispatch({ type: "sending", key: item.key });
    this.#underWay.add(item.key);
    /** @type {Promise<boolean>} */
    const stored = new Promise((resolve) => this.#gates.push({ key: item.key, open: () => resolve(true) }));
    const posted = this.#post(item).finally(() => {
      this.#underWay.delete(item.key);
      this.#gates = this.#gates.filter((gate) => gate.key !== item.key);
    });
    return Promise.race([stored, posted]);
  }

  /** @param {Unsent} item */
  async #post(item) {
    try {
      await this.#open();
      await this.listen();
      const path = `/v1/conversations/${this.id}/messages`;
      const answer = await this.api.post(path, { text: item.text }, item.key);
      this.#keep(this.outbox.filter(({ key }) => key !== item.key));
      this.dispatch({ type: "answered", key: item.key, answer });
      this.dispatch({ type: "online", online: true });
      if (answer.turn) this.emit("baton-turn", answer.turn);
      return true;
    } catch (error) {
      return this.#refused(item, error);
    }
  }

  /** @param {Unsent} item @param {unknown} error */
  #refused(item, error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.unreachable) {
      this.dispatch({ type: "held", key: item.key });
      this.dispatch({ type: "online", online: false });
      // Without a conversation there is no stream whose return would tell that the way is open again.
      if (!this.#stream) setTimeout(() => this.flush(), RETRY_MS);
      return false;
    }
    if (error.status === 429 && error.retryAfter) {
      this.dispatch({ type: "held", key: item.key });
      setTimeout(() => this.flush(), error.retryAfter * 1000);
      return false;
    }
    if (error.status === 404) this.#forget();
    this.#keep(this.outbox.map((other) => (other.key === item.key ? { ...item, failed: true } : other)));
    this.dispatch({ type: "not_sent", key: item.key, detail: error.message });
    return true;
  }

  /** Sends a refused message again, under its own key: it cannot act twice. @param {string} key */
  retry(key) {
    this.#keep(this.outbox.map((item) => (item.key === key ? { key, text: item.text } : item)));
    this.flush();
  }

  /** Tells a person that the customer writes; lost when it fails. */
  typing() {
    if (!this.id || Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.api.post(`/v1/conversations/${this.id}/typing`).catch(() => {});
  }

  /** Takes back the wish for a person. */
  async withdraw() {
    if (await this.#act("withdraw")) this.dispatch({ type: "withdrawn" });
  }

  /** @param {number} score 1 to 5 */
  async rate(score) {
    if (await this.#act("rating", { score })) this.dispatch({ type: "rated", score });
  }

  /** @param {string} name @param {object} [body] */
  async #act(name, body = {}) {
    try {
      await this.api.post(`/v1/conversations/${this.id}/${name}`, body);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.dispatch({ type: "problem", detail: error.message });
      return false;
    }
  }
}
