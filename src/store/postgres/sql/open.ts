import type { Sql } from "../../sqlite/data/sql.ts";
import { Chunks } from "./chunks.ts";
import { Due } from "./due.ts";
import { gone, KEPT, objects, type SqlMode, TABLES } from "./objects.ts";
import { PeopleCopy } from "./people.ts";
import { PointRows } from "./point-rows.ts";
import { hypertable } from "./timescale.ts";

/** What there is for SQL, and what it was made by. */
interface State {
  readonly mode: SqlMode;
  readonly made: string;
}

/**
 * Makes what is there for SQL what it is wished to be, in one transaction, and opens it. Where it is switched on, or to another form, all that is
 * stored is to be filled in.
 * @param wish null: as it is
 * @returns "none": there is none; "later": the fleet has no tables yet
 */
export function openCopy(
  db: Sql,
  schema: string,
  wish: SqlMode | null,
  transaction: (work: () => void) => void,
): PeopleCopy | "none" | "later" {
  const state = stateOf(db);
  const mode = wish ?? state.mode;
  if (mode === "off") {
    if (state.mode !== "off") transaction(() => switchOff(db, schema));
    return "none";
  }
  if (!hasFleet(db)) return "later";
  const quoted = `"${schema}"`;
  const statements = [...KEPT, TABLES[mode], ...objects(quoted, mode)];
  const made = new Bun.CryptoHasher("sha256").update(statements.join("\n")).digest("hex");
  if (state.mode !== mode || state.made !== made)
    transaction(() => {
      for (const text of statements) db.run(text);
      if (state.mode !== mode) {
        db.run(`DROP TABLE IF EXISTS ${mode === "arrays" ? "point_row" : "chunk"}`);
        if (mode === "rows") hypertable(db);
        db.run("DELETE FROM sql_due");
        db.query("INSERT INTO sql_due SELECT id, $1 FROM series").run(Number.MIN_SAFE_INTEGER);
      }
      db.run("DELETE FROM sql_state");
      db.query("INSERT INTO sql_state VALUES (1, $1, $2)").run(mode, made);
    });
  return new PeopleCopy(db, mode === "arrays" ? new Chunks(db) : new PointRows(db), new Due(db));
}

function switchOff(db: Sql, schema: string): void {
  for (const text of gone(`"${schema}"`)) db.run(text);
  db.run("UPDATE sql_state SET mode = 'off', made = ''");
}
function stateOf(db: Sql): State {
  const none: State = { mode: "off", made: "" };
  const there = db.query<{ there: number }>("SELECT to_regclass('sql_state') IS NOT NULL AS there").get();
  return there?.there !== 1 ? none : (db.query<State>("SELECT mode, made FROM sql_state").get() ?? none);
}
/** Servers open both halves of the store at once, and the first time this one may be ahead. */
function hasFleet(db: Sql): boolean {
  const names = ["workspace", "product", "device", "field"].map((name) => `to_regclass('${name}') IS NOT NULL`);
  return db.query<{ there: number }>(`SELECT ${names.join(" AND ")} AS there`).get()?.there === 1;
}
