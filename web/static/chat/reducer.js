/** The chat's state: what the API said and what the customer did, folded into what is shown. Pure. */

/**
 * @typedef {import("../lib/types.js").Message} Message
 * @typedef {import("../lib/types.js").ShortCase} ShortCase
 * @typedef {"waiting" | "follow_up" | "joined" | "returned" | "resolved" | "withdrawn"} Stage
 * @typedef {{kind: "message", key: string, message: Message}
 *   | {kind: "card", key: string, stage: Stage, position: number | null, wait: number | null, name: string | null,
 *     handed: boolean}
 *   | {kind: "joined" | "handed_back", key: string, name: string | null, at: string}} Item
 * @typedef {{key: string, text: string, status: "sending" | "waiting" | "failed", detail: string}} Unsent
 * @typedef {{mode: import("../lib/types.js").Mode, person: string | null, items: Item[], outbox: Unsent[],
 *   draft: {turn: string, attempt: number, text: string} | null, working: boolean, doing: string | null,
 *   typing: string | null, assistant: string | null, online: boolean, rating: number | null, ended: boolean, problem: string | null}} State
 */

/** @type {State} */
export const START = {
  mode: "ai",
  person: null,
  items: [],
  outbox: [],
  draft: null,
  working: false,
  doing: null,
  typing: null,
  assistant: null,
  online: true,
  rating: null,
  ended: false,
  problem: null,
};

const SILENT = { draft: null, working: false, doing: null };

/** Adds a message, or replaces the one with its id. @param {Item[]} items @param {Message} message @returns {Item[]} */
function withMessage(items, message) {
  const key = `m-${message.id}`;
  /** @type {Item} */
  const item = { kind: "message", key, message };
  return items.some((other) => other.key === key)
    ? items.map((other) => (other.key === key ? item : other))
    : [...items, item];
}

/** Drops the unsent message that the server has now stored: its text, oldest first.
 * @param {Unsent[]} outbox @param {Message} message */
function withoutAccepted(outbox, message) {
  const index = outbox.findIndex((item) => item.status !== "failed" && item.text.trim() === message.text.trim());
  return index < 0 ? outbox : outbox.toSpliced(index, 1);
}

/** @param {ShortCase & {outcome?: string | null}} found @param {string} mode @returns {Stage} */
function stageOf(found, mode) {
  if (found.status === "claimed") return "joined";
  if (found.status === "returned") return "returned";
  if (found.status === "queued") return (found.live ?? mode === "waiting") ? "waiting" : "follow_up";
  return found.outcome === "withdrawn" ? "withdrawn" : "resolved";
}

/** Draws the case as its card, in place when it is already shown; a case that somebody has taken already needs none.
 * @param {State} state @param {ShortCase & {outcome?: string | null}} found
 * @param {boolean} [handed] whether the AI handed over here, so that what it says with it is the card's text
 * @returns {State} */
function withCase(state, found, handed = false) {
  const key = `c-${found.id}`;
  const old = state.items.find((item) => item.key === key && item.kind === "card");
  if (!old && found.status !== "queued") return state;
  const before = old?.kind === "card" ? old : { position: null, wait: null, name: null, handed };
  /** @type {Item} */
  const card = {
    kind: "card",
    key,
    stage: stageOf(found, state.mode),
    position: found.position ?? before.position,
    wait: found.expected_wait_s ?? before.wait,
    name: before.name,
    handed: handed || before.handed,
  };
  if (old?.kind === "card" && old.stage === "withdrawn") return state;
  const shown = old ? state.items.map((item) => (item.key === key ? card : item)) : [...state.items, card];
  const items = card.stage === "resolved" && shown.at(-1)?.kind === "handed_back" ? shown.slice(0, -1) : shown;
  return { ...state, items, ended: state.ended || card.stage === "resolved" };
}

/** Changes the newest card. @param {State} state @param {Partial<Extract<Item, {kind: "card"}>>} change @returns {State} */
function withNewestCard(state, change) {
  const index = state.items.findLastIndex((item) => item.kind === "card");
  if (index < 0) return state;
  const card = /** @type {Item} */ ({ ...state.items[index], ...change });
  return { ...state, items: state.items.with(index, card) };
}

/** The person has left: by handing back, unless the case was resolved, of which the card tells.
 * @param {State} state @param {Item} line @returns {State} */
function withPersonGone(state, line) {
  const card = state.items.findLast((item) => item.kind === "card");
  const settled = state.mode === "closed" || (card?.kind === "card" && card.stage === "resolved");
  const next = withNewestCard({ ...state, person: null }, { stage: settled ? "resolved" : "returned" });
  return settled || state.mode === "waiting" ? next : { ...next, items: [...next.items, line] };
}

/** @param {State} state @param {{mode: State["mode"], name?: string | null}} data @param {string} at @returns {State} */
function withMode(state, { mode, name = null }, at) {
  if (mode === state.mode) return name && mode === "person" ? { ...state, person: name } : state;
  const next = { ...state, ...SILENT, mode, typing: null, ended: state.ended || mode === "closed" };
  const key = `l-${state.items.length}-${at}`;
  if (mode === "person") {
    const joined = withNewestCard({ ...next, person: name }, { stage: "joined", name });
    return { ...joined, items: [...joined.items, { kind: "joined", key, name, at }] };
  }
  if (state.mode === "person") return withPersonGone(next, { kind: "handed_back", key, name: state.person, at });
  return mode === "waiting" ? withNewestCard(next, { stage: "waiting" }) : next;
}

/** @param {State} state @param {{turn: string, attempt: number, text: string}} token @returns {State} */
function withToken(state, token) {
  const same = state.draft && state.draft.turn === token.turn && state.draft.attempt === token.attempt;
  const text = (same && state.draft ? state.draft.text : "") + token.text;
  return { ...state, doing: null, draft: { turn: token.turn, attempt: token.attempt, text } };
}

/** @param {State} state @param {Message} message @returns {State} */
function withSpoken(state, message) {
  if (message.internal) return state;
  const next = { ...state, items: withMessage(state.items, message) };
  if (message.role === "customer") return { ...next, outbox: withoutAccepted(state.outbox, message) };
  if (message.role === "person") return { ...next, typing: null, person: message.name ?? state.person };
  return message.role === "ai" ? { ...next, ...SILENT, assistant: message.name ?? state.assistant } : next;
}

/** One event of the conversation's stream.
 * @param {State} state @param {import("../lib/types.js").StreamEvent} event @param {string} at now, RFC 3339
 * @returns {State} */
function withEvent(state, { type, data }, at) {
  switch (type) {
    case "accepted": {
      const heard = withSpoken(state, data.message);
      return { ...heard, problem: null, ended: false, working: state.mode === "ai" || state.mode === "closed" };
    }
    case "message":
      return withSpoken(state, data);
    case "token":
      return withToken(state, data);
    case "tool":
      return data.ms === undefined && data.ok === undefined ? { ...state, doing: data.name } : { ...state, doing: null };
    case "retracted":
      return state.draft?.turn === data.turn && state.draft?.attempt === data.attempt
        ? { ...state, draft: null }
        : state;
    case "handover":
      return data.case ? withCase(state, data.case, true) : state;
    case "case":
      return withCase(state, data);
    case "position":
      return withNewestCard(state, { position: data.position, wait: data.expected_wait_s });
    case "mode":
      return withMode(state, data, at);
    case "typing":
      return data.role === "person" ? { ...state, typing: data.name } : state;
    case "done":
      return { ...withMode(state, { mode: data.mode }, at), ...SILENT };
    case "error":
      return { ...state, ...SILENT, problem: data.detail ?? data.title ?? null };
    default:
      return state;
  }
}

/** The conversation as stored. @param {State} state @param {any} view @returns {State} */
function withView(state, view) {
  const messages = view.messages.filter((/** @type {Message} */ message) => !message.internal);
  /** @type {State} */
  const next = {
    ...START,
    mode: view.mode,
    online: state.online,
    outbox: state.outbox,
    assistant: messages.findLast((/** @type {Message} */ message) => message.role === "ai")?.name ?? null,
    items: messages.reduce(withMessage, /** @type {Item[]} */ ([])),
    person: view.mode === "person" ? (messages.findLast((/** @type {Message} */ message) => message.role === "person")?.name ?? null) : null,
  };
  if (!view.case) return next;
  const handed = view.case.status === "queued";
  const { items } = withCase(next, { ...view.case, status: "queued" }, handed);
  const card = /** @type {Item} */ ({ ...items.at(-1), name: next.person, stage: stageOf(view.case, view.mode) });
  // The card belongs where the AI spoke last; what was written since follows it.
  const notice = next.items.findLastIndex((item) => item.kind === "message" && item.message.role === "ai");
  return { ...next, items: next.items.toSpliced(notice + 1, 0, card) };
}

/** @param {State} state @param {string} key @param {Partial<Unsent>} change @returns {State} */
function withUnsent(state, key, change) {
  return { ...state, outbox: state.outbox.map((item) => (item.key === key ? { ...item, ...change } : item)) };
}

/** What a POST answered; the stream may have told all of it already.
 * @param {State} state @param {any} action @returns {State} */
function withAnswer(state, { key, answer }) {
  const outbox = state.outbox.filter((item) => item.key !== key);
  const heard = { ...state, outbox, items: withMessage(state.items, answer.accepted) };
  return answer.message ? withSpoken(heard, answer.message) : heard;
}

/** @param {State} state @param {any} action @returns {State} */
export function reduce(state, action) {
  switch (action.type) {
    case "view":
      return withView(state, action.view);
    case "event":
      return withEvent(state, action.event, action.at);
    case "written":
      return {
        ...state,
        problem: null,
        outbox: [...state.outbox, { key: action.key, text: action.text, status: "sending", detail: "" }],
      };
    case "sending":
      return withUnsent(state, action.key, { status: "sending", detail: "" });
    case "held":
      return withUnsent(state, action.key, { status: "waiting" });
    case "not_sent":
      return withUnsent(state, action.key, { status: "failed", detail: action.detail });
    case "answered":
      return withAnswer(state, action);
    case "online":
      return state.online === action.online ? state : { ...state, online: action.online };
    case "typing_over":
      return { ...state, typing: null };
    case "place":
      return withCase(state, action.case);
    case "withdrawn":
      return withNewestCard(state, { stage: "withdrawn" });
    case "rated":
      return { ...state, rating: action.score };
    case "problem":
      return { ...state, problem: action.detail };
    case "restored":
      return { ...state, outbox: action.outbox };
    case "reset":
      return { ...START, online: state.online };
    default:
      return state;
  }
}
