import type { Micros } from "../../base/types.ts";

/** A key by which something that came in is recognised when it comes again. */
export interface StoredArrival {
  /** Unique; a hash of what makes it so. */
  readonly key: string;
  readonly time: Micros;
}

/** Something that came in at an integration, and what became of it. */
export interface PassPut {
  readonly time: Micros;
  /** uids; 0: none. */
  readonly workspace: number;
  readonly product: number;
  /** uids of the devices that it concerns, each once. */
  readonly devices: readonly number[];
  /** All of it as JSON. */
  readonly body: string;
}
export interface StoredPass extends Pick<PassPut, "time" | "workspace" | "product" | "body"> {
  /** Grows with each. */
  readonly id: number;
}

/** Whose passes are asked for: a product's, a device's, or those of a workspace that are of no product. */
export type PassList = "workspace" | "product" | "device";
export interface PassQuery {
  readonly list: PassList;
  /** uid of the workspace, product or device. */
  readonly owner: number;
  /** Only ids below this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Of what is suggested to be made: a device, or a field. */
export type SuggestionKind = "device" | "field";
/** Something that was named and is not there. Unique by workspace, product, kind and name. */
export interface StoredSuggestion {
  /** uids; product 0: it is not known whose. */
  readonly workspace: number;
  readonly product: number;
  readonly kind: SuggestionKind;
  /** A serial, or the identifier of a field. */
  readonly name: string;
  /** What is known of it, as JSON. */
  readonly body: string;
}
export type SuggestionKey = Omit<StoredSuggestion, "body">;

/** What a commit notes of integrations, in the order given. */
export type InboundOp =
  /**
   * These came, with the rows of this commit. A key that is there already stays as it is. With a bound those with time < before,
   * and all but the newest `most`, are forgotten.
   */
  | {
      readonly op: "arrivals_put";
      readonly rows: readonly StoredArrival[];
      readonly bound?: { readonly before: Micros; readonly most: number };
    }
  /**
   * Adds passes, each to the lists of its devices, and to that of its product (without one: of its workspace). A list keeps its
   * newest `listed`, and a pass that is in no list any more is forgotten. With `most` and `bytes` all but the newest so
   * many passes, and so many bytes of their bodies, are forgotten, whatever lists they are in.
   */
  | {
      readonly op: "passes_put";
      readonly rows: readonly PassPut[];
      readonly listed: number;
      readonly bound?: { readonly most: number; readonly bytes: number };
    }
  /** Lists of what is gone, with the passes that are in no other. */
  | { readonly op: "passes_drop"; readonly list: PassList; readonly owners: readonly number[] }
  /** Inserts or replaces. */
  | { readonly op: "suggestions_put"; readonly rows: readonly StoredSuggestion[] }
  | { readonly op: "suggestions_delete"; readonly rows: readonly SuggestionKey[] };

/** What is noted of integrations. */
export interface InboundStore {
  /** The keys that there are, in pieces, oldest first, while nobody writes them. */
  arrivals(): AsyncIterable<readonly StoredArrival[]>;
  /** The suggestions, likewise, in the order in which they were first put. */
  suggestions(): AsyncIterable<readonly StoredSuggestion[]>;
  /** Newest first. */
  readPasses(query: PassQuery): Promise<StoredPass[]>;
}
