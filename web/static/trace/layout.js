/** Places any compiled graph on a grid: the way through in one row, detours below it, back-and-forth above. Pure. */

/**
 * @typedef {import("../lib/types.js").Graph} Graph
 * @typedef {{id: string, column: number, row: number}} Place
 * @typedef {{source: Place, target: Place, both: boolean, mainRow: number}} Line
 */

/** @param {Graph} graph @returns {Map<string, string[]>} */
function successors(graph) {
  const next = new Map(graph.nodes.map(({ id }) => [id, /** @type {string[]} */ ([])]));
  for (const { source, target } of graph.edges) next.get(source)?.push(target);
  return next;
}

/** Where the graph starts: the node that nothing leads to. @param {Graph} graph */
function startOf(graph) {
  const targets = new Set(graph.edges.map((edge) => edge.target));
  return graph.nodes.find(({ id }) => !targets.has(id))?.id ?? graph.nodes[0]?.id;
}

/** The longest way through that passes no node twice; graphs of agents are small enough to try all ways.
 * @param {string} node @param {Map<string, string[]>} next @param {Set<string>} seen @returns {string[]} */
function longest(node, next, seen = new Set()) {
  const passed = new Set(seen).add(node);
  const ways = (next.get(node) ?? []).filter((other) => !passed.has(other)).map((other) => longest(other, next, passed));
  const best = ways.reduce((one, other) => (other.length > one.length ? other : one), /** @type {string[]} */ ([]));
  return [node, ...best];
}

/** Splits the way through into its spine and the detours that an edge passes by, each with the node it hangs on.
 * @param {string[]} way @param {Map<string, string[]>} next */
function withoutDetours(way, next) {
  /** @type {Map<string, string>} */
  const detours = new Map();
  const spine = way.filter((node, index) => {
    const before = way[index - 1];
    const after = way[index + 1];
    const passedBy = before && after && !detours.has(before) && next.get(before)?.includes(after);
    if (passedBy) detours.set(node, before);
    return !passedBy;
  });
  return { spine, detours };
}

/** The placed node that this one goes to and comes back from. @param {string} id @param {Map<string, string[]>} next
 *  @param {Map<string, Place>} places */
const partner = (id, next, places) =>
  (next.get(id) ?? []).find((other) => places.has(other) && next.get(other)?.includes(id));

/** Any placed neighbour. @param {Graph} graph @param {string} id @param {Map<string, Place>} places */
const neighbour = (graph, id, places) =>
  graph.edges
    .filter((edge) => edge.source === id || edge.target === id)
    .map((edge) => (edge.source === id ? edge.target : edge.source))
    .find((other) => places.has(other));

/**
 * @param {Graph} graph
 * @returns {{places: Map<string, Place>, lines: Line[], columns: number, rows: number,
 *   mainRow: number}} rows counted from 0 at the top
 */
export function layOut(graph) {
  const start = startOf(graph);
  if (!start) return { places: new Map(), lines: [], columns: 0, rows: 0, mainRow: 0 };
  const next = successors(graph);
  const { spine, detours } = withoutDetours(longest(start, next), next);
  /** @type {Map<string, Place>} */
  const places = new Map(spine.map((id, column) => [id, { id, column, row: 0 }]));
  const taken = new Set([...places.values()].map(({ column, row }) => `${column} ${row}`));
  const put = (/** @type {string} */ id, /** @type {number} */ column, /** @type {number} */ step) => {
    let row = step;
    while (taken.has(`${column} ${row}`)) row += step;
    taken.add(`${column} ${row}`);
    places.set(id, { id, column, row });
  };
  const columnOf = (/** @type {string | undefined} */ id) => (id ? (places.get(id)?.column ?? 0) : 0);
  for (const [id, before] of detours) {
    const pair = partner(id, next, places);
    put(id, columnOf(pair ?? before), pair ? -1 : 1);
  }
  for (const { id } of graph.nodes) if (!places.has(id)) put(id, columnOf(neighbour(graph, id, places)), -1);
  const top = Math.min(...[...places.values()].map(({ row }) => row));
  for (const place of places.values()) place.row -= top;
  const pairs = new Set(graph.edges.map(({ source, target }) => `${source} ${target}`));
  const lines = graph.edges.flatMap(({ source, target }) => {
    const [from, to] = [places.get(source), places.get(target)];
    return from && to ? [{ source: from, target: to, both: pairs.has(`${target} ${source}`), mainRow: -top }] : [];
  });
  return {
    places,
    lines,
    mainRow: -top,
    columns: Math.max(...[...places.values()].map(({ column }) => column)) + 1,
    rows: Math.max(...[...places.values()].map(({ row }) => row)) + 1,
  };
}
