/** The desk's keys: single letters, off inside fields and dialogs, and only when switched on. */

const STORED = "baton-desk-keys";

export const keysOn = () => localStorage.getItem(STORED) !== "off";

export function switchKeys() {
  localStorage.setItem(STORED, keysOn() ? "off" : "on");
}

/** @param {EventTarget | null} target */
const inField = (target) =>
  target instanceof HTMLElement && target.closest("input, textarea, select, dialog, [contenteditable]") !== null;

/** @param {KeyboardEvent} event @param {Record<string, () => void>} acts by key, in small letters */
export function pressed(event, acts) {
  if (!keysOn() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || inField(event.target)) return;
  const act = acts[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
}
