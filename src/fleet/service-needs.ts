import type { AccountChange, ByNodes } from "../store/ports.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import type { AuditWriter } from "./audit.ts";
import type { Directory } from "./directory.ts";
import type { Random } from "./token.ts";
import type { FleetChange } from "./types.ts";

/** What the service needs of the fleet store (a FleetStore is one). */
export interface FleetWriter extends ByNodes {
  commit(
    drafts: readonly FleetChange[],
    audit?: AuditWriter,
    accounts?: readonly AccountChange[],
  ): Promise<readonly FleetChange[]>;
}
export interface ServiceNeeds {
  readonly store: FleetWriter;
  readonly directory: Directory;
  /** µs since the epoch. */
  readonly micros: () => number;
  readonly random: Random;
  /** The instance's topics, for the rights in a fleet file; absent where its settings are not known. */
  readonly topics?: PlatformTopics;
  /** Why requests to an address are always refused, for webhooks in a fleet file; absent without a server. */
  readonly whyNever?: (url: string) => string | null;
}
