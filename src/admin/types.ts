import type { Principal } from "../auth/principal.ts";
import type { ErrorCode } from "../base/errors.ts";
import type { SessionDetails, SessionPage, SessionQuery, TraceLines, TraceWish } from "../broker/types.ts";
import type { DeviceNode, Directory, FieldNode } from "../fleet/directory.ts";
import type { FleetService } from "../fleet/service.ts";
import type { Deletion } from "../history/deletion.ts";
import type { Imported, ImportRow } from "../history/import.ts";
import type { SeriesRef } from "../history/usage.ts";
import type { InboundParts } from "../integrations/open.ts";
import type { Value } from "../measure/types.ts";
import type { ElsewherePorts } from "./elsewhere.ts";
import type { NodeTable } from "./node-table.ts";
import type { People } from "../people/people.ts";
import type { Shares } from "../people/shares.ts";
import type { AuditStore, DataStore, DeviceLogStore, EventQuery, SeriesStore } from "../store/ports.ts";

/** Which events; since: µs. */
export interface InspectWish extends Pick<EventQuery, "principal" | "device" | "kind"> {
  readonly since: number;
}

export interface ListenerAddress {
  readonly name: "mqtt" | "mqtts" | "http" | "https" | "wss";
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly note?: string;
}

/** What a running server says about itself to the commands. */
export interface ServerInfo {
  readonly pid: number;
  readonly startedAt: number; // Unix time in ms
  readonly addresses: readonly ListenerAddress[];
  readonly caFile: string | null;
  /** It stands by; of who is active what is known. */
  readonly standby?: { readonly address?: string; readonly since?: number };
}

/** The sessions of a running server, for operators. */
export interface SessionTable {
  select(query: SessionQuery): SessionPage;
  /** Null: there is none. @param principal key of its account */
  inspect(principal: string, clientId: string): SessionDetails | null;
  /** Ends a client's connection; false when there is none. @param principal key of its account */
  disconnect(principal: string, clientId: string): boolean;
  /** Ends all connections of an account; returns how many there were. */
  disconnectAll(principal: string): number;
  /** Packets of clients, as lines of JSON. @param seconds how long. @throws Refusal invalid_request: there are too many traces */
  trace(wish: TraceWish, seconds: number): TraceLines;
}

/** What the server would answer a client: the rules that it goes by itself. */
export interface AccessPort {
  /** First level of the platform's topics. */
  readonly prefix: string;
  /** The account in force. @param key `u:` or `a:`, and its number */
  account(key: string): Principal | undefined;
  /** Why a publish on a topic would be refused, whatever it bears; null: it would be looked at. */
  publish(who: Principal, topic: string): { readonly code: ErrorCode; readonly message: string } | null;
  /** `absent`: why nothing would come under the filter now; null: something can. */
  subscribe(
    who: Principal,
    filter: string,
  ):
    | {
        readonly granted: true;
        readonly canonical: string;
        readonly note: string | null;
        readonly absent: string | null;
      }
    | { readonly granted: false; readonly message: string };
}

/** Which series there are. */
export interface SeriesIndex {
  /** Where the series of a device's field is looked up, by their uids; undefined: nothing was ever recorded. */
  open(): Promise<{ idOf(device: number, field: number): number | undefined }>;
  /** Every series whose device and field are there. */
  all(): Promise<Iterable<SeriesRef>>;
}

/** What deletes measurements. */
interface Eraser {
  /** Deletes the measurements of series in a range, and notes it; current values stay. @throws Refusal (rejects) storage_unavailable */
  erase(deletion: Deletion): Promise<void>;
  /** Forgets series whose devices or fields are gone, with everything measured in them; resolves when that is durable. */
  forget(devices: readonly DeviceNode[], fields: readonly FieldNode[]): Promise<void>;
}

/** What lets go of what retention does not keep. */
interface SweepPort {
  /** When it runs next, µs; null: no server runs that would do it. */
  next(): number | null;
  /** Runs now; resolves when the store was told (without a server: when it is done). */
  run(): Promise<void>;
}

/** Both facts of a device's presence, each with times (µs; null: never) and a number that only grows. */
export interface DevicePresence {
  readonly connected: boolean;
  readonly connectedAt: number | null;
  readonly disconnectedAt: number | null;
  readonly connectionNumber: number;
  readonly seen: number | null;
  readonly seenNumber: number;
}

/** What all use cases stand on: a running server and the commands without one have it alike. */
export interface AdminDeps extends ElsewherePorts {
  readonly directory: Directory;
  readonly fleet: FleetService;
  readonly store: Pick<SeriesStore, "aggregate" | "columns" | "columnsOfMany" | "newest" | "seriesStats"> &
    Pick<DeviceLogStore, "readRefusals"> &
    Pick<DataStore, "stats">;
  readonly index: SeriesIndex;
  readonly audit: Pick<AuditStore, "addAudit" | "readAudit">;
  readonly eraser: Eraser;
  /** Resolves when everything that was decided before is durable. */
  durable(): Promise<void>;
  readonly sessions?: SessionTable;
  /** Whether a client may do something. It and the following only a running server has. */
  readonly access?: AccessPort;
}

/** What the operations of the commands need besides. */
export interface OperationsDeps extends AdminDeps {
  /** Only a running server has these two. */
  readonly nodes?: NodeTable;
  readonly integrations?: Pick<InboundParts, "passes" | "suggestions" | "stopped" | "tryOut">;
  readonly people: People;
  /** Links that show dashboards. */
  readonly shares: Pick<Shares, "hash" | "state">;
  readonly sweeps: SweepPort;
  /** Records measurements with their times and publishes none. Only a running server has it. */
  importRows?(rows: readonly ImportRow[]): Promise<Imported>;
  /** The current value of a device's field, both by uid; null: none. */
  current?(device: number, field: number): { readonly time: number; readonly value: Value } | null;
  /** Whether a device is connected, and when it was seen. */
  presence?(device: DeviceNode): DevicePresence;
  info?(): ServerInfo;
  /** Events since a time, and those to come. Only a running server has these two. */
  inspect?(wish: InspectWish): TraceLines;
}

/** An operation of the administrator; the input is checked by the operation itself. */
type Operation = (input: unknown) => Promise<unknown>;
export type OperationTable = Readonly<Record<string, Operation>>;
/** An operation that answers with lines of JSON as they come. */
export type StreamTable = Readonly<Record<string, (input: unknown) => Promise<TraceLines>>>;
