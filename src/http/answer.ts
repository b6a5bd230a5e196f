import type { HttpContext } from "./deps.ts";
import { CATALOGUE, type ErrorCode, Refusal } from "../base/errors.ts";
import type { Log } from "../base/types.ts";

/** Seconds after which it is worth trying again. */
const RETRY_AFTER: ReadonlyMap<ErrorCode, string> = new Map([
  ["storage_unavailable", "5"],
  ["clock_not_set", "30"],
  ["quota_exceeded", "60"],
  ["rate_limited", "1"],
] as const);
/** How much of an address the log repeats. */
const PATH_LOGGED = 200;

export const JSON_TYPE = "application/json; charset=utf-8";

/** Rows written between two turns of the event loop. */
const ROWS_PER_TURN = 500;

/** What an answer says that is sent while it is made: our listeners obey it, and proxies that would collect it otherwise. */
export const AS_MADE = { "X-Accel-Buffering": "no" } as const;

/** 200 with JSON text. */
export function jsonText(text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, { headers: { "Content-Type": JSON_TYPE, ...headers } });
}

/**
 * A refusal as an answer (wire contract sections 7 and 10): the catalogue's status and `{code, message, detail, rows?}`;
 * `detail` repeats the message for older clients. Every bad row is named; `rows_total` counts them.
 */
export function refusalAnswer(refusal: Refusal): Response {
  const { code, message, rows } = refusal;
  const body = {
    code,
    message,
    detail: message,
    ...(rows === undefined ? {} : { rows, rows_total: rows.length }),
  };
  const headers = new Headers({ "Content-Type": JSON_TYPE });
  if (refusal.http === 401) headers.set("WWW-Authenticate", "Token");
  const retry = retryAfter(refusal);
  if (retry !== undefined) headers.set("Retry-After", retry);
  return new Response(JSON.stringify(body), { status: refusal.http, headers });
}

/** The header Retry-After of a refusal; undefined: none. */
export function retryAfter({ code, retryAfter: seconds }: Refusal): string | undefined {
  return seconds?.toString() ?? RETRY_AFTER.get(code);
}

/** The last exit of every handler: a refusal as it is, anything else as 500 without a word about the inside. */
export function errorAnswer(
  error: unknown,
  c: HttpContext,
  log: Log,
  answer: (refusal: Refusal) => Response = refusalAnswer,
): Response {
  if (error instanceof Refusal) return answer(error);
  log.error({ err: error, method: c.req.method, path: c.req.path.slice(0, PATH_LOGGED) }, "a request failed");
  return answer(new Refusal("internal_error", CATALOGUE.internal_error.title));
}

/** Lets everything else that is ready run first: long answers must not hold up the broker. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A JSON array of elements that are JSON text, written in many short turns. */
export async function jsonArray(elements: Iterable<string>): Promise<string> {
  const parts: string[] = [];
  for (const element of elements) {
    parts.push(element);
    if (parts.length % ROWS_PER_TURN === 0) await nextTurn();
  }
  return `[${parts.join(",")}]`;
}
