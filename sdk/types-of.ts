/** JSON Schema 2020-12, as far as the OpenAPI document uses it, as TypeScript. */
import type { Schema } from "../src/http/api/openapi.ts";

const SIMPLE: ReadonlyMap<unknown, string> = new Map([
  ["string", "string"],
  ["number", "number"],
  ["integer", "number"],
  ["boolean", "boolean"],
  ["null", "null"],
]);

/**
 * The type of the values that a schema allows; lengths and patterns are left to the server.
 * @param indent of the line on which it begins
 * @throws Error on a schema that this does not know
 */
export function typeText(schema: Schema, indent: string): string {
  const { $ref, anyOf, const: only, enum: values, oneOf, type } = schema;
  if (typeof $ref === "string") return $ref.slice($ref.lastIndexOf("/") + 1);
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return union(choices.map((one: Schema) => typeText(one, indent)));
  if (Array.isArray(type)) return union(type.map((one: unknown) => typeText({ ...schema, type: one }, indent)));
  if (type === "array") return arrayText(schema, indent);
  if (type === "object") return objectText(schema, indent);
  if (type === undefined) return "unknown";
  const simple = SIMPLE.get(type);
  if (simple === undefined) throw new Error(`no TypeScript for the schema ${JSON.stringify(schema)}`);
  return simple;
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(" | ");
}

function arrayText({ items }: Schema, indent: string): string {
  const item = items === undefined ? "unknown" : typeText(items as Schema, indent); // one schema for all items
  return item.includes("|") ? `(${item})[]` : `${item}[]`;
}

function objectText({ additionalProperties, properties, required }: Schema, indent: string): string {
  const entries = Object.entries((properties ?? {}) as Record<string, Schema>); // what JSON Schema says of it
  if (entries.length === 0) {
    const value = typeof additionalProperties === "object" ? (additionalProperties ?? {}) : {}; // a schema, or a boolean
    return `Record<string, ${typeText(value as Schema, indent)}>`;
  }
  const needed = new Set(Array.isArray(required) ? required : []);
  const inner = `${indent}  `;
  const lines = entries.map(([name, schema]) => {
    const { description } = schema;
    const told =
      typeof description === "string"
        ? `${inner}/** ${description.replaceAll("*/", "* /").replace(/\s+/g, " ")} */\n`
        : "";
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
    return `${told}${inner}${key}${needed.has(name) ? "" : "?"}: ${typeText(schema, inner)};`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}
