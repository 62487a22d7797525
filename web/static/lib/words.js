/** The words of the pages, by language: one file each in words/; English where a language is missing. */
import { en } from "../words/en.js";

/** @type {Record<string, typeof en>} */
const LANGUAGES = { en };

/** @param {string | null | undefined} lang a language tag, such as "en-GB" */
export function wordsOf(lang) {
  return LANGUAGES[(lang ?? "").toLowerCase().split("-")[0]] ?? en;
}

/** Puts values into `{name}` places. @param {string} text @param {Record<string, string | number>} values */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A word for an identifier; the identifier itself, spelled out, when the file has none.
 * @param {Record<string, string>} table @param {string} id */
export function wordFor(table, id) {
  return table[id] ?? id.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());
}
