/** The generated files of the client, from the OpenAPI document; `node_modules/.bin/bun test/docs/write.ts` writes them. */
import type { Document, DocumentOperation, Parameter, Schema } from "../src/http/api/openapi.ts";
import { typeText } from "./types-of.ts";

const MADE = "// Made from the OpenAPI document by test/docs/write.ts; not edited by hand.";
/** Parameters of headers, as a caller names them. */
const HEADERS: ReadonlyMap<string, string> = new Map([
  ["If-Match", "if_match"],
  ["Idempotency-Key", "idempotency_key"],
]);

interface Named {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly operation: DocumentOperation;
}

function operationsOf(document: Document): readonly Named[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

/** The table that the client asks by. */
export function operationsScript(document: Document): string {
  return `${MADE}\n\nexport const OPERATIONS = {\n${tableLines(document)}\n};\n`;
}

/** The same for the console, in TypeScript and with what people do, too. */
export function operationsTable(document: Document): string {
  return `${MADE}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  /** The media type of the body; null: there is none. */
  readonly body: string | null;
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
${tableLines(document)}
};
`;
}

function tableLines(document: Document): string {
  const lines = operationsOf(document).map(({ id, method, path, operation }) => {
    const query = operation.parameters.filter((one) => one.in === "query").map(({ name }) => name);
    const [body = null] = Object.keys(operation.requestBody?.content ?? {});
    return `  ${id}: ${JSON.stringify({ method, path, query, body })},`;
  });
  return lines.join("\n");
}

/** The types: one for each schema with a name, one method for each operation, one item for each list. */
export function operationsTypes(document: Document): string {
  const operations = operationsOf(document);
  // refusals reject with FieldcastError; their codes are open: there are more of them with every version
  const schemas = Object.entries(document.components.schemas).flatMap(([name, schema]) =>
    name === "Problem" ? [] : [`${comment("", schema.description)}export type ${name} = ${typeText(schema, "")};\n`],
  );
  const lists = operations.flatMap(({ id, operation }) => {
    const item = itemOf(operation);
    return item === null ? [] : [`  ${id}: ${typeText(item, "  ")};`];
  });
  return `${MADE}

${schemas.join("\n")}
/** An answer, with the tag of the state that it tells (for \`if_match\`), if there is one. */
export interface Answer<T> {
  readonly data: T;
  readonly etag: string | null;
  readonly status: number;
  readonly headers: Headers;
}

/** What lists consist of. */
export interface ListItems {
${lists.join("\n")}
}

/** Every operation of the API. A refusal rejects with FieldcastError. */
export interface Operations {
${operations.map(methodText).join("\n")}
}
`;
}

/** What the pages of a list consist of; null: it is no list. */
function itemOf(operation: DocumentOperation): Schema | null {
  if (!operation.parameters.some(({ name }) => name === "cursor")) return null;
  // a page is an object with `items` (src/http/api/paging.ts)
  const { items } = (resultOf(operation).properties ?? {}) as { items?: { items?: Schema } };
  return items?.items ?? null;
}

function methodText({ id, method, path, operation }: Named): string {
  const { parameters, requestBody, summary, description } = operation;
  const [body] = Object.values(requestBody?.content ?? {});
  const taken = new Set<string>();
  const lines = parameters.map((parameter) => {
    const name = HEADERS.get(parameter.name) ?? parameter.name;
    if (taken.has(name) || name === "body" || name === "signal") throw new Error(`${id} has two parameters ${name}`);
    taken.add(name);
    const optional = parameter.required ? "" : "?";
    return `${comment("    ", parameter.description)}    ${name}${optional}: ${parameterType(parameter)};`;
  });
  if (body) lines.push(`    body: ${typeText(body.schema, "    ")};`);
  lines.push("    signal?: AbortSignal;");
  const optional = body || parameters.some(({ required }) => required) ? "" : "?";
  const told = [`${method} ${path}: ${summary}.`, ...(description === undefined ? [] : [description])].join(" ");
  return `${comment("  ", told)}  ${id}(parameters${optional}: {\n${lines.join("\n")}\n  }): Promise<Answer<${answerType(operation)}>>;`;
}

/** What is no JSON is handed over as it comes. */
function answerType(operation: DocumentOperation): string {
  const { responses } = operation;
  const { content = {} } = responses["200"] ?? responses["201"] ?? {};
  return "application/json" in content ? typeText(resultOf(operation), "  ") : "ReadableStream<Uint8Array>";
}

function resultOf({ responses }: DocumentOperation): Schema {
  const answer = responses["200"] ?? responses["201"];
  return answer?.content?.["application/json"]?.schema ?? {};
}

/** Addresses are text; who calls says numbers and truth as such. */
function parameterType({ in: where, schema }: Parameter): string {
  if (where !== "query") return where === "path" ? "string | number" : "string";
  return typeText(schema, "    ");
}

function comment(indent: string, text: unknown): string {
  if (typeof text !== "string" || text === "") return "";
  return `${indent}/** ${text.replaceAll("*/", "* /").replace(/\s+/g, " ")} */\n`;
}
