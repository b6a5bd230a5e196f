import type { AnyRow } from "./kind.ts";
import { kindOf } from "./kinds.ts";
import type { FleetKind } from "./types.ts";

/** What two states of a row differ in, for the audit log. */

type Properties = Readonly<Record<string, unknown>>;

/** Of two rows what is not the same in both. */
export function differences(
  before: Properties | null,
  after: Properties | null,
): [Properties | null, Properties | null] {
  if (before === null || after === null) return [before, after];
  const different = (key: string) => JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  const only = (row: Properties) => Object.fromEntries(Object.entries(row).filter(([key]) => different(key)));
  return [only(before), only(after)];
}

/** A word for each secret that a change made another one. */
export function renewed(kind: FleetKind, was: AnyRow | null, is: AnyRow | null, word: string): Properties {
  if (was === null || is === null) return {};
  // its own properties, as the spec of the kind names them
  const [before, after] = [was, is] as unknown as [Properties, Properties];
  const others = (kindOf(kind).audit.renewed ?? []).filter((key) => before[key] !== after[key]);
  return Object.fromEntries(others.map((key) => [key, word]));
}
