import type { HttpContext } from "../deps.ts";
import { nextTurn } from "../../base/turns.ts";
import { TIME_BYTES, writeTime } from "../../measure/time.ts";
import { type BadRow, CATALOGUE, type ErrorCode, Refusal } from "../../base/errors.ts";
import type { Log, Micros } from "../../base/types.ts";

/** Seconds after which it is worth trying again. */
const RETRY_AFTER: ReadonlyMap<ErrorCode, string> = new Map([
  ["storage_unavailable", "5"],
  ["standby", "5"],
  ["node_unreachable", "2"],
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

/** 200 with JSON text, or with a long one in pieces, which our listeners send one after the other. */
export function jsonText(text: string | Pieces, headers: Record<string, string> = {}): Response {
  const whole = typeof text === "string" ? text : text.length > 1 ? null : Buffer.concat(text);
  if (whole !== null) return new Response(whole, { headers: { "Content-Type": JSON_TYPE, ...headers } });
  const pieces = text as Pieces; // of which there are several
  const length = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const left = pieces.values();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { value, done } = left.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  return new Response(body, { headers: { "Content-Type": JSON_TYPE, "Content-Length": String(length), ...headers } });
}

/**
 * A refusal as an answer (wire contract sections 7 and 10): the catalogue's status and `{code, message, detail, rows?}`;
 * `detail` repeats the message for older clients. Every bad row is named with every cause; `rows_total` counts the rows.
 */
export function refusalAnswer(refusal: Refusal): Response {
  const { code, message, rows } = refusal;
  const body = {
    code,
    message,
    detail: message,
    ...(rows === undefined ? {} : { rows, rows_total: rowsIn(rows) }),
  };
  const headers = new Headers({ "Content-Type": JSON_TYPE });
  if (refusal.http === 401) headers.set("WWW-Authenticate", "Token");
  const retry = retryAfter(refusal);
  if (retry !== undefined) headers.set("Retry-After", retry);
  return new Response(JSON.stringify(body), { status: refusal.http, headers });
}

/** How many rows are bad; one may be so for several causes. */
export function rowsIn(bad: readonly BadRow[]): number {
  return new Set(bad.map(({ row }) => row)).size;
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

/** A long text as UTF-8, in its order. */
export type Pieces = readonly Uint8Array[];

/** Bytes of a piece. */
const PIECE = 64 * 1024;
/** Most bytes that UTF-8 needs for a UTF-16 code unit. */
const WIDEST = 3;

/** A long text that is made in pieces, and stays in them: to join all of it at its end would take a turn of its own. */
export class LongText {
  private readonly full: Uint8Array[] = [];
  private piece = Buffer.allocUnsafeSlow(PIECE);
  private at = 0;

  constructor(begin = "") {
    this.add(begin);
  }
  add(text: string): void {
    if (!this.holds(text.length * WIDEST)) this.full.push(Buffer.from(text, "utf8"));
    else if (text !== "") this.at += this.piece.write(text, this.at, "utf8");
  }
  /** Adds a time as `printTime` prints it, between two texts. */
  addTime(before: string, time: Micros, after: string): void {
    this.add(before);
    this.holds(TIME_BYTES);
    this.at = writeTime(this.piece, this.at, time);
    this.add(after);
  }
  /** Makes room; false: there is none for so many bytes in any piece. */
  private holds(bytes: number): boolean {
    if (this.at + bytes <= PIECE) return true;
    if (this.at > 0) {
      this.full.push(this.piece.subarray(0, this.at));
      this.piece = Buffer.allocUnsafeSlow(PIECE);
      this.at = 0;
    }
    return bytes <= PIECE;
  }
  /** All of it. */
  end(text = ""): Pieces {
    this.add(text);
    return this.at > 0 ? [...this.full, this.piece.subarray(0, this.at)] : this.full;
  }
}

/** A JSON array of elements that are JSON text, written in many short turns. */
export async function jsonArray(elements: Iterable<string>): Promise<Pieces> {
  const text = new LongText("[");
  let count = 0;
  for (const element of elements) {
    text.add(count === 0 ? element : `,${element}`);
    if (++count % ROWS_PER_TURN === 0) await nextTurn();
  }
  return text.end("]");
}
