/** Starters: what one press says, filled from the persona's own orders. Pure. */
import { fill } from "../lib/words.js";

/** Returns run for some weeks: an order delivered this long ago is surely inside, or surely outside. */
const SURELY_INSIDE_DAYS = 13;
const SURELY_OUTSIDE_DAYS = 31;
const DAY_MS = 86_400_000;

/** @typedef {import("./reducer.js").Persona} Persona @typedef {import("./reducer.js").Order} Order */

/** @param {Order} order @param {number} now */
const age = (order, now) => (order.delivered ? (now - Date.parse(order.delivered)) / DAY_MS : null);

/** @type {Record<string, (order: Order, now: number) => boolean>} */
const FITS = {
  shipped: (order) => order.state === "shipped",
  delivered: (order) => order.state === "delivered",
  returnable: (order, now) => order.state === "delivered" && (age(order, now) ?? 99) <= SURELY_INSIDE_DAYS,
  expired: (order, now) => order.state === "delivered" && (age(order, now) ?? 0) >= SURELY_OUTSIDE_DAYS,
};

/** The order a starter is about, if this persona has one. @param {Persona | undefined} persona
 *  @param {string | undefined} need @param {number} now */
const orderFor = (persona, need, now) => {
  const fits = need ? FITS[need] : undefined;
  return fits ? persona?.orders.find((order) => fits(order, now)) : persona?.orders[0];
};

/** @param {Persona | undefined} persona @param {string | undefined} need @param {RegExp} topTier @param {number} now */
function suits(persona, need, topTier, now) {
  if (!need) return true;
  if (!persona) return false;
  if (need === "top") return topTier.test(persona.about);
  return need === "account" || Boolean(orderFor(persona, need, now));
}

/**
 * What to say, and as whom: the persona who writes, else the first whom it suits.
 * @param {{needs?: string, say: string[]}} starter
 * @param {{personas: Persona[], persona: string | null, topTier: RegExp, now: number}} context
 * @returns {{persona: string | null, texts: string[]}}
 */
export function prepare(starter, { personas, persona, topTier, now }) {
  const current = personas.find(({ id }) => id === persona);
  const fitting = suits(current, starter.needs, topTier, now)
    ? current
    : personas.find((other) => suits(other, starter.needs, topTier, now));
  const chosen = fitting ?? current;
  const order = orderFor(chosen, starter.needs, now);
  const values = { order: order?.number ?? "", item: order?.items[0]?.name ?? "" };
  return { persona: chosen?.id ?? null, texts: starter.say.map((text) => fill(text, values)) };
}
