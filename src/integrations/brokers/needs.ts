import type { Principal } from "../../auth/principal.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { Clock, Log } from "../../base/types.ts";
import type { MapRequest } from "../../bridges/maps/types.ts";
import type { ArrivalPort } from "../../bridges/types.ts";
import type { Call, Outcome } from "../../decoders/types.ts";
import type { Consumers } from "../../feed/consumers.ts";
import type { SeriesNames } from "../../feed/log-rows.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { Broker } from "../../fleet/types.ts";
import type { Ingest } from "../../ingest/ingest.ts";
import type { SeenEvent } from "../../ingest/event-log.ts";
import type { JournalStore, StoreOp } from "../../store/ports.ts";
import type { PlatformTopics } from "../../topic/platform.ts";

/** What external brokers stand on. */
export interface BrokerNeeds {
  readonly directory: Directory;
  readonly authority: { principalOf(key: string): Principal | undefined };
  readonly series: SeriesNames;
  readonly consumers: Pick<Consumers, "open" | "remove" | "lags" | "published">;
  readonly ingest: Pick<Ingest, "messages" | "publish" | "reportPublish" | "commits">;
  readonly topics: PlatformTopics;
  readonly store: JournalStore;
  /** Puts an operation into the next commit. */
  operation(op: StoreOp): void;
  /** Resolves when everything that was put is durable. */
  durable(): Promise<void>;
  /** See `DialNeeds`. */
  reach(url: string): Promise<string>;
  /** Why this server never reaches a host; null: it may. */
  whyNever(url: string): string | null;
  /** Takes what arrives by routes of the direction `in`. */
  readonly arrived: ArrivalPort;
  /** What is to be said to a remote so that it goes on telling. @param isDue what was asked before is to be asked again */
  asks(broker: Broker, isDue: boolean): readonly MapRequest[];
  /** Runs a script; the sandbox of decoders. */
  call(call: Call): Promise<Outcome>;
  /** Bytes of a packet that a remote may send. */
  readonly maxPacket: number;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. */
  chance(): number;
  later(fn: () => void, ms: number): void;
  /** An event for the inspector. */
  tell(event: SeenEvent): void;
  readonly metrics: Pick<Metrics, "brokers">;
}
