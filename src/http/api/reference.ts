import { createHash } from "node:crypto";
import type { Document, DocumentOperation, Schema } from "./openapi.ts";

/** The OpenAPI document as a page for people: plain HTML, made here, without scripts and without anything from elsewhere. */

interface ReferencePage {
  readonly html: string;
  /** Content-Security-Policy: this page's own style sheet, and nothing else. */
  readonly policy: string;
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8886; border-radius: 6px; }
section { border-top: 1px solid #8886; padding-top: 0.5rem; margin-top: 1.5rem; }
h3 code { font-size: 0.95rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem 0.3rem 0; border-bottom: 1px solid #8883; }
nav ul { list-style: none; padding: 0; } nav > ul { columns: 2; } nav > ul > li { margin-bottom: .75rem; } nav li li { break-inside: avoid; }
.method { text-transform: uppercase; font-weight: 700; }
`;

export function referencePage(document: Document): ReferencePage {
  const sections = document.tags.map(({ name, description }) => {
    const operations = operationsOf(document).filter(({ operation }) => operation.tags.includes(name));
    return { name, description, operations };
  });
  const list = sections.map(
    ({ name, operations }) =>
      `<li><strong>${text(name)}</strong><ul>${operations
        .map(({ operation }) => `<li><a href="#${text(operation.operationId)}">${text(operation.summary)}</a></li>`)
        .join("")}</ul></li>`,
  );
  const body = sections.map(
    ({ name, description, operations }) =>
      `<h2>${text(name)}</h2><p>${text(description)}</p>${operations.map((o) => section(document, o)).join("\n")}`,
  );
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>fieldcast API</title><style>${STYLE}</style></head><body>
<h1>fieldcast API</h1>
<p>${prose(String(document.info.description))}</p>
<p>Addresses begin with <code>/api/v1</code>. Send the header <code>Authorization: Token &lt;access token&gt;</code>.
For tools there is an <a href="/api/v1/openapi.json">OpenAPI document</a>.</p>
<nav><ul>${list.join("")}</ul></nav>
${body.join("\n")}
</body></html>
`;
  const digest = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return { html, policy };
}

interface Placed {
  readonly path: string;
  readonly method: string;
  readonly operation: DocumentOperation;
}
function operationsOf({ paths }: Document): Placed[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
}

const OPEN = "Takes no token.";
const SIGNED_IN = "For people who are signed in, with their cookie; a token cannot do it.";

function section(document: Document, { path, method, operation }: Placed): string {
  const { description, operationId, parameters, requestBody, responses, security, summary } = operation;
  const [bodyType, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const done = Object.entries(responses).filter(([status]) => status.startsWith("2"));
  const refused = Object.entries(responses).filter(([status]) => !status.startsWith("2"));
  return [
    `<section id="${text(operationId)}"><h3>${text(summary)}</h3>`,
    `<p><code><span class="method">${text(method)}</span> ${text(path)}</code></p>`,
    description === undefined ? "" : `<p>${prose(description)}</p>`,
    security === undefined ? "" : `<p>${security.length === 0 ? OPEN : SIGNED_IN}</p>`,
    parameters.length === 0
      ? ""
      : table(
          ["parameter", "in", ""],
          parameters.map((p) => [
            `<code>${text(p.name)}</code>${p.required ? "" : " (optional)"}`,
            text(p.in),
            prose(p.description ?? outline(document, p.schema)),
          ]),
        ),
    body === undefined ? "" : `<p>Send ${text(bodyType ?? "")}:</p><pre>${text(outline(document, body.schema))}</pre>`,
    ...done.map(([status, answer]) => {
      const schema = Object.values(answer.content ?? {})[0]?.schema;
      return `<p>Answer ${text(status)}:</p>${schema ? `<pre>${text(outline(document, schema))}</pre>` : ""}`;
    }),
    table(
      ["refused with", "code"],
      refused.map(([status, answer]) => [text(status), prose(answer.description)]),
    ),
    "</section>",
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<table>${cells("th", head)}${rows.map((row) => cells("td", row)).join("")}</table>`;
}

/** A schema in the way people write an example: keys, types, what they mean. */
function outline(document: Document, schema: Schema, indent = ""): string {
  const { $ref: ref } = schema;
  if (typeof ref === "string") {
    const named = document.components.schemas[ref.slice(ref.lastIndexOf("/") + 1)];
    return named ? outline(document, named, indent) : ref;
  }
  const { anyOf, oneOf, enum: words, const: word, items, properties, type } = schema;
  const choices = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : null;
  if (choices) return choices.map((one) => outline(document, asSchema(one), indent)).join(`\n${indent}| `);
  if (Array.isArray(words)) return words.map((one) => JSON.stringify(one)).join(" | ");
  if (word !== undefined) return JSON.stringify(word);
  if (items !== undefined) return `[ ${outline(document, asSchema(items), indent)}, … ]`;
  if (typeof properties !== "object" || properties === null)
    return Array.isArray(type) ? type.join(" | ") : String(type ?? "anything");
  const required = Array.isArray(schema.required) ? schema.required : [];
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([key, one]) => {
    const value = asSchema(one);
    const told = typeof value.description === "string" ? `   // ${value.description}` : "";
    return `${inner}${JSON.stringify(key)}${required.includes(key) ? "" : "?"}: ${outline(document, value, inner)},${told}`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}
function asSchema(value: unknown): Schema {
  return value as Schema; // a document of our own making: what stands there is a schema
}

function text(raw: string): string {
  return raw.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
/** Text in which backquotes mark code. */
function prose(raw: string): string {
  return text(raw).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}
