import { Refusal } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";
import { printTime, printValue } from "../../measure/index.ts";
import { type FieldType, type Value, specOf } from "../../measure/types.ts";
import { parseMoment } from "../history/range.ts";
import { Kind } from "graphql";

/** How values of ours are written for clients of the platform. */

/** UTC with `+00:00`. */
export function timeText(time: Micros): string {
  return printTime(time).replace(/Z$/, "+00:00");
}
export function timeOrNull(time: Micros | null | undefined): string | null {
  return time == null ? null : timeText(time);
}
/** As an argument names it. @throws Refusal invalid_request */
export function momentOf(name: string, text: string): Micros {
  const found = parseMoment(name, text);
  if (found === null) throw new Refusal("invalid_request", `${name}: name a time, such as 2026-01-31T08:00:00Z.`);
  return found;
}

/** Clients know no INT. */
export function typeText(type: FieldType): string {
  return type === "INT" ? "NUMERIC" : type;
}
/** Yes is 1, no is 0; null: it is no number. What a COUNTER shows is its last increase, which is asked for elsewhere. */
export function numberOf(value: Value): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "boolean" ? Number(value) : null;
}
/** Texts and positions; "" for what is a number: clients take the number then. */
export function textOf(type: FieldType, value: Value): string {
  const { form } = specOf(type);
  return form === "text" || form === "position" ? printValue(type, value) : "";
}

/** What a scalar takes: a literal of a document as a variable would have it. */
export function literal(node: { readonly kind: string; readonly value?: unknown }): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    default:
      return undefined;
  }
}
