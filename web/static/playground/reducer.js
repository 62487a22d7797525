/** The playground's state: who is writing, what was tried, which view is open on a small screen. Pure. */

/**
 * @typedef {{number: string, state: string, delivered: string | null, items: {name: string}[]}} Order
 * @typedef {{id: string, name: string, about: string, identity_token: string, orders: Order[]}} Persona
 * @typedef {{personas: Persona[], demo: boolean | null, persona: string | null, tried: string[],
 *   view: "chat" | "starters" | "trace", model: string | null, caseId: string | null, waiting: string[]}} State
 */

/** @type {State} */
export const START = {
  personas: [],
  demo: null,
  persona: null,
  tried: [],
  view: "chat",
  model: null,
  caseId: null,
  waiting: [],
};

/** @param {State} state @param {any} action @returns {State} */
export function reduce(state, action) {
  switch (action.type) {
    case "demo":
      return { ...state, demo: true, personas: action.personas };
    case "no_demo":
      return { ...state, demo: false };
    case "persona":
      return { ...state, persona: action.id, caseId: null, waiting: [] };
    case "tried":
      return {
        ...state,
        tried: [...new Set([...state.tried, action.name])],
        waiting: action.rest,
        view: "chat",
      };
    case "next":
      return { ...state, waiting: state.waiting.slice(1) };
    case "turn":
      return { ...state, model: action.turn.model ?? state.model, caseId: action.turn.case_id ?? state.caseId };
    case "view":
      return { ...state, view: action.view };
    case "reset":
      return { ...state, caseId: null, waiting: [] };
    default:
      return state;
  }
}
