import { z } from "zod";
import { version } from "../../../package.json";
import { CATALOGUE, type ErrorCode } from "../../base/errors.ts";
import { DESCRIPTION } from "./description.ts";
import { PARAMS, TAGS } from "./params.ts";
import type { AnyDescribed, Tag } from "./route.ts";

/** The OpenAPI 3.1 document, made of the operations: their schemas are those that check requests. */

export interface Document {
  readonly openapi: "3.1.0";
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly object[];
  readonly tags: readonly { readonly name: Tag; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly securitySchemes: object };
}
export interface DocumentOperation {
  readonly operationId: string;
  readonly tags: readonly Tag[];
  readonly summary: string;
  readonly description?: string;
  /** In place of the document's; none: nobody has to say who it is. */
  readonly security?: readonly object[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<Record<string, Answer>>;
}
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}
interface Answer {
  readonly description: string;
  readonly headers?: object;
  readonly content?: Readonly<Record<string, { schema: Schema }>>;
}
/** JSON Schema 2020-12, as zod prints it. */
export type Schema = Readonly<Record<string, unknown>>;

/** How an operation refuses whom it does not know, by its `access`. */
const REFUSED = {
  account: ["unknown_token", "expired_token", "sign_in_needed", "cross_site"],
  user: ["sign_in_needed", "cross_site"],
  anyone: ["cross_site"],
} as const;
/** Refusals that every operation has. */
const ALWAYS: readonly ErrorCode[] = ["rate_limited", "storage_unavailable", "internal_error"];

/** A cookie speaks for somebody; a change needs the header beside it. */
const READS = { cookie: [] };
const CHANGES = { cookie: [], csrf: [] };

export function openApi(operations: readonly AnyDescribed[]): Document {
  const schemas = new Schemas();
  const paths: Record<string, Record<string, DocumentOperation>> = {};
  for (const operation of operations) {
    const own = paths[operation.path] ?? {};
    own[operation.method] = documented(operation, schemas);
    paths[operation.path] = own;
  }
  schemas.named.Problem = PROBLEM;
  return {
    openapi: "3.1.0",
    info: {
      title: "fieldcast",
      version,
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }, { bearer: [] }, CHANGES],
    tags: TAGS.map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: {
        token: { type: "apiKey", in: "header", name: "Authorization", description: "`Token <access token>`" },
        bearer: { type: "http", scheme: "bearer", description: "`Bearer <access token>`" },
        cookie: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-fieldcast",
          description: "Set by signing in. Over plain HTTP on the server's own machine its name is `fieldcast`.",
        },
        csrf: {
          type: "apiKey",
          in: "header",
          name: "X-CSRF-Token",
          description: "`csrf_token` of `/auth/session`. What only reads does not need it.",
        },
      },
    },
  };
}

const PROBLEM: Schema = {
  type: "object",
  description: "Why a request was refused (RFC 9457).",
  required: ["type", "title", "status", "detail", "code", "message"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What is wrong and what to do." },
    code: { type: "string", enum: Object.keys(CATALOGUE) },
    message: { type: "string", description: "The same as detail." },
    errors: {
      type: "array",
      description: "The values it is about.",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: {
          path: { type: "string", description: "Where it stands, for people: `fields[0].unit`, `?limit`." },
          pointer: { type: "string", description: "The same in the body, as a JSON Pointer (RFC 6901)." },
          parameter: { type: "string", description: "The parameter of the address that it is about." },
          message: { type: "string" },
        },
      },
    },
    rows: {
      type: "array",
      description: "What is wrong with rows of a table, counted from 0: one entry for each cause; the first 100.",
      items: {
        type: "object",
        required: ["row", "code", "message"],
        properties: {
          row: { type: "integer" },
          field: { type: "string" },
          code: { type: "string" },
          message: { type: "string" },
        },
      },
    },
    rows_total: { type: "integer", description: "How many rows are bad; one may be so for several causes." },
  },
};

function documented(operation: AnyDescribed, schemas: Schemas): DocumentOperation {
  const { body, bodyType = "application/json", description, access, id, status = 200, summary, tag } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(access !== undefined && {
      security: access === "anyone" ? [] : [operation.method === "get" ? READS : CHANGES],
    }),
    parameters: parameters(operation, schemas),
    ...(body && {
      requestBody: { required: true, content: { [bodyType]: { schema: schemas.of(body, "input") } } },
    }),
    responses: {
      [status]: {
        description: status === 201 ? "It was made." : "Done.",
        content: contentOf(operation, schemas),
      },
      ...refusals(operation),
    },
  };
}

function contentOf(
  { result, contents = [], onlyThese }: AnyDescribed,
  schemas: Schemas,
): Record<string, { schema: Schema }> {
  const json = onlyThese === true ? {} : { "application/json": { schema: schemas.of(result, "output") } };
  const text: Schema = { type: "string" };
  return { ...json, ...Object.fromEntries(contents.map((type) => [type, { schema: text }])) };
}

function parameters(operation: AnyDescribed, schemas: Schemas): Parameter[] {
  const { access, method, needsState, path, query } = operation;
  const text: Schema = { type: "string" };
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]): Parameter => {
    const [description, form] = PARAMS[name] ?? [];
    if (description === undefined) throw new Error(`the parameter ${name} is not described`);
    return { name, in: "path", required: true, description, schema: { ...text, minLength: 1, ...form } };
  });
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]): Parameter => {
    const { description, ...rest } = schemas.of(schema as z.ZodType, "input"); // a shape's values are schemas
    return {
      name,
      in: "query",
      required: !(schema as z.ZodType).safeParse(undefined).success,
      ...(typeof description === "string" && { description }),
      schema: rest,
    };
  });
  const header = (name: string, required: boolean, description: string): Parameter => ({
    name,
    in: "header",
    required,
    description,
    schema: text,
  });
  const headers: Parameter[] = [];
  if (needsState)
    headers.push(header("If-Match", true, "The ETag of the state that is changed; `*`: whatever there is."));
  if (method === "delete" && access === undefined)
    headers.push(header("If-Match", false, "Only while it is in the state with this ETag."));
  if (method === "post" && access === undefined)
    headers.push(
      header("Idempotency-Key", false, "A random text; a repeated request with it is answered, not repeated."),
    );
  return [...inPath, ...inQuery, ...headers];
}

/** The refusals of an operation, by status. */
function refusals({
  body,
  access,
  method,
  needsState,
  path,
  query,
  refusals: own = [],
}: AnyDescribed): Record<string, Answer> {
  const codes = new Set<ErrorCode>([...REFUSED[access ?? "account"], ...ALWAYS, ...own]);
  if (body || query || method !== "get") codes.add("invalid_request");
  if (body) codes.add("value_too_large");
  if (needsState) codes.add("precondition_required").add("changed_meanwhile");
  if (method === "post" && access === undefined) codes.add("invalid_request").add("key_used");
  if (method === "delete" && access === undefined) codes.add("changed_meanwhile");
  if (path.includes("{") && access === undefined) codes.add("not_permitted");
  if (/\{(?:workspace|client_session|backup)\}/.test(path)) codes.add("not_found");
  if (path.includes("{product}")) codes.add("unknown_product");
  if (path.includes("{field}")) codes.add("unknown_field");
  if (path.includes("{device}")) codes.add("unknown_device");
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { http } = CATALOGUE[code];
    byStatus.set(http, [...(byStatus.get(http) ?? []), code]);
  }
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, some]) => [status, { description: some.map((code) => `\`${code}\``).join(", "), content }]),
  );
}

/** Schemas as JSON; those with a name stand once, under the components. */
class Schemas {
  readonly named: Record<string, Schema> = {};

  of(schema: z.ZodType, io: "input" | "output"): Schema {
    const printed = z.toJSONSchema(schema, { io, unrepresentable: "any" });
    // what an answer has more one day must not be an error for clients of today
    const { $schema, $defs, ...root } = moved(printed, io === "output") as Record<string, unknown>; // an object stays one
    for (const [name, one] of Object.entries($defs ?? {})) this.named[name] = one as Schema; // as zod printed it
    return root;
  }
}

/** A copy for the document, with references to the components; `open`: answers may have more than what is told. */
function moved(value: unknown, open: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => moved(one, open));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
      if (key === "$ref" && typeof one === "string") return [[key, one.replace("#/$defs/", "#/components/schemas/")]];
      if (open && key === "additionalProperties" && one === false) return [];
      // the bounds of every whole number there is
      if ((key === "minimum" || key === "maximum") && Math.abs(Number(one)) === Number.MAX_SAFE_INTEGER) return [];
      return [[key, moved(one, open)]];
    }),
  );
}
