import { expect, test } from "bun:test";
import fc from "fast-check";
import type { FieldType, Value } from "../measure/types.ts";
import { columnsOf } from "./columns.ts";
import { aggregatePoints, pointBefore, pointsWithin } from "./memory/points.ts";
import {
  type Aggregates,
  type CommitBatch,
  type DataStore,
  END_OF_TIME,
  type Point,
  type LogRecord,
  type Opened,
  type RecoveredSession,
  type SeriesState,
  type StoredArrival,
  type StoredConsumer,
  type StoredPresence,
  type StoredSeen,
  type StoredSuggestion,
  type Rollup,
  type StoreOp,
} from "./ports.ts";
import { RecordWriter, TAG_EXPLICIT, TAG_HISTORICAL, TAG_LATE } from "./record.ts";
import { Rollups } from "./memory/rollups.ts";

/** One place for data (a folder, a database) and what the contract must be able to do to it. */
export interface DataStorePlace {
  /** A store over this place, not opened yet; only one is open at a time. */
  store(): DataStore;
  /** Ends a store as a crash would: nothing more is written, nothing is tidied up. */
  crash(store: DataStore): Promise<void>;
  /** Resolves when the store has nothing left to do in the background. */
  settled(store: DataStore): Promise<void>;
  /** Removes the place. */
  dispose(): Promise<void>;
}

export interface Row {
  readonly series: number;
  readonly time: number;
  readonly value: Value;
  /** The publisher gave the time. */
  readonly explicit?: boolean;
  /** … and said that it is no current value. */
  readonly historical?: boolean;
  /** Of a proposal: its node knew that the time is not the newest. */
  readonly late?: boolean;
}

/**
 * A commit of measurement rows, numbers written as decimals or doubles as they come.
 * @param isProposal it is that of a node among several
 */
export function batchOf(rows: readonly Row[], ops: readonly StoreOp[] = [], isProposal = false): CommitBatch {
  if (rows.length === 0) return { count: 0, blob: null, ops };
  const w = new RecordWriter(256, isProposal);
  for (const { series, time, value, explicit, historical, late } of rows) {
    const flags = (explicit ? TAG_EXPLICIT : 0) | (historical ? TAG_HISTORICAL : 0) | (late ? TAG_LATE : 0);
    // A mantissa has no −0.
    if (typeof value === "number" && Number.isSafeInteger(value) && !Object.is(value, -0))
      w.decimal(flags, series, time, 0, 0, value);
    else if (typeof value === "number") w.double(flags, series, time, 0, value);
    else if (typeof value === "boolean") w.bool(flags, series, time, 0, value);
    else if (typeof value === "string") w.text(flags, series, time, 0, value);
    else w.geo(flags, series, time, 0, value.lat, value.lng);
  }
  return { count: rows.length, blob: w.finish(), ops };
}

export const seriesPut = (id: number): StoreOp => seriesOf(id, "NUMERIC");
export const seriesOf = (id: number, type: FieldType): StoreOp => ({
  op: "series_put",
  id,
  device: id * 10,
  field: id * 100,
  type,
});

/** Rows in the order written, per series: the naive store. */
export class DataModel {
  readonly rows = new Map<number, Row[]>();
  /** Those of the rows that points were deleted of. */
  private readonly gone = new Set<Row>();
  readonly deleted = new Set<number>();
  /** By series, once there was something to roll up. */
  private readonly rollups = new Map<number, Rollups>();
  private readonly lastSeq = new Map<number, number>();
  nextSeq = 1;

  /** Rows whose order in the log made something else of them, by number: their series and their time. */
  readonly settled = new Map<number, readonly [series: number, time: number]>();

  /** @param isProposal stamps are those of a node among several: the order of the log decides of them */
  put(rows: readonly Row[], isProposal = false): void {
    for (const [i, r] of rows.entries()) {
      const time = isProposal ? this.timeOf(r) : r.time;
      if (time !== r.time && this.rows.has(r.series)) this.settled.set(this.nextSeq + i, [r.series, time]);
      this.rows.get(r.series)?.push(time === r.time ? r : { ...r, time });
    }
    for (const [i, r] of rows.entries()) this.lastSeq.set(r.series, this.nextSeq + i);
    this.nextSeq += rows.length;
  }
  private timeOf({ series, time, explicit, late }: Row): number {
    const before = this.rows.get(series) ?? [];
    if (explicit) return time;
    // a series has the stamp 0 before it has any
    const stamps = [0, ...before.filter((r) => !r.explicit).map((r) => r.time)];
    const stamp = late ? time : Math.max(time, ...stamps.map((one) => one + 1));
    return currentIn(before)?.time === stamp ? stamp + 1 : stamp;
  }
  points(series: number, from: number, to: number, limit: number): Point[] {
    return pointsWithin(this.pointsOf(series), from, to, limit);
  }
  /** All points of a series in time order. */
  pointsOf(series: number): Point[] {
    const byTime = new Map<number, Point>();
    for (const row of this.rows.get(series) ?? [])
      if (!this.gone.has(row)) byTime.set(row.time, { time: row.time, value: row.value });
    return [...byTime.values()].sort((a, b) => a.time - b.time);
  }
  /** Deletes the points with from <= time < to. */
  purge(series: number, from: number, to: number): void {
    this.rollups.get(series)?.remove(from, to);
    this.drop(series, from, to);
  }
  private drop(series: number, from: number, to: number): void {
    for (const row of this.rows.get(series) ?? []) if (row.time >= from && row.time < to) this.gone.add(row);
  }
  forget(series: number): void {
    this.rows.delete(series);
    this.rollups.delete(series);
    this.deleted.add(series);
  }
  /** See the op `retain`, when everything is sealed. */
  retain(series: number, before: number, kinds: readonly Rollup[]): void {
    if (!this.rows.has(series)) return;
    if (kinds.length === 0 || TYPES[series - 1] === "STRING") {
      this.rollups.delete(series);
      this.drop(series, Number.NEGATIVE_INFINITY, before);
      return;
    }
    const rollups = this.rollups.get(series) ?? new Rollups();
    this.rollups.set(series, rollups);
    const cut = rollups.add(this.pointsOf(series), before, kinds);
    this.drop(series, Number.NEGATIVE_INFINITY, cut);
  }
  before(series: number, at: number): Point | null {
    const raw = pointBefore(this.pointsOf(series), at);
    const kept = this.rollups.get(series)?.before(at) ?? null;
    if (kept === null || kept.time <= (raw?.time ?? Number.NEGATIVE_INFINITY)) return raw;
    return { time: kept.time, value: TYPES[series - 1] === "BOOL" ? kept.value === 1 : kept.value };
  }
  aggregate(series: number, edges: Float64Array): Aggregates {
    const rollups = this.rollups.get(series) ?? null;
    const begin = Math.max(edges[0] ?? 0, rollups?.rolledTo ?? Number.NEGATIVE_INFINITY);
    const points = this.pointsOf(series);
    const counter = TYPES[series - 1] === "COUNTER" && this.rows.has(series);
    const late = points.filter(({ time }) => time < begin);
    const rest = points.filter(({ time }) => time >= begin);
    const figures = aggregatePoints(rest, edges, counter, this.before(series, begin));
    return rollups === null ? figures : rollups.join(figures, edges, late);
  }
  /** [id, time and value of the current one, last arrival stamp, last number] of each series. */
  current(): unknown[] {
    return [...this.rows].map(([id, rows]) => {
      let arrival = 0;
      for (const r of rows) if (!r.explicit) arrival = Math.max(arrival, r.time);
      const current = currentIn(rows);
      return [id, current?.time ?? null, current?.value ?? null, arrival, this.lastSeq.get(id) ?? 0];
    });
  }
}

/** The current one of rows in the order of the log. */
function currentIn(rows: readonly Row[]): Row | null {
  let current: Row | null = null;
  for (const r of rows) {
    const isNewest = current === null || r.time >= current.time;
    if (!r.explicit || (isNewest && !r.historical)) current = r;
  }
  return current;
}

/** All that a store has when it is opened. */
export interface Everything extends Pick<Opened, "nextSeq" | "seenFloor" | "settled"> {
  readonly nextSeries: number;
  readonly nextSession: number;
  readonly series: readonly SeriesState[];
  readonly sessions: readonly RecoveredSession[];
  readonly presence: readonly StoredPresence[];
  readonly gone: readonly StoredSeen[];
  readonly consumers: readonly StoredConsumer[];
  readonly arrivals: readonly StoredArrival[];
  readonly suggestions: readonly StoredSuggestion[];
  readonly retained: readonly Uint8Array[];
  /** Records above the lowest floor of a session. */
  readonly records: readonly LogRecord[];
}
/** Opens a store and reads all of it. */
export async function openAll(store: DataStore): Promise<Everything> {
  const { nextSeq, seenFloor, settled, highest } = await store.open();
  const series = (await Array.fromAsync(store.series())).flat();
  const sessions = (await Array.fromAsync(store.sessions())).flat();
  const presence = (await Array.fromAsync(store.presence())).flat();
  const gone = (await Array.fromAsync(store.gone())).flat();
  const consumers = (await Array.fromAsync(store.consumers())).flat();
  const arrivals = (await Array.fromAsync(store.arrivals())).flat();
  const suggestions = (await Array.fromAsync(store.suggestions())).flat();
  const retained = await Array.fromAsync(store.retained());
  const records =
    sessions.length === 0 ? [] : await Array.fromAsync(store.replay(Math.min(...sessions.map(({ floor }) => floor))));
  const most = (numbers: number[]) => numbers.reduce((a, b) => Math.max(a, b), 0);
  expect(highest).toEqual({ device: most(series.map((s) => s.device)), field: most(series.map((s) => s.field)) });
  const [nextSeries, nextSession] = [
    (await store.reserve("series", 1)).first,
    (await store.reserve("session", 1)).first,
  ];
  return {
    nextSeq,
    seenFloor,
    settled,
    nextSeries,
    nextSession,
    series,
    sessions,
    presence,
    gone,
    consumers,
    arrivals,
    suggestions,
    retained,
    records,
  };
}

export function currentOf(recovered: Pick<Everything, "series">): unknown[] {
  return recovered.series.map((s) => [s.id, s.time, s.value, s.lastArrival, s.lastSeq]);
}

export type Step =
  | { readonly do: "rows"; readonly rows: readonly Row[]; readonly isProposal: boolean }
  | { readonly do: "bulk"; readonly series: number; readonly count: number }
  | { readonly do: "trim"; readonly back: number }
  | { readonly do: "delete"; readonly series: number }
  | { readonly do: "retain"; readonly before: number; readonly rollups: readonly Rollup[] }
  | { readonly do: "purge"; readonly series: number; readonly from: number; readonly span: number }
  | { readonly do: "aggregate"; readonly series: number; readonly edges: readonly number[] }
  | {
      readonly do: "read";
      readonly series: number;
      readonly from: number;
      readonly span: number;
      readonly limit: number;
    }
  | { readonly do: "settle" | "crash" | "close" };

const SERIES = 4;
/** All of them, one twice, and one that does not exist. */
const NEWEST_OF = Uint32Array.of(3, 4, 1, 77, 2, 4);
/** A row of a series that does not exist. */
const NOBODYS: Row = { series: 999, time: 0, value: true };
const series = fc.integer({ min: 1, max: SERIES });
/** What each series holds: a counter, numbers, booleans, texts. */
const TYPES: readonly FieldType[] = ["COUNTER", "NUMERIC", "BOOL", "STRING"];
const VALUES: readonly fc.Arbitrary<Value>[] = [
  fc.nat(100_000),
  // binary fractions, so that a sum does not depend on the order
  fc.oneof(
    fc.integer(),
    fc.integer().map((v) => v / 1024),
  ),
  fc.boolean(),
  fc.string(),
];
const row: fc.Arbitrary<Row> = series.chain((id) =>
  fc.record({
    series: fc.constant(id),
    time: fc.oneof(fc.nat(20), fc.nat(5000)),
    value: VALUES[id - 1] ?? fc.nat(),
    explicit: fc.boolean(),
    historical: fc.boolean(),
    late: fc.boolean(),
  }),
);
/** The value of a row of a long batch. */
function bulkValue(series: number, n: number): Value {
  const kinds: readonly Value[] = [n * 3, n / 8, n % 3 === 0, `text ${n % 50}`];
  return kinds[series - 1] ?? n;
}
/** Some rollups; those of the longest step are kept for ever. */
const kinds: fc.Arbitrary<readonly Rollup[]> = fc.nat(6000).chain((before) => {
  const [short, long] = [
    { step: 1000, before },
    { step: 4000, before: Number.NEGATIVE_INFINITY },
  ];
  const ever = { step: 1000, before: Number.NEGATIVE_INFINITY };
  return fc.constantFrom<readonly Rollup[]>([short, long], [ever, long], [ever], [long], []);
});
/** Random lives of a store: batches, trims, deletes, reads, ends of all sorts. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("rows"),
        rows: fc.array(row, { minLength: 1, maxLength: 30 }),
        isProposal: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant("bulk"), series, count: fc.integer({ min: 300, max: 3000 }) }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("trim"), back: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("delete"), series }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("purge"), series, from: fc.nat(5000), span: fc.nat(3000) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("retain"), before: fc.nat(9000), rollups: kinds }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("aggregate"),
        series,
        edges: fc
          .tuple(
            fc.uniqueArray(fc.nat(10_000), { minLength: 2, maxLength: 30 }),
            fc.constantFrom(1, 1, 1000, 4000), // edges that fit the buckets of rollups, too
          )
          .map(([times, step]) => [...new Set(times.map((time) => Math.floor(time / step) * step))])
          .filter((edges) => edges.length > 1)
          .map((edges) => edges.sort((a, b) => a - b)),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("read"),
        series,
        from: fc.nat(5000),
        span: fc.nat(5000),
        limit: fc.oneof(fc.nat(20), fc.constant(100_000)),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("settle", "crash", "close") }) },
  ),
  { minLength: 4, maxLength: 30 },
) as fc.Arbitrary<Step[]>; // constant() widens `do` to string

/** The commit that a step stands for; null when it is not one. Changes the model as the commit will change the store. */
export function commitOf(model: DataModel, step: Step): { rows: readonly Row[]; ops: StoreOp[] } | null {
  const known = (rows: readonly Row[]): StoreOp[] => {
    // A deleted series never comes back under its number: rows written for it are dropped by the store and the model.
    const ids = new Set(rows.map((r) => r.series).filter((id) => !model.rows.has(id) && !model.deleted.has(id)));
    for (const id of ids) model.rows.set(id, []);
    return [...ids].map((id) => seriesOf(id, TYPES[id - 1] ?? "NUMERIC"));
  };
  switch (step.do) {
    case "rows":
      return { rows: step.rows, ops: known(step.rows) };
    case "bulk": {
      const rows = Array.from({ length: step.count }, (_, i) => ({
        series: step.series,
        time: i * 3,
        value: bulkValue(step.series, model.nextSeq + i),
      }));
      return { rows, ops: known(rows) };
    }
    case "trim":
      return { rows: [], ops: [{ op: "trim", upTo: Math.max(0, model.nextSeq - 1 - step.back) }] };
    case "delete":
      model.forget(step.series);
      return { rows: [], ops: [{ op: "series_delete", ids: [step.series] }] };
    case "purge": {
      const [from, to] = [step.from, step.from + step.span];
      model.purge(step.series, from, to);
      return { rows: [], ops: [{ op: "points_delete", series: step.series, from, to }] };
    }
    default:
      return null;
  }
}

/** What a store and the model say to a question that a step asks; null: it asks none. */
function questionOf(
  model: DataModel,
  step: Step,
): { ask: (store: DataStore) => Promise<unknown>; answer: unknown } | null {
  if (step.do === "read") {
    const args = [step.series, step.from, step.from + step.span, step.limit] as const;
    return {
      ask: async (store) => [
        await store.read(...args),
        await store.columns(...args),
        await store.before(step.series, step.from),
        await store.newest(NEWEST_OF, step.from),
        await store.newest(NEWEST_OF, END_OF_TIME),
        await figuresOf(store),
        await manyOf(store, model, step),
      ],
      answer: [
        model.points(...args),
        columnsOf(model.points(...args)),
        model.before(step.series, step.from),
        Array.from(NEWEST_OF, (series) => model.before(series, step.from)),
        Array.from(NEWEST_OF, (series) => model.before(series, END_OF_TIME)),
        figuresOfModel(model),
        "as the model",
      ],
    };
  }
  if (step.do !== "aggregate") return null;
  const edges = Float64Array.from(step.edges);
  return {
    ask: async (store) => listed(await store.aggregate({ series: step.series, edges })),
    answer: listed(model.aggregate(step.series, edges)),
  };
}
/** Several series at once: each whole but the last, which may go on; all of them when nothing goes on. */
async function manyOf(
  store: DataStore,
  model: DataModel,
  { from, span, limit }: Step & { do: "read" },
): Promise<string> {
  const most = Math.max(1, limit);
  const { columns, more } = await store.columnsOfMany({ series: NEWEST_OF, from, to: from + span, limit: most });
  const left = columns.reduce((rest, { times }) => rest - times.length, most);
  expect(left).toBeGreaterThanOrEqual(0);
  if (!more) expect(columns.length).toBe(NEWEST_OF.length);
  for (const [i, some] of columns.entries()) {
    const all = model.points(NEWEST_OF[i] ?? 0, from, from + span, Number.POSITIVE_INFINITY);
    const cut = more && i === columns.length - 1;
    if (cut) expect(some.times.length).toBeGreaterThan(0);
    expect(some).toEqual(columnsOf(cut ? all.slice(0, some.times.length) : all));
  }
  return "as the model";
}
/** How many points series have, and their ends; of everything before the end of time as many. */
async function figuresOf(store: DataStore): Promise<unknown> {
  const before = new Float64Array(NEWEST_OF.length).fill(END_OF_TIME);
  const { points, oldest, newest, pointsBefore } = await store.seriesStats({ series: NEWEST_OF, before });
  expect(pointsBefore).toEqual(points);
  return [points, oldest, newest].map((column) => [...column]);
}
function figuresOfModel(model: DataModel): unknown {
  const all = Array.from(NEWEST_OF, (series) => model.pointsOf(series));
  return [
    all.map(({ length }) => length),
    all.map((points) => points[0]?.time ?? Number.NaN),
    all.map((points) => points.at(-1)?.time ?? Number.NaN),
  ];
}
/** As lists, since there are several NaN in memory that are one to a reader. */
export function listed(figures: Aggregates): unknown {
  const { rolled, ...columns } = figures;
  return [rolled, ...Object.entries(columns).map(([name, column]) => [name, ...column])];
}

async function live(place: DataStorePlace, life: readonly Step[]): Promise<void> {
  const model = new DataModel();
  let store: DataStore = place.store();
  let trimmed = 0;
  await store.open();
  const start = async (): Promise<void> => {
    store = place.store();
    const recovered = await openAll(store);
    expect(recovered.nextSeq).toBe(model.nextSeq);
    expect(currentOf(recovered)).toEqual(model.current().sort(byId));
    checkSettled(recovered, model, trimmed);
  };
  try {
    for (const step of life) {
      const commit = commitOf(model, step);
      if (commit !== null) {
        const isProposal = step.do === "rows" && step.isProposal;
        await store.commit(batchOf(commit.rows, commit.ops, isProposal));
        model.put(commit.rows, isProposal);
        for (const op of commit.ops) if (op.op === "trim") trimmed = Math.max(trimmed, op.upTo);
        continue;
      }
      if (step.do === "retain") {
        // only what is sealed goes: the last record of the log, which may stay, is one more
        trimmed = model.nextSeq - 1;
        await store.commit(batchOf([NOBODYS], [{ op: "trim", upTo: trimmed }]));
        model.put([NOBODYS]);
        await place.settled(store);
        const all = Array.from({ length: SERIES }, (_, i) => i + 1);
        const { before, rollups } = step;
        await store.commit(batchOf([], [{ op: "retain", series: all, before, rollups }]));
        for (const id of all) model.retain(id, before, rollups);
        await place.settled(store);
        continue;
      }
      const question = questionOf(model, step);
      if (question !== null) expect(await question.ask(store)).toEqual(question.answer);
      else if (step.do === "settle") await place.settled(store);
      else {
        if (step.do === "crash") await place.crash(store);
        else await store.close();
        await start();
      }
    }
    expect(await figuresOf(store)).toEqual(figuresOfModel(model));
    for (let id = 1; id <= SERIES; id++)
      expect(await store.read(id, 0, 1e9, 1e6)).toEqual(model.points(id, 0, 1e9, 1e6));
  } finally {
    await store.close();
  }
}

/** A start tells of each row that became another, as long as the log is needed; of those that may be sealed it need not. */
function checkSettled({ settled }: Everything, model: DataModel, trimmed: number): void {
  const told = new Map(settled.map(({ seq, time }) => [seq, time]));
  for (const [seq, time] of told) expect([seq, time]).toEqual([seq, model.settled.get(seq)?.[1] ?? Number.NaN]);
  for (const [seq, [series, time]] of model.settled)
    if (seq > trimmed && model.rows.has(series)) expect([seq, told.get(seq)]).toEqual([seq, time]);
}
function byId(a: unknown, b: unknown): number {
  return (a as [number])[0] - (b as [number])[0]; // rows of current()
}

/** Part of the contract: any life of the store reads as the naive model does. */
export function contractModel(make: () => Promise<DataStorePlace>, lives: number): void {
  test("any life of batches, trims, deletes, crashes and starts reads as a naive store does", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (life) => {
        const place = await make();
        try {
          await live(place, life);
        } finally {
          await place.dispose();
        }
      }),
      { numRuns: lives },
    );
  }, 60_000);
}
