/** The log of the chat: messages, cards, lines, what is still unsent, the answer that is being written. */
import { html, nothing, repeat } from "../vendor/lit.js";
import { clock, initials } from "../lib/format.js";
import { fill, wordFor } from "../lib/words.js";
import { cardView } from "./card.js";

/**
 * @typedef {import("./reducer.js").State} State
 * @typedef {import("./reducer.js").Item} Item
 * @typedef {import("../lib/types.js").Message} Message
 * @typedef {{words: any, lang: string, markdown: (text: string, id?: string) => unknown, say: (text: string) => void,
 *   retry: (key: string) => void, stay: () => void, rate: (score: number) => void}} Context
 */

/** @param {Message["role"]} role @param {string | null} name @param {any} words */
const speaker = (role, name, words) => html`<p class="speaker">
  ${role === "person" ? html`<i class="face" aria-hidden="true">${initials(name ?? words.someone)}</i>` : nothing}
  <b>${name ?? (role === "person" ? words.someone : words.assistant)}</b>
  ${role === "person" ? words.personRole : words.assistantRole}
</p>`;

/** @param {Message} message @param {any} words */
const sources = (message, words) =>
  message.sources?.length
    ? html`<ul class="sources" aria-label=${words.sources}>
        ${message.sources.map(
          (source) => html`<li>
            ${source.url && /^https?:/.test(source.url)
              ? html`<a href=${source.url} target="_blank" rel="noopener noreferrer nofollow">${source.title}</a>`
              : html`<span>${source.title}</span>`}
          </li>`,
        )}
      </ul>`
    : nothing;

/** @param {string[]} replies @param {Context} context */
const quickReplies = (replies, { say }) =>
  replies.length
    ? html`<div class="choices">
        ${replies.map((text) => html`<button type="button" class="choice" @click=${() => say(text)}>${text}</button>`)}
      </div>`
    : nothing;

/** A form is a hint only: it is answered by an ordinary message. @param {any} form @param {Context} context */
function formView(form, { words, say }) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const filled = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const parts = form.fields.map((/** @type {string} */ field) => {
      const value = String(filled.get(field) ?? "").trim();
      return value && `${wordFor(words.fields, field)}: ${value}`;
    });
    if (parts.some(Boolean)) say(parts.filter(Boolean).join(", "));
  };
  const tries = form.tries_left === 1 ? words.triesLeft.one : fill(words.triesLeft.other, { n: form.tries_left });
  return html`<form class="card form" @submit=${submit}>
    ${form.fields.map(
      (/** @type {string} */ field) => html`<label>${wordFor(words.fields, field)}<input name=${field} autocomplete="off" /></label>`,
    )}
    <button type="submit">${words.confirm}</button>
    <p>${tries}</p>
  </form>`;
}

/** @param {Message} message @param {{named: boolean, last: boolean}} place @param {Context} context */
function messageView(message, { named, last }, context) {
  const { words, markdown } = context;
  if (message.role === "system") return html`<p class="line">${message.text}</p>`;
  if (message.role === "customer") return html`<div class="bubble customer"><span class="hidden-text">${words.you}: </span>${message.text}</div>`;
  return html`${named ? speaker(message.role, message.name, words) : nothing}
    <div class="bubble ${message.role}">${message.role === "ai" ? markdown(message.text, message.id) : message.text}</div>
    ${sources(message, words)}
    ${last ? quickReplies(message.quick_replies ?? [], context) : nothing}
    ${last && message.form ? formView(message.form, context) : nothing}`;
}

/**
 * A notice of a handover and its card are one thing: the notice is the card's text.
 * @param {Item[]} items @returns {{item: Item, notice: Message | null}[]}
 */
export function paired(items) {
  const isNotice = (/** @type {Item | undefined} */ item) => item?.kind === "message" && item.message.role === "ai";
  /** @type {{item: Item, notice: Message | null}[]} */
  const shown = [];
  for (const item of items) {
    const last = shown.at(-1);
    if (item.kind === "card" && item.handed && last?.item.kind === "message" && isNotice(last.item)) {
      shown.splice(-1, 1, { item, notice: last.item.message });
    } else if (item.kind === "message" && isNotice(item) && last?.item.kind === "card" && last.item.handed && !last.notice) {
      shown.splice(-1, 1, { item: last.item, notice: item.message });
    } else {
      shown.push({ item, notice: null });
    }
  }
  return shown;
}

/** @param {Item} item @param {{named: boolean, last: boolean, newestCard: boolean, notice: Message | null}} place
 *  @param {Context} context */
function itemView(item, place, context) {
  const { words, lang, stay, markdown } = context;
  switch (item.kind) {
    case "message":
      return messageView(item.message, place, context);
    case "card":
      return html`${speaker("ai", place.notice?.name ?? null, words)}
      ${cardView(item, {
        ...{ words, lang, newest: place.newestCard, stay },
        notice: place.notice && markdown(place.notice.text, place.notice.id),
      })}`;
    case "joined":
      return html`<p class="line">${fill(words.joined, { name: item.name ?? words.someone, time: clock(item.at, lang) })}</p>`;
    default:
      return html`<p class="line">
        ${item.name ? fill(words.handedBack, { name: item.name }) : words.handedBackNobody}
      </p>`;
  }
}

/** @param {State["outbox"][number]} item @param {Context} context */
const unsentView = (item, { words, retry }) => html`<div class="bubble customer unsent">${item.text}</div>
  <p class="fate ${item.status}">
    ${item.status === "failed"
      ? html`${words.notSent} ${item.detail}
          <button type="button" class="link" @click=${() => retry(item.key)}>${words.tryAgain}</button>`
      : item.status === "waiting"
        ? words.waitingToSend
        : words.sending}
  </p>`;

/** What is being written now. @param {State} state @param {Context} context */
function currentView(state, { words, markdown }) {
  if (state.draft) {
    return html`${speaker("ai", null, words)}
      <div class="bubble ai" data-testid="draft">${markdown(state.draft.text)}</div>`;
  }
  if (state.working) {
    return html`${speaker("ai", null, words)}
      <p class="doing"><i></i><i></i><i></i>${(state.doing && words.doing[state.doing]) || words.working}</p>`;
  }
  return state.typing ? html`<p class="doing">${fill(words.isWriting, { name: state.typing })}</p>` : nothing;
}

/** @param {State} state @param {Context} context */
function ratingView(state, { words, rate }) {
  if (!state.ended) return nothing;
  if (state.rating !== null) return html`<p class="line">${words.thanks}</p>`;
  return html`<section class="card rating">
    <h3>${words.rate}</h3>
    <div class="scores">
      ${[1, 2, 3, 4, 5].map(
        (n) =>
          html`<button type="button" aria-label=${fill(words.score, { n })} @click=${() => rate(n)}>${n}</button>`,
      )}
    </div>
    <p class="ends"><span>${words.bad}</span><span>${words.good}</span></p>
  </section>`;
}

/** @param {Item | undefined} item */
const voice = (item) => (item?.kind === "message" ? `${item.message.role} ${item.message.name}` : null);

/** The greeting of a chat in which nothing was said yet. @param {Context} context */
const welcomeView = (context) => html`${speaker("ai", null, context.words)}
  <div class="bubble ai">${context.words.welcome}</div>
  ${quickReplies(context.words.suggestions, context)}`;

/** @param {State} state @param {Context} context */
export function logView(state, context) {
  const { items, outbox } = state;
  const shown = paired(items);
  const newest = items.findLast((item) => item.kind === "card");
  const quiet = !outbox.length && !state.working && !state.draft;
  const lastMessage = shown.findLastIndex(({ item }) => item.kind === "message");
  return html`${items.length || outbox.length ? nothing : welcomeView(context)}
    ${repeat(
      shown,
      ({ item }) => item.key,
      ({ item, notice }, index) =>
        itemView(
          item,
          {
            named: voice(item) !== voice(shown[index - 1]?.item),
            last: quiet && index === lastMessage,
            newestCard: item === newest && state.mode === "waiting",
            notice,
          },
          context,
        ),
    )}
    ${repeat(outbox, (item) => item.key, (item) => unsentView(item, context))}
    ${currentView(state, context)} ${ratingView(state, context)}`;
}
