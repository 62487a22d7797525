/** The path of a turn, drawn on the compiled graph; the same as steps where there is little room. */
import { html, nothing, svg } from "../vendor/lit.js";
import { milliseconds } from "../lib/format.js";
import { layOut } from "./layout.js";

const COLUMN = 104;
const ROW = 68;
const WIDTH = 78;
const HEIGHT = 32;
const MARGIN = 26;

/** @typedef {import("./layout.js").Place} Place @typedef {{node: string, ms: number | null}} Visit */

/** @param {Place} place */
const middle = ({ column, row }) => ({ x: MARGIN / 2 + column * COLUMN + WIDTH / 2, y: MARGIN + row * ROW + HEIGHT / 2 });

/** @param {string} id */
const nameOf = (id) => id.replace(/^_+|_+$/g, "");

/** An edge as an SVG path: straight in a row or a column, else with one corner, which stands off the main row; long
 * ones pass above. @param {import("./layout.js").Line} line */
export function route({ source, target, both, mainRow }) {
  const from = middle(source);
  const to = middle(target);
  const [dx, dy] = [Math.sign(to.x - from.x), Math.sign(to.y - from.y)];
  if (dy === 0 && Math.abs(source.column - target.column) === 1) {
    return `M${from.x + (dx * WIDTH) / 2} ${from.y}H${to.x - dx * (WIDTH / 2 + 2)}`;
  }
  if (dy === 0) {
    const lane = from.y - HEIGHT / 2 - 18;
    return `M${from.x + 10} ${from.y - HEIGHT / 2}V${lane}H${to.x + 16}V${to.y - HEIGHT / 2 - 2}`;
  }
  if (dx === 0) {
    const x = from.x + (both ? 20 + dy * 9 : 0);
    return `M${x} ${from.y + (dy * HEIGHT) / 2}V${to.y - dy * (HEIGHT / 2 + 2)}`;
  }
  return source.row === mainRow
    ? `M${from.x} ${from.y + (dy * HEIGHT) / 2}V${to.y}H${to.x - dx * (WIDTH / 2 + 2)}`
    : `M${from.x + (dx * WIDTH) / 2} ${from.y}H${to.x}V${to.y - dy * (HEIGHT / 2 + 2)}`;
}

/** The steps as a set of "from to", with the entry and the end that a path does not name.
 * @param {Visit[]} path @param {import("../lib/types.js").Graph} graph @param {boolean} ended */
function passed(path, graph, ended) {
  const names = path.map((visit) => visit.node);
  const targets = new Set(graph.edges.map((edge) => edge.target));
  const sources = new Set(graph.edges.map((edge) => edge.source));
  const start = graph.nodes.find(({ id }) => !targets.has(id))?.id;
  const end = graph.nodes.find(({ id }) => !sources.has(id))?.id;
  if (names.length && start && names[0] !== start) names.unshift(start);
  if (ended && names.length && end && names.at(-1) !== end) names.push(end);
  return { nodes: new Set(names), edges: new Set(names.slice(1).map((name, index) => `${names[index]} ${name}`)) };
}

/** Times stand above the main row and below what hangs under it, clear of the edges.
 * @param {Place} place @param {{lit: boolean, handed: boolean, ms: number | null, mainRow: number}} look */
function nodeView(place, { lit, handed, ms, mainRow }) {
  const { x, y } = middle(place);
  const edge = /^__.*__$/.test(place.id);
  const kind = `node${lit ? " lit" : ""}${handed && lit ? " handed" : ""}`;
  return svg`<g class=${kind}>
    <rect x=${x - WIDTH / 2} y=${y - HEIGHT / 2} width=${WIDTH} height=${HEIGHT} rx=${edge ? HEIGHT / 2 : 6} />
    <text x=${x} y=${y + 4.5}>${nameOf(place.id)}</text>
    ${ms === null ? nothing : svg`<text class="ms" x=${x - WIDTH / 2 + 2} y=${place.row > mainRow ? y + HEIGHT / 2 + 14 : y - HEIGHT / 2 - 6}>${milliseconds(ms)}</text>`}
  </g>`;
}

/** Milliseconds by node; a node passed twice counts together. @param {Visit[]} path */
function timeByNode(path) {
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const { node, ms } of path) if (ms !== null) times.set(node, (times.get(node) ?? 0) + ms);
  return times;
}

/**
 * @param {import("../lib/types.js").Graph} graph
 * @param {Visit[]} path
 * @param {{ended: boolean, words: any}} context
 */
export function pathView(graph, path, { ended, words }) {
  const { places, lines, columns, rows, mainRow } = layOut(graph);
  const seen = passed(path, graph, ended);
  const times = timeByNode(path);
  const handed = (/** @type {string} */ id) => id === "handover";
  const onWay = (/** @type {import("./layout.js").Line} */ line) => seen.edges.has(`${line.source.id} ${line.target.id}`);
  const lineView = (/** @type {import("./layout.js").Line} */ line) => {
    const kind = onWay(line) ? (handed(line.target.id) ? "handed" : "lit") : "dim";
    return svg`<path class="edge ${kind}" d=${route(line)} marker-end="url(#arrow-${kind})" />`;
  };
  const arrow = (/** @type {string} */ kind) => svg`<marker id="arrow-${kind}" class=${kind} viewBox="0 0 8 8" refX="7" refY="4"
    markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M1 1l6 3-6 3" /></marker>`;
  const box = `0 0 ${MARGIN + (columns - 1) * COLUMN + WIDTH} ${MARGIN * 1.8 + (rows - 1) * ROW + HEIGHT}`;
  return html`${columns
      ? html`<svg class="graph" viewBox=${box} aria-hidden="true" focusable="false">
          <defs>${["dim", "lit", "handed"].map(arrow)}</defs>
          ${lines.filter((line) => !onWay(line)).map(lineView)} ${lines.filter(onWay).map(lineView)}
          ${[...places.values()].map((place) =>
            nodeView(place, {
              ...{ lit: seen.nodes.has(place.id), handed: handed(place.id), mainRow },
              ms: times.get(place.id) ?? null,
            }),
          )}
        </svg>`
      : nothing}
    <ol class="path-steps ${columns ? "narrow" : ""}" aria-label=${words.pathText}>
      ${path.map(
        ({ node, ms }) => html`<li class=${handed(node) ? "handed" : ""}>
          ${nameOf(node)} ${ms === null ? nothing : html`<code>${milliseconds(ms)}</code>`}
        </li>`,
      )}
    </ol>`;
}
