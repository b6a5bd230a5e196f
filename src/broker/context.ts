import type { Authority } from "../auth/authority.ts";
import type { Principal } from "../auth/principal.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Silence } from "../base/silence.ts";
import type { Clock, Log } from "../base/types.ts";
import type { PacketReader } from "../codec/index.ts";
import type { Hub } from "../fanout/hub.ts";
import type { Outlet } from "../fanout/outlet.ts";
import type { Directory } from "../fleet/directory.ts";
import type { CommitLine } from "../ingest/commits.ts";
import type { Ingest } from "../ingest/ingest.ts";
import type { SeriesTable } from "../ingest/series.ts";
import type { ServerLimits } from "../session/connect.ts";
import type { Ids } from "../store/ids.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import type { AdmissionLimits } from "./admission.ts";
import type { Channel } from "./channel.ts";
import type { Elsewhere } from "./nodes/port.ts";
import type { Failures } from "./failures.ts";
import type { FoldedLog } from "./folded-log.ts";
import type { Presence } from "./presence.ts";
import type { RateLimits, Rates } from "./rates.ts";
import type { Sessions } from "./sessions.ts";

export interface BrokerLimits extends ServerLimits, AdmissionLimits, RateLimits {
  readonly maxPacketBeforeLogin: number;
  readonly maxTopicLevels: number;
  readonly maxUnsent: number;
  readonly maxSubscriptions: number;
  readonly maxTotalSubscriptions: number;
  readonly maxSubscribeFilters: number;
  readonly maxSessionsPerAccount: number;
  readonly maxAliasBytes: number;
  /** Seconds. */
  readonly connectTimeout: number;
}

/** The rooms below, and what the broker is started with. */
export interface BrokerNeeds {
  readonly ingest: Ingest;
  readonly hub: Hub;
  readonly series: SeriesTable;
  readonly directory: Directory;
  readonly authority: Authority;
  readonly topics: PlatformTopics;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: BrokerLimits;
  /** Never by default. */
  readonly silence?: Silence;
  /** Runs `fn` after at least `ms`; 0: after what the event loop has at hand. */
  readonly later: (fn: () => void, ms: number) => void;
  /** Who a client without credentials acts as (setting *anonymous*); null: it is refused. @param local it is on this machine */
  readonly anonymous: (local: boolean) => Principal | null;
  /** A client identifier for a client that has none. */
  readonly newClientId: () => string;
  /** First free number for a stored session. */
  readonly sessionIds: Pick<Ids, "take">;
}

/** The commit that is being filled: what verbs may put into it, and wait for. */
export type Commit = Pick<CommitLine, "wait" | "tell" | "poke" | "failing" | "full" | "turn" | "rows">;

/** All that verbs may use of the broker. */
export interface BrokerContext extends Omit<BrokerNeeds, "sessionIds" | "silence"> {
  /** While it lasts nothing is read from clients that have logged in, nothing is written to them, and nobody is let in. */
  readonly silence: Silence;
  readonly commit: Commit;
  /** Where packets are read; what it has read holds until the next packet. */
  readonly reader: PacketReader;
  readonly sessions: Sessions;
  readonly presence: Presence;
  readonly rates: Rates;
  /** Lines of what strangers can bring about as often as they like. */
  readonly foldedLog: FoldedLog;
  /** Logins that failed. */
  readonly failures: Failures;
  /** The connections that are open. */
  readonly connections: { readonly size: number; delete(channel: Channel): boolean };
  /** Those of them that have not logged in. */
  readonly newcomers: { leave(channel: Channel): void };
  /** Keys of stored sessions that have ended, until that is durable. */
  readonly ending: Set<string>;
  /** By session key: the newest connection whose login waits for that. */
  readonly entering: Map<string, Channel>;
  /** Among several nodes: the connections of the same clients there; null: there are no others. */
  readonly elsewhere: Elsewhere | null;
  /** Whether wills can be recorded now; otherwise they wait, and their sessions with them. */
  readonly takesWills: boolean;
  /** Sends the newest `$SYS` figures to an outlet that has just subscribed them. */
  figuresFor(outlet: Outlet): void;
}
