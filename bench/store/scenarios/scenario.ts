/** What a scenario of the store's bench is. */
import type { Figures } from "../../load/measure.ts";
import type { Engine } from "../engine.ts";
import type { StoreVolume } from "../volume.ts";

export type Unit = "rate" | "ms" | "bytes" | "megabytes";

export interface Row {
  /** Name in the figures that the load returns. */
  readonly key: string;
  readonly label: (volume: StoreVolume) => string;
  readonly unit: Unit;
  /** The aim in the words of the table; none when it is left out. */
  readonly aim?: string;
}

export interface StoreScenario {
  readonly id: string;
  readonly title: (volume: StoreVolume) => string;
  readonly rows: readonly [Row, ...Row[]];
  /** Only fieldcast takes part. */
  readonly alone?: true;
  /** The load on an empty store. */
  readonly load: (engine: Engine, volume: StoreVolume) => Promise<Figures>;
}

export const row = (key: string, label: string | Row["label"], unit: Unit, aim?: string): Row => ({
  key,
  label: typeof label === "string" ? () => label : label,
  unit,
  ...(aim === undefined ? {} : { aim }),
});

/** The rows of how long commits took. */
export const COMMIT_ROWS: readonly Row[] = [
  row("p50", "a commit, p50", "ms"),
  row("p99", "a commit, p99", "ms"),
  row("max", "a commit, longest", "ms"),
];
