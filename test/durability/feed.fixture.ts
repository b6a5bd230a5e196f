/**
 * A server's engine on a data folder, without listeners, with a durable consumer: it records values, trims the log all the time, and
 * prints which rows the consumer handled (`handled <from> <to>`) and was told to have missed (`gap`), until it is killed.
 * With `drain` nothing is recorded: it ends when everything was handled.
 */
import { mkdirSync, writeSync } from "node:fs";
import { buildEngine } from "../../src/app/engine.ts";
import type { OpenedStores } from "../../src/app/stores.ts";
import { oneClock } from "../../src/base/clock.ts";
import { recoverSessions } from "../../src/broker/recover.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { FleetChange } from "../../src/fleet/types.ts";
import { storesIn } from "../../src/store/open.ts";

const [folder = "", mode = ""] = process.argv.slice(2);
const LOG = { debug() {}, info() {}, warn() {}, error() {} };
const product = { uid: 1, workspace: 1, slug: "p", name: "P", publishBackfill: false, boolText: "true" } as const;
const grants = [{ scope: "all", can: ["record_measurements"] }] as const;
const FLEET: readonly FleetChange[] = [
  { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "W" } },
  { kind: "product", op: "put", row: { ...product, retainLastValues: false } },
  { kind: "field", op: "put", row: { uid: 1, product: 1, id: "T", type: "NUMERIC", name: "T", unit: null } },
  { kind: "device", op: "put", row: { uid: 1, product: 1, id: "d", name: "", serial: null, tags: [] } },
  { kind: "apiUser", op: "put", row: { uid: 1, workspace: 1, name: "", mqtt: true, grants } },
];
const say = (line: string): void => void writeSync(1, `${line}\n`);

mkdirSync(folder, { recursive: true });
const stores = storesIn(folder);
const opened = await stores.data.open();
const from = { stores, rows: FLEET, opened } as OpenedStores;
const clock = oneClock(() => Date.now() * 1000);
const engine = await buildEngine(
  loadConfig({}, {}, () => ""),
  from,
  clock,
  LOG,
);
const { broker, consumers, directory, hub, ingest } = engine;
await recoverSessions(broker, stores.data, opened.nextSeq - 1, clock.steady());
const principal = engine.authority.principalOf("a:1");
const device = directory.deviceByUid(1);
if (principal === undefined || device === undefined) throw new Error("the fleet has both");

let n = 0;
consumers.open("test", {
  rows(rows, done) {
    let first = 0;
    let last = 0;
    while (rows.next()) {
      if (rows.isMessage) continue;
      if (last > 0 && rows.seq !== last + 1) say(`jump ${last} ${rows.seq}`);
      first ||= rows.seq;
      last = rows.seq;
    }
    const handled = () => {
      if (last > 0) say(`handled ${first} ${last}`);
      done();
    };
    // now at once, now slow enough to fall behind
    if (n++ % 3 === 0) setTimeout(handled, n % 20);
    else handled();
  },
  gap(first, last, done) {
    say(`gap ${first} ${last}`);
    done();
  },
});
setInterval(() => {
  consumers.tick();
  hub.operation({ op: "trim", upTo: consumers.floor(hub.fannedSeq) });
}, 20);
if (mode === "drain") {
  const newest = opened.nextSeq - 1;
  setInterval(() => {
    const behind = [...consumers.lags()].some(([, { rows }]) => rows > 0);
    if (behind || hub.fannedSeq < newest) return;
    say(`newest ${newest}`);
    process.exit(0);
  }, 20);
} else {
  const topic = "dtck-pub/p/d";
  for (let i = 0; i < 100_000; i++) {
    const rows = Array.from({ length: 1 + (i % 40) }, (_, index) => ({ field: "T", value: index, time: null, index }));
    await ingest.submit({ principal, device, rows, topic, payload: new Uint8Array(0) });
    say(`promised ${hub.fannedSeq}`);
  }
}
