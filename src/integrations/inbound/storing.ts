import type { Clock, Micros } from "../../base/types.ts";
import type { Row } from "../../decoders/results.ts";
import type { RowByRow } from "../../ingest/each.ts";
import type { StoreOp } from "../../store/ports.ts";
import type { PassRow } from "../types.ts";
import type { Unit } from "./decode.ts";
import { extraRows, lateTime } from "./extras.ts";
import { type Judged, judgeRows } from "./judge.ts";
import type { Making } from "./making.ts";
import { withOrigin } from "./origin.ts";

interface Needs {
  readonly each: Pick<RowByRow, "submit">;
  readonly making: Making;
  readonly clock: Clock;
  /** First level of the topics that things are published on: `dtck-pub`. */
  readonly root: string;
}

/** Rows of one unit, from where they go to the commit. */
export class Storing {
  constructor(private readonly needs: Needs) {}

  /** Where the rows go; what is not there is made first, where the product wishes it. */
  async judge(unit: Unit, rows: readonly Row[], now: Micros): Promise<readonly Judged[]> {
    const { product, device, event } = unit;
    const all = [...rows, ...extraRows(rows, product, event)];
    const judge = () => judgeRows(all, product, device, now).map((one) => withOrigin(one, unit));
    const judged = judge();
    const missing = judged.flatMap((one) => one.missing ?? []);
    if (missing.length === 0 || !(await this.needs.making.make(product, missing))) return judged;
    const again = judge();
    const made = again.flatMap((one) => one.missing ?? []);
    // what was made for a device may still lack a field, and the other way round
    return made.length > 0 && (await this.needs.making.make(product, made)) ? judge() : again;
  }

  /** @returns the rows as they are shown, once what is good is durable. @throws Refusal (rejects) storage_unavailable, clock_not_set */
  async store(unit: Unit, judged: readonly Judged[], ops: readonly StoreOp[]): Promise<PassRow[]> {
    const { incoming, product, event } = unit;
    const good = judged.flatMap((one) => one.row ?? []);
    const fates = judged.map(({ shown }) => shown);
    if (good.length === 0) return fates;
    const late = lateTime(event, this.needs.clock.micros());
    const { refused, committed } = this.needs.each.submit({
      rows: late === null ? good : good.map((row) => ({ ...row, time: row.time ?? late })),
      principal: incoming.principal,
      actor: incoming.principal?.key ?? `p:${product.row.uid}`,
      payload: incoming.body,
      root: this.needs.root,
      ops,
    });
    await committed;
    let at = 0;
    return judged.map(({ shown, row }) => {
      const why = row === null ? null : (refused[at++] ?? null);
      return why === null ? shown : { ...shown, fate: "refused", message: why.message };
    });
  }
}
