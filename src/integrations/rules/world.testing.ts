import { Authority } from "../../auth/authority.ts";
import { oneClock } from "../../base/clock.ts";
import { Refusal } from "../../base/errors.ts";
import { Metrics } from "../../base/metrics.ts";
import type { Log } from "../../base/types.ts";
import { BatchRows } from "../../feed/batch-rows.ts";
import { Consumers } from "../../feed/consumers.ts";
import { Directory } from "../../fleet/directory.ts";
import { FleetService } from "../../fleet/service.ts";
import { MemoryFleet } from "../../fleet/testing.ts";
import type { FleetChange, Rule } from "../../fleet/types.ts";
import { Ingest } from "../../ingest/ingest.ts";
import { SeriesTable } from "../../ingest/series.ts";
import type { Happening, RuleDefinition } from "../../rules/types.ts";
import { Ids } from "../../store/ids.ts";
import { MemoryData } from "../../store/memory/data.ts";
import { MemoryDataStore } from "../../store/memory/store.ts";
import type { CommitBatch, Committed } from "../../store/ports.ts";
import { PlatformTopics } from "../../topic/platform.ts";
import { happeningsDone, readHappenings } from "./outbox.ts";
import { Rules } from "./rules.ts";

/** 2026-03-01T12:00:00Z, a Sunday. */
export const START = 1_772_366_400_000_000;
export const MINUTE = 60_000_000;
const GRACE_MS = 1000;

/** A store whose commits land when the test says so, if they are held. */
class HeldStore extends MemoryDataStore {
  isHeld = false;
  /** How many commits it takes before it refuses the others. */
  takes = Number.POSITIVE_INFINITY;
  private flight: { batch: CommitBatch; resolve: (committed: Committed) => void } | null = null;

  protected override store(batch: CommitBatch, data: MemoryData): Committed | Promise<Committed> {
    if (this.takes-- <= 0) throw new Refusal("storage_unavailable", "The disk is full.");
    if (!this.isHeld) return data.apply(batch);
    return new Promise((resolve) => {
      this.flight = { batch, resolve };
    });
  }
  /** The commit under way is on the disk. @param told the server hears of it */
  land(told: boolean): void {
    const { flight } = this;
    this.flight = null;
    if (flight === null) return;
    const committed = this.data.apply(flight.batch);
    if (told) flight.resolve(committed);
  }
}

type Wish = Partial<Omit<Rule, "definition">> & { readonly definition: Partial<RuleDefinition> };
/** Everything that a rule may leave out. */
export function ruleOf({ definition, ...wish }: Wish): Rule {
  return {
    ...{ uid: 1, workspace: 1, name: "r", active: true, created: START },
    scope: { products: [], devices: [], tags: [] },
    account: { user: null, apiUser: null },
    actions: [],
    ...wish,
    definition: {
      condition: null,
      for: null,
      repeat: null,
      hours: null,
      limit: null,
      max_age: "1h",
      trigger: { type: "silence", timeout: null },
      ...definition,
    },
  };
}

/** A server without sockets: rooms up to rules over a store in memory, with a clock that the test moves. It can be killed, and started again. */
export class RuleWorld {
  readonly disk = new MemoryData();
  now = START;
  /** What was taken over, of all lives. */
  readonly taken: Happening[] = [];
  /** Commits wait until they are told to land. */
  isHolding = false;
  /** Whether what happens is taken over at once. */
  isTaking = true;
  /** How many writes of rules led to what is recorded. */
  depth = 0;
  life: Life;
  private changes: FleetChange[];

  private constructor(changes: readonly FleetChange[]) {
    this.changes = [...changes];
    this.life = new Life(this, this.changes);
  }
  static async of(...changes: readonly FleetChange[]): Promise<RuleWorld> {
    const world = new RuleWorld([...fleet(), ...changes]);
    await world.life.begin();
    return world;
  }
  async edit(...changes: readonly FleetChange[]): Promise<void> {
    this.changes.push(...changes);
    this.life.directory.apply(changes);
    await this.life.settle();
  }
  /** What is not on the disk is gone. */
  async kill(): Promise<void> {
    this.life.isDead = true;
    this.life = new Life(this, this.changes);
    await this.life.begin();
  }
  /** Time passes, with a tick each second (of long times, fewer). */
  async wait(seconds: number): Promise<void> {
    const steps = Math.min(Math.ceil(seconds), 20);
    for (let i = 0; i < steps; i++) {
      this.now += Math.round((seconds * 1e6) / steps);
      await this.life.tick();
    }
  }
  /** A measurement that arrives now. @param time µs; absent: it is of now */
  async record(field: string, value: unknown, time: number | null = null, device = "d1"): Promise<void> {
    this.life.put(field, value, time, device);
    await this.life.settle();
  }
  /** `fired d1 35`, of what was taken over since the last time. */
  news(): string[] {
    return this.taken
      .splice(0)
      .map(({ kind, device, values, quiet, reason }) =>
        [kind, this.life.directory.deviceByUid(device)?.row.id, values[0]?.value, quiet, reason]
          .filter((part) => part != null)
          .join(" "),
      );
  }
  log(rule = 1) {
    return this.life.rules.lines(rule, undefined, 100);
  }
}

const QUIET: Log = { debug() {}, info() {}, warn() {}, error() {} };

class Life {
  isDead = false;
  readonly store: HeldStore;
  readonly directory = new Directory();
  readonly service: FleetService;
  readonly ingest: Ingest;
  readonly consumers: Consumers;
  readonly series: SeriesTable;
  readonly metrics = new Metrics();
  readonly rules: Rules;
  private tasks: { readonly at: number; readonly fn: () => void }[] = [];

  constructor(
    readonly world: RuleWorld,
    changes: readonly FleetChange[],
  ) {
    const { disk } = world;
    this.store = new HeldStore(disk);
    this.store.isHeld = world.isHolding;
    void this.store.open(); // it is open in the same turn
    const { directory, store, metrics } = this;
    directory.apply(changes);
    const authority = new Authority(directory);
    this.service = new FleetService({
      store: new MemoryFleet(100),
      directory,
      micros: () => world.now,
      random: (size) => new Uint8Array(size),
    });
    const series = new SeriesTable(Ids.from(disk.series.next));
    this.series = series;
    series.load(disk.series.states(), directory);
    const clock = oneClock(() => world.now);
    const later = (fn: () => void, ms: number): void => {
      this.tasks.push({ at: world.now + Math.max(0, ms) * 1000, fn });
    };
    const common = { directory, series, metrics, clock, log: QUIET, store };
    this.ingest = new Ingest({
      ...{ ...common, topics: new PlatformTopics("dtck", false), nextSeq: disk.nextSeq },
      options: { gapMs: 0, graceMs: GRACE_MS, later, maxCommitRows: 1000, maxCommitBytes: 1e6, maxBatchRows: 100 },
    });
    const { commits } = this.ingest;
    const limits = { maxLagBytes: 1e9, maxLagAge: 1e15 };
    this.consumers = new Consumers({ store, names: series, clock, log: QUIET, later, commits, limits });
    const rows = new BatchRows();
    const idle = { durable: () => {}, failed: () => {}, refused: () => {}, room: () => {} };
    commits.events = {
      ...idle,
      sealing: () => this.consumers.sealing(),
      committed: (batch) => {
        if (this.isDead) return;
        const upTo = batch.firstSeq + batch.records - 1;
        this.consumers.tell(rows.open(batch, 0, batch.count), 0, batch.count, upTo);
        commits.recycle(batch);
      },
    };
    this.rules = new Rules({
      ...{ directory, authority, series, consumers: this.consumers, store, commits, clock, log: QUIET },
      durable: () => this.durable(),
      taker: { take: (happened) => this.take(happened) },
      depthOf: () => world.depth,
      metrics: metrics.rules,
    });
  }
  async begin(): Promise<void> {
    await this.consumers.load(this.world.disk.nextSeq - 1);
    const left = await readHappenings(this.store);
    this.rules.start();
    this.take(left);
    await this.settle();
    await this.tick();
  }
  private take(happened: readonly Happening[]): void {
    if (this.isDead || !this.world.isTaking || happened.length === 0) return;
    this.world.taken.push(...happened);
    this.ingest.commits.operation(happeningsDone(happened.map(({ id }) => id)));
  }
  private async durable(): Promise<void> {
    await this.settle();
  }
  put(field: string, value: unknown, time: number | null, device: string): void {
    const node = this.directory.product("p")?.device(device);
    if (node === undefined) throw new Error(`no device ${device}`);
    const rows = [{ device: node, field, value, time }];
    const { refused, committed } = this.ingest.each.submit({
      ...{ rows, principal: null, actor: "test", payload: new Uint8Array(), root: "dtck-pub", ops: [] },
    });
    committed.catch(() => {});
    const [why] = refused;
    if (why !== null && why !== undefined) throw new Error(why.message);
  }
  async tick(): Promise<void> {
    this.consumers.tick();
    this.rules.tick();
    await this.settle();
  }
  /** Everything that is due by now is done. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3 && !this.isDead; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const due = this.tasks.filter(({ at }) => at <= this.world.now);
      this.tasks = this.tasks.filter(({ at }) => at > this.world.now);
      if (due.length === 0) quiet++;
      else quiet = 0;
      for (const { fn } of due) fn();
    }
  }
}

function fleet(): FleetChange[] {
  const product = { uid: 1, workspace: 1, slug: "p", name: "", publishBackfill: false, boolText: "true" as const };
  const fields = [
    ["T", "NUMERIC"],
    ["H", "NUMERIC"],
    ["DOOR", "BOOL"],
    ["NOTE", "STRING"],
    ["PLACE", "GEO"],
  ] as const;
  return [
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } },
    { kind: "product", op: "put", row: { ...product, retainLastValues: false, onlineTimeout: 600 } },
    ...fields.map(
      ([id, type], i) =>
        ({ kind: "field", op: "put", row: { uid: i + 1, product: 1, id, type, name: id, unit: null } }) as const,
    ),
    ...["d1", "d2"].map(
      (id, i) =>
        ({
          kind: "device",
          op: "put",
          row: { uid: i + 1, product: 1, id, name: "", serial: null, tags: i === 0 ? ["hall"] : [] },
        }) as const,
    ),
  ];
}
