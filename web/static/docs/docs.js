/** The API's page: reads /openapi.json and shows every call and shape, without a file from another host. */
import { Api } from "../lib/api.js";
import { drawHeader } from "../lib/page.js";
import { wordsOf } from "../lib/words.js";
import { html, nothing, render } from "../vendor/lit.js";
import { callsOf, grouped, shapesOf } from "./openapi.js";

const all = wordsOf(document.documentElement.lang);
const words = all.docs;
/** @type {any} */ let openapi = null;
let wanted = "";

/** @param {unknown} example */
const exampleView = (example) =>
  example === undefined
    ? nothing
    : html`<pre tabindex="0" aria-label=${words.example}>${typeof example === "string" ? example : JSON.stringify(example, null, 2)}</pre>`;

/** @param {{name: string, type: string, required: boolean, description: string, where?: string}[]} rows */
const tableView = (rows) => html`<div class="wide" tabindex="0" role="group" aria-label=${words.field}>
  <table>
    <thead><tr><th scope="col">${words.field}</th><th scope="col">${words.type}</th><th scope="col">${words.about}</th></tr></thead>
    <tbody>
      ${rows.map(
        (row) => html`<tr>
          <th scope="row"><code>${row.name}</code></th>
          <td>${row.type}</td>
          <td>${[row.where, row.required ? words.required : "", row.description].filter(Boolean).join(" · ")}</td>
        </tr>`,
      )}
    </tbody>
  </table>
</div>`;

/** @param {import("./openapi.js").Call} call */
const callView = (call) => html`<details class="call" id=${call.id}>
  <summary>
    <span class="method">${call.method}</span><code class="path">${call.path}</code><span>${call.summary}</span>
  </summary>
  <div class="inside">
    ${call.description ? html`<p class="about">${call.description}</p>` : nothing}
    ${call.parameters.length ? html`<h3>${words.parameters}</h3>${tableView(call.parameters)}` : nothing}
    ${call.body ? html`<h3>${words.body}: ${call.body.type}</h3>${exampleView(call.body.example)}` : nothing}
    ${call.answers.map(
      ({ status, description, content }) => html`<h3>${status} ${description}${content ? `: ${content.type}` : ""}</h3>
        ${content ? exampleView(content.example) : nothing}`,
    )}
  </div>
</details>`;

/** @param {ReturnType<typeof shapesOf>[number]} shape */
const shapeView = ({ name, description, type, fields }) => html`<details class="call">
  <summary><span class="method"></span><code class="path">${name}</code><span>${description.split("\n")[0]}</span></summary>
  <div class="inside">
    ${description.includes("\n") ? html`<p class="about">${description}</p>` : nothing}
    ${fields.length ? tableView(fields) : html`<p>${type}</p>`}
  </div>
</details>`;

function documentView() {
  const groups = [...grouped(callsOf(openapi), wanted)];
  const shapes = wanted ? [] : shapesOf(openapi);
  return html`<div class="tools">
      <input class="field" type="search" aria-label=${words.filter} placeholder=${words.filter}
        @input=${(/** @type {any} */ event) => ((wanted = event.target.value), draw())} />
      <a href="/openapi.json">${words.source}</a>
    </div>
    ${groups.length ? nothing : html`<p>${words.none}</p>`}
    ${groups.map(
      ([tag, calls]) => html`<h2 class="group">${tag || (groups.length > 1 ? words.other : openapi.info.title)}</h2>
        ${calls.map(callView)}`,
    )}
    ${shapes.length ? html`<h2 class="group">${words.shapes}</h2>${shapes.map(shapeView)}` : nothing}`;
}

function draw() {
  render(
    html`<h1>${words.title}</h1>
      <p class="about">${openapi?.info.description ?? ""}</p>
      ${openapi ? documentView() : html`<p>${words.loading}</p>`}`,
    /** @type {HTMLElement} */ (document.querySelector("main")),
  );
}

drawHeader("docs");
draw();
new Api().get("/openapi.json").then(
  (read) => {
    openapi = read;
    draw();
  },
  () => render(html`<p role="alert">${all.page.untested}</p>`, /** @type {HTMLElement} */ (document.querySelector("main"))),
);
