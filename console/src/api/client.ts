import type { Operations as ProgramOperations } from "../../../sdk/operations.js";
import { OPERATIONS, type Operation } from "./operations.ts";
import type { Operations as PeopleOperations } from "./people.d.ts";
import { ApiProblem } from "./problem.ts";

/** Every operation of `/api/v1` by its id, with the types of the OpenAPI document. */
export interface Api extends ProgramOperations, PeopleOperations {}

type Values = Readonly<Record<string, unknown>>;

/** What the client needs of its surroundings; tests bring their own. */
export interface ClientDeps {
  readonly fetch: (input: string, init: RequestInit) => Promise<Response>;
  /** The token that changes must bear; null: nobody is signed in. */
  readonly csrf: () => string | null;
  /** The cookie is over, or nobody is signed in. */
  readonly onSignedOut: () => void;
  /** Resolves after so many ms. */
  readonly wait: (ms: number) => Promise<void>;
}

/** The session is over, or its cookie is gone: without it a request is one of a program that has no token. */
const SIGNED_OUT: ReadonlySet<string> = new Set(["sign_in_needed", "unknown_token"]);

/** What only reads and comes too fast (429) is asked again when the server says, this often and after at most so long, s. */
const TRIES = 5;
const LONGEST_WAIT = 10;

/**
 * The API for a browser that is signed in: the cookie says who asks, and what changes something bears the session's token.
 * An operation rejects with ApiProblem when it is refused, and with the platform's TypeError when the server is not reached.
 */
export function createApi(deps: ClientDeps): Api {
  const operations: Record<string, unknown> = {};
  for (const [id, operation] of Object.entries(OPERATIONS))
    operations[id] = (parameters: Values = {}) => ask(deps, operation, parameters);
  // the table has exactly the operations of the document (api/client.test.ts)
  return operations as unknown as Api;
}

async function ask(deps: ClientDeps, { method, path, query, body }: Operation, parameters: Values) {
  const headers: Record<string, string> = { Accept: "application/json" };
  const csrf = deps.csrf();
  if (method !== "GET" && csrf !== null) headers["X-CSRF-Token"] = csrf;
  if (typeof parameters.if_match === "string") headers["If-Match"] = parameters.if_match;
  if (typeof parameters.idempotency_key === "string") headers["Idempotency-Key"] = parameters.idempotency_key;
  if (body !== null) headers["Content-Type"] = body;
  const init: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    ...(body !== null && { body: bodyOf(body, parameters.body) }),
    ...(parameters.signal instanceof AbortSignal && { signal: parameters.signal }),
  };
  const answer = await reach(deps, `/api/v1${addressOf(path, parameters)}${searchOf(query, parameters)}`, init);
  const { status } = answer;
  if (!answer.ok) {
    const problem = await ApiProblem.of(answer);
    if (SIGNED_OUT.has(problem.code ?? "") && !path.startsWith("/auth/")) deps.onSignedOut();
    throw problem;
  }
  const isJson = /^application\/json\b/.test(answer.headers.get("Content-Type") ?? "");
  const data: unknown = isJson ? await answer.json() : answer.body;
  return { data, etag: answer.headers.get("ETag"), status, headers: answer.headers };
}

/** The answer; a list of many pages may come to the rate of requests in their midst, and must not begin anew. */
async function reach(deps: ClientDeps, address: string, init: RequestInit): Promise<Response> {
  for (let n = 1; ; n++) {
    const answer = await deps.fetch(address, init);
    const seconds = Number(answer.headers.get("Retry-After") ?? Number.NaN);
    const again = answer.status === 429 && init.method === "GET" && n < TRIES && seconds <= LONGEST_WAIT;
    if (!again) return answer;
    await deps.wait(seconds * 1000);
    init.signal?.throwIfAborted();
  }
}

function bodyOf(type: string, body: unknown): BodyInit {
  // what is no JSON is text (a table), as the document says
  return type === "application/json" ? JSON.stringify(body) : (body as BodyInit);
}

/** @throws TypeError a part of the address is missing, or would make it another address */
function addressOf(path: string, parameters: Values): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const text = String(parameters[name] ?? "");
    if (text === "" || text === "." || text === "..") throw new TypeError(`${name} is not ${text || "empty"}`);
    return encodeURIComponent(text);
  });
}

function searchOf(names: readonly string[], parameters: Values): string {
  const given = names.filter((name) => {
    const value = parameters[name];
    return value !== undefined && value !== null && value !== "";
  });
  const text = new URLSearchParams(given.map((name) => [name, String(parameters[name])])).toString();
  return text === "" ? "" : `?${text}`;
}
