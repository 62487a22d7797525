/** The steps of a turn as a waterfall; a tool's step opens to its arguments and its result. */
import { html, nothing, svg } from "../vendor/lit.js";
import { milliseconds } from "../lib/format.js";
import { fill } from "../lib/words.js";

/** @typedef {{name: string, about: unknown, from: number, ms: number, kind: string, tool: any}} Row */

/** Gives each visit of a node the tokens of that node's next step. @param {import("../lib/types.js").Turn} turn */
function visits({ path, steps }) {
  if (!path.length) return steps;
  const left = [...steps];
  return path.map(({ node, ms }) => {
    const index = left.findIndex((step) => step.node === node);
    const [step] = index < 0 ? [] : left.splice(index, 1);
    return { node, ms, prompt_tokens: step?.prompt_tokens ?? null, completion_tokens: step?.completion_tokens ?? null };
  });
}

/** Visits follow one another; tools say when they began. @param {import("../lib/types.js").Turn} turn @param {any} words
 *  @returns {Row[]} */
export function rowsOf(turn, words) {
  let from = 0;
  const rows = visits(turn).map((visit) => {
    const asked = visit.prompt_tokens !== null;
    const counts = { input: visit.prompt_tokens ?? 0, output: visit.completion_tokens ?? 0 };
    /** @type {Row} */
    const row = {
      ...{ name: visit.node, from, ms: visit.ms, tool: null },
      ...(asked ? { about: fill(words.inOut, counts), kind: "model" } : { about: "", kind: "code" }),
    };
    from += visit.ms;
    return row;
  });
  const tools = turn.tools.map((tool) => ({
    name: tool.name,
    about: tool.ok ? "" : words.failedTool,
    from: tool.started_ms,
    ms: tool.ms,
    kind: "tool",
    tool,
  }));
  // A tool stands after the last step that began before it, which is the one that ran it.
  return [...rows, ...tools].sort((one, other) => one.from - other.from);
}

/** @param {Row} row @param {number} total */
function bar({ from, ms, kind }, total) {
  const x = Math.min(99, (100 * from) / total);
  return html`<svg class="bar ${kind}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="well" width="100" height="8" />
    ${svg`<rect x=${x} width=${Math.max(1, Math.min(100 - x, (100 * ms) / total))} height="8" />`}
  </svg>`;
}

/** @param {unknown} value */
const json = (value) => JSON.stringify(value, null, 1);

/** @param {Row} row @param {number} total @param {any} words */
function rowView(row, total, words) {
  const line = html`<span class=${row.tool ? "name tool" : "name"}>${row.name}</span>
    <span class="about">${row.about}</span>${bar(row, total)}<span class="time">${milliseconds(row.ms)}</span>`;
  if (!row.tool) return html`<li class="step">${line}</li>`;
  return html`<li>
    <details>
      <summary class="step">${line}</summary>
      <dl class="call">
        <div><dt>${words.arguments}</dt><dd><pre tabindex="0">${json(row.tool.arguments)}</pre></dd></div>
        <div><dt>${words.result}</dt><dd><pre tabindex="0">${json(row.tool.result)}</pre></dd></div>
      </dl>
    </details>
  </li>`;
}

/** @param {import("../lib/types.js").Turn} turn @param {any} words */
export function stepsView(turn, words) {
  const rows = rowsOf(turn, words);
  const total = Math.max(turn.ms.total, ...rows.map((row) => row.from + row.ms), 1);
  return html`<h3>${words.steps}</h3>
    ${rows.length ? html`<ol class="steps">${rows.map((row) => rowView(row, total, words))}</ol>` : nothing}`;
}
