import { printTime } from "../measure/time.ts";
import type { StoredRefusal } from "../store/ports.ts";

/** Refusals as people and programs read them, whichever way they ask. */
export function refusalsShown(refusals: readonly StoredRefusal[]) {
  return refusals.map(({ time, first, code, message, topic, payload, base64, count }) => ({
    time: printTime(time),
    ...(first !== undefined && { first_time: printTime(first) }),
    code,
    message,
    topic,
    payload,
    base64,
    count,
  }));
}
