/** What is asked before a case leaves the person: back to the AI, or resolved; and the list of keys. */
import { html, nothing } from "../vendor/lit.js";

/** @param {string} name @param {string} legend @param {Record<string, string>} choices @param {string} chosen */
const choiceView = (name, legend, choices, chosen) => html`<fieldset>
  <legend>${legend}</legend>
  ${Object.entries(choices).map(
    ([value, word]) =>
      html`<label class="option"><input type="radio" name=${name} value=${value} ?checked=${value === chosen} />${word}</label>`,
  )}
</fieldset>`;

/** @param {string} title @param {unknown} content @param {{cancel: string, go: string, busy: boolean, shut: () => void,
 *   submit: (values: Record<string, string>) => void}} context */
function formView(title, content, { cancel, go, busy, shut, submit }) {
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const filled = new FormData(/** @type {HTMLFormElement} */ (event.target));
    submit(Object.fromEntries([...filled].map(([name, value]) => [name, String(value)])));
  };
  return html`<form @submit=${send}>
    <h2 id="dialog-title">${title}</h2>
    ${content}
    <p class="two">
      <button type="button" class="button" @click=${shut}>${cancel}</button>
      <button class="button primary" ?disabled=${busy}>${go}</button>
    </p>
  </form>`;
}

/** @param {any} context */
const returnView = ({ words, ...context }) =>
  formView(
    words.returnTitle,
    html`<p class="quiet">${words.returnText}</p>
      <label class="stacked">${words.returnNote}<textarea class="field" name="note" rows="4" maxlength="8000"></textarea></label>`,
    { ...context, cancel: words.cancel, go: words.returnIt, submit: context.giveBack },
  );

/** @param {any} context */
const resolveView = ({ words, ...context }) =>
  formView(
    words.resolveTitle,
    html`<p class="quiet">${words.resolveText}</p>
      ${choiceView("outcome", words.outcome, words.outcomes, "solved")}
      ${choiceView("judged", words.judged, words.judgements, "right")}
      <label class="stacked">${words.resolveNote}<input class="field" name="note" maxlength="8000" /></label>`,
    { ...context, cancel: words.keepOpen, go: words.resolve, submit: context.resolve },
  );

/** @param {any} context */
const keysView = ({ words, shut, keysOn, switchKeys }) => html`<h2 id="dialog-title">${words.keysTitle}</h2>
  <dl class="keys">
    ${words.keyList.map(
      (/** @type {[string, string]} */ [keys, text]) =>
        html`<div><dt>${keys.split(" ").map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${text}</dd></div>`,
    )}
  </dl>
  <label class="option"><input type="checkbox" .checked=${keysOn} @change=${switchKeys} />${words.keysOn}</label>
  <p class="two"><button type="button" class="button primary" @click=${shut}>${words.shut}</button></p>`;

/** @param {import("./reducer.js").State["dialog"]} dialog @param {any} context */
export function dialogView(dialog, context) {
  const views = { return: returnView, resolve: resolveView, keys: keysView };
  const content = dialog ? views[dialog](context) : nothing;
  return html`<dialog aria-labelledby="dialog-title" @close=${context.shut}>${content}</dialog>`;
}
