import type { Principal } from "../../auth/principal.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { Clock, Log } from "../../base/types.ts";
import type { Consumers } from "../../feed/consumers.ts";
import type { SeriesNames } from "../../feed/log-rows.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { FleetService } from "../../fleet/service.ts";
import type { SeenEvent } from "../../ingest/event-log.ts";
import type { JournalStore, StoreOp } from "../../store/ports.ts";
import type { Post } from "./attempt.ts";

/** What webhooks stand on. */
export interface WebhookNeeds {
  readonly directory: Directory;
  readonly fleet: Pick<FleetService, "edit">;
  readonly authority: { principalOf(key: string): Principal | undefined };
  readonly series: SeriesNames & { seen(device: DeviceNode): { readonly time: number | null } } & {
    idOf(device: number, field: number): number | undefined;
    current(id: number): { readonly time: number; readonly value: unknown } | null;
  };
  readonly consumers: Pick<Consumers, "open" | "remove" | "lags">;
  readonly store: JournalStore;
  /** Puts an operation into the next commit. */
  operation(op: StoreOp): void;
  /** Resolves when everything that was put is durable. */
  durable(): Promise<void>;
  readonly post: Post;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. */
  chance(): number;
  later(fn: () => void, ms: number): void;
  /** An event for the inspector. */
  tell(event: SeenEvent): void;
  readonly metrics: Pick<Metrics, "webhooks">;
}
