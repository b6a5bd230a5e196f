import { BadValues } from "../../base/errors.ts";

/** Where something is in an order: what it is sorted by (null: nothing, which comes last), then its number. */
export interface Place {
  readonly key: string | number | null;
  readonly uid: number;
}

// as people count: dev2 before dev10
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compare(a: Place, b: Place, sign: number): number {
  if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null) || a.uid - b.uid;
  const isNumber = typeof a.key === "number" && typeof b.key === "number";
  const keys = isNumber ? Number(a.key) - Number(b.key) : collator.compare(String(a.key), String(b.key));
  return sign * keys || a.uid - b.uid;
}

/**
 * The first so many of what is offered, in an order, behind a place. It holds at most twice as many: what is far behind is let go
 * as others come, so that the first of a hundred thousand cost no sorting of all.
 */
export class FirstInOrder<T> {
  private kept: { readonly item: T; readonly place: Place }[] = [];
  private readonly sign: number;
  private isFull = false;
  /** How many were offered. */
  total = 0;

  /** @param most how many; @param after the last of the page before; null: from the first one on */
  constructor(
    private readonly most: number,
    downward: boolean,
    private readonly after: Place | null,
  ) {
    this.sign = downward ? -1 : 1;
  }

  offer(item: T, place: Place): void {
    this.total++;
    if (this.after !== null && compare(place, this.after, this.sign) <= 0) return;
    const worst = this.isFull ? this.kept[this.most] : undefined;
    if (worst !== undefined && compare(place, worst.place, this.sign) > 0) return;
    this.kept.push({ item, place });
    if (this.kept.length > 2 * this.most + 1) this.settle();
  }
  private settle(): void {
    this.kept.sort((a, b) => compare(a.place, b.place, this.sign));
    // one more, which tells that there is another page
    this.kept.length = Math.min(this.kept.length, this.most + 1);
    this.isFull = this.kept.length > this.most;
  }

  /** @returns those, in order, and the place of the last when there are more */
  take(): { readonly items: readonly T[]; readonly last: Place | null } {
    this.settle();
    const some = this.kept.slice(0, this.most);
    return { items: some.map(({ item }) => item), last: this.isFull ? (some.at(-1)?.place ?? null) : null };
  }
}

/** A place as the cursor of a page. */
export function writePlace({ key, uid }: Place): string {
  return Buffer.from(JSON.stringify([key, uid])).toString("base64url");
}
/** @throws BadValues invalid_request: a cursor that no answer gave */
export function placeOf(text: string | undefined): Place | null {
  if (text === undefined || text === "") return null;
  try {
    const [key, uid]: unknown[] = JSON.parse(Buffer.from(text, "base64url").toString());
    const isKey = key === null || typeof key === "string" || typeof key === "number";
    if (isKey && typeof uid === "number") return { key, uid };
  } catch {}
  throw new BadValues("invalid_request", [
    { path: "?cursor", message: "It is not one that an answer with this order gave; begin without one." },
  ]);
}
