import { Database } from "bun:sqlite";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { noteStore } from "../../note.ts";
import type { Work } from "../../work.ts";
import { Session } from "../session.ts";
import { targetOf } from "../url.ts";
import { endsToFolder } from "./ends.ts";
import { counted, FILES, type Files, filesOf, type MoveReport, openedOnce } from "./files.ts";
import { rowsOf } from "./rows.ts";
import { quoted } from "./tables.ts";
import { verify } from "./verify.ts";

/** Moves what a folder has in PostgreSQL into the folder itself. What is in PostgreSQL stays there. @throws Refusal; Stopped */
export async function moveToFolder(
  { folder, address, dryRun }: { readonly folder: string; readonly address: string; readonly dryRun: boolean },
  work: Work,
): Promise<MoveReport> {
  const draft = join(folder, "moving");
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const session = new Session(targetOf(address), { name: "move" });
  let files: Files | null = null;
  try {
    await openedOnce(draft);
    files = filesOf(new Database(join(draft, "fleet.db")), new Database(join(draft, "data.db")));
    await session.query({ text: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" });
    if (!dryRun) await fetchAll(session, files, work);
    const tables = dryRun ? await countedThere(session, files) : counted(files);
    if (!dryRun) await endsToFolder(session, files.fleet, files.data);
    await session.queryHere({ text: "COMMIT" });
    const report = { to: folder, aside: null, tables, compared: 0, resumed: false };
    if (dryRun) return report;
    const compared = await verify(session, files.tables);
    files.fleet.close();
    files.data.close();
    await openedOnce(draft);
    for (const name of FILES) renameSync(join(draft, name), join(folder, name));
    noteStore(folder, null);
    return { ...report, compared };
  } finally {
    files?.fleet.close();
    files?.data.close();
    await session.end();
    rmSync(draft, { recursive: true, force: true });
  }
}
async function fetchAll(session: Session, { tables }: Files, work: Work): Promise<void> {
  for (const [i, [file, table]] of tables.entries()) {
    const marks = table.columns.map(() => "?").join(", ");
    const insert = file.query(`INSERT INTO "${table.name}" (${quoted(table.columns)}) VALUES (${marks})`);
    for await (const rows of rowsOf(session, table)) {
      file.transaction(() => {
        for (const row of rows) insert.run(...row);
      })();
      if (work.due) await work.tell(`moving ${table.name}`, i / tables.length);
    }
  }
}
async function countedThere(session: Session, { tables }: Files): Promise<MoveReport["tables"]> {
  const found: { name: string; rows: number }[] = [];
  for (const [, { name }] of tables) {
    const { rows } = await session.queryHere({ text: `SELECT count(*) FROM "${name}"` });
    if (Number(rows[0]?.[0]) > 0) found.push({ name, rows: Number(rows[0]?.[0]) });
  }
  return found;
}
