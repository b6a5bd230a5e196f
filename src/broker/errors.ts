import { printTime } from "../measure/index.ts";
import type { ToldRefusal } from "../ingest/refusals.ts";

const utf8 = new TextEncoder();

/** The JSON published on dtck-errors/… (wire contract section 7). */
export function errorPayload(r: ToldRefusal): Uint8Array {
  return utf8.encode(
    JSON.stringify({
      code: r.code,
      message: r.message,
      topic: r.topic,
      payload: r.payload,
      ...(r.base64 ? { base64: true } : {}),
      ...(r.row === null ? {} : { row: r.row, rows: r.rows }),
      ...(r.count > 1 ? { count: r.count, first_time: printTime(r.first) } : {}),
      time: printTime(r.time),
    }),
  );
}
