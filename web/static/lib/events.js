/** Server-sent events over fetch: it can send a token and a last id, which EventSource cannot. */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** The server writes a comment every 15 s; three missed ones mean a dead connection. */
const SILENCE_MS = 45_000;

/**
 * One block of a stream as an event; null for a comment.
 * @param {string} block
 * @returns {import("./types.js").StreamEvent | null}
 */
export function parseBlock(block) {
  let id = null;
  let type = "message";
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "id") id = Number(value);
    else if (name === "event") type = value;
    else if (name === "data") data.push(value);
  }
  return data.length ? { id, type, data: JSON.parse(data.join("\n")) } : null;
}

/** Splits a stream's text into events, whatever the pieces it comes in. */
export class Parser {
  #rest = "";

  /** @param {string} piece @returns {import("./types.js").StreamEvent[]} */
  feed(piece) {
    const blocks = (this.#rest + piece).split(/\r?\n\r?\n/);
    this.#rest = blocks.pop() ?? "";
    return blocks.map(parseBlock).filter((event) => event !== null);
  }
}

/** How long to wait before the next attempt: doubling, with jitter. @param {number} attempt from 0 */
export function backOff(attempt, random = Math.random()) {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + random / 2);
}

/** @param {number} ms @param {AbortSignal} signal */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const wake = () => (clearTimeout(timer), resolve(null));
    signal.addEventListener("abort", wake, { once: true });
    globalThis.addEventListener?.("online", wake, { once: true });
  });
}

/** @param {ReadableStream<Uint8Array>} body @param {(event: import("./types.js").StreamEvent) => void} onEvent
 *  @param {() => void} onSilence */
async function read(body, onEvent, onSilence) {
  const parser = new Parser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let watch = setTimeout(onSilence, SILENCE_MS);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watch);
      watch = setTimeout(onSilence, SILENCE_MS);
      for (const event of parser.feed(decoder.decode(value, { stream: true }))) onEvent(event);
    }
  } finally {
    clearTimeout(watch);
  }
}

/**
 * Follows a stream until aborted, and comes back by itself with the last id seen.
 * @param {{url: string, headers: Record<string, string>, lastId: number | null, signal: AbortSignal,
 *   onEvent: (event: import("./types.js").StreamEvent) => void,
 *   onState?: (state: "live" | "lost" | "refused", status?: number) => void}} options
 */
export async function follow({ url, headers, lastId, signal, onEvent, onState = () => {} }) {
  let last = lastId;
  const seen = (/** @type {import("./types.js").StreamEvent} */ event) => {
    if (event.id !== null) last = event.id;
    onEvent(event);
  };
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const once = new AbortController();
    const stop = () => once.abort();
    signal.addEventListener("abort", stop, { once: true });
    try {
      /** @type {Record<string, string>} */
      const resume = last === null ? {} : { "Last-Event-ID": String(last) };
      const response = await fetch(url, {
        headers: { ...headers, ...resume, Accept: "text/event-stream" },
        cache: "no-store",
        signal: once.signal,
      });
      if ([401, 403, 404].includes(response.status)) return onState("refused", response.status);
      if (response.ok && response.body) {
        attempt = 0;
        onState("live");
        await read(response.body, seen, stop);
      }
    } catch {
      // Network failure or abort: both lead to the next attempt or the end.
    } finally {
      signal.removeEventListener("abort", stop);
    }
    if (signal.aborted) return undefined;
    onState("lost");
    await pause(backOff(attempt), signal);
  }
  return undefined;
}
