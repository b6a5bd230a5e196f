/** What a scenario is: the load it makes, and how its figures are shown. */
import type { Target } from "../load/client.ts";
import type { Figures } from "../load/measure.ts";

/** How much load, for how long. Every number is a flag of the runner and of the load program. */
export interface Volume {
  /** Seconds of load before the clock starts. */
  readonly warmup: number;
  /** Seconds of the clock. */
  readonly seconds: number;
  /** Publishers of the two fan-in scenarios. */
  readonly publishers: number;
  /** Subscribers of the fan-out scenario. */
  readonly subscribers: number;
  /** QoS 1 publishes that one pipelining publisher leaves unacknowledged. */
  readonly window: number;
  /** Devices whose topics one publisher takes in turn. */
  readonly topics: number;
  /** Connections with one message in flight each. */
  readonly connections: number;
  /** Idle connections. */
  readonly idle: number;
  /** Seconds between connecting and reading the memory. */
  readonly settle: number;
}

export interface LoadOptions extends Volume {
  readonly target: Target;
  /** First level of what is published, `dtck-pub` for a platform, `dtck` for a relay. */
  readonly publishPrefix: string;
  /** First level of what is subscribed to. */
  readonly subscribePrefix: string;
  /** The server's process, for its CPU and memory. */
  readonly serverPid: number | undefined;
}

export type Unit = "number" | "percent" | "cores" | "ms" | "bytes";

export interface Row {
  /** Name in the figures that the load returns. */
  readonly key: string;
  readonly label: string;
  readonly unit: Unit;
}

export interface Scenario {
  readonly id: string;
  readonly title: (volume: Volume) => string;
  /** The first one is the scenario's figure, the one that the ratio is made of. */
  readonly rows: readonly [Row, ...Row[]];
  /** The aim, in the words of the table. */
  readonly aim: string;
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
