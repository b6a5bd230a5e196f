import { Refusal } from "../base/errors.ts";
import type { IdKind, IdRange } from "./ports.ts";

/** So many ids are asked for at once; they cost nothing, and a burst must not use them up within a turn. */
const IDS_AT_ONCE = 1_048_576;

/** Who sets ids aside. */
type IdSource = (count: number) => Promise<IdRange>;

/** Ids of one kind that the store set aside for this process; more are asked for when half of them are used. */
export class Ids {
  private readonly ranges: IdRange[];
  private used = 0;
  private left: number;
  private asking = false;

  /** @param more without, `range` is all there is */
  constructor(
    range: IdRange,
    private readonly more: IdSource | null = null,
    private readonly atOnce = IDS_AT_ONCE,
  ) {
    this.ranges = [range];
    this.left = range.count;
  }
  /** All ids from a number on, without a store. */
  static from(first: number): Ids {
    return new Ids({ first, count: Number.MAX_SAFE_INTEGER - first });
  }
  /** The first ids of a kind. @throws Refusal storage_unavailable */
  static async of(
    store: { reserve(kind: IdKind, count: number): Promise<IdRange> },
    kind: IdKind,
    atOnce = IDS_AT_ONCE,
  ): Promise<Ids> {
    const more: IdSource = (count) => store.reserve(kind, count);
    return new Ids(await more(atOnce), more, atOnce);
  }

  /** The next one; none is given twice. @throws Refusal storage_unavailable when the store gave no more */
  take(): number {
    let [range] = this.ranges;
    while (range !== undefined && this.used >= range.count) {
      this.ranges.shift();
      this.used = 0;
      [range] = this.ranges;
    }
    if (this.left <= this.atOnce / 2) this.ask();
    if (range === undefined)
      throw new Refusal("storage_unavailable", "The store gives no numbers for new things at the moment.");
    this.left--;
    return range.first + this.used++;
  }
  /** What fails is asked for again by the next `take`. */
  private ask(): void {
    if (this.more === null || this.asking) return;
    this.asking = true;
    this.more(this.atOnce).then(
      (range) => {
        this.asking = false;
        this.ranges.push(range);
        this.left += range.count;
      },
      () => {
        this.asking = false;
      },
    );
  }
}
