import { Database } from "bun:sqlite";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FieldType, Value } from "../../measure/types.ts";
import { createDelivery } from "../../session/delivery.ts";
import { MessageQueue } from "../../session/queue.ts";
import { packWill } from "../../session/will.ts";
import { batchOf, type Row } from "../data.model.ts";
import type { AccountChange, StoreOp } from "../ports.ts";
import { retainedBytes, writeRetained } from "../retained.ts";
import { SqliteDataStore } from "./data/store.ts";
import { SqliteFleetStore } from "./fleet/store.ts";
import { atOnce } from "../../base/turns.ts";
import { completed } from "../../fleet/uuids.ts";

/** Makers of data folders for tests of what is done with whole folders. */

const TYPES: readonly FieldType[] = ["NUMERIC", "STRING", "BOOL"];
const START = Date.UTC(2026, 0, 1) * 1000;
const MINUTE = 60_000_000;
/** Rows of each series, and commits they come in. */
const ROWS = 12_000;
const COMMITS = 60;

/** What `aFolder` ends with. */
export const FINAL = { nextSeq: ROWS * TYPES.length + 1 } as const;

/** The value of row n of a series (1 to 3). */
export function sampleOf(series: number, n: number): Value {
  if (series === 1) return Math.round(200 + 50 * Math.sin(n / 100)) / 10;
  return series === 2 ? `state ${n % 7} of ${n}` : n % 5 === 0;
}
export function timeOf(n: number): number {
  return START + n * MINUTE;
}

/** The number of row n of a series. */
export function seqOf(series: number, n: number): number {
  const each = ROWS / COMMITS;
  return 1 + Math.floor(n / each) * each * TYPES.length + (n % each) * TYPES.length + series - 1;
}

/**
 * Makes a data folder with a fleet of three devices and three fields, a series of each with blocks and a log that is not
 * sealed, rollups of the third series' first two days, a session with everything a session can have, a shared subscription, refusals, presence and
 * certificates.
 */
export async function aFolder(folder: string): Promise<void> {
  mkdirSync(join(folder, "tls"), { recursive: true, mode: 0o700 });
  for (const name of ["ca", "server"]) {
    writeFileSync(join(folder, "tls", `${name}.pem`), `the certificate of ${name}`);
    writeFileSync(join(folder, "tls", `${name}-key.pem`), `the key of ${name}`);
  }
  await aFleet(join(folder, "fleet.db"));
  const store = new SqliteDataStore({ folder });
  await store.open();
  let seq = 1;
  for (let commit = 0; commit < COMMITS; commit++) {
    const rows: Row[] = [];
    for (let i = 0; i < ROWS / COMMITS; i++)
      for (let series = 1; series <= TYPES.length; series++) {
        const n = (commit * ROWS) / COMMITS + i;
        rows.push({ series, time: timeOf(n), value: sampleOf(series, n) });
      }
    await store.commit(batchOf(rows, commit === 0 ? firstOps() : []));
    seq += rows.length;
    if (commit === COMMITS - 10) {
      await store.commit(batchOf([], [{ op: "trim", upTo: seq - 1 }]));
      await store.idle();
      const rollups = [60, 1440].map((minutes) => ({ step: minutes * MINUTE, before: Number.NEGATIVE_INFINITY }));
      await store.commit(batchOf([], [{ op: "retain", series: [3], before: timeOf(3000), rollups }]));
      await store.idle();
    }
  }
  await store.close();
}

function firstOps(): StoreOp[] {
  const series = TYPES.map((type, i): StoreOp => ({ op: "series_put", id: i + 1, device: i + 1, field: i + 1, type }));
  const session = { id: 1, principal: "a:1", clientId: "pump-7", version: 5, expiry: 3600, created: START } as const;
  const subscription = {
    filter: "dtck/plant/+/T",
    qos: 1,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
    identifier: 7,
    sinceSeq: 0,
  } as const;
  // a shared subscription has a row of its own, and no number of a session
  const group = {
    id: 2,
    principal: "g:w:1",
    clientId: "$share/all/dtck/#",
    version: 5,
    expiry: 0,
    created: 0,
  } as const;
  const queue = messages(5);
  const state = packed({ nextId: 1, slots: [], sendOffset: 0, acked: 0, passed: 0, received: [], token: 1 }, queue);
  const refusal = { device: 1, principal: "a:1", time: START, code: "invalid_value", message: "no", topic: "t" };
  return [
    ...series,
    { op: "session_put", session: { ...session, disconnectedAt: START, will: packWill(WILL) } },
    { op: "subscription_put", session: 1, subscription },
    { op: "checkpoint", session: 1, floor: 0, state },
    { op: "session_put", session: { ...group, disconnectedAt: null, will: null } },
    { op: "checkpoint", session: 2, floor: 0, state: packed({ takes: 3 }, queue) },
    { op: "chunk_put", session: 2, firstSeq: 1, count: 5, deadlineMax: 0, upTo: 0, body: queue },
    { op: "chunk_put", session: 1, firstSeq: 1, count: 5, deadlineMax: 0, upTo: 0, body: queue },
    {
      op: "events_put",
      rows: [{ ...EVENT, time: START }],
      before: 0,
      most: 1000,
    },
    { op: "refusals_put", rows: [{ ...refusal, payload: "warm", base64: false, count: 1 }] },
    {
      op: "presence_put",
      presence: { device: 1, connected: true, connectedAt: START, disconnectedAt: null, number: 1 },
    },
    { op: "retained", changes: retained("greenhouse/door", "open") },
    { op: "consumer_put", consumer: { name: "rules", position: 0, lost: null, note: null } },
    { op: "journal_put", journal: "webhook:1:calls", rows: [{ key: 1, time: START, body: "{}" }] },
    {
      op: "alerts_put",
      rows: [
        {
          ...{ id: 1, workspace: 1, rule: 1, device: 1, severity: "warning", state: "open" },
          ...{ opened: START, changed: START, body: "{}" },
        },
      ],
    },
    { op: "tasks_put", rows: [{ id: 1, rule: 1, time: START, body: "{}" }] },
    { op: "arrivals_put", rows: [{ key: "uplink 1", time: START }] },
    { op: "passes_put", rows: [{ time: START, workspace: 1, product: 1, devices: [1], body: "{}" }], listed: 100 },
    { op: "suggestions_put", rows: [{ workspace: 1, product: 1, kind: "field", name: "CO2", body: "{}" }] },
  ];
}

/** Packed messages of a queue. */
function messages(n: number): Uint8Array {
  const queue = new MessageQueue();
  const payload = new TextEncoder().encode("a message that waits");
  const one = { ...createDelivery(), qos: 1, series: 1, time: START, ids: [7], src: payload, to: payload.length };
  for (let seq = 1; seq <= n; seq++) queue.push({ ...one, seq });
  return queue.bytesFrom(queue.head).slice();
}
/** As src/fanout/checkpoint.ts packs a session's state. */
function packed(header: object, entries: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const state = new Uint8Array(4 + json.length + entries.length);
  new DataView(state.buffer).setUint32(0, json.length, true);
  state.set(json, 4);
  state.set(entries, 4 + json.length);
  return state;
}
function retained(topic: string, payload: string): Uint8Array {
  const [name, publisher, body] = [topic, "a:1\0pump-7", payload].map((text) => new TextEncoder().encode(text));
  if (!name || !publisher || !body) throw new Error("three texts give three arrays");
  const bytes = new Uint8Array(retainedBytes(name.length, publisher.length, 0, body.length));
  writeRetained(bytes, 0, 1, 0, 1, name, publisher, body, 0, 0, body.length);
  return bytes;
}

const DECODER = {
  number: 1,
  code: "function Decoder(b) { return []; }",
  function: null,
  created: START,
  by: "the start",
  note: "",
};
const NETWORK = {
  name: "ttn",
  type: "tti",
  server: "https://eu1.cloud.thethings.network",
  application: "plant",
  webhook: "fieldcast",
  key: "NNSXS.ABC",
} as const;
const DOWNLINK = {
  name: "interval",
  description: "",
  way: "network",
  source: "encoder",
  content: "function Encoder(m, port) { return [m.F1.value]; }",
  target: null,
  port: 2,
  confirmed: true,
  replace: false,
  fields: ["F1"],
  triggers: ["F1"],
  active: true,
  wait: 3600,
} as const;
const DEPTH = { id: "DEPTH", name: "Depth", type: "number", default: 1, unit: "m", description: null } as const;

async function aFleet(path: string): Promise<void> {
  const store = new SqliteFleetStore(path);
  await store.open();
  const product = { workspace: -1, slug: "plant", name: "Plant", retainLastValues: false, publishBackfill: false };
  const device = (i: number) =>
    ({
      kind: "device",
      op: "put",
      row: { uid: -i, product: -1, id: `dev${i}`, name: `Device ${i}`, serial: `S${i}`, tags: ["a"] },
    }) as const;
  const field = (id: string, type: FieldType) =>
    ({ kind: "field", op: "put", row: { uid: 0, product: -1, id, type, name: id, unit: "°C" } }) as const;
  const token = { hint: "0000", name: "laptop", user: null, created: START, expires: null };
  const grants = [{ scope: "product", product: -1, can: ["view", "record_measurements"] }] as const;
  const entry = { time: START, by: { key: "", name: "the start", from: null }, action: "workspace.create" } as const;
  const audit = [{ ...entry, workspace: 1, target: 1, name: "home", before: null, after: { name: "Home" } }];
  const changes = await store.commit(
    atOnce(
      completed(
        [
          { kind: "workspace", op: "put", row: { uid: -1, slug: "home", name: "Home" } },
          { kind: "network", op: "put", row: { uid: -1, workspace: -1, ...NETWORK } },
          { kind: "product", op: "put", row: { uid: -1, ...product, boolText: "True", network: "ttn" } },
          { kind: "downlink", op: "put", row: { uid: 0, product: -1, ...DOWNLINK } },
          ...TYPES.map((type, i) => field(`F${i + 1}`, type)),
          ...[1, 2, 3, 4].map(device),
          { kind: "apiUser", op: "put", row: { uid: -1, workspace: -1, name: "devices", mqtt: true, grants } },
          { kind: "token", op: "put", row: { uid: 0, hash: "aa".repeat(32), ...token, apiUser: -1 } },
          { kind: "user", op: "put", row: { uid: -1, email: "owner@example.com", admin: true } },
          { kind: "membership", op: "put", row: { uid: 0, user: -1, workspace: -1, role: "owner" } },
          { kind: "decoder", op: "put", row: { uid: 0, product: -1, ...DECODER } },
          { kind: "configurationField", op: "put", row: { uid: -1, product: -1, ...DEPTH } },
          { kind: "configurationValue", op: "put", row: { uid: 0, device: -1, field: -1, value: 2.5 } },
        ],
        { random: (n) => crypto.getRandomValues(new Uint8Array(n)), micros: () => START },
      ),
    ),
    () => audit,
  );
  await store.keepUses([{ token: 1, time: START, address: "192.0.2.1" }]);
  await store.accounts.change(PERSON);
  // a number that must never be given again
  const last = changes.findLast((change) => change.kind === "device" && change.op === "put");
  if (last?.op === "put") await store.commit([{ kind: "device", op: "delete", uid: last.row.uid }]);
  await store.close();
}

/** How the first account signs in: everything that a person can have. */
const PERSON: readonly AccountChange[] = [
  {
    op: "login_put",
    login: {
      user: 1,
      password: "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA",
      passwordSet: START,
      totpSecret: "JBSWY3DPEHPK3PXP",
      totpConfirmed: true,
      totpStep: 58_000_000,
      recoveryCodes: ["ab".repeat(32)],
    },
  },
  {
    op: "sign_in_put",
    signIn: {
      hash: "cd".repeat(32),
      user: 1,
      created: START,
      lastUsed: START,
      expires: START + MINUTE,
      address: "192.0.2.1",
      agent: "a browser",
    },
  },
  {
    op: "link_put",
    link: {
      hash: "ef".repeat(32),
      kind: "invitation",
      created: START,
      expires: START + MINUTE,
      user: null,
      email: "new@example.com",
      workspace: 1,
      role: "observer",
      by: 1,
    },
  },
  { op: "identity_put", identity: { issuer: "https://id.example.com", subject: "s-1", user: 1, created: START } },
];

/** All rows of all tables of both files, and the versions, as comparable text; of blobs their hash. */
export function contentOf(folder: string): Record<string, string[]> {
  const content: Record<string, string[]> = {};
  for (const file of ["data.db", "fleet.db"]) {
    if (!existsSync(join(folder, file))) continue;
    const db = new Database(join(folder, file), { readonly: true });
    const names = db.query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    for (const { name } of names.all()) {
      const rows = db.query<Record<string, unknown>, []>(`SELECT * FROM "${name}"`).all();
      content[`${file} ${name}`] = rows.map((row) => JSON.stringify(row, comparable)).sort();
    }
    content[`${file} versions`] = ["application_id", "user_version"].map((p) =>
      JSON.stringify(db.query(`PRAGMA ${p}`).get()),
    );
    db.close();
  }
  return content;
}
function comparable(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? `${value.length} bytes ${Bun.hash(value)}` : value;
}

/** What is said when the session does not come back. */
const WILL = {
  topic: "dtck-pub/plant/dev1/F1",
  payload: new TextEncoder().encode("gone"),
  delay: 60,
  expiry: 0,
  timestamp: null,
  qos: 1,
  retain: false,
  forwarded: new Uint8Array(0),
} as const;

/** A connection that opened. */
const EVENT = {
  kind: "opened",
  principal: "a:1",
  workspace: 1,
  device: 0,
  client: "c",
  remote: null,
  code: null,
  message: null,
  topic: null,
  payload: null,
  base64: false,
  bytes: null,
  commit: null,
  delivered: null,
  count: 1,
} as const;
