/** The conversation as a person at the desk reads it: beside it runs the line that says who held the baton. */
import { html, nothing } from "../vendor/lit.js";
import { clock } from "../lib/format.js";
import { fill, wordFor } from "../lib/words.js";

/** @typedef {import("../lib/types.js").Message} Message @typedef {import("../lib/types.js").Case} Case */

/** Cuts a text at the words that fired, longest first. @param {string} text @param {string[]} fired
 *  @returns {{text: string, marked: boolean}[]} */
export function marked(text, fired) {
  const wanted = fired.filter(Boolean).sort((one, other) => other.length - one.length);
  if (!wanted.length) return [{ text, marked: false }];
  const escaped = wanted.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const known = new Set(wanted.map((word) => word.toLowerCase()));
  return text
    .split(new RegExp(`(${escaped.join("|")})`, "gi"))
    .filter(Boolean)
    .map((piece) => ({ text: piece, marked: known.has(piece.toLowerCase()) }));
}

/** @param {Message} message @param {Case} found @param {{words: any, me: string}} context */
function speakerOf(message, found, { words, me }) {
  if (message.role === "customer") return found.customer.name?.split(" ")[0] ?? words.desk.customer;
  if (message.role === "ai") return message.name ?? words.desk.ai;
  return message.name === me ? words.desk.you : (message.name ?? "");
}

/** @param {Message} message @param {Case} found @param {any} context */
function messageView(message, found, context) {
  const { words } = context;
  const time = html`<time datetime=${message.at}>${clock(message.at)}</time>`;
  if (message.role === "system") return html`<li class="event system">${message.text} ${time}</li>`;
  const fired = message.role === "customer" ? found.evidence.flatMap((evidence) => evidence.words) : [];
  const pieces = marked(message.text, fired).map((piece) => (piece.marked ? html`<mark>${piece.text}</mark>` : piece.text));
  const title = message.internal ? words.desk.noteLabel : speakerOf(message, found, context);
  return html`<li class=${message.internal ? "said note" : `said ${message.role}`}>
    <p class="who"><b>${title}</b>${time}</p>
    <p class="text">${pieces}</p>
  </li>`;
}

/** Why the case was opened. @param {Case} found @param {any} words */
function reasonView(found, words) {
  const [first] = found.evidence;
  if (!found.reason) return nothing;
  const reason = wordFor(words.triggers, found.reason);
  const text = first
    ? fill(words.desk.handedOver, { reason, score: first.score.toFixed(2), threshold: first.threshold.toFixed(2) })
    : fill(words.desk.handedOverRule, { reason });
  return html`<li class="event wait">${text} <time datetime=${found.opened_at}>${clock(found.opened_at)}</time></li>`;
}

/** Who has the case now: told before that person's first words, or at the end. @param {Case} found @param {any} words */
function endView(found, words) {
  if (found.status === "claimed") {
    return html`<li class="event person">
      ${found.mine ? words.desk.youHave : fill(words.desk.claimedBy, { name: found.person ?? "" })}
    </li>`;
  }
  if (found.status === "returned") return html`<li class="event ai">${words.desk.returned}</li>`;
  return found.status === "resolved" ? html`<li class="event person">${words.desk.resolved}</li>` : nothing;
}

/** @param {Case} found @param {{words: any, me: string}} context */
export function transcriptView(found, context) {
  const { words } = context;
  const messages = found.messages ?? [];
  const before = messages.filter((message) => message.at <= found.opened_at);
  const after = messages.filter((message) => message.at > found.opened_at);
  const answered = after.findIndex((message) => message.role === "person");
  const end = answered < 0 || found.status !== "claimed" ? after.length : answered;
  return html`<section class="transcript" aria-label=${words.desk.transcript} tabindex="0">
    ${messages.length ? nothing : html`<p class="quiet">${words.desk.transcriptEmpty}</p>`}
    <ol>
      ${before.map((message) => messageView(message, found, context))} ${reasonView(found, words)}
      ${after.slice(0, end).map((message) => messageView(message, found, context))} ${endView(found, words)}
      ${after.slice(end).map((message) => messageView(message, found, context))}
    </ol>
  </section>`;
}
