/** Times, waits and sums as people read them. */

/** @param {string} at RFC 3339 @param {string} [lang] */
export function clock(at, lang) {
  return new Date(at).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit" });
}

/** @param {number} ms */
export function milliseconds(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** Seconds as 2:10 or 1:02:10. @param {number} seconds */
export function duration(seconds) {
  const all = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  if (!parts[0]) parts.shift();
  return parts.map((part, index) => (index ? String(part).padStart(2, "0") : String(part))).join(":");
}

/** A place in the queue: 1st, 2nd, by the language's own rule. @param {number} n @param {Record<string, string>} endings */
export function ordinal(n, endings, lang = "en") {
  return `${n}${endings[new Intl.PluralRules(lang, { type: "ordinal" }).select(n)] ?? endings.other ?? ""}`;
}

/** Two capital letters for a name. @param {string} name */
export function initials(name) {
  const parts = name.trim().split(/\s+/);
  return ((parts[0]?.[0] ?? "?") + (parts.length > 1 ? parts[parts.length - 1][0] : "")).toUpperCase();
}

/** @param {{amount: string, currency: string}} money @param {string} [lang] */
export function price(money, lang) {
  return new Intl.NumberFormat(lang, { style: "currency", currency: money.currency, maximumFractionDigits: 4 }).format(
    Number(money.amount),
  );
}
