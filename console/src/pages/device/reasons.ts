import type { Event } from "../../../../sdk/operations.js";

/** Refusals of one reason on one topic as the newest of them, with how often there were; in the order of the newest. @param events newest first */
export function reasonsOf<E extends Pick<Event, "code" | "message" | "topic" | "count">>(events: readonly E[]): E[] {
  const found = new Map<string, E>();
  for (const event of events) {
    const key = [event.code, event.topic, event.message].join("\n");
    const known = found.get(key);
    found.set(key, known === undefined ? event : { ...known, count: known.count + event.count });
  }
  return [...found.values()];
}
