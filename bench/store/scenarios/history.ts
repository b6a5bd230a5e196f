/** Months of history: written as they come, then asked. */
import { type Figures, residentBytes } from "../../load/measure.ts";
import type { Engine } from "../engine.ts";
import { FieldcastEngine } from "../engines/fieldcast.ts";
import { createSlab, expectCount, medianOf, Writing, writePlan } from "../load.ts";
import { DAY, kindOf, MINUTE, type Plan, rowsOf, START } from "../rows.ts";
import { COMMIT_ROWS, row, type StoreScenario } from "./scenario.ts";

const BUCKETS = 1000;
const DAY_ROUNDS = 1440;
/** The question for a year is asked so often, or for so many seconds. */
const YEAR_QUESTIONS = 30;
const YEAR_SECONDS = 5;
/** fieldcast's history is read, too, each time after so many rows: that is when the log is decoded in memory. */
const READ_EVERY = 1_000_000;

interface History {
  readonly series: number;
  readonly days: number;
  /** Rows a commit. */
  readonly commit: number;
}

/** The first tenth of the days, and the rest. */
function parts({ series, days }: History): [Plan, Plan] {
  const first = Math.max(1, Math.floor(days / 10));
  const plan = { firstSeries: 1, series };
  return [
    { ...plan, seed: 1, start: START, rounds: first * DAY_ROUNDS },
    { ...plan, seed: 2, start: START + first * DAY, rounds: (days - first) * DAY_ROUNDS },
  ];
}

/** Median time of reading one day of one series, any of those that there are. */
async function oneDay(engine: Engine, series: number, days: number, questions: number): Promise<number> {
  const ask = async (index: number): Promise<void> => {
    const day = START + ((index * 7919) % days) * DAY;
    const one = 1 + ((index * 104_729) % series);
    expectCount(`series ${one} on one day`, await engine.points(one, day, day + DAY), DAY_ROUNDS);
  };
  await ask(0);
  return medianOf(questions, 20, ask);
}

/** Median time of a series' days in a thousand buckets. */
async function inBuckets(engine: Engine, series: number, days: number): Promise<number> {
  const width = (days * DAY) / BUCKETS;
  const ask = async (): Promise<void> => {
    const { buckets, points } = await engine.buckets(series, START, width, BUCKETS);
    expectCount("buckets", buckets, BUCKETS);
    expectCount("points in them", points, days * DAY_ROUNDS);
  };
  await ask();
  return medianOf(YEAR_QUESTIONS, YEAR_SECONDS, ask);
}

/** The most memory that was seen. */
class Memory {
  private readonly before = residentBytes(process.pid);
  private resident = 0;
  private head = 0;
  private read = 0;

  async look(engine: Engine, rows: number, last: number): Promise<void> {
    if (!(engine instanceof FieldcastEngine)) return;
    if (rows - this.read >= READ_EVERY) {
      this.read = rows;
      await engine.points(1, last - 60 * MINUTE, last);
      this.head = Math.max(this.head, (await engine.store.stats()).headBytes);
    }
    this.resident = Math.max(this.resident, residentBytes(process.pid) - this.before);
  }
  get figures(): Figures {
    return this.resident === 0 ? {} : { resident: this.resident, head: this.head };
  }
}

/** Writes both parts, asks for one day after each, and for what has been written. */
async function writeHistory(engine: Engine, history: History, questions: number): Promise<Figures> {
  const slab = createSlab();
  const writing = new Writing();
  const [first, rest] = parts(history);
  const { series, days, commit } = history;
  const memory = new Memory();
  const write = (plan: Plan) =>
    writePlan(
      engine,
      plan,
      slab,
      () => commit,
      writing,
      (rows) => memory.look(engine, rows, START + (rows / series) * MINUTE),
    );
  await engine.settle(); // what an empty store sets aside does not count
  const before = engine.written();
  await write(first);
  await engine.settle();
  const dayOfTenth = await oneDay(engine, series, first.rounds / DAY_ROUNDS, questions);
  await write(rest);
  const settling = performance.now();
  await engine.settle();
  const settled = performance.now() - settling;
  expectCount("rows", writing.rows, rowsOf(first) + rowsOf(rest));
  return {
    rate: writing.perSecond,
    p50: writing.latencies.quantile(0.5),
    p99: writing.latencies.quantile(0.99),
    max: writing.latencies.quantile(1),
    settle: settled,
    written: (engine.written() - before) / writing.rows,
    dayOfTenth,
    day: await oneDay(engine, series, days, questions),
    ...memory.figures,
  };
}

/** Bytes that the data take, for each measurement. */
async function keptFor(engine: Engine, rows: number): Promise<Figures> {
  const { kept, file, ...rest } = await engine.kept();
  return { ...rest, kept: kept / rows, ...(file === undefined ? {} : { file: file / rows }) };
}

const measurements = (series: number, days: number) => (series * days * DAY_ROUNDS).toLocaleString("en-US");
const MEMORY_ROWS = [
  row("resident", "memory that the process grew by, at most", "megabytes"),
  row("head", "of it the unsealed log, decoded for reads", "megabytes", "≤ 64 MB"),
];
const KEPT_ROWS = [
  row("kept", "kept on the disk, a measurement", "bytes"),
  row("keptNumeric", "of a number, with its time", "bytes", "≤ 2.5 B"),
  row("file", "with pages that the log left empty", "bytes"),
];
const points = (days: number) => (days * DAY_ROUNDS).toLocaleString("en-US");
const yearRow = row(
  "year",
  (volume) => `${points(volume["year-days"])} points of a series in 1,000 buckets`,
  "ms",
  "≤ 10 ms, 50× the table",
);

/** @param settle what the time at the end is called: engines do more than fieldcast alone */
const historyRows = (settle: string): StoreScenario["rows"] => [
  row("rate", "durable writes/s", "rate", "1,000,000"),
  ...COMMIT_ROWS,
  row("settle", settle, "ms"),
  row("written", "written to the disk, a measurement", "bytes", "≤ 40 B"),
  ...KEPT_ROWS,
  row("day", "a series' day, 1,440 points", "ms"),
  row("dayOfTenth", "the same with a tenth of the data", "ms", "the same"),
  yearRow,
  ...MEMORY_ROWS,
];

/** The same history in every engine. */
export const HISTORY: StoreScenario = {
  id: "history",
  title: ({ series, days, commit }) =>
    `${measurements(series, days)} measurements of ${series} series, ${commit.toLocaleString("en-US")} rows a commit`,
  rows: historyRows("until all is sealed (compacted, checkpointed) after the last"),
  load: async (engine, volume) => {
    const { series, days, commit, questions } = volume;
    const figures = await writeHistory(engine, { series, days, commit }, questions);
    let one = series + 1;
    while (kindOf(one) !== "number") one++;
    const plan = { seed: 3, firstSeries: one, series: 1, start: START, rounds: volume["year-days"] * DAY_ROUNDS };
    await writePlan(engine, plan, createSlab(), () => commit, new Writing());
    await engine.settle();
    const year = await inBuckets(engine, one, volume["year-days"]);
    return { ...figures, year, ...(await keptFor(engine, series * days * DAY_ROUNDS + plan.rounds)) };
  },
};

/** A longer history, in fieldcast alone. */
export const YEAR: StoreScenario = {
  id: "year",
  alone: true,
  title: (volume) =>
    `${measurements(volume["year-series"], volume["year-days"])} measurements of ${volume["year-series"]} series, ` +
    `${volume.bulk.toLocaleString("en-US")} rows a commit`,
  rows: historyRows("until all is sealed after the last"),
  load: async (engine, volume) => {
    const [series, days] = [volume["year-series"], volume["year-days"]];
    const figures = await writeHistory(engine, { series, days, commit: volume.bulk }, volume.questions);
    const year = await inBuckets(engine, 1, days);
    return { ...figures, year, ...(await keptFor(engine, series * days * DAY_ROUNDS)) };
  },
};
