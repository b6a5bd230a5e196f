import type { ChildLog } from "../base/log.ts";
import type { SessionDetails, SessionPage, SessionQuery, TraceLines, TraceWish } from "../broker/types.ts";
import type { Config } from "../config/settings.ts";
import type { DeviceNode, Directory } from "../fleet/directory.ts";
import type { Plan } from "../fleet/plan.ts";
import type { FleetService } from "../fleet/service.ts";
import type { People } from "../people/people.ts";
import type { Value } from "../measure/types.ts";
import type { ImportRow, Imported } from "../history/import.ts";
import type { Deletion } from "../history/deletion.ts";
import type { SeriesRef } from "../history/usage.ts";
import type { AuditQuery, DoorQuery, SeriesStore, StoredAudit, StoredRefusal, StoreStats } from "../store/ports.ts";

/** What the program wants from the world around it; tests hand in another. */
export interface Io {
  /** Results, as they are. */
  out(text: string): void;
  /** Everything else that is said to the person. */
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether results go to a terminal. */
  readonly terminal: boolean;
  /** Whether what is said beside the results goes to a terminal. */
  readonly errTerminal: boolean;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  /** Whether results go to the system's journal. */
  readonly journal: boolean;
  readonly color: boolean;
  /** Asks one question; null when the input ended without an answer. */
  ask(question: string): Promise<string | null>;
  readFile(file: string): string;
  readStdin(): Promise<string>;
  /** The input, piece by piece. */
  stdin(): AsyncIterable<Uint8Array>;
  /** Writes results to their end, however slowly they are read. Rejects with what the system says, EPIPE as well. */
  write(bytes: Uint8Array): Promise<void>;
  /** Calls back at SIGINT, SIGTERM and SIGHUP; answers how to stop listening. */
  onSignal(listener: (signal: string) => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

/** An operation of the administrator; the input is checked by the operation itself. */
export type Operation = (input: unknown) => Promise<unknown>;
export type OperationTable = Readonly<Record<string, Operation>>;
/** An operation that answers with lines of JSON as they come. */
export type StreamTable = Readonly<Record<string, (input: unknown) => Promise<TraceLines>>>;

/** Which events of the doors; since: µs. */
export interface InspectWish extends Pick<DoorQuery, "principal" | "device" | "kind"> {
  readonly since: number;
}

/** Where series go: those of these devices, and those of these fields. uids. */
export interface SeriesFilter {
  readonly devices?: readonly number[];
  readonly fields?: readonly number[];
}

/** What a running server says about itself to the commands. */
export interface ServerInfo {
  readonly pid: number;
  /** Unix time in ms. */
  readonly startedAt: number;
  readonly addresses: readonly ListenerAddress[];
  readonly caFile: string | null;
}

/** The sessions of a running server. */
export interface SessionTable {
  select(query: SessionQuery): SessionPage;
  /** Null: there is none. @param principal key of its account */
  inspect(principal: string, clientId: string): SessionDetails | null;
  /** Ends a client's connection; false when there is none. @param principal key of its account */
  disconnect(principal: string, clientId: string): boolean;
  /** Ends all connections of an account; returns how many there were. */
  disconnectAll(principal: string): number;
}

/** What is stored, as a whole. */
export interface StorageDeps {
  /** Every series whose device and field are there. */
  series(): Promise<Iterable<SeriesRef>>;
  seriesStats: SeriesStore["seriesStats"];
  /** When what retention does not keep goes next, µs; null: no server runs that would do it. */
  nextSweep(): number | null;
  /** Lets it go now; resolves when the store was told (without a server: when it is done). */
  sweep(): Promise<void>;
}

/** What the operations need; the server and the commands without a server each have their own bodies. */
/** Both facts of a device's presence, each with times (µs; null: never) and a number that only grows. */
export interface DevicePresence {
  readonly connected: boolean;
  readonly connectedAt: number | null;
  readonly disconnectedAt: number | null;
  readonly connectionNumber: number;
  readonly seen: number | null;
  readonly seenNumber: number;
}
export interface OperationsDeps {
  readonly service: FleetService;
  readonly people: People;
  readonly directory: Directory;
  /** Forgets the series and everything measured in them. */
  deleteSeries(filter: SeriesFilter): Promise<void>;
  /** Deletes the measurements of series in a range; current values stay. */
  erase(deletion: Deletion): Promise<void>;
  /** Newest first. device: uid; null = any. */
  readRefusals(device: number | null, principal: string | null, limit: number): Promise<readonly StoredRefusal[]>;
  /** Who did what, newest first. */
  readAudit(query: AuditQuery): Promise<readonly StoredAudit[]>;
  stats(): Promise<StoreStats>;
  /** Stored measurements, for exports. */
  readonly storage: StorageDeps;
  readonly history: {
    /** The series of a device's field, by their uids; undefined: nothing was ever recorded. */
    seriesOf(device: number, field: number): Promise<number | undefined>;
    columns: SeriesStore["columns"];
    aggregate: SeriesStore["aggregate"];
  };
  /** Records measurements with their times and publishes none. Only a running server has it. */
  importRows?(rows: readonly ImportRow[]): Promise<Imported>;
  /** The current value of a device's field, both by uid; null: none. Only a running server has it. */
  current?(device: number, field: number): { readonly time: number; readonly value: Value } | null;
  /** Whether a device is connected, and when it was seen. Only a running server has it. */
  presence?(device: DeviceNode): DevicePresence;
  /** Only a running server has it. */
  info?(): ServerInfo;
  /** Only a running server has them. */
  readonly sessions?: SessionTable;
  /** What came to the doors, and comes. Only a running server has it. */
  inspect?(wish: InspectWish): TraceLines;
  /** Only a running server has clients. @param seconds how long. @throws Refusal when there are too many traces */
  trace?(wish: TraceWish, seconds: number): TraceLines;
}

export interface ListenerAddress {
  readonly name: "mqtt" | "mqtts" | "http" | "https" | "wss";
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly note?: string;
}

export interface ServerOptions {
  readonly config: Config;
  readonly log: ChildLog;
  /** For a command that needs the engine while no server runs: no first user or product is made. */
  readonly headless?: boolean;
  /** The table that the control socket serves. */
  readonly operations: (deps: OperationsDeps) => OperationTable;
  readonly streams?: (deps: OperationsDeps) => StreamTable;
}

/** A server that takes connections. */
export interface RunningServer {
  readonly addresses: readonly ListenerAddress[];
  /** Only until a start has shown it. */
  readonly firstRun: { readonly email: string; readonly token: string; readonly workspace: string } | null;
  /** Where the first owner sets address and password, once; its path, or with --public-url all of it. Null: not needed. */
  readonly setupLink: string | null;
  /** Tokens in place of those that an earlier start made and did not show. */
  readonly renewed: readonly { readonly owner: string; readonly token: string }[];
  /** To be called when the tokens of this start were printed: later starts have none to show. */
  secretsShown(): void;
  /** The local CA's certificate; null with an operator's certificate. */
  readonly caFile: string | null;
  /** What `--apply` did; null without it. */
  readonly applied: Pick<Plan, "lines" | "newTokens"> | null;
  readonly warnings: readonly string[];
  /** Ends gracefully: what was received is stored and acknowledged first. */
  stop(reason: string): Promise<void>;
  readonly control: OperationTable;
}
