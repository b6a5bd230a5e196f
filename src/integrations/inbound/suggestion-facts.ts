import type { Micros } from "../../base/types.ts";
import type { FieldType } from "../../measure/types.ts";
import type { StoredSuggestion, SuggestionKey } from "../../store/ports.ts";

/** What a suggestion knows, and how it is stored. */

/** What is known of something that was named and is not there. */
interface SuggestionFacts {
  /** How often it was named. */
  readonly count: number;
  readonly first: Micros;
  readonly last: Micros;
  /** Of a field its last value as JSON, of a device the fields that came for it; cut to 200 characters. */
  readonly sample: string;
  /** Of a field: what its values look like; null: of a device. */
  readonly type: FieldType | null;
  readonly unit: string | null;
  /** A name for people, where the decoder gives one. */
  readonly label: string | null;
  /** Where it came from last, where that says more than the product does; null: the product's own address, or a network. */
  readonly origin: Origin | null;
  readonly state: "open" | "ignored";
}
/** A broker elsewhere, and the map by which its message was read. */
export interface Origin {
  readonly broker: string;
  readonly map: string;
}
export type Suggestion = SuggestionKey & SuggestionFacts;
/** What was named this time. */
export interface Named extends SuggestionKey {
  readonly sample: string;
  readonly type: FieldType | null;
  readonly unit?: string | null;
  readonly label?: string | null;
  readonly origin?: Origin | null;
}

/** Among those of its product. */
export function nameOf({ kind, name }: SuggestionKey): string {
  return `${kind} ${name}`;
}
export function wholeName({ workspace, product, kind, name }: SuggestionKey): string {
  return `${workspace} ${product} ${kind} ${name}`;
}
export function rowOf({ workspace, product, kind, name, ...facts }: Suggestion): StoredSuggestion {
  return { workspace, product, kind, name, body: JSON.stringify(facts) };
}
/** As it was stored before there were brokers. */
const NO_ORIGIN: Partial<SuggestionFacts> = { origin: null };
/** @returns null: it is damaged */
export function factsOf(body: string): SuggestionFacts | null {
  try {
    const facts: unknown = JSON.parse(body);
    return typeof facts === "object" && facts !== null && "count" in facts
      ? { ...NO_ORIGIN, ...(facts as SuggestionFacts) } // as `rowOf` wrote it
      : null;
  } catch {
    return null;
  }
}
