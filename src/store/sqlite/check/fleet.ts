import type { Looked } from "../../ports.ts";
import type { Database } from "bun:sqlite";
import { Kysely } from "kysely";
import { errorText, Refusal } from "../../../base/errors.ts";
import type { FleetChange } from "../../../fleet/types.ts";
import { LINK_KINDS } from "../../ports.ts";
import { KyselyAccountStore } from "../fleet/accounts.ts";
import { selectAudit } from "../fleet/audit.ts";
import { FleetDialect } from "../fleet/dialect.ts";
import { load } from "../fleet/load.ts";
import { signingIn } from "../fleet/failures.ts";
import { FLEET_STEPS } from "../fleet/migrations.ts";
import type { FleetDb, Schema } from "../fleet/schema.ts";
import { selectUses } from "../fleet/uses.ts";
import type { Work } from "../../work.ts";
import type { Findings } from "./findings.ts";
import { isDamage } from "./scan.ts";
import { checkStructure } from "./structure.ts";

const AUDIT_AT_ONCE = 1000;

/** The steps of the schema that a fleet.db has, oldest first. @throws SQLite's errors */
export function fleetSteps(db: Database): string[] {
  const statement = db.prepare<{ name: string }, []>("SELECT name FROM kysely_migration ORDER BY name");
  try {
    return statement.all().map(({ name }) => name);
  } finally {
    statement.finalize();
  }
}

/**
 * Looks at everything in a fleet.db: SQLite's structure, references, every row in the form in which the server reads it.
 * Changes nothing. @param refers the highest uids of devices and fields that data.db refers to
 */
export async function checkFleet(
  db: Database,
  refers: { readonly device: number; readonly field: number },
  findings: Findings,
  looked: Looked,
  work: Work,
): Promise<void> {
  const wrong = (text: string) => findings.wrong(`fleet.db: ${text}`);
  await checkStructure(db, wrong, work, "fleet.db: structure");
  try {
    const newer = fleetSteps(db).filter((name) => !FLEET_STEPS.includes(name));
    if (newer.length > 0) {
      wrong(`a newer fieldcast wrote it (schema step "${newer[0]}"); it cannot be checked here`);
      return;
    }
    for (const { table, rowid, parent } of references(db))
      wrong(`row ${rowid} of table ${table} refers to a row of ${parent} that is not there`);
    for (const [table, refersTo] of [
      ["device", refers.device],
      ["field", refers.field],
    ] as const)
      if (highestUid(db, table) < refersTo)
        wrong(`it does not know a ${table} that data.db has measurements of: it is older than data.db`);
    // as far as this schema is the newest; an older one is brought up by the next start, and read then
    if (fleetSteps(db).length < FLEET_STEPS.length) {
      looked.devices = countOf(db, "device");
      findings.note("fleet.db: it has an older schema; its rows are read by the next start");
      return;
    }
    const fleet: FleetDb = new Kysely<Schema>({ dialect: new FleetDialect(db) });
    const rows = await load(fleet);
    looked.devices = rows.filter(({ kind }) => kind === "device").length;
    await readPeople(fleet, rows);
    await readAll(fleet, work);
  } catch (error) {
    if (!isDamage(error) && !(error instanceof Refusal && error.code === "damaged_store")) throw error;
    wrong(errorText(error).replace(/^fleet\.db is damaged: (.*)\.$/, "$1"));
  }
}

async function readOnly(): Promise<never> {
  throw new Error("a check changes nothing");
}
/** How people sign in and what they prefer, as the server reads it. @throws Refusal damaged_store */
async function readPeople(db: FleetDb, rows: readonly FleetChange[]): Promise<void> {
  const accounts = new KyselyAccountStore(() => db, readOnly, signingIn);
  for (const change of rows)
    if (change.kind === "user" && change.op === "put") {
      await accounts.login(change.row.uid);
      await accounts.identities(change.row.uid);
      await accounts.preferences(change.row.uid);
    }
  await accounts.signIns();
  for (const kind of LINK_KINDS) await accounts.links(kind);
  await selectUses(db);
}

/** The whole audit log, some entries at a time. @throws RangeError: an entry is damaged */
async function readAll(db: FleetDb, work: Work): Promise<void> {
  let before: number | undefined;
  for (;;) {
    const some = await selectAudit(db, { visible: null, before, limit: AUDIT_AT_ONCE });
    before = some.at(-1)?.id;
    if (before === undefined) return;
    await work.tell("fleet.db: table audit", 0);
  }
}

interface Dangling {
  readonly table: string;
  readonly rowid: number | null;
  readonly parent: string;
}
function references(db: Database): Dangling[] {
  const statement = db.prepare<Dangling, []>('SELECT "table", rowid, parent FROM pragma_foreign_key_check LIMIT 100');
  try {
    return statement.all();
  } finally {
    statement.finalize();
  }
}

function countOf(db: Database, table: "device"): number {
  const statement = db.prepare<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`);
  try {
    return statement.get()?.n ?? 0;
  } finally {
    statement.finalize();
  }
}

/** The highest uid that was ever given in a table. */
function highestUid(db: Database, table: string): number {
  const statement = db.prepare<{ seq: number }, [string]>("SELECT seq FROM sqlite_sequence WHERE name = ?");
  try {
    return statement.get(table)?.seq ?? 0;
  } finally {
    statement.finalize();
  }
}
