/** One event stream for all tabs of a browser: six connections a host are all that HTTP/1.1 allows. */
import { follow } from "./events.js";

/**
 * The tab that holds the lock reads the stream and passes it on. Without locks (neither https nor localhost), a tab
 * reads for itself, and only while it is seen.
 * @param {{name: string, url: string, headers: Record<string, string>, lastId: number | null, signal: AbortSignal,
 *   onEvent: (event: import("./types.js").StreamEvent) => void,
 *   onState: (state: "live" | "lost" | "refused") => void}} options
 */
export function followTogether({ name, url, headers, lastId, signal, onEvent, onState }) {
  const channel = new BroadcastChannel(name);
  let last = lastId;
  const heard = (/** @type {import("./types.js").StreamEvent} */ event) => {
    if (event.id !== null && last !== null && event.id <= last) return;
    if (event.id !== null) last = event.id;
    onEvent(event);
  };
  channel.onmessage = ({ data }) => (data.event ? heard(data.event) : onState(data.state));
  signal.addEventListener("abort", () => channel.close(), { once: true });

  const read = (/** @type {AbortSignal} */ stop) =>
    follow({
      ...{ url, headers, lastId: last, signal: stop },
      onEvent: (event) => {
        heard(event);
        if (!signal.aborted) channel.postMessage({ event });
      },
      onState: (state) => {
        onState(state);
        if (!signal.aborted) channel.postMessage({ state });
      },
    });

  if (navigator.locks) {
    navigator.locks.request(name, { signal }, () => read(signal)).catch(() => {});
    return;
  }
  let once = new AbortController();
  const turn = () => {
    once.abort();
    once = new AbortController();
    if (!document.hidden && !signal.aborted) read(AbortSignal.any([signal, once.signal]));
  };
  document.addEventListener("visibilitychange", turn, { signal });
  turn();
}
