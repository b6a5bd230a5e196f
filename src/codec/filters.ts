import { malformed } from "./error.ts";

/** A filter as SUBSCRIBE and UNSUBSCRIBE carry it: at least one character. Its grammar is the topic room's. */
export function checkFilter(filter: string): string {
  if (filter === "") throw malformed("a topic filter is empty"); // [MQTT-4.7.3-1]
  return filter;
}
