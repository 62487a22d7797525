/** The open case: what can be done with it, the brief, the conversation, the box. */
import { html, nothing } from "../vendor/lit.js";
import { clock } from "../lib/format.js";
import * as icons from "../lib/icons.js";
import { fill, wordFor } from "../lib/words.js";
import { briefView, customerView, requestView } from "./brief.js";
import { nameOf, reasonOf } from "./queue.js";
import { asked, draftName } from "./reducer.js";
import { transcriptView } from "./transcript.js";

/** @param {import("../lib/types.js").Case} found @param {any} context */
function headView(found, { words, claim, release, dialog, choose, busy }) {
  const { desk } = words;
  const about = [found.id, reasonOf(found, words), wordFor({}, found.department), desk.levels[found.customer.level]];
  const mine = html`<button class="button" type="button" ?disabled=${busy} @click=${() => release(found.id)}>${desk.release}</button>
    <button class="button" type="button" ?disabled=${busy} @click=${() => dialog("return")}>
      ${desk.toAi}<kbd aria-hidden="true">B</kbd>
    </button>
    <button class="button primary" type="button" ?disabled=${busy} @click=${() => dialog("resolve")}>
      ${desk.resolve}<kbd aria-hidden="true">E</kbd>
    </button>`;
  return html`<header class="case-head">
    <button type="button" class="icon-button back" aria-label=${desk.back} @click=${() => choose(null)}>${icons.back}</button>
    <div class="whom">
      <h2>${nameOf(found, words)}</h2>
      <p>${about.filter(Boolean).join(" · ")}</p>
    </div>
    <div class="acts">
      ${found.mine ? mine : nothing}
      ${found.status === "queued"
        ? html`<button class="button primary" type="button" ?disabled=${busy} @click=${() => claim(found.id)}>
            ${desk.claim}<kbd aria-hidden="true">C</kbd>
          </button>`
        : nothing}
    </div>
  </header>`;
}

/** @param {import("./reducer.js").State} state @param {any} context */
function boxView(state, context) {
  const { words, write, draft, box, live } = context;
  const { desk } = words;
  const found = /** @type {import("../lib/types.js").Case} */ (state.open);
  const text = state.drafts[draftName(found.id, state.box)] ?? "";
  const isDraft = state.box === "reply" && text !== "" && text === found.brief?.draft;
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (text.trim() && live && !state.busy) write(found.id, state.box, text.trim());
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event);
  };
  const tab = (/** @type {"reply" | "note"} */ name, /** @type {string} */ key) => html`<button
    type="button" class="tab" aria-pressed=${state.box === name} @click=${() => box(name)}>
    ${desk[name]}<kbd aria-hidden="true">${key}</kbd>
  </button>`;
  return html`<form class="box ${state.box}" @submit=${send}>
    <div class="tabs" role="group" aria-label=${desk.box}>${tab("reply", "R")}${tab("note", "N")}</div>
    <div class="entry">
      <textarea rows="3" maxlength="8000" aria-label=${state.box === "note" ? desk.noteLabel : desk.reply}
        .value=${text} @keydown=${press}
        @input=${(/** @type {any} */ event) => draft(found.id, state.box, event.target.value)}></textarea>
      <p>
        ${isDraft ? html`<span class="tag ai">${desk.aiDraft}</span>` : nothing}
        <button class="button ${state.box === "reply" ? "primary" : ""}" ?disabled=${!text.trim() || !live || state.busy}>
          ${state.box === "note" ? desk.addNote : desk.send}<kbd aria-hidden="true">Ctrl ↵</kbd>
        </button>
      </p>
    </div>
  </form>`;
}

/** @param {import("./reducer.js").State} state @param {any} words */
function bannersView(state, { desk }) {
  const name = state.open?.person;
  const other = state.open?.status === "claimed" && !state.open.mine && name;
  return html`${state.since ? html`<p class="banner alert" role="status">${fill(desk.notLive, { time: clock(state.since) })}</p>` : nothing}
    ${state.problem ? html`<p class="banner alert" role="alert">${fill(desk.failed, { detail: state.problem })}</p>` : nothing}
    ${other
      ? html`<p class="banner" role="status">${fill(state.faster ? desk.someoneFaster : desk.otherHas, { name: other })}</p>`
      : nothing}`;
}

/** A conversation that the AI holds, and that a person may take. @param {string} id @param {any} context */
const takeoverView = (id, { words, takeOver, busy }) => html`<div class="nobody">
  <h2>${words.desk.takeover}</h2>
  <p>${words.desk.takeoverText}</p>
  <button class="button primary" type="button" ?disabled=${busy} @click=${() => takeOver(id)}>${words.desk.takeover}</button>
</div>`;

/** @param {import("./reducer.js").State} state @param {any} context */
export function caseView(state, context) {
  const { words } = context;
  const found = state.open;
  if (!found) {
    return html`<section class="work" aria-label=${words.desk.transcript}>
      ${bannersView(state, words)}
      ${state.takeover
        ? takeoverView(state.takeover, context)
        : state.openId
          ? nothing
          : html`<p class="nobody">${words.desk.choose}</p>`}
    </section>`;
  }
  return html`<section class="work" aria-label=${nameOf(found, words)}>
    ${headView(found, context)} ${bannersView(state, words)}
    ${found.brief ? briefView(found.brief, words.desk) : nothing}
    <div class="halves">
      <div class="talk">
        ${transcriptView(found, context)} ${found.mine ? boxView(state, context) : nothing}
      </div>
      <aside aria-label=${words.desk.customer}>
        ${asked(state).here.map((one) => requestView(one, { ...context, words: words.desk }))}
        <div class="about-customer">${customerView(found, words.desk)}</div>
      </aside>
    </div>
  </section>`;
}
