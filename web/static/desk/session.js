/** A person's work over the API: sign in, queue, one open case, acts on it, the desk's events. */
import { Api, ApiError, newKey } from "../lib/api.js";
import { followTogether } from "../lib/shared-events.js";
import { draftName } from "./reducer.js";

const KEY = "baton-desk-key";
const DRAFT = "baton-draft-";
const HEARTBEAT_MS = 20_000;
/** Several events of one commit lead to one reading. */
const READ_AFTER_MS = 120;

export class Session {
  /** @type {AbortController | null} */ #stream = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #reading;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #beating;
  /** Of acts that failed on the way: pressed again, they must not act twice. @type {Map<string, string>} */ #keys = new Map();

  /** @param {{dispatch: (action: any) => void, state: () => import("./reducer.js").State, aiming: () => boolean}} options */
  constructor({ dispatch, state, aiming }) {
    this.dispatch = dispatch;
    this.state = state;
    this.aiming = aiming;
    this.api = new Api();
  }

  /** Demo mode names people and their keys; elsewhere the key is asked for. */
  async begin() {
    const demo = await this.api.get("/v1/demo").catch(() => null);
    if (demo) this.dispatch({ type: "people", people: demo.people });
    const key = sessionStorage.getItem(KEY) ?? demo?.people[0]?.key;
    if (key) await this.enter(key);
  }

  /** @param {string} key */
  async enter(key) {
    this.leave();
    this.api = new Api("", key);
    try {
      this.dispatch({ type: "me", me: await this.api.get("/v1/me") });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sessionStorage.removeItem(KEY);
      return this.dispatch(error.status === 401 ? { type: "bad_key" } : { type: "problem", detail: error.message });
    }
    sessionStorage.setItem(KEY, key);
    await this.#queue();
    this.#beating = setInterval(() => this.#beat(), HEARTBEAT_MS);
    return undefined;
  }

  leave() {
    this.#stream?.abort();
    this.#stream = null;
    clearInterval(this.#beating);
    this.dispatch({ type: "out" });
  }

  signOut() {
    sessionStorage.removeItem(KEY);
    this.leave();
  }

  async #queue() {
    const { cases, last_event_id: lastId } = await this.api.get("/v1/cases");
    this.dispatch({ type: "cases", cases });
    await this.#ask();
    if (!this.#stream) this.#listen(lastId);
  }

  /** @param {number} lastId */
  #listen(lastId) {
    const stream = new AbortController();
    this.#stream = stream;
    followTogether({
      name: "baton-desk",
      url: "/v1/desk/events",
      headers: this.api.authorization,
      lastId,
      signal: stream.signal,
      onEvent: (event) => this.#heard(event),
      onState: (state) => {
        if (stream.signal.aborted) return;
        this.dispatch(state === "live" ? { type: "live" } : { type: "lost", at: new Date().toISOString() });
      },
    });
  }

  /** @param {import("../lib/types.js").StreamEvent} event */
  #heard({ type, data }) {
    const found = type === "case" ? data : type === "handover" ? data.case : null;
    if (found?.conversation_id) this.dispatch({ type: "case", case: found, aiming: this.aiming() });
    if (type === "request") this.#ask();
    if (!this.state().openId) return;
    clearTimeout(this.#reading);
    this.#reading = setTimeout(() => this.#read(), READ_AFTER_MS);
  }

  /** Reads the open case anew: brief, messages, what waits for a decision. */
  async #read() {
    const id = this.state().openId;
    if (!id) return;
    try {
      this.dispatch({ type: "opened", case: await this.api.get(`/v1/cases/${id}`) });
      await this.#ask();
    } catch (error) {
      this.#tell(error);
    }
  }

  /** What waits for a decision, the earliest due first. */
  async #ask() {
    try {
      const { requests } = await this.api.get("/v1/requests?status=open");
      this.dispatch({ type: "requests", requests });
    } catch (error) {
      this.#tell(error);
    }
  }

  /** @param {string | null} id */
  async choose(id) {
    this.dispatch({ type: "choose", id });
    if (!id) return;
    for (const name of [draftName(id, "reply"), draftName(id, "note")]) {
      const text = localStorage.getItem(DRAFT + name);
      if (text !== null) this.dispatch({ type: "draft", name, text });
    }
    await this.#read();
  }

  /** @param {string} id @param {"reply" | "note"} box @param {string} text */
  draft(id, box, text) {
    const name = draftName(id, box);
    localStorage.setItem(DRAFT + name, text);
    this.dispatch({ type: "draft", name, text });
  }

  /** @param {unknown} error */
  #tell(error) {
    if (!(error instanceof ApiError)) throw error;
    this.dispatch({ type: "problem", detail: error.message });
  }

  /**
   * One act, once: while it runs the buttons rest, and a retry after a lost connection carries the same key.
   * @param {string} path @param {object} [body]
   * @returns {Promise<any>} the answer; null when it was refused, which is shown
   */
  async act(path, body = {}) {
    if (this.state().busy) return null;
    this.dispatch({ type: "busy", busy: true });
    const name = path + JSON.stringify(body);
    const key = this.#keys.get(name) ?? newKey();
    this.#keys.set(name, key);
    try {
      const answer = await this.api.post(path, body, key);
      this.#keys.delete(name);
      return answer;
    } catch (error) {
      if (error instanceof ApiError && !error.unreachable) this.#keys.delete(name);
      if (error instanceof ApiError && error.status === 409) this.dispatch({ type: "faster" });
      else this.#tell(error);
      return null;
    } finally {
      this.dispatch({ type: "busy", busy: false });
    }
  }

  /** An act on a case; the case is then read anew. @param {string} id @param {string} name @param {object} [body] */
  async onCase(id, name, body = {}) {
    const answer = await this.act(`/v1/cases/${id}/${name}`, body);
    if (answer?.status && answer.conversation_id) this.dispatch({ type: "case", case: answer });
    if (this.state().openId === id) await this.#read();
    return answer !== null;
  }

  /** @param {string} id */
  async claim(id) {
    if (this.state().openId !== id) await this.choose(id);
    return this.onCase(id, "claim");
  }

  /** @param {string} id @param {"reply" | "note"} box @param {string} text */
  async write(id, box, text) {
    if (await this.onCase(id, box, { text })) this.draft(id, box, "");
  }

  /** @param {string} conversation */
  async takeOver(conversation) {
    const found = await this.act(`/v1/conversations/${conversation}/takeover`);
    if (!found) return;
    this.dispatch({ type: "case", case: found });
    await this.choose(found.id);
  }

  /** @param {string} id @param {object} answer */
  async decide(id, answer) {
    await this.act(`/v1/requests/${id}`, answer);
    await this.#ask();
    await this.#read();
  }

  /** Keeps the claim while the case is open before the person. */
  #beat() {
    const { open } = this.state();
    if (open?.mine && !document.hidden) this.api.post(`/v1/cases/${open.id}/heartbeat`).catch(() => {});
  }
}
