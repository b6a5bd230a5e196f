/** The flags of the bench of sessions that take nothing. */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/** What a session does with what comes: reads it and answers nothing, does not read, is away. */
const KINDS = ["mute", "blocked", "away"] as const;
export type Kind = (typeof KINDS)[number];
/** So many sessions of a kind. */
export interface Crowd {
  readonly kind: Kind;
  readonly sessions: number;
}
export interface SessionOptions {
  readonly beside: readonly Crowd[];
  readonly publishes: number;
  /** Publishes a second. */
  readonly rate: number;
  /** Of each publish. */
  readonly bytes: number;
  readonly runs: number;
  /** Sessions and rows of the replay after a crash; 0 rows: it is not measured. */
  readonly replaySessions: number;
  readonly replayRows: number;
  /** Folder of the fieldcast that is measured. */
  readonly server: string;
}

export const HELP = `npm run bench:sessions -- [flags]

  --beside LIST      how many sessions of which kind (mute:5,blocked:250,away:500); kinds: ${KINDS.join(", ")}; none: no such table
  --publishes N      publishes of the steady publisher (9000)
  --rate N           of them a second (1000)
  --bytes N          of each (2000)
  --runs N           runs of each, alone and beside them in turn, of which the table shows the medians (1)
  --replay SxR       stored sessions, and rows of the log that a start replays for them (100000x1000000); 0x0: not measured
  --server FOLDER    another checkout of fieldcast, to compare with`;

/** Reads the command line; undefined when help was asked for. Throws with one line on a wrong flag. */
export function parseOptions(argv: string[]): SessionOptions | undefined {
  const text = (value: string) => ({ type: "string", default: value }) as const;
  const { values } = parseArgs({
    args: argv,
    options: {
      beside: text("mute:5,blocked:250,away:500"),
      publishes: text("9000"),
      rate: text("1000"),
      bytes: text("2000"),
      runs: text("1"),
      replay: text("100000x1000000"),
      server: text(join(import.meta.dir, "../..")),
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  if (values.help) return undefined;
  const number = (name: string, given: string, least = 1): number => {
    const value = Number(given);
    if (given !== "" && Number.isInteger(value) && value >= least) return value;
    throw new Error(`--${name}: ${given} is not a whole number of ${least} or more`);
  };
  const [replaySessions = "", replayRows = ""] = values.replay.split("x");
  return {
    beside: values.beside === "none" ? [] : values.beside.split(",").map((part) => crowdOf(part, number)),
    publishes: number("publishes", values.publishes),
    rate: number("rate", values.rate),
    bytes: number("bytes", values.bytes),
    runs: number("runs", values.runs),
    replaySessions: number("replay", replaySessions, 0),
    replayRows: number("replay", replayRows, 0),
    server: resolve(values.server),
  };
}
function crowdOf(part: string, number: (name: string, given: string) => number): Crowd {
  const [name, sessions = ""] = part.trim().split(":");
  const kind = KINDS.find((one) => one === name);
  if (kind === undefined) throw new Error(`--beside: ${name} is none of ${KINDS.join(", ")}`);
  return { kind, sessions: number("beside", sessions) };
}
