/** What this browser remembers of a conversation: its token, what is unsent, what is half written. */

/**
 * @typedef {{key: string, text: string, failed?: boolean}} Unsent
 * @typedef {{id: string | null, token: string | null, outbox: Unsent[], text: string}} Kept
 */

export class Memory {
  #cleared = false;

  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  /** @returns {Kept} */
  read() {
    const empty = { id: null, token: null, outbox: [], text: "" };
    try {
      return { ...empty, ...JSON.parse(localStorage.getItem(this.name) ?? "{}") };
    } catch {
      return empty; // storage switched off or spoilt: the chat works, it only forgets
    }
  }

  /** @param {Partial<Kept>} change */
  write(change) {
    if (this.#cleared) return;
    try {
      localStorage.setItem(this.name, JSON.stringify({ ...this.read(), ...change }));
    } catch {
      // As above.
    }
  }

  /** Forgets the conversation; what comes late of it is not remembered again. */
  clear() {
    this.#cleared = true;
    try {
      localStorage.removeItem(this.name);
    } catch {
      // As above.
    }
  }
}
