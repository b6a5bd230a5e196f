import { sql } from "kysely";
import { Refusal } from "../../../base/errors.ts";
import type { ApiUser, Device, FleetChange, FleetKind, FleetRows } from "../../../fleet/types.ts";
import { storedForm, tableOf } from "./kinds.ts";
import { apiUserTo, deviceTo, grantsTo } from "./rows.ts";
import { type FleetTransaction, pieces, type Schema } from "./schema.ts";

/** Changes of the same kind and verb that follow each other; one run is written with few statements. */
type Run = {
  [K in FleetKind]:
    | { readonly kind: K; readonly op: "put"; readonly rows: FleetRows[K][] }
    | { readonly kind: K; readonly op: "delete"; readonly uids: number[] };
}[FleetKind];

function runsOf(changes: readonly FleetChange[]): Run[] {
  const runs: Run[] = [];
  for (const change of changes) {
    const last = runs.at(-1);
    const joins = last !== undefined && last.kind === change.kind && last.op === change.op;
    if (change.op === "delete") {
      if (joins && last.op === "delete") last.uids.push(change.uid);
      else runs.push({ kind: change.kind, op: "delete", uids: [change.uid] });
    } else if (joins && last.op === "put") {
      // The kinds are equal, so the rows are of one type; TypeScript cannot see that across two unions.
      (last.rows as FleetRows[FleetKind][]).push(change.row);
    } else {
      runs.push({ kind: change.kind, op: "put", rows: [change.row] } as Run);
    }
  }
  return runs;
}

/**
 * Writes the changes in their order. Rows with a uid in `created` are new, others must exist.
 * @throws Refusal not_found when a row to be changed is not there; the database's own errors otherwise
 */
export async function write(trx: FleetTransaction, changes: readonly FleetChange[], created: Created): Promise<void> {
  for (const run of runsOf(changes)) {
    const table = tableOf(run.kind);
    if (run.op === "delete") {
      for (const uids of pieces(run.uids)) {
        await sql`delete from ${sql.table(table)} where uid in (${sql.join(uids)})`.execute(trx);
      }
      continue;
    }
    const known = run.rows.map((r) => r.uid).filter((uid) => !created.has(run.kind, uid));
    await mustExist(trx, run.kind, known);
    await put(trx, run, known);
  }
}
/** Which uids were given in this commit. */
interface Created {
  has(kind: FleetKind, uid: number): boolean;
}

async function mustExist(trx: FleetTransaction, kind: FleetKind, uids: readonly number[]): Promise<void> {
  const table = sql.table(tableOf(kind));
  for (const some of pieces(uids)) {
    const { rows } = await sql<{ uid: number }>`select uid from ${table} where uid in (${sql.join(some)})`.execute(trx);
    const there = new Set(rows.map((r) => r.uid));
    const gone = some.find((uid) => !there.has(uid));
    if (gone !== undefined) throw new Refusal("not_found", `The ${kind} with number ${gone} is no longer there.`);
  }
}

async function put(trx: FleetTransaction, run: Run & { op: "put" }, known: readonly number[]): Promise<void> {
  if (run.kind === "device") return putDevices(trx, run.rows, known);
  if (run.kind === "apiUser") return putApiUsers(trx, run.rows, known);
  const { to } = storedForm(run.kind);
  return upsert(
    trx,
    tableOf(run.kind),
    run.rows.map((row) => to(row as never)), // rows of its kind
  );
}

/** Inserts rows, or replaces all columns of those whose uid is there. */
async function upsert(trx: FleetTransaction, table: string, rows: readonly { readonly uid: number }[]): Promise<void> {
  const first = rows[0];
  if (!first) return;
  const columns = Object.keys(first).filter((c) => c !== "uid");
  const changes = Object.fromEntries(columns.map((c) => [c, sql.ref(`excluded.${c}`)]));
  for (const some of lastOfEach(rows)) {
    await trx
      .insertInto(table as "token") // any of the kinds' tables
      // The row type belongs to the table by construction of the callers above; Kysely wants it per literal name.
      .values(some as never)
      .onConflict((c) => c.column("uid").doUpdateSet(changes as never))
      .execute();
  }
}

/** A row that is put twice in a run is written once, as it is at the end: one statement may not touch it twice. */
function lastOfEach<R extends { readonly uid: number }>(rows: readonly R[]): Iterable<R[]> {
  const byUid = new Map(rows.map((r) => [r.uid, r]));
  return pieces(byUid.size === rows.length ? rows : [...byUid.values()]);
}

/** Devices with their addresses. Addresses that change are all freed first, so that devices may swap serials. */
async function putDevices(trx: FleetTransaction, rows: readonly Device[], known: readonly number[]): Promise<void> {
  const before = new Map<number, Schema["device"]>();
  for (const uids of pieces(known)) {
    for (const row of await trx.selectFrom("device").selectAll().where("uid", "in", uids).execute()) {
      before.set(row.uid, row);
    }
  }
  const last = new Map(rows.map((r) => [r.uid, r]));
  const moved = [...last.values()].filter((d) => {
    const was = before.get(d.uid);
    return !was || was.id !== d.id || was.serial !== d.serial || was.product !== d.product;
  });
  const freed = moved.map((d) => d.uid).filter((uid) => before.has(uid));
  for (const uids of pieces(freed)) await trx.deleteFrom("device_address").where("device", "in", uids).execute();
  await upsert(trx, "device", rows.map(deviceTo));
  const addresses = moved.flatMap((d) => {
    const own = [{ product: d.product, address: d.id, device: d.uid }];
    if (d.serial !== null && d.serial !== d.id) own.push({ product: d.product, address: d.serial, device: d.uid });
    return own;
  });
  for (const some of pieces(addresses)) await trx.insertInto("device_address").values(some).execute();
}

async function putApiUsers(trx: FleetTransaction, rows: readonly ApiUser[], known: readonly number[]): Promise<void> {
  await upsert(trx, "api_user", rows.map(apiUserTo));
  for (const uids of pieces(known)) await trx.deleteFrom("api_grant").where("api_user", "in", uids).execute();
  const last = new Map(rows.map((r) => [r.uid, r]));
  for (const some of pieces([...last.values()].flatMap(grantsTo))) {
    await trx.insertInto("api_grant").values(some).execute();
  }
}
