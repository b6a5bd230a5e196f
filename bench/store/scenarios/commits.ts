/** Commits that are large, small, or come while the log is sealed. */
import { Latencies, type Figures, residentBytes } from "../../load/measure.ts";
import { FieldcastEngine } from "../engines/fieldcast.ts";
import { createSlab, Writing, writePlan } from "../load.ts";
import { createRows, Generator, MINUTE, START } from "../rows.ts";
import type { StoreVolume } from "../volume.ts";
import { COMMIT_ROWS, row, type StoreScenario } from "./scenario.ts";

const count = (value: number) => value.toLocaleString("en-US");

export const BULK: StoreScenario = {
  id: "bulk",
  title: (volume) => `${count(volume.bulk)} rows a commit, ${volume["bulk-commits"]} times`,
  rows: [
    row("rate", "durable writes/s", "rate", "1,000,000"),
    ...COMMIT_ROWS,
    row("written", "written to the disk, a measurement", "bytes", "≤ 40 B"),
  ],
  load: async (engine, { series, bulk, "bulk-commits": commits }) => {
    const plan = { seed: 4, firstSeries: 1, series, start: START, rounds: Math.ceil((bulk * commits) / series) };
    return writeAll(engine, plan, () => bulk);
  },
};

/** As a server makes them that gets a thousand measurements a second, each alone. */
export const SMALL: StoreScenario = {
  id: "small",
  title: ({ small }) => `2 to 5 rows a commit, ${count(small)} times: what 1,000 rows/s cost`,
  rows: [
    row("written", "written to the disk, a measurement", "bytes"),
    ...COMMIT_ROWS,
    row("rate", "durable writes/s, one commit after the other", "rate"),
  ],
  load: async (engine, { series, small }) => {
    const plan = { seed: 5, firstSeries: 1, series, start: START, rounds: Math.ceil((small * 3.5) / series) };
    let turn = 0;
    return writeAll(engine, plan, () => 2 + (turn++ % 4));
  },
};

async function writeAll(
  engine: Parameters<StoreScenario["load"]>[0],
  plan: ConstructorParameters<typeof Generator>[0],
  size: () => number,
): Promise<Figures> {
  const writing = new Writing();
  await engine.settle(); // what an empty store sets aside does not count
  const before = engine.written();
  await writePlan(engine, plan, createSlab(), size, writing);
  await engine.settle();
  const written = (engine.written() - before) / writing.rows;
  return { written, rate: writing.perSecond, ...quantiles(writing.latencies) };
}

function quantiles(latencies: Latencies): Figures {
  return { p50: latencies.quantile(0.5), p99: latencies.quantile(0.99), max: latencies.quantile(1) };
}

/** Commits a second. */
const COMMITS = 200;
/** After so many of them the memory is looked at. */
const LOOK_EVERY = 100;
/** Times that the backlog is written and sealed at most. */
const ROUNDS = 20;

/** Commits by the clock, first without sealing, then while a backlog of the log is sealed. */
export const SEALING: StoreScenario = {
  id: "sealing",
  alone: true,
  title: ({ rate }) => `${count(rate)} rows/s in ${COMMITS} commits/s, and sealing`,
  rows: [
    row("idleP50", "a commit without sealing, p50", "ms"),
    row("idleP99", "p99", "ms"),
    row("idleMax", "longest", "ms"),
    row("p50", "a commit while the log is sealed, p50", "ms"),
    row("p99", "p99", "ms"),
    row("max", "longest", "ms"),
    row("sealed", "rows sealed a second meanwhile", "rate"),
    row(
      "head",
      ({ backlog }) => `memory of ${count(backlog)} unsealed rows, decoded for reads`,
      "megabytes",
      "≤ 64 MB",
    ),
    row("resident", "memory that the process grew by, at most", "megabytes"),
  ],
  load: async (engine, volume) => {
    if (!(engine instanceof FieldcastEngine)) throw new Error("only fieldcast seals");
    return new Sealing(engine, volume).run(volume.seconds);
  },
};

class Sealing {
  private readonly rows: ReturnType<typeof createRows>;
  private readonly generator: Generator;
  private readonly backlog = createSlab();
  private readonly memory = residentBytes(process.pid);
  private resident = 0;
  private commits = 0;

  constructor(
    private readonly engine: FieldcastEngine,
    private readonly volume: StoreVolume,
  ) {
    const { rate, series } = volume;
    engine.trims = false;
    this.rows = createRows(Math.max(1, Math.round(rate / COMMITS)));
    this.generator = new Generator({ seed: 6, firstSeries: 1, series, start: START, rounds: Number.MAX_SAFE_INTEGER });
  }

  async run(seconds: number): Promise<Figures> {
    const [idle, busy] = [new Latencies(), new Latencies()];
    const end = performance.now() + seconds * 1000;
    await this.commitUntil(() => performance.now() >= end, idle);
    let [sealed, sealing, head] = [0, 0, 0];
    for (let round = 0; round < ROUNDS && sealing < seconds; round++) {
      await this.fillUp();
      await this.engine.points(1, START, START + MINUTE);
      head = Math.max(head, (await this.engine.store.stats()).headBytes);
      const start = performance.now();
      sealed += this.engine.untrimmed;
      await this.engine.store.commit({ count: 0, blob: null, ops: [this.engine.trim()] });
      let done = false;
      const idleAgain = this.engine.store.idle().then(() => {
        done = true;
      });
      await this.commitUntil(() => done, busy);
      await idleAgain;
      sealing += (performance.now() - start) / 1000;
    }
    const [without, beside] = [quantiles(idle), quantiles(busy)];
    const { p50: idleP50 = Number.NaN, p99: idleP99 = Number.NaN, max: idleMax = Number.NaN } = without;
    return { idleP50, idleP99, idleMax, ...beside, sealed: sealed / sealing, head, resident: this.resident };
  }

  /** Writes as fast as it goes until the log has a backlog. */
  private async fillUp(): Promise<void> {
    while (this.engine.untrimmed < this.volume.backlog) {
      this.generator.fill(this.backlog);
      for (let at = 0; at < this.backlog.count; at += 2000)
        await this.engine.prepare(this.backlog, at, Math.min(this.backlog.count, at + 2000))();
    }
  }

  /** Commits by the clock; a commit that is late because of the one before counts from when it was due. */
  private async commitUntil(done: () => boolean, latencies: Latencies): Promise<void> {
    let due = performance.now();
    while (!done()) {
      this.generator.fill(this.rows);
      const commit = this.engine.prepare(this.rows, 0, this.rows.count);
      const wait = due - performance.now();
      if (wait > 0) await Bun.sleep(wait);
      const start = wait > 0 ? performance.now() : due;
      await commit();
      latencies.add(performance.now() - start);
      due += 1000 / COMMITS;
      if (++this.commits % LOOK_EVERY === 0)
        this.resident = Math.max(this.resident, residentBytes(process.pid) - this.memory);
    }
  }
}
