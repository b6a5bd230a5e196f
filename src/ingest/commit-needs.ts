import type { Metrics } from "../base/metrics.ts";
import type { Clock, Log } from "../base/types.ts";
import type { BatcherOptions } from "../store/batcher.ts";
import type { LogStore, Seq } from "../store/ports.ts";
import type { EventLog } from "./event-log.ts";
import type { LogOrder } from "./order.ts";
import type { SeriesTable } from "./series.ts";

export interface CommitOptions extends Pick<BatcherOptions, "gapMs" | "graceMs" | "later"> {
  readonly maxCommitRows: number;
  readonly maxCommitBytes: number;
}
export interface CommitNeeds {
  readonly store: Pick<LogStore, "commit">;
  readonly series: SeriesTable;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly options: CommitOptions;
  /** The number that the next row gets. */
  readonly nextSeq: Seq;
  /** Among several nodes: what the order of the log makes of rows. */
  readonly order?: LogOrder;
  /** Events that wait to be kept; they ride along. */
  readonly eventLog?: Pick<EventLog, "waiting" | "take">;
}
