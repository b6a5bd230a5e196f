import { Refusal } from "../../base/errors.ts";
import type { HttpContext } from "../deps.ts";
import { readBody } from "../kit/body.ts";

/** A document that somebody sent, with what goes with it. */
export interface Asked {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>> | null;
  readonly operationName: string | null;
}

/** Longest document, UTF-16 units. */
const LONGEST = 64 * 1024;
/** Largest body: variables may hold many devices. */
const MAX_BODY = 1024 * 1024;

const HOW = 'Send POST with JSON: {"query": "{ allWorkspaces { id name } }"}.';

/**
 * Reads a request in every form that clients of the platform use: JSON, a document as it is, a form, or the query of an address.
 * @throws Refusal invalid_request, value_too_large
 */
export async function readAsked(c: HttpContext): Promise<Asked> {
  const { method } = c.req;
  // the platform gives no body to a GET: what its documentation shows once, a GET with JSON, cannot be read
  if (method === "GET" && Number(c.req.header("Content-Length") ?? 0) > 0 && c.req.query("query") === undefined)
    throw new Refusal("invalid_request", `A GET has no body here. ${HOW}`);
  return askedOf(method === "GET" ? new URL(c.req.url).searchParams : await sent(c));
}

/** What the body says. */
async function sent(c: HttpContext): Promise<unknown> {
  const bytes = await readBody(c.req.raw, MAX_BODY);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("invalid_request", "The body is not UTF-8.");
  }
  const type = (c.req.header("Content-Type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type === "application/graphql") return { query: text };
  if (type === "application/x-www-form-urlencoded") return new URLSearchParams(text);
  if (text.trim() === "" && c.req.query("query") !== undefined) return new URL(c.req.url).searchParams;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("invalid_request", `The body is not JSON. ${HOW}`);
  }
}

function askedOf(given: unknown): Asked {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new Refusal("invalid_request", Array.isArray(given) ? `One document at a time. ${HOW}` : HOW);
  const value = (name: string): unknown =>
    given instanceof URLSearchParams ? (given.get(name) ?? undefined) : (given as Record<string, unknown>)[name];
  const query = value("query");
  if (typeof query !== "string" || query.trim() === "")
    throw new Refusal("invalid_request", `There is no query. ${HOW}`);
  if (query.length > LONGEST)
    throw new Refusal("invalid_request", `The document has ${query.length} characters; there may be ${LONGEST}.`);
  const name = value("operationName");
  return {
    query,
    variables: variablesOf(value("variables")),
    operationName: typeof name === "string" && name !== "" ? name : null,
  };
}

/** Variables may come as JSON in a text, too. */
function variablesOf(given: unknown): Asked["variables"] {
  if (given === undefined || given === null || given === "") return null;
  let value = given;
  if (typeof given === "string")
    try {
      value = JSON.parse(given);
    } catch {
      throw new Refusal("invalid_request", "variables: this is not JSON.");
    }
  if (value === null) return null;
  if (typeof value !== "object" || Array.isArray(value))
    throw new Refusal("invalid_request", "variables: must be an object.");
  return value as Record<string, unknown>; // as was just looked at
}
