import { SEMANTICS, type Semantic } from "../../fleet/integration-rows.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { specOf } from "../../measure/types.ts";
import type { GraphContext } from "./context.ts";
import { type Current, currentsOf } from "./current.ts";
import { activeFields } from "./lookups.ts";
import { numberOf } from "./values.ts";

/** What fields measure, the same in all products (`semantic`), and figures over the fields of a device that have one. */

export type Aggregation = "AVG" | "SUM" | "MAX" | "MIN";

/** As a document writes it: `TEMPERATURE`. */
export function semanticNamed(text: string): Semantic {
  return text.toLowerCase() as Semantic; // the schema lets no other through
}
export function semanticText(semantic: Semantic): string {
  return semantic.toUpperCase();
}
/** The argument of `devicesFiltered` that filters by it: `doorOpened`. */
export function argumentOf(semantic: Semantic): string {
  return semantic.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
export const ALL_SEMANTICS: readonly Semantic[] = SEMANTICS;

/** The values that a device has of a semantic. */
export function valuesOf(context: GraphContext, device: DeviceNode, semantic: Semantic): Current[] {
  return currentsOf(
    context,
    device,
    activeFields(device.product).filter(({ row }) => row.semantic === semantic),
  );
}
/** A figure over the numbers of a device; null: it has none. */
export function numericOf(context: GraphContext, device: DeviceNode, semantic: Semantic, how: Aggregation) {
  return figureOf(
    valuesOf(context, device, semantic)
      .filter(({ field }) => specOf(field.row.type).form === "number")
      .map(({ value }) => numberOf(value))
      .filter((value) => value !== null),
    how,
  );
}
export function figureOf(numbers: readonly number[], how: Aggregation): number | null {
  if (numbers.length === 0) return null;
  const sum = numbers.reduce((all, one) => all + one, 0);
  switch (how) {
    case "SUM":
      return sum;
    case "AVG":
      return sum / numbers.length;
    case "MAX":
      return numbers.reduce((most, one) => Math.max(most, one));
    case "MIN":
      return numbers.reduce((least, one) => Math.min(least, one));
  }
}
/** Yes and no of a device: numbers are yes when they are not 0. */
export function yesesOf(context: GraphContext, device: DeviceNode, semantic: Semantic): boolean[] {
  return valuesOf(context, device, semantic)
    .map(({ value }) => numberOf(value))
    .filter((value) => value !== null)
    .map((value) => value !== 0);
}
/** AVG: more yes than no; MIN: all, MAX: any. Null: the device has none. */
export function booleanOf(yeses: readonly boolean[], how: Aggregation): boolean | null {
  if (yeses.length === 0) return null;
  const count = yeses.filter(Boolean).length;
  if (how === "MIN") return count === yeses.length;
  return how === "MAX" ? count > 0 : count * 2 > yeses.length;
}
