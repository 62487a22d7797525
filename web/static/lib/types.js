/**
 * The shapes of the API that the pages read, as types only (see /openapi.json for all of it).
 *
 * @typedef {"ai" | "waiting" | "person" | "closed"} Mode
 * @typedef {{id: string, title: string, url?: string | null}} Source
 * @typedef {{kind: string, fields: string[], tries_left: number}} Form
 * @typedef {{id: string, role: "customer" | "ai" | "person" | "system", name: string | null, text: string,
 *   at: string, sources: Source[], quick_replies: string[], form: Form | null, internal?: boolean}} Message
 * @typedef {{id: string, status: string, position?: number | null, expected_wait_s?: number | null,
 *   live?: boolean, department?: string}} ShortCase
 * @typedef {{trigger: string, score: number, threshold: number, words: string[]}} Evidence
 * @typedef {{name: string, arguments: object, result: unknown, ok: boolean, started_ms: number, ms: number}} ToolRun
 * @typedef {{id: string, decision: "answer" | "offer" | "handover", reason: string | null,
 *   rule: {id: string, version: number} | null, capabilities: string[], evidence: Evidence[],
 *   confidence: {raw: number, calibrated: number, needed: number} | null,
 *   triggers: Record<string, number>, thresholds: Record<string, number>, tools: ToolRun[],
 *   retrieved: {id: string, title: string, score: number}[], path: {node: string, ms: number}[],
 *   steps: {node: string, prompt_tokens: number | null, completion_tokens: number | null, ms: number}[],
 *   case_id: string | null, model: string, answers: string[],
 *   usage: {calls: number, prompt_tokens: number, completion_tokens: number,
 *     price: {amount: string, currency: string} | null},
 *   ms: {total: number, model: number, tools: number}}} Turn
 * @typedef {{id: string, conversation_id: string, status: string, live: boolean, reason: string | null,
 *   evidence: Evidence[], priority: string, department: string, asked: string,
 *   customer: {level: string, verified: boolean, id: string | null, name: string | null},
 *   opened_at: string, due_at: string | null, first_reply_due: string | null, waiting_on: string,
 *   person: string | null, mine: boolean, outcome: string | null, brief?: Packet, messages?: Message[]}} Case
 * @typedef {{customer: Record<string, unknown>, asked: string, facts: {text: string}[],
 *   tried: {action: string, result: string}[], missing: string[],
 *   promised: {text: string, due: string | null, owner: string}[], mood: {turn: string, score: number}[],
 *   policy: {id: string, title: string}[], next_step: string, draft: string}} Packet
 * @typedef {{id: number | null, type: string, data: any}} StreamEvent
 * @typedef {{nodes: {id: string}[], edges: {source: string, target: string}[]}} Graph
 */
export {};
