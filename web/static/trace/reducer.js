/** The trace's state: the turns of one conversation, the one that is looked at, the one that is running. Pure. */

/**
 * @typedef {import("../lib/types.js").Turn} Turn
 * @typedef {import("../lib/types.js").Graph} Graph
 * @typedef {{id: string | null, path: {node: string, ms: number | null}[], triggers: Record<string, number>,
 *   evidence: import("../lib/types.js").Evidence[], decision: string | null, reason: string | null,
 *   tools: {name: string, arguments: object, ok: boolean | null, ms: number | null}[]}} Running
 * @typedef {{graph: Graph, turns: Turn[], chosen: number | null, running: Running | null,
 *   ended: string | null, hidden: boolean, all: boolean}} State
 */

/** @type {State} */
export const START = {
  graph: { nodes: [], edges: [] },
  turns: [],
  chosen: null,
  running: null,
  ended: null,
  hidden: false,
  all: false,
};

/** @type {Running} */
const NOTHING_YET = { id: null, path: [], triggers: {}, evidence: [], decision: null, reason: null, tools: [] };

/** Nodes and edges, in whichever of the usual spellings they come. @param {any} graph @returns {Graph} */
function normal(graph) {
  const id = (/** @type {any} */ node) => (typeof node === "string" ? node : (node.id ?? node.name));
  const edge = (/** @type {any} */ one) =>
    Array.isArray(one)
      ? { source: one[0], target: one[1] }
      : { source: one.source ?? one.from, target: one.target ?? one.to };
  return { nodes: graph.nodes.map((/** @type {any} */ node) => ({ id: id(node) })), edges: graph.edges.map(edge) };
}

/** Whether the API shows the inside of this turn. @param {any} turn @returns {turn is Turn} */
const isWhole = (turn) => Boolean(turn?.triggers && turn.path);

/** @param {State} state @param {any} turn @returns {State} */
function withTurn(state, turn) {
  if (!turn) return { ...state, running: null };
  if (!isWhole(turn)) return { ...state, running: null, ended: turn.id, hidden: true };
  const known = state.turns.some((other) => other.id === turn.id);
  const turns = known ? state.turns.map((other) => (other.id === turn.id ? turn : other)) : [...state.turns, turn];
  return { ...state, turns, running: null, ended: turn.id, chosen: known ? state.chosen : null };
}

/** Turns of an earlier visit stand before those heard since; what runs goes on.
 * @param {State} state @param {any[]} earlier @returns {State} */
function withEarlier(state, earlier) {
  const whole = earlier.filter(isWhole);
  const known = new Set(whole.map(({ id }) => id));
  const turns = [...whole, ...state.turns.filter(({ id }) => !known.has(id))];
  return { ...state, turns, hidden: state.hidden || whole.length < earlier.length };
}

/** @param {Running} running @param {any} data @returns {Running} */
function withNode(running, { node, ms = null }) {
  const open = running.path.findLastIndex((visit) => visit.node === node && visit.ms === null);
  if (open < 0) return { ...running, path: [...running.path, { node, ms }] };
  return { ...running, path: running.path.with(open, { node, ms: ms ?? running.path[open].ms }) };
}

/** @param {Running} running @param {any} data @returns {Running} */
function withTool(running, { name, arguments: given = {}, ok = null, ms = null }) {
  const open = running.tools.findLastIndex((tool) => tool.name === name && tool.ms === null);
  const tool = { name, arguments: given, ok, ms };
  if (open < 0) return { ...running, tools: [...running.tools, tool] };
  return { ...running, tools: running.tools.with(open, { ...tool, arguments: running.tools[open].arguments }) };
}

/** @param {State} state @param {import("../lib/types.js").StreamEvent} event @returns {State} */
function withEvent(state, { type, data }) {
  if (type === "done") return withTurn(state, data.turn);
  if (type === "error" || type === "retracted") return { ...state, running: null };
  // A live event may come after the stored end of its turn.
  if (data.turn === state.ended) return state;
  const running = state.running ?? NOTHING_YET;
  /** @type {Record<string, () => Running>} */
  const told = {
    node: () => withNode(running, data),
    tool: () => withTool(running, data),
    signal: () => ({ ...running, triggers: { ...running.triggers, ...data.triggers } }),
    decision: () => ({ ...running, decision: data.decision, reason: data.reason, evidence: data.evidence ?? [] }),
  };
  if (!Object.hasOwn(told, type)) return state;
  return { ...state, running: { ...told[type](), id: data.turn ?? running.id }, chosen: null };
}

/** The turn that is looked at; null while none is there, or the newest still runs.
 * @param {State} state @returns {{turn: Turn | null, index: number}} */
export function shown(state) {
  const last = state.turns.length - 1;
  const index = state.chosen ?? (state.running ? last + 1 : last);
  return { turn: state.turns[index] ?? null, index };
}

/** @param {State} state @param {any} action @returns {State} */
export function reduce(state, action) {
  const count = state.turns.length + (state.running ? 1 : 0);
  switch (action.type) {
    case "graph":
      return { ...state, graph: normal(action.graph) };
    case "turns":
      return withEarlier(state, action.turns);
    case "turn":
      return withTurn(state, action.turn);
    case "event":
      return withEvent(state, action.event);
    case "step": {
      const next = Math.min(count - 1, Math.max(0, shown(state).index + action.by));
      return { ...state, chosen: next === count - 1 ? null : next };
    }
    case "all":
      return { ...state, all: !state.all };
    case "reset":
      return { ...START, graph: state.graph };
    default:
      return state;
  }
}
