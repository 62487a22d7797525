/** The desk's state: who works, the queue, the open case, what is being written. Pure. */

/**
 * @typedef {import("../lib/types.js").Case} Case
 * @typedef {{id: string, kind: string, conversation_id: string, case_id?: string | null, question: string,
 *   act: {tool: string, arguments: object, amount?: {amount: string, currency: string}} | null,
 *   limit: {amount: string, currency: string} | null, status: string}} Asked
 * @typedef {{people: {name: string, key: string}[], me: {name: string} | null, badKey: boolean, cases: Case[],
 *   held: Case[], loaded: boolean, openId: string | null, open: Case | null, requests: Asked[],
 *   box: "reply" | "note", drafts: Record<string, string>, dialog: null | "return" | "resolve" | "keys",
 *   since: string | null, problem: string | null, takeover: string | null, faster: boolean, busy: boolean}} State
 */

/** @type {State} */
export const START = {
  people: [],
  me: null,
  badKey: false,
  cases: [],
  held: [],
  loaded: false,
  openId: null,
  open: null,
  requests: [],
  box: "reply",
  drafts: {},
  dialog: null,
  since: null,
  problem: null,
  takeover: null,
  faster: false,
  busy: false,
};

const OPEN = ["queued", "claimed"];
const RANK = ["urgent", "high", "normal", "low"];

/** @param {Case} found */
export const isOpen = (found) => OPEN.includes(found.status);

/** What is being written is kept by case and box: a reply never slips into a note, nor a note into a reply.
 * @param {string} id @param {"reply" | "note"} box */
export const draftName = (id, box) => `${id}-${box}`;

/** The moment a case is measured by. @param {Case} found */
export const dueOf = (found) => found.first_reply_due ?? found.due_at;

/** Queue order, as the API gives it: priority, then who has waited longest. @param {Case} one @param {Case} other */
const byUrgency = (one, other) =>
  RANK.indexOf(one.priority) - RANK.indexOf(other.priority) ||
  (dueOf(one) ?? "9").localeCompare(dueOf(other) ?? "9") ||
  one.opened_at.localeCompare(other.opened_at);

/** An event's case does not know who reads it: it is mine when the person's name is. @param {State} state
 *  @param {Case} found @returns {Case} */
const forMe = (state, found) => ({
  ...found,
  mine: found.status === "claimed" && found.person !== null && found.person === state.me?.name,
});

/** @param {State} state @param {Case} given @param {boolean} aiming whether somebody points at the list
 *  @returns {State} */
function withCase(state, given, aiming) {
  const found = forMe(state, given);
  const open = state.openId === found.id && state.open ? { ...state.open, ...found } : state.open;
  const others = (/** @type {Case[]} */ list) => list.filter((other) => other.id !== found.id);
  if (!isOpen(found)) return { ...state, open, cases: others(state.cases), held: others(state.held) };
  const known = state.cases.some((other) => other.id === found.id);
  if (!known && aiming) return { ...state, open, held: [...others(state.held), found] };
  const cases = known
    ? state.cases.map((other) => (other.id === found.id ? { ...other, ...found } : other))
    : [...state.cases, found].sort(byUrgency);
  return { ...state, open, cases, held: others(state.held) };
}

/** @param {State} state @param {any} whole @returns {State} */
function withOpened(state, whole) {
  if (state.openId !== whole.id) return state;
  const mineAlready = state.open?.id === whole.id;
  const name = draftName(whole.id, "reply");
  const draft = state.drafts[name] ?? whole.brief?.draft ?? "";
  return {
    ...withCase({ ...state, open: whole }, whole, false),
    open: whole,
    drafts: { ...state.drafts, [name]: draft },
    box: mineAlready ? state.box : "reply",
  };
}

/** The queue in its three parts. @param {State} state */
export function groups({ cases }) {
  return {
    yours: cases.filter((found) => found.mine),
    queue: cases.filter((found) => found.status === "queued"),
    colleagues: cases.filter((found) => found.status === "claimed" && !found.mine),
  };
}

/** What waits for a decision: of the open case's conversation, and of all others. @param {State} state */
export function asked({ requests, open }) {
  const here = (/** @type {Asked} */ one) => open !== null && one.conversation_id === open.conversation_id;
  return { here: requests.filter(here), elsewhere: requests.filter((one) => !here(one)) };
}

/** The case `by` places after the open one, as the queue is shown. @param {State} state @param {number} by */
export function neighbour(state, by) {
  const { yours, queue, colleagues } = groups(state);
  const all = [...yours, ...queue, ...colleagues];
  const index = all.findIndex((found) => found.id === state.openId);
  return all[index < 0 ? 0 : Math.min(all.length - 1, Math.max(0, index + by))] ?? null;
}

/** @param {State} state @param {any} action @returns {State} */
export function reduce(state, action) {
  switch (action.type) {
    case "people":
      return { ...state, people: action.people };
    case "me":
      return { ...state, me: action.me, badKey: false };
    case "bad_key":
      return { ...state, me: null, badKey: true };
    case "out":
      return { ...START, people: state.people };
    case "cases":
      return { ...state, cases: action.cases, held: [], loaded: true };
    case "case":
      return withCase(state, action.case, action.aiming ?? false);
    case "show_held":
      return { ...state, cases: [...state.cases, ...state.held].sort(byUrgency), held: [] };
    case "choose":
      return {
        ...state,
        ...{ openId: action.id, open: null, dialog: null, problem: null, faster: false, takeover: null },
      };
    case "opened":
      return withOpened(state, action.case);
    case "requests":
      return { ...state, requests: action.requests };
    case "faster":
      return { ...state, faster: true };
    case "takeover":
      return { ...state, takeover: action.id, openId: null, open: null };
    case "box":
      return { ...state, box: action.box };
    case "draft":
      return { ...state, drafts: { ...state.drafts, [action.name]: action.text } };
    case "dialog":
      return { ...state, dialog: action.dialog };
    case "busy":
      return { ...state, busy: action.busy, problem: action.busy ? null : state.problem };
    case "problem":
      return { ...state, problem: action.detail };
    case "live":
      return { ...state, since: null };
    case "lost":
      return { ...state, since: state.since ?? action.at };
    default:
      return state;
  }
}
