/**
 * How fast a start after a crash queues once more what the log says was published: a row of each series in turn, each
 * series heard by a stored session of its own, with nothing in the sessions' states. The time is that of the sessions'
 * recovery alone, in a process of its own for each run: reading the file is not in it.
 */
import { join } from "node:path";
import type { FleetChange } from "../../src/fleet/types.ts";
import type { LogRecord, Recovered, RecoveredSession, SeriesState } from "../../src/store/ports.ts";
import { RecordWriter, TAG_PUBLISHED } from "../../src/store/record.ts";

const ROWS_A_RECORD = 2000;
const START = 1_790_000_000_000_000;
const ACCOUNT = "a:1";

/** A product with so many devices of one field, and an API user that may read all of them. */
function* fleet(devices: number): Generator<FleetChange> {
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
    subscriptions: [{ filter: `dtck/p/d${id}/+`, ...options, sinceSeq: 0 }],
    floor: 0,
    queued: 0,
    state: null,
    chunks: [],
  };
}
/** What a store would have found that lost its server after so many rows. */
function crashed(sessions: number, rows: number): Recovered {
  const writer = new RecordWriter();
  const records: LogRecord[] = [];
  for (let n = 0; n < rows; n++) {
    writer.decimal(TAG_PUBLISHED, 1 + (n % sessions), START + n, 0, 1, 200 + (n % 100));
    if (writer.count < ROWS_A_RECORD && n < rows - 1) continue;
    const firstSeq = n + 2 - writer.count;
    records.push({ firstSeq, body: writer.finish().slice() });
  }
  const series = Array.from(
    { length: sessions },
    (_, i): SeriesState => ({
      id: i + 1,
      device: i + 1,
      field: 1,
      type: "NUMERIC",
      time: null,
      value: null,
      lastArrival: 0,
      lastSeq: 0,
    }),
  );
  return {
    nextSeq: rows + 1,
    nextSeries: sessions + 1,
    nextSession: sessions + 1,
    series,
    sessions: Array.from({ length: sessions }, (_, i) => sessionOf(i + 1)),
    presence: [],
    seenFloor: 0,
    retained: [],
    records,
  };
}

/**
 * Recovers so many sessions with no rows, and with all.
 * @param server folder of the fieldcast that is measured
 * @returns ms of both, and how many messages wait
 */
export async function replay(server: string, sessions: number, rows: number): Promise<{ ms: number; waiting: number }> {
  const { buildEngine } = (await import(join(server, "src/app/engine.ts"))) as typeof import("../../src/app/engine.ts");
  const recover = (await import(join(server, "src/broker/recover.ts"))) as typeof import("../../src/broker/recover.ts");
  const load = (await import(join(server, "src/config/load.ts"))) as typeof import("../../src/config/load.ts");
  const base = (await import(join(server, "src/base/clock.ts"))) as typeof import("../../src/base/clock.ts");
  const config = load.loadConfig({}, {}, () => "");
  const clock = base.oneClock(() => START + rows);
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const recovered = crashed(sessions, rows);
  // nothing is committed while it is measured
  const stores = { recovered, rows: [...fleet(sessions)], store: {}, fleet: {} } as unknown as Parameters<
    typeof buildEngine
  >[1];
  const { broker } = buildEngine(config, stores, clock, log);
  Bun.gc(true);
  const began = performance.now();
  recover.recoverSessions(broker, recovered, clock.steady());
  const ms = performance.now() - began;
  let waiting = 0;
  for (const { outlet } of broker.sessions.values()) waiting += outlet.waiting;
  return { ms, waiting };
}

if (import.meta.main) {
  const [server = "", sessions, rows] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(await replay(server, Number(sessions), Number(rows)))}\n`);
  process.exit(0);
}
