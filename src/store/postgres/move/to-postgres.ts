import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../../base/errors.ts";
import { noteStore } from "../../note.ts";
import { openFrozen } from "../../sqlite/open.ts";
import type { Work } from "../../work.ts";
import { migrate } from "../data/schema.ts";
import { PostgresFleetTables } from "../fleet/tables.ts";
import { Session } from "../session.ts";
import { type Target, targetOf } from "../url.ts";
import { endsToPostgres, metaOf } from "./ends.ts";
import { counted, FILES, type Files, filesOf, type MoveReport, openedOnce } from "./files.ts";
import { insertion, piecesOf, typesOf } from "./rows.ts";
import { verify } from "./verify.ts";

/**
 * Moves the data of a folder into a PostgreSQL, which the folder notes then; its files are put aside. Broken off, it goes on when it is called
 * again. The caller has the locks of both. @throws Refusal; Stopped
 */
export async function moveToPostgres(
  {
    folder,
    address,
    dryRun,
    now,
  }: { readonly folder: string; readonly address: string; readonly dryRun: boolean; readonly now: number },
  work: Work,
): Promise<MoveReport> {
  await openedOnce(folder);
  const files = filesOf(openFrozen(join(folder, "fleet.db")), openFrozen(join(folder, "data.db")));
  const target = targetOf(address);
  const session = new Session(target, { name: "move" });
  try {
    const tables = counted(files);
    const report = { to: target.shown, aside: null, tables, compared: 0, resumed: false };
    if (dryRun) return report;
    const resumed = await prepare(session, target, address, sourceOf(files));
    await copyAll(session, files, work);
    await endsToPostgres(session, files.fleet, files.data);
    const compared = await verify(session, files.tables);
    await session.query({ text: "DROP TABLE moving" });
    files.fleet.close();
    files.data.close();
    noteStore(folder, address);
    return { ...report, aside: putAside(folder, now), compared, resumed };
  } finally {
    files.fleet.close();
    files.data.close();
    await session.end();
  }
}

/** Changes when a server runs on the folder between two tries. */
function sourceOf({ fleet, data }: Files): string {
  const audit = fleet.query<{ top: number | null }, []>("SELECT max(id) AS top FROM audit").get()?.top ?? 0;
  const plain = data.query<{ n: number }, []>("SELECT plain_commits AS n FROM meta").get()?.n ?? 0;
  return `${metaOf(data).next_seq}/${plain}/${audit}`;
}

/** Makes the tables. @returns whether an earlier try is gone on with. @throws Refusal already_exists: it has data of its own */
async function prepare(session: Session, target: Target, address: string, source: string): Promise<boolean> {
  const there = await session.query({
    text: "SELECT to_regclass('moving') IS NOT NULL, to_regclass('fleet_head') IS NOT NULL",
  });
  const [isMoving, isUsed] = there.rows[0] ?? [];
  if (isMoving === 1) {
    const { rows } = await session.query({ text: "SELECT source FROM moving WHERE name = ''" });
    if (rows[0]?.[0] === source) return true;
    await session.query({ text: `DROP SCHEMA "${target.schema}" CASCADE` });
  } else if (isUsed === 1)
    throw new Refusal(
      "already_exists",
      `There is data in ${target.shown} already: name another database, or another ?schema=.`,
    );
  const fleet = new PostgresFleetTables(address);
  await fleet.read();
  await fleet.close();
  await migrate(session, target);
  await session.query({
    text: 'CREATE TABLE moving (name text COLLATE "C" PRIMARY KEY, last bigint NOT NULL, source text)',
  });
  await session.query({ text: "INSERT INTO moving VALUES ('', 0, $1)", values: [source] });
  return false;
}

async function copyAll(session: Session, { tables }: Files, work: Work): Promise<void> {
  for (const [i, [file, table]] of tables.entries()) {
    const types = await typesOf(session, table);
    const { rows } = await session.query({ text: "SELECT last FROM moving WHERE name = $1", values: [table.name] });
    for (const piece of piecesOf(file, table, Number(rows[0]?.[0] ?? 0))) {
      await session.query({ text: "BEGIN" });
      await session.queryHere(insertion(table, types, piece.rows));
      const text = "INSERT INTO moving VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET last = excluded.last";
      await session.queryHere({ text, values: [table.name, piece.last] });
      await session.queryHere({ text: "COMMIT" });
      if (work.due) await work.tell(`moving ${table.name}`, i / tables.length);
    }
  }
}

/** Nothing is deleted: the files go into a folder beside. */
function putAside(folder: string, now: number): string {
  const aside = join(folder, `before-postgresql-${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`);
  mkdirSync(aside, { mode: 0o700 });
  for (const name of FILES) renameSync(join(folder, name), join(aside, name));
  for (const name of FILES) for (const end of ["-wal", "-shm"]) rmSync(join(folder, name + end), { force: true });
  return aside;
}
