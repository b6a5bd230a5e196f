import type { Value } from "../api/fleet.ts";
import type { Text } from "../text/index.ts";
import { spanText } from "./ago-text.ts";
import { formatValue } from "./format-value.ts";

/** A value that a rule looked at, as answers have it. */
interface Seen {
  readonly field: string;
  readonly value: Value | null;
  readonly unit: string | null;
}

/** It in words: `TEMPERATURE 31 °C`; of silence how long it was. */
export function seenText({ field, value, unit }: Seen, t: Text): string {
  if (field === "silence" && typeof value === "number") return t.alerts.silentFor(spanText(value * 1000, t.time));
  return `${field} ${formatValue(value, {}, t.time.locale)}${unit === null ? "" : ` ${unit}`}`;
}
