import type { Micros } from "../base/types.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import { newParsed, parseJson } from "../measure/index.ts";
import type { Parsed, Value } from "../measure/types.ts";
import type { StoreOp } from "../store/ports.ts";
import { ROW_CURRENT } from "./batch.ts";
import { EVERY_FLAG, HISTORY } from "./row-flags.ts";
import { type CommitLine, unavailable } from "./commits.ts";
import type { SeriesTable } from "./series.ts";
import { type Target, targetOf } from "./target.ts";

/** What becomes of a value, as it was with the measurement that it was computed from. */
export type Manner = "live" | "silent" | "historical";

/** A value that a formula made. */
export interface ComputedRow {
  readonly device: DeviceNode;
  /** A computed field of its product, in upper case. */
  readonly field: string;
  readonly value: Value;
  /** That of the measurement from which it was computed. */
  readonly time: Micros;
  /** live: current and published as any; silent: as what is imported, published to nobody; historical: never current. */
  readonly manner: Manner;
}

const FLAGS: Readonly<Record<Manner, number>> = { live: EVERY_FLAG, silent: ROW_CURRENT, historical: HISTORY };

/** The way in for values of formulas: nobody's rights are asked, since those who wrote the formula may edit the product. */
export class ComputedRows {
  private readonly parsed: Parsed = newParsed();

  constructor(
    private readonly commits: CommitLine,
    private readonly series: SeriesTable,
    private readonly append: (target: Target, time: Micros, now: Micros, parsed: Parsed, flags: number) => void,
  ) {}

  /**
   * Puts rows into the commit that is being filled, at once, together with operations that are done with them or not at all.
   * @param refused hears of a row that its field does not take, and why; the others are taken
   * @returns a promise that resolves when all is durable; it rejects with storage_unavailable
   */
  submit(
    rows: readonly ComputedRow[],
    ops: readonly StoreOp[],
    refused: (row: ComputedRow, why: string) => void,
  ): Promise<void> {
    const { commits, parsed } = this;
    if (commits.failing) return Promise.reject(unavailable());
    for (const row of rows) {
      const { device, field, value, time, manner } = row;
      // it may have gone meanwhile, or have become another
      const target = device.deleted ? null : targetOf(this.series, device, field, true);
      if (target === null) continue;
      if (
        parseJson(target.type, value, parsed) ||
        (isBroken(value) && parseJson(target.type, Math.round(value), parsed))
      )
        this.append(target, time, time, parsed, FLAGS[manner]);
      else refused(row, parsed.error);
    }
    for (const op of ops) commits.batch.tie(op);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    commits.wait({ committed: () => resolve(), failed: () => reject(unavailable()) }, 0);
    commits.poke();
    return promise;
  }
}

/** A number that a field of whole numbers does not take as it is: it takes the nearest one. */
function isBroken(value: Value): value is number {
  return typeof value === "number" && !Number.isInteger(value);
}
