/**
 * How fast a start after a crash queues once more what the log says was published: a row of each series in turn, each
 * series heard by a stored session of its own, with nothing in the sessions' states. The time is that of the sessions'
 * recovery alone, in a process of its own for each run: reading the file is not in it.
 */
import { buildEngine } from "../../src/app/engine.ts";
import type { OpenedStores } from "../../src/app/stores.ts";
import { oneClock } from "../../src/base/clock.ts";
import { recoverSessions } from "../../src/broker/recover.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { FleetChange } from "../../src/fleet/types.ts";
import type {
  LogRecord,
  RecoveredSession,
  SeriesState,
  StoredConsumer,
  StoredOwner,
  StoredPresence,
} from "../../src/store/ports.ts";
import { RecordWriter, TAG_PUBLISHED } from "../../src/store/record.ts";

const ROWS_A_RECORD = 2000;
const START = 1_790_000_000_000_000;
const ACCOUNT = "a:1";

/** A product with so many devices of one field, and an API user that may read all of them. */
export function* fleet(devices: number): Generator<FleetChange> {
  const product = { uid: 1, workspace: 1, slug: "p", name: "P", publishBackfill: false, boolText: "true" } as const;
  yield { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "W" } };
  yield { kind: "product", op: "put", row: { ...product, retainLastValues: false } };
  yield { kind: "field", op: "put", row: { uid: 1, product: 1, id: "T", type: "NUMERIC", name: "T", unit: null } };
  for (let uid = 1; uid <= devices; uid++)
    yield { kind: "device", op: "put", row: { uid, product: 1, id: `d${uid}`, name: "", serial: null, tags: [] } };
  const grants = [{ scope: "all", can: ["view"] }] as const;
  yield { kind: "apiUser", op: "put", row: { uid: 1, workspace: 1, name: "", mqtt: true, grants } };
}
function sessionOf(id: number): RecoveredSession {
  const row = {
    id,
    principal: ACCOUNT,
    clientId: `c${id}`,
    version: 5,
    expiry: 1e6,
    created: START,
    will: null,
  } as const;
  const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0, identifier: 0 } as const;
  return {
    session: { ...row, disconnectedAt: START },
    owner: 0,
    subscriptions: [{ filter: `dtck/p/d${id}/+`, ...options, sinceSeq: 0 }],
    floor: 0,
    queued: 0,
    state: null,
    chunks: [],
  };
}
/** A store as it would be found that lost its server after so many rows of so many series. Nothing is committed while it is measured. */
export function crashed(sessions: number, rows: number, count = sessions) {
  const writer = new RecordWriter();
  const records: LogRecord[] = [];
  for (let n = 0; n < rows; n++) {
    writer.decimal(TAG_PUBLISHED, 1 + (n % count), START + n, 0, 1, 200 + (n % 100));
    if (writer.count < ROWS_A_RECORD && n < rows - 1) continue;
    records.push({ firstSeq: n + 2 - writer.count, body: writer.finish().slice() });
  }
  const nothing = { time: null, value: null, lastArrival: 0, lastSeq: 0 };
  const series = Array.from(
    { length: count },
    (_, i): SeriesState => ({ id: i + 1, device: i + 1, field: 1, type: "NUMERIC", ...nothing }),
  );
  const found = Array.from({ length: sessions }, (_, i) => sessionOf(i + 1));
  return {
    reserve: () => Promise.resolve({ first: sessions + 1, count: 1000 }),
    gone: () => pieces([]),
    series: () => pieces(series),
    sessions: () => pieces(found),
    owners: () => pieces<StoredOwner>([]),
    sessionsOf: (ids: readonly number[]) => Promise.resolve(ids.flatMap((id) => found[id - 1] ?? [])),
    async *retained() {
      yield* [] as Uint8Array[]; // there are none
    },
    presence: () => pieces<StoredPresence>([]),
    consumers: () => pieces<StoredConsumer>([]),
    bytesAfter: () => Promise.resolve(0),
    async *replay() {
      yield* records;
    },
  };
}
async function* pieces<T>(all: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let at = 0; at < all.length; at += ROWS_A_RECORD) yield all.slice(at, at + ROWS_A_RECORD);
}

/** Recovers so many sessions, and queues so many rows for them. Returns the ms of that, and how many messages wait. */
export async function replay(sessions: number, rows: number): Promise<{ ms: number; waiting: number }> {
  const config = loadConfig({}, {}, () => "");
  const clock = oneClock(() => START + rows);
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const store = crashed(sessions, rows);
  const opened = { nextSeq: rows + 1, seenFloor: 0, settled: [], highest: { device: sessions, field: 1 } };
  const stores = { data: store, fleet: {}, shared: () => null };
  const from = { opened, rows: [...fleet(sessions)], stores } as unknown as OpenedStores; // as far as it is asked
  const { broker } = await buildEngine(config, from, clock, log);
  Bun.gc(true);
  const began = performance.now();
  await recoverSessions(broker, store, rows, clock.steady());
  const ms = performance.now() - began;
  let waiting = 0;
  for (const { outlet } of broker.sessions.values()) waiting += outlet.waiting;
  return { ms, waiting };
}

if (import.meta.main) {
  const [sessions, rows] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(await replay(Number(sessions), Number(rows)))}\n`);
  process.exit(0);
}
