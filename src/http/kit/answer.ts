import type { HttpContext } from "../deps.ts";
import { nextTurn } from "../../base/turns.ts";
import { CATALOGUE, type ErrorCode, Refusal } from "../../base/errors.ts";
import type { Log } from "../../base/types.ts";

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

/** 200 with JSON text, or with the bytes of one. */
export function jsonText(text: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Response {
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
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error({ error: why, method: c.req.method, path: c.req.path.slice(0, PATH_LOGGED) }, "a request failed");
  return answer(new Refusal("internal_error", CATALOGUE.internal_error.title));
}

const encoder = new TextEncoder();
/** Characters that become bytes at once. */
const CHARACTERS = 64 * 1024;

/** A long text that is made in pieces: to join and encode all of it at its end would take a turn of its own. */
export class LongText {
  private readonly bytes: Uint8Array[] = [];
  private waiting: string;

  constructor(begin = "") {
    this.waiting = begin;
  }
  add(text: string): void {
    this.waiting += text;
    if (this.waiting.length >= CHARACTERS) this.encode();
  }
  private encode(): void {
    this.bytes.push(encoder.encode(this.waiting));
    this.waiting = "";
  }
  /** All of it, UTF-8. */
  end(text = ""): Uint8Array<ArrayBuffer> {
    this.waiting += text;
    this.encode();
    return Buffer.concat(this.bytes);
  }
}

/** A JSON array of elements that are JSON text, written in many short turns. */
export async function jsonArray(elements: Iterable<string>): Promise<Uint8Array<ArrayBuffer>> {
  const text = new LongText("[");
  let count = 0;
  for (const element of elements) {
    text.add(count === 0 ? element : `,${element}`);
    if (++count % ROWS_PER_TURN === 0) await nextTurn();
  }
  return text.end("]");
}
