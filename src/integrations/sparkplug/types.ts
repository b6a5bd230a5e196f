import type { Principal } from "../../auth/principal.ts";
import type { Clock, Log, Micros } from "../../base/types.ts";
import type { FeedHandler } from "../../feed/consumer.ts";
import type { OpenConsumer } from "../../feed/needs.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Sparkplug } from "../../fleet/types.ts";
import type { RowByRow } from "../../ingest/each.ts";
import type { OwnMessage } from "../../ingest/free-messages.ts";
import type { PublishRefusal } from "../../ingest/refused.ts";
import type { Happening } from "../../sparkplug/node-types.ts";
import type { Verdict } from "../../networks/downlinks/types.ts";
import type { JournalStore, Seq, StoreOp } from "../../store/ports.ts";
import type { Making } from "../inbound/making.ts";
import type { Suggestions } from "../inbound/suggestions.ts";
import type { Passed } from "../inbound/work.ts";
import type { HostNode } from "./nodes.ts";

/** What hosts of Sparkplug B need of the server. */
export interface SparkplugNeeds {
  readonly directory: Directory;
  readonly authority: { principalOf(key: string): Principal | undefined };
  readonly consumers: {
    open(name: string, handler: FeedHandler, holds: boolean): OpenConsumer;
    remove(name: string): void;
  };
  readonly store: JournalStore;
  /** The commit that is being collected. */
  readonly commits: { readonly batch: { readonly ops: StoreOp[] }; poke(): void; durable(): Promise<void> };
  readonly each: Pick<RowByRow, "submit">;
  readonly making: Pick<Making, "make">;
  readonly suggestions: Pick<Suggestions, "note">;
  readonly passed: Passed;
  publish(principal: Principal, client: string, message: OwnMessage): PublishRefusal | null;
  /** That a device is there, or that nobody says so any more (null). */
  present(speaker: object, device: DeviceNode | null): void;
  readonly clock: Clock;
  readonly log: Log;
  /** First level of the topics that things are published on: `dtck-pub`. */
  readonly root: string;
  later(fn: () => void, ms: number): void;
}

/** A message on a topic of Sparkplug, copied. */
export interface Heard {
  readonly workspace: number;
  /** Its place in the log; of one that no log has, that of what follows. */
  readonly seq: Seq;
  readonly isStored: boolean;
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** Of something that the time alone brought. */
export const NOTHING_HEARD: Heard = { workspace: 0, seq: 0, isStored: false, topic: "", payload: new Uint8Array(0) };
/** Something that a message came to, for one node. */
export interface Outcome {
  readonly node: HostNode;
  readonly happening: Happening;
  readonly heard: Heard;
}

/** A node or a device of a host, as people see it. */
export interface SparkplugPart {
  /** `group/node` or `group/node/device`. */
  readonly path: string;
  readonly alive: boolean;
  readonly since: Micros;
  readonly born: Micros;
  /** Metrics that its last birth announced. */
  readonly metrics: number;
  /** Null: it has none here. */
  readonly device: DeviceNode | null;
  /** Of a node, since the server started; null: of a device. */
  readonly session: { readonly gaps: number; readonly rebirths: number; readonly lastAsked: string | null } | null;
}
/** How a host is. `off`: it is switched off, or cannot act, and why. */
export interface SparkplugStatus {
  readonly state: "online" | "off";
  readonly reason: string | null;
  readonly nodes: number;
  readonly alive: number;
}

/** What administrators and downlinks do with hosts of a running server. By the host's row. */
export interface SparkplugPort {
  status(row: Sparkplug): SparkplugStatus;
  /** In the order of their paths. */
  parts(row: Sparkplug): readonly SparkplugPart[];
  /** Asks a node for its births. @param path `group/node` @throws Refusal not_found, not_permitted */
  rebirth(row: Sparkplug, path: string): void;
  /** Forgets a node that is not there any more, with its devices; theirs here stay. @throws Refusal not_found, immutable */
  forget(row: Sparkplug, path: string): Promise<void>;
}
/** A value that is to be written, by a field or by the name of a metric. */
export interface SparkplugWrite {
  readonly metric: string;
  readonly value: unknown;
}
/** Sends values to the metrics of a device; null: it is none of Sparkplug. */
export type SendMetrics = (device: DeviceNode, writes: readonly SparkplugWrite[]) => Verdict | null;
