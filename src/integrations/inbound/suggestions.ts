import type { Micros } from "../../base/types.ts";
import { typeOfForm } from "./rows.ts";
import type { StoredSuggestion, StoreOp, SuggestionKey } from "../../store/ports.ts";
import { factsOf, type Named, nameOf, rowOf, type Suggestion, wholeName } from "./suggestion-facts.ts";

export type { Named, Origin, Suggestion } from "./suggestion-facts.ts";

/** Suggestions of one product, or of a workspace where no product is known; then the one that was not seen for longest goes. */
const MOST = 200;
/** Characters of a name, and of a sample. */
const MOST_NAME = 200;
const MOST_SAMPLE = 200;

/**
 * Serials and fields that came and are not there: instead of silence something that a person can make with one call. Kept
 * in the store, which hears of changes about once a second.
 */
export class Suggestions {
  /** By workspace and product, then by kind and name; the one that was seen last stands last. */
  private readonly lists = new Map<string, Map<string, Suggestion>>();
  private readonly dirty = new Map<string, Suggestion>();
  private readonly gone = new Map<string, SuggestionKey>();

  /** Takes over what the store has. A row that is damaged is passed over. */
  load(rows: readonly StoredSuggestion[]): void {
    for (const { body, ...key } of rows) {
      const facts = factsOf(body);
      if (facts !== null) this.listOf(key).set(nameOf(key), { ...key, ...facts });
    }
  }

  /** Something was named that is not there. */
  note(given: Named, now: Micros): void {
    const { sample, type, unit = null, label = null, origin = null, ...rest } = given;
    const key = { ...rest, name: rest.name.slice(0, MOST_NAME) };
    const list = this.listOf(key);
    const name = nameOf(key);
    const before = list.get(name);
    const next: Suggestion = {
      ...key,
      count: (before?.count ?? 0) + 1,
      first: before?.first ?? now,
      last: now,
      sample: sample.slice(0, MOST_SAMPLE).toWellFormed(),
      // a number once and a text another time is a text
      type: before?.type != null && before.type !== type ? typeOfForm("text") : type,
      unit: unit ?? before?.unit ?? null,
      label: label ?? before?.label ?? null,
      origin: origin ?? before?.origin ?? null,
      state: before?.state ?? "open",
    };
    list.delete(name);
    this.put(list, next);
    if (list.size <= MOST) return;
    const oldest = list.values().find(({ state }) => state === "open") ?? list.values().next().value;
    if (oldest) this.remove(oldest);
  }

  /** Those of a product, or with product 0 of a workspace, the one that was seen last first. */
  list(workspace: number, product: number): Suggestion[] {
    return [...(this.lists.get(`${workspace} ${product}`)?.values() ?? [])].reverse();
  }
  find(key: SuggestionKey): Suggestion | undefined {
    return this.lists.get(`${key.workspace} ${key.product}`)?.get(nameOf(key));
  }
  /** Puts it away, or brings it back. */
  mark(suggestion: Suggestion, state: Suggestion["state"]): Suggestion {
    const list = this.listOf(suggestion);
    const next = { ...suggestion, state };
    this.put(list, next);
    return next;
  }
  /** It was made, or is not wanted at all. */
  remove(key: SuggestionKey): void {
    const { workspace, product, kind, name } = key;
    if (!this.lists.get(`${workspace} ${product}`)?.delete(nameOf(key))) return;
    this.dirty.delete(wholeName(key));
    this.gone.set(wholeName(key), { workspace, product, kind, name });
  }
  /** A product is gone. */
  drop(workspace: number, product: number): void {
    for (const one of this.list(workspace, product)) this.remove(one);
    this.lists.delete(`${workspace} ${product}`);
  }

  /** What the next commit is to write. */
  take(): StoreOp[] {
    const ops: StoreOp[] = [];
    if (this.gone.size > 0) ops.push({ op: "suggestions_delete", rows: [...this.gone.values()] });
    if (this.dirty.size > 0) ops.push({ op: "suggestions_put", rows: [...this.dirty.values()].map(rowOf) });
    this.gone.clear();
    this.dirty.clear();
    return ops;
  }

  private put(list: Map<string, Suggestion>, suggestion: Suggestion): void {
    list.set(nameOf(suggestion), suggestion);
    this.dirty.set(wholeName(suggestion), suggestion);
    this.gone.delete(wholeName(suggestion));
  }
  private listOf({ workspace, product }: SuggestionKey): Map<string, Suggestion> {
    const key = `${workspace} ${product}`;
    const known = this.lists.get(key);
    if (known) return known;
    const list = new Map<string, Suggestion>();
    this.lists.set(key, list);
    return list;
  }
}
