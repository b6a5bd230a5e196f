import type { AdminDeps } from "../admin/types.ts";
import type { InstancePort } from "./instance/port.ts";
import type { OwnNames } from "./kit/here.ts";
import type { Context } from "hono";
import type { Authority } from "../auth/authority.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Clock, Log, Micros } from "../base/types.ts";
import type { SeriesNames } from "../feed/log-rows.ts";
import type { DeviceNode } from "../fleet/directory.ts";
import type { FleetService } from "../fleet/service.ts";
import type { People } from "../people/people.ts";
import type { Shares } from "../people/shares.ts";
import type { IdentityProvider } from "../people/types.ts";
import type { Inbound } from "../integrations/inbound/inbound.ts";
import type { InboundParts } from "../integrations/open.ts";
import type { EventsPort, LiveFeed } from "./feeds.ts";
import type { NodesPort } from "./nodes/port.ts";
import type { Brakes, HttpLimits } from "./limits.ts";
import type { Recorder } from "../ingest/types.ts";
import type { Value } from "../measure/types.ts";
import type { HistoryStore } from "../history/port.ts";
import type { PositionsPort } from "../store/ports.ts";

/** The series and their current values, as reading over HTTP needs them. */
export interface SeriesReader extends SeriesNames {
  /** The series of a device's field by their uids; undefined: nothing was ever recorded. */
  idOf(deviceUid: number, fieldUid: number): number | undefined;
  /** The current value; null: none yet. */
  current(id: number): { readonly time: Micros; readonly value: Value } | null;
  /** When a device was last seen, and a number that grows with each of its measurements. */
  seen(device: DeviceNode): { readonly time: Micros | null; readonly number: number };
}

/** Whether a device's own client is connected, as far as it is durable; µs. */
export interface PresenceReader {
  of(device: DeviceNode): {
    readonly connected: boolean;
    readonly connectedAt: Micros | null;
    readonly disconnectedAt: Micros | null;
    readonly number: number;
  };
}

/** Files that are served as they are. */
export interface FileServer {
  /** Whether there is a page to begin with. */
  readonly hasPage: boolean;
  /** @param prefix what the addresses begin with, with a slash at the end */
  handler(prefix: string): Handler;
}

/** What signing in, invitations and the accounts of users stand on. */
export interface SignInPort {
  readonly service: People;
  /** For the tokens of people. */
  readonly fleet: FleetService;
  /** What links to this instance begin with; null: not known. */
  readonly publicUrl: string | null;
  /** Whether links can be mailed. */
  readonly mail: boolean;
  /** Another service where people can sign in; null: there is none. */
  readonly provider: IdentityProvider | null;
}

/** What comes in by integrations. */
export type IntegrationsPort = Pick<InboundParts, "passes" | "suggestions"> & {
  readonly inbound: Pick<Inbound, "receive" | "unreadable">;
  readonly stopped: Pick<InboundParts["stopped"], "is" | "restart">;
  readonly tryOut: Pick<InboundParts["tryOut"], "map" | "network" | "once" | "recorded" | "problem">;
};

/** What the HTTP side stands on. */
export interface HttpDeps extends Required<AdminDeps> {
  readonly authority: Authority;
  readonly recorder: Recorder;
  readonly series: SeriesReader;
  readonly presence: PresenceReader;
  readonly store: HistoryStore & AdminDeps["store"];
  readonly events: EventsPort;
  readonly live: LiveFeed;
  readonly integrations: IntegrationsPort;
  /** Without it nobody signs in: tokens alone speak for somebody. */
  readonly people?: SignInPort;
  /** Links that show dashboards. */
  readonly shares: Shares;
  readonly brakes: Brakes;
  /** Files of the console; without them there is none. */
  readonly files?: FileServer | undefined;
  /** Without it the server tells nothing of itself here. */
  readonly instance?: InstancePort | undefined;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  /** Under which programs of this machine may ask, too; none by default. */
  readonly ownNames?: OwnNames;
  /** First level of the platform's topics. */
  readonly prefix: string;
  /** Whether every listener is up and the store takes data. */
  readonly ready: () => boolean;
  /** The other nodes; absent: the server is alone. */
  readonly nodes?: NodesPort | undefined;
  readonly limits: HttpLimits;
  readonly positions?: PositionsPort | undefined; // among several nodes
  /** A device counts as online for so long after its last measurement, in µs; 40 minutes by default. */
  readonly recentlySeen?: Micros;
}

/** What a listener passes requests to. */
export interface Http {
  /** @param info remoteAddress: the other end's IP address as the socket has it; fromNode: the node that asks in somebody's name */
  fetch(
    request: Request,
    info: { readonly remoteAddress: string; readonly fromNode?: number },
  ): Response | Promise<Response>;
  /** Streams say that they are there. Call it about once a second. */
  tick(): void;
  /** The server stops: streams end, and their readers are told so. */
  end(): void;
}

export interface HttpEnv {
  Bindings: {
    remoteAddress: string;
    /** The node that asks in the name of a client: it is answered for this node alone. */
    fromNode?: number | undefined;
  };
  Variables: {
    /** Content-Security-Policy of a page that needs one of its own. */
    policy?: string;
    /** Cache-Control of what may be kept; nothing else is. */
    caching?: string;
    /** What every answer tells of the rate of who asks, refusals too. */
    rate?: Readonly<Record<string, string>>;
    /** A cookie spoke for who asks. */
    byCookie?: boolean;
    /** A token was sent, in whatever header. */
    sentToken?: boolean;
  };
}
export type HttpContext = Context<HttpEnv>;
export type Handler = (c: HttpContext) => Response | Promise<Response>;
