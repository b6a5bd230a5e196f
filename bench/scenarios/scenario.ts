/** What a scenario is: what it needs of a server, the load it makes, and how its figures are shown. */
import type { Target, Transport } from "../load/client.ts";
import type { Figures, Pids } from "../load/measure.ts";

/** How much load, for how long. Every number is a flag of the runner and of the load program. */
export interface Volume {
  /** Seconds of load before the clock starts. */
  readonly warmup: number;
  /** Seconds of the clock. */
  readonly seconds: number;
  /** Publishers of the fan-in scenarios. */
  readonly publishers: number;
  /** Subscribers of the fan-out scenarios. */
  readonly subscribers: number;
  /** QoS 1 and 2 publishes that one pipelining publisher leaves unacknowledged. */
  readonly window: number;
  /** Devices whose topics one publisher takes in turn. */
  readonly topics: number;
  /** Connections with one message in flight each. */
  readonly connections: number;
  /** The same over TLS. */
  readonly secure: number;
  /** Members of the shared subscription. */
  readonly members: number;
  /** Messages a second that are offered where latency is measured. */
  readonly rate: number;
  /** Idle connections. */
  readonly idle: number;
  /** Logins of a connection storm. */
  readonly logins: number;
  /** Filters of other clients where matching is measured. */
  readonly filters: number;
  /** Topics with a retained value. */
  readonly retained: number;
  /** Seconds between connecting and reading the memory. */
  readonly settle: number;
}

/** What a server must be started with. */
export interface Needs {
  readonly transport: Transport;
  /** Topics of the platform, or ordinary ones. */
  readonly topics: "platform" | "free";
  /** Fields of the product; the last values of all of them are retained. Without it one field, nothing retained. */
  readonly retainedFields?: number;
}

export const PLAIN: Needs = { transport: "tcp", topics: "platform" };

export interface LoadOptions extends Volume {
  readonly target: Target;
  /** First level of what is published, `dtck-pub` for a platform, `dtck` for a relay. */
  readonly publishPrefix: string;
  /** First level of what is subscribed to. */
  readonly subscribePrefix: string;
  /** The server's process, for its CPU and memory; those of several servers that are one. */
  readonly serverPid: Pids;
}

export type Unit = "number" | "percent" | "cores" | "ms" | "seconds" | "bytes" | "ratio";

export interface Row {
  /** Name in the figures that the load returns. */
  readonly key: string;
  readonly label: string;
  readonly unit: Unit;
}

export const GROUPS = ["core", "transport", "scale"] as const;
export type GroupName = (typeof GROUPS)[number];

export interface Scenario {
  readonly id: string;
  readonly group: GroupName;
  readonly title: (volume: Volume) => string;
  /** The first one is the scenario's figure, the one that the ratio is made of. */
  readonly rows: readonly [Row, ...Row[]];
  /** The aim, in the words of the table. */
  readonly aim: string;
  /** What the server is started with; PLAIN when it is left out. */
  readonly needs?: (volume: Volume) => Needs;
  /** Servers that cannot do it, with the reason. */
  readonly cannot?: Readonly<Record<string, string>>;
  /** Files (sockets) that the load, or the server, has open at once; nothing worth naming when it is left out. */
  readonly openFiles?: (volume: Volume) => number;
  readonly load: (options: LoadOptions) => Promise<Figures>;
}

/** Rows that every scenario under load ends with. */
export const CPU_ROWS: readonly Row[] = [
  { key: "serverCpu", label: "CPU of the server", unit: "cores" },
  { key: "loadCpu", label: "CPU of the load program", unit: "cores" },
];

/** Devices of the fleet that the topics name: `dev0` to `dev999`. */
export const DEVICES = 1000;

/** Topics of publisher `index`, out of `publishers`; no two publishers share one while there are devices enough. */
export function publisherTopics(options: LoadOptions, index: number, publishers: number): string[] {
  return Array.from({ length: options.topics }, (_, k) => {
    return `${options.publishPrefix}/bench/dev${(index + k * publishers) % DEVICES}/TEMPERATURE`;
  });
}

/** The filter that hears every device. */
export function allDevices(options: LoadOptions): string {
  return `${options.subscribePrefix}/bench/+/TEMPERATURE`;
}

/** A reason of failure in a PUBACK, PUBREC or PUBCOMP (MQTT 5 tells; 3.1.1 cannot). */
export function isRefusal(bytes: Uint8Array, body: number, end: number): boolean {
  return end - body > 2 && (bytes[body + 2] ?? 0) >= 0x80;
}
