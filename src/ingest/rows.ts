import type { Micros } from "../base/types.ts";
import type { Parsed } from "../measure/types.ts";
import { Told } from "../store/record.ts";
import { ROW_CURRENT, ROW_HISTORICAL, ROW_LATE, ROW_OTHERWISE, ROW_PUBLISHED } from "./batch.ts";
import type { CommitLine } from "./commits.ts";
import type { LogOrder } from "./order.ts";
import { HISTORY } from "./row-flags.ts";
import type { SeriesTable } from "./series.ts";
import type { Target } from "./target.ts";

/** From a checked value to its row in the commit that is being filled: its time, and whether it is current and published. */
export class Rows {
  /** @param order among several nodes, which only propose these; null: there is one, and it decides */
  constructor(
    private readonly commits: Pick<CommitLine, "batch">,
    private readonly series: SeriesTable,
    private readonly order: LogOrder | null,
  ) {}

  /** @param given its time; null: it is stamped @param mask what it may get (row-flags.ts) @param buf what `p` lies in */
  append(
    target: Target,
    given: Micros | null,
    deadline: number,
    now: Micros,
    p: Parsed,
    buf: Uint8Array,
    mask: number,
  ): void {
    const { series, order } = this;
    if (series.renamed.size > 0) target.series = series.renamed.get(target.series) ?? target.series;
    if (target.series === 0) this.createSeries(target);
    const id = target.series;
    const currentTime = series.time[id] as number; // createSeries made room for it
    let time: Micros;
    let flags = ROW_CURRENT | ROW_PUBLISHED;
    if (given === null) {
      time = series.stamp(id, now);
    } else {
      time = given;
      if (time >= currentTime && mask !== HISTORY) series.time[id] = time;
      else flags = target.product.row.publishBackfill ? ROW_PUBLISHED : 0;
    }
    flags = (flags & mask) | (mask & ROW_HISTORICAL);
    if (order !== null) flags |= this.otherwise(order, target, given === null ? time : null, flags, mask);
    this.commits.batch.append(target, time, given !== null, deadline, flags, p, buf);
  }
  /** What is to hold should the order of the log decide otherwise. @param stamp null: its time was given */
  private otherwise(order: LogOrder, target: Target, stamp: Micros | null, flags: number, mask: number): number {
    if (stamp !== null) return order.isLate(target.series, stamp) ? ROW_LATE : 0;
    const isCurrent = (flags & ROW_CURRENT) !== 0;
    const late = isCurrent ? 0 : ROW_LATE;
    if ((mask & ROW_PUBLISHED) === 0 || (isCurrent && !target.product.row.publishBackfill)) return late;
    return late | ROW_OTHERWISE;
  }
  private createSeries(target: Target): void {
    const { series, order } = this;
    const { batch } = this.commits;
    const device = target.device.row.uid;
    const field = target.field.row.uid;
    const id = series.idOf(device, field) ?? series.create(target.device, target.field);
    target.series = id;
    // also for one that exists: its first commit may have been given up
    if (series.committedTime[id] !== Number.NEGATIVE_INFINITY) return;
    batch.ops.push({ op: "series_put", id, device, field, type: target.type.name });
    if (order !== null) batch.writer.note(Told.Series, [id, device, field]);
  }
}
