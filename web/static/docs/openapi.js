/** An OpenAPI document as lists of calls and shapes, ready to be shown. Pure. */

const METHODS = ["get", "post", "put", "patch", "delete"];

/**
 * @typedef {{id: string, method: string, path: string, summary: string, description: string, tag: string,
 *   parameters: {name: string, where: string, required: boolean, type: string, description: string}[],
 *   body: Content | null, answers: {status: string, description: string, content: Content | null}[]}} Call
 * @typedef {{type: string, example: unknown}} Content
 */

/** The name of a shape, or its kind, as one reads it. @param {any} schema @returns {string} */
export function typeOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  const many = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (many) return [...new Set(many.map(typeOf))].join(" | ");
  if (schema.enum) return schema.enum.map((/** @type {unknown} */ value) => JSON.stringify(value)).join(" | ");
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.type === "array") return `[${typeOf(schema.items)}]`;
  if (schema.additionalProperties?.type || schema.additionalProperties?.$ref) {
    return `{…: ${typeOf(schema.additionalProperties)}}`;
  }
  return schema.type ?? "any";
}

/** @param {any} media a requestBody's or a response's content @returns {Content | null} */
function contentOf(media) {
  const [kind, content] = Object.entries(media ?? {})[0] ?? [];
  if (!kind) return null;
  const named = Object.values(content.examples ?? {})[0];
  const example = content.example ?? named?.value ?? content.schema?.example ?? content.schema?.examples?.[0];
  return { type: [typeOf(content.schema), kind].filter(Boolean).join(", "), example };
}

/** @param {any} document @returns {Call[]} */
export function callsOf(document) {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const call = item[method];
      const [first = "", ...rest] = (call.description ?? "").split("\n");
      return {
        id: `${method} ${path}`,
        method: method.toUpperCase(),
        path,
        summary: first || (call.summary ?? ""),
        description: rest.join("\n").trim(),
        tag: call.tags?.[0] ?? "",
        parameters: [...(item.parameters ?? []), ...(call.parameters ?? [])].map((one) => ({
          name: one.name,
          where: one.in,
          required: one.required ?? false,
          type: typeOf(one.schema),
          description: one.description ?? "",
        })),
        body: contentOf(call.requestBody?.content),
        answers: Object.entries(call.responses ?? {}).map(([status, answer]) => ({
          status,
          description: answer.description ?? "",
          content: contentOf(answer.content),
        })),
      };
    }),
  );
}

/** The document's shapes, each with its fields. @param {any} document */
export function shapesOf(document) {
  return Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => ({
    name,
    description: schema.description ?? "",
    type: typeOf(schema),
    fields: Object.entries(schema.properties ?? {}).map(([field, value]) => ({
      name: field,
      type: typeOf(value),
      required: (schema.required ?? []).includes(field),
      description: value.description ?? "",
    })),
  }));
}

/** Calls by tag, in the document's order. @param {Call[]} calls @param {string} wanted a part of path, method or words */
export function grouped(calls, wanted) {
  const part = wanted.trim().toLowerCase();
  const fits = calls.filter(({ method, path, summary }) => `${method} ${path} ${summary}`.toLowerCase().includes(part));
  return Map.groupBy ? Map.groupBy(fits, ({ tag }) => tag) : new Map([["", fits]]);
}
