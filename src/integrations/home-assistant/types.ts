import type { Principal } from "../../auth/principal.ts";
import type { Clock, Log } from "../../base/types.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Topics } from "../../homeassistant/types.ts";
import type { CommitLine } from "../../ingest/commits.ts";
import type { FreeMessages } from "../../ingest/free-messages.ts";

/** What describing devices to Home Assistant stands on. */
export interface HomeAssistantNeeds {
  readonly directory: Directory;
  readonly authority: { principalOf(key: string): Principal | undefined };
  readonly commits: Pick<CommitLine, "retained" | "turn" | "full" | "poke">;
  readonly messages: Pick<FreeMessages, "retain">;
  /** Where values are heard and recorded. */
  readonly topics: Omit<Topics, "discoveryPrefix">;
  /** Whether a device is there: its own client is connected, or it counts as online. */
  isThere(device: DeviceNode): boolean;
  /** Of fieldcast. */
  readonly version: string;
  /** The device's page, for people; null: it is not known how browsers find this server. */
  page(device: DeviceNode): string | null;
  readonly clock: Clock;
  readonly log: Log;
  later(fn: () => void, ms: number): void;
}
