/** A page that embeds the chat as a shop's page would: by one script, with nothing else prepared. */
import { drawHeader } from "../lib/page.js";
import { wordsOf } from "../lib/words.js";
import { html, render } from "../vendor/lit.js";

const words = wordsOf(document.documentElement.lang).shop;
const script = `<script src="${location.origin}/widget.js" async></script>`;

drawHeader("shop");
render(
  html`<h1>${words.title}</h1>
    <p>${words.text}</p>
    <pre tabindex="0">${script}</pre>
    <h2>${words.attributes}</h2>
    <dl>${words.list.map(([name, about]) => html`<dt><code>${name}</code></dt><dd>${about}</dd>`)}</dl>
    <p>${words.variables}</p>`,
  /** @type {HTMLElement} */ (document.querySelector("main")),
);
