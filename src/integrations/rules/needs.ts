import type { Principal } from "../../auth/principal.ts";
import type { Clock, Log, Micros } from "../../base/types.ts";
import type { Consumers } from "../../feed/consumers.ts";
import type { SeriesNames } from "../../feed/log-rows.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Waiter } from "../../ingest/batch.ts";
import type { Value } from "../../measure/types.ts";
import type { Happening } from "../../rules/types.ts";
import type { JournalStore, Seq, SeriesStore, StoreOp } from "../../store/ports.ts";

/** The series of the instance, as far as rules look at them. */
interface RuleSeries extends SeriesNames {
  idOf(device: number, field: number): number | undefined;
  current(id: number): { readonly time: Micros; readonly value: Value } | null;
  seen(device: DeviceNode): { readonly time: Micros | null };
  /** Number of the row that was committed last, by series. */
  readonly seq: { readonly [series: number]: Seq };
}

/** What rules stand on. */
export interface RuleNeeds {
  readonly directory: Directory;
  readonly authority: { principalOf(key: string): Principal | undefined };
  readonly series: RuleSeries;
  readonly consumers: Pick<Consumers, "open" | "remove" | "lags">;
  readonly store: JournalStore & Pick<SeriesStore, "columns" | "before">;
  /** The commit that is being collected. */
  readonly commits: { operation(op: StoreOp): void; wait(waiter: Waiter, what: number): void };
  /** Resolves when everything that was put is durable. */
  durable(): Promise<void>;
  /** Takes over what happened, when it is durable: does actions, opens and closes alerts. */
  readonly taker: { take(happened: readonly Happening[]): void };
  /** How many writes of rules led to a measurement; 0: none. Devices and fields by uid. */
  depthOf(device: number, field: number, time: Micros): number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: RuleFigures;
}

/** What is counted of rules. */
interface RuleFigures {
  /** Looks at a rule for a device. */
  looks: number;
  readonly happened: Record<"fired" | "repeated" | "cleared", number>;
  /** Of those which ran no action, why. */
  readonly quiet: Record<"limit" | "snooze" | "loop", number>;
  /** Measurements that came too late to raise anything. */
  late: number;
  /** Looks that failed: a fault of ours. */
  errors: number;
}
