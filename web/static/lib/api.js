/** Calls of the public API: JSON in and out, problem+json as errors, an Idempotency-Key on every POST. */

/** A refused call; `status` 0 means that the server could not be reached. */
export class ApiError extends Error {
  /** @param {{status: number, title?: string, detail?: string, retryAfter?: number | null}} problem */
  constructor({ status, title = "", detail = "", retryAfter = null }) {
    super(detail || title || String(status));
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** True when the call never arrived, or may be sent again as it is. */
  get unreachable() {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** @param {Response} response */
async function problemOf(response) {
  const body = await response.json().catch(() => ({}));
  const wait = Number(response.headers.get("Retry-After"));
  return new ApiError({ status: response.status, title: body.title, detail: body.detail, retryAfter: wait || null });
}

export function newKey() {
  // randomUUID exists on https and localhost only.
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One caller's way to the API. */
export class Api {
  /** @param {string} base address of the server without a slash at the end @param {string | null} token */
  constructor(base = "", token = null) {
    this.base = base;
    this.token = token;
  }

  /** @returns {Record<string, string>} */
  get authorization() {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {};
  }

  /** @param {string} path @param {RequestInit} [init] */
  async #call(path, init = {}) {
    let response;
    try {
      response = await fetch(this.base + path, { ...init, headers: { ...this.authorization, ...init.headers } });
    } catch {
      throw new ApiError({ status: 0 });
    }
    if (!response.ok) throw await problemOf(response);
    return response.status === 204 ? null : response.json();
  }

  /** @param {string} path */
  get(path) {
    return this.#call(path);
  }

  /** @param {string} path @param {object} [body] @param {string} [key] the same key for a retry of the same act */
  post(path, body = {}, key = newKey()) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
    return this.#call(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** @param {string} path @param {object} body */
  put(path, body) {
    return this.#call(path, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }
}
