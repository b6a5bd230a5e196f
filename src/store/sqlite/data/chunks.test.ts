import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoreOp } from "../../ports.ts";
import { SharedBodies } from "./chunks.ts";
import { dataPath } from "./files.ts";
import { applyOp } from "./ops.ts";
import { readsOf } from "./file-reads.ts";
import { migrate } from "./schema.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
const put = (session: number, firstSeq: number, body: Uint8Array): StoreOp => ({
  op: "chunk_put",
  session,
  firstSeq,
  count: 1,
  deadlineMax: 0,
  upTo: firstSeq,
  body,
});
function opened(): { folder: string; commit: (...ops: StoreOp[]) => void; bodies: () => number } {
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-chunks-"));
  folders.push(folder);
  const db = new Database(dataPath(folder));
  migrate(db);
  const shared = new SharedBodies();
  const commit = (...ops: StoreOp[]): void => {
    const bodies = shared.begin(ops);
    for (const op of ops) applyOp(db, op, 0, bodies);
  };
  for (const id of [1, 2, 3]) {
    const row = { principal: "a:1", clientId: `c${id}`, version: 5, expiry: 1, created: 0 } as const;
    commit({ op: "session_put", session: { id, ...row, disconnectedAt: null, will: null } });
  }
  const bodies = (): number => db.query<{ n: number }, []>("SELECT count(*) AS n FROM queue_body").get()?.n ?? -1;
  return { folder, commit, bodies };
}

test("a body that several sessions have in one commit is stored once, and goes with the last of them", () => {
  const { folder, commit, bodies } = opened();
  const [one, other] = [new Uint8Array(5000).fill(1), new Uint8Array(5000).fill(2)];
  commit(put(1, 10, one), put(2, 11, one), put(3, 12, one), put(1, 20, other));
  expect(bodies()).toBe(1);
  const reads = readsOf(folder);
  expect([reads.chunk(1, 10), reads.chunk(2, 11), reads.chunk(3, 12)]).toEqual([one, one, one]);
  expect(reads.chunk(1, 20)).toEqual(other);
  commit({ op: "chunk_delete", session: 1, before: 11 });
  expect([bodies(), reads.chunk(1, 10), reads.chunk(2, 11)]).toEqual([1, null, one]);
  // as after a failure that nobody knows the outcome of: operations are repeated
  commit(put(2, 11, one), put(3, 12, one));
  expect([bodies(), reads.chunk(2, 11), reads.chunk(3, 12)]).toEqual([1, one, one]);
  commit({ op: "chunk_delete", session: 2, before: 100 }, { op: "chunk_delete", session: 3, before: 100 });
  expect([bodies(), reads.chunk(1, 20)]).toEqual([0, other]);
});

test("a body that comes with several commits is stored once, as long as it is there", () => {
  const { folder, commit, bodies } = opened();
  const body = () => new Uint8Array(5000).fill(7);
  const [first, later] = [body(), body()];
  commit(put(1, 10, first), put(2, 10, first));
  commit(put(3, 10, later));
  expect(bodies()).toBe(1);
  const reads = readsOf(folder);
  expect([reads.chunk(1, 10), reads.chunk(2, 10), reads.chunk(3, 10)]).toEqual([body(), body(), body()]);
  // it went, and its number may be another body's by now
  for (const session of [1, 2, 3]) commit({ op: "chunk_delete", session, before: 100 });
  expect(bodies()).toBe(0);
  const other = new Uint8Array(5000).fill(8);
  commit(put(1, 20, other), put(2, 20, other));
  commit(put(3, 30, body()), put(1, 30, body()));
  expect([reads.chunk(1, 20), reads.chunk(3, 30), reads.chunk(1, 30)]).toEqual([other, body(), body()]);
});

test("nothing is stored for sessions that do not exist", () => {
  const { commit, bodies } = opened();
  const body = new Uint8Array(100);
  commit(put(7, 1, body), put(8, 1, body));
  expect(bodies()).toBe(0);
});
