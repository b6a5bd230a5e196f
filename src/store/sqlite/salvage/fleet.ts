import { Database } from "bun:sqlite";
import { Kysely } from "kysely";
import { errorText } from "../../../base/errors.ts";
import { allKinds } from "../../../fleet/kinds.ts";
import { fleetSteps } from "../check/fleet.ts";
import { type Cell, columnsOf, isDamage, progressIn, type Row, scanKeyed, scanTable } from "../check/scan.ts";
import { tablesOf } from "../check/structure.ts";
import { FleetDialect } from "../fleet/dialect.ts";
import { load } from "../fleet/load.ts";
import { READ } from "../fleet/readable.ts";
import type { Schema } from "../fleet/schema.ts";
import { SqliteFleetStore } from "../fleet/store.ts";
import { UUIDS } from "../fleet/uuids.ts";
import type { Work } from "../../work.ts";
import type { Refers } from "./data.ts";
import type { LossList } from "./losses.ts";

/** Each after those it refers to. */
const PEOPLE = ["login", "sign_in", "link", "identity"];
const TABLES = [
  ...allKinds().map(({ table }) => table),
  ...["device_address", "api_grant"],
  ...PEOPLE,
  ...["preference", "audit", "token_use"],
];
/** The steps that tables came with. */
const STEP_OF: ReadonlyMap<string, string> = new Map([
  ...allKinds().map(({ table, since }) => [table, since] as const),
  ...PEOPLE.map((table) => [table, "0003_people"] as const),
  ["audit", "0005_audit"],
  ["token_use", "0007_token_use"],
  ["preference", "0070_preferences"],
]);
/** Where devices and fields go whose own rows are lost. */
const PLACE = "salvaged";

/**
 * Builds a fleet.db of what can be read of another. Devices and fields that have measurements and whose rows are lost
 * get a row with a name that says so: otherwise the next start would delete their measurements.
 * @param source a copy that may be damaged; null: SQLite cannot read it at all
 */
export async function salvageFleet(
  source: Database | null,
  path: string,
  refers: Refers,
  losses: LossList,
  work: Work,
): Promise<void> {
  const store = new SqliteFleetStore(path);
  await store.open();
  await store.close();
  const target = new Database(path, { readwrite: true });
  try {
    target.run("BEGIN");
    if (source === null) losses.other("fleet.db: nothing in it can be read; accounts and tokens are to be made anew");
    else for (const table of TABLES) await copyTable(source, target, table, losses, work);
    dropUnread(target, losses);
    dropDangling(target, losses);
    keepNumbers(source, target, refers);
    replaceMissing(target, refers, losses);
    addresses(target);
    target.run(UUIDS.map(({ give }) => give).join("; "));
    target.run("COMMIT");
    await load(new Kysely<Schema>({ dialect: new FleetDialect(target) }));
    target.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    target.close();
  }
}

async function copyTable(
  source: Database,
  target: Database,
  table: string,
  losses: LossList,
  work: Work,
): Promise<void> {
  const there = tablesOf(source, () => {}).find(({ name }) => name === table);
  if (there === undefined) {
    if (isLater(source, table)) return;
    losses.other(`fleet.db: table ${table} cannot be found`);
    return;
  }
  const known = new Set(columnsOf(source, table));
  const columns = columnsOf(target, table).filter((column) => known.has(column));
  const names = columns.map((column) => `"${column}"`).join(", ");
  const insert = target.prepare(`INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => "?").join(", ")})`);
  const tell = {
    gap: (gap: Parameters<LossList["gap"]>[1]) => losses.gap(`${table} of fleet.db`, gap),
    broken: ({ rowid, why }: { rowid: number; why: string }) =>
      losses.other(`row ${rowid} of table ${table} of fleet.db: ${why}`),
  };
  const part = progressIn(source, table);
  const rows = there.key === null ? scanTable(source, table, tell) : scanKeyed(source, table, there.key, tell);
  try {
    for (const row of rows) {
      // made anew from the devices, so that both agree
      if (table !== "device_address") write(insert, row, columns, table, losses);
      if (work.due) await work.tell(`saving table ${table}`, part(row));
    }
  } finally {
    insert.finalize();
  }
}

/** Whether a table came with a step of the schema that the file does not have yet. */
function isLater(source: Database, table: string): boolean {
  const step = STEP_OF.get(table);
  if (step === undefined) return false;
  try {
    return !fleetSteps(source).includes(step);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return false;
  }
}

function write(
  insert: ReturnType<Database["prepare"]>,
  row: Row,
  columns: readonly string[],
  table: string,
  losses: LossList,
): void {
  const bad = columns.find((column) => !isText(row[column]));
  try {
    if (bad !== undefined) throw new RangeError(`its ${bad} is not readable text`);
    if (table === "device" && !Array.isArray(JSON.parse(String(row.tags))))
      throw new RangeError("its tags are no list");
    insert.run(...columns.map((column): Cell => row[column] ?? null));
  } catch (error) {
    const why = errorText(error);
    losses.other(`row ${row.rowid ?? ""} of table ${table} of fleet.db: ${why}`);
  }
}
function isText(cell: Cell | undefined): boolean {
  return !(cell instanceof Uint8Array) && !(typeof cell === "string" && cell.includes("\ufffd"));
}

/** Rows that the server could not read would stop its start, or a page. */
function dropUnread(target: Database, losses: LossList): void {
  for (const [table, read] of READ)
    for (const row of target.query<Row, []>(`SELECT rowid AS rowid, * FROM "${table}"`).all())
      try {
        read(row as never); // each reads what its own table holds
      } catch (error) {
        losses.other(`row ${row.rowid} of table ${table} of fleet.db: ${errorText(error)}`);
        target.query(`DELETE FROM "${table}" WHERE rowid = ?`).run(Number(row.rowid));
      }
}

/** Rows whose owner is lost go with it, as when it is deleted. */
function dropDangling(target: Database, losses: LossList): void {
  for (;;) {
    const dangling = target
      .query<{ table: string; rowid: number; parent: string }, []>(
        'SELECT "table", rowid, parent FROM pragma_foreign_key_check',
      )
      .all();
    if (dangling.length === 0) return;
    for (const { table, rowid, parent } of dangling) {
      losses.other(`row ${rowid} of table ${table} of fleet.db: what it belongs to (${parent}) is lost`);
      target.query(`DELETE FROM "${table}" WHERE rowid = ?`).run(rowid);
    }
  }
}

/** No number is given twice: neither one that was given before, nor one that measurements have. */
function keepNumbers(source: Database | null, target: Database, refers: Refers): void {
  const most = new Map<string, number>();
  const raise = (table: string, uid: number) => most.set(table, Math.max(most.get(table) ?? 0, uid));
  try {
    const rows = source?.query<{ name: string; seq: number }, []>("SELECT name, seq FROM sqlite_sequence").all() ?? [];
    for (const { name, seq } of rows) if (Number.isSafeInteger(seq)) raise(name, seq);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  for (const { device, field } of refers.series) {
    raise("device", device);
    raise("field", field);
  }
  for (const [table, uid] of most) {
    if (!TABLES.includes(table)) continue;
    const there = target.query<{ seq: number }, [string]>("SELECT seq FROM sqlite_sequence WHERE name = ?").get(table);
    if (there === null) target.query("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)").run(table, uid);
    else target.query("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?").run(uid, table);
  }
}

function replaceMissing(target: Database, refers: Refers, losses: LossList): void {
  const productOf = (table: string, uid: number) =>
    target.query<{ product: number }, [number]>(`SELECT product FROM "${table}" WHERE uid = ?`).get(uid)?.product ??
    null;
  for (const { device, field, type } of refers.series) {
    const product = productOf("device", device) ?? productOf("field", field) ?? placeOf(target);
    if (productOf("field", field) === null) {
      target
        .query("INSERT INTO field (uid, product, id, type, name) VALUES (?, ?, ?, ?, ?)")
        .run(field, product, `SALVAGED_${field}`, type, `Salvaged field ${field}`);
      losses.other(`field ${field}: its row is lost; its measurements are in SALVAGED_${field}`);
    }
    if (productOf("device", device) === null) {
      target
        .query("INSERT INTO device (uid, product, id, name, serial, tags) VALUES (?, ?, ?, ?, NULL, '[]')")
        .run(device, product, `salvaged-${device}`, `Salvaged device ${device}`);
      losses.other(`device ${device}: its row is lost; its measurements are in the device salvaged-${device}`);
    }
  }
}

/** The product for what belongs nowhere; made when it is first needed. */
function placeOf(target: Database): number {
  const there = target.query<{ uid: number }, [string]>("SELECT uid FROM product WHERE slug = ?").get(PLACE);
  if (there !== null) return there.uid;
  const home =
    target.query<{ uid: number }, []>("SELECT uid FROM workspace ORDER BY uid LIMIT 1").get()?.uid ??
    Number(target.query("INSERT INTO workspace (slug, name) VALUES (?, 'Salvaged')").run(PLACE).lastInsertRowid);
  const insert = target.query(
    "INSERT INTO product (workspace, slug, name, retain_last_values, publish_backfill, bool_text) VALUES (?, ?, 'Salvaged', 0, 0, 'true')",
  );
  return Number(insert.run(home, PLACE).lastInsertRowid);
}

/** Every id and serial, as src/store/sqlite/fleet/write.ts keeps them. */
function addresses(target: Database): void {
  const insert = "INSERT OR IGNORE INTO device_address (product, address, device) SELECT product";
  target.run(`${insert}, id, uid FROM device`);
  target.run(`${insert}, serial, uid FROM device WHERE serial IS NOT NULL`);
}
