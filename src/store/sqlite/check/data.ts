import type { Looked } from "../../ports.ts";
import type { Database } from "bun:sqlite";
import { pragma } from "../backup/copy.ts";
import { APPLICATION_ID, MIGRATIONS } from "../data/schema.ts";
import { ownerOf } from "../../owner.ts";
import type { Work } from "../../work.ts";
import { type Findings, spanOf } from "./findings.ts";
import { checkStructure, tablesOf } from "./structure.ts";
import { isWhole, JUDGES } from "./judge.ts";
import { type Losses, progressIn, type Row, scanKeyed, scanTable } from "./scan.ts";

/** What other tables must agree with. */
interface Seen {
  readonly series: Set<number>;
  readonly sessions: Set<number>;
  readonly doomedSeries: Set<number>;
  readonly doomedSessions: Set<number>;
  /** Highest uids that series refer to. */
  device: number;
  field: number;
  /** The number after the last row of the log. */
  logEnd: number;
  /** The highest position of a consumer of the feed. */
  position: number;
  /** End of the block before, of the series that is being looked at. */
  blockSeries: number;
  blockEnd: number;
}

/** Tables in the order in which they are looked at: those that others refer to first. */
const ORDER = ["meta", "doomed", "series", "session"];

/**
 * Looks at everything in a data.db: SQLite's structure, every record of the log, every block, every row that can be
 * judged. Changes nothing. @returns the highest uids of devices and fields that it refers to
 * @throws errors of reading that are no damage
 */
export async function checkData(
  db: Database,
  findings: Findings,
  looked: Looked,
  work: Work,
): Promise<{ readonly device: number; readonly field: number }> {
  const wrong = (text: string) => findings.wrong(`data.db: ${text}`);
  await checkStructure(db, wrong, work, "data.db: structure");
  const version = pragma(db, "user_version");
  if (pragma(db, "application_id") !== APPLICATION_ID) wrong("it is a database of another program");
  if (version > MIGRATIONS.length) {
    wrong(
      `a newer fieldcast wrote it (schema ${version}, this one knows ${MIGRATIONS.length}); it cannot be checked here`,
    );
    return { device: 0, field: 0 };
  }
  const tables = tablesOf(db, wrong);
  for (const name of ["meta", "log", "series", "block", "session"])
    if (!tables.some((table) => table.name === name)) wrong(`there is no table ${name}`);
  const seen: Seen = {
    series: new Set(),
    sessions: new Set(),
    doomedSeries: new Set(),
    doomedSessions: new Set(),
    device: 0,
    field: 0,
    logEnd: 0,
    position: 0,
    blockSeries: 0,
    blockEnd: 0,
  };
  const inOrder = tables.toSorted((a, b) => place(a.name) - place(b.name));
  const meta: Row[] = [];
  for (const { name, key } of inOrder) {
    const losses: Losses = {
      gap: ({ after, before, why }) =>
        wrong(
          `table ${name}: rows ${after === null ? "from the first" : `after ${after}`} ${before === null ? "on" : `and before ${before}`} cannot be read: ${why}`,
        ),
      broken: ({ rowid, columns, why }) =>
        wrong(`${labelOf(name, { rowid, ...columns })} cannot be read whole: ${why}`),
    };
    const judge = JUDGES.get(name);
    const part = progressIn(db, name);
    for (const row of key === null ? scanTable(db, name, losses) : scanKeyed(db, name, key, losses)) {
      const why = judge?.(row) ?? null;
      if (why !== null) wrong(`${labelOf(name, row)}: ${why}`);
      if (name === "meta") meta.push(row);
      else note(name, row, seen, looked, wrong, findings);
      if (work.due) await work.tell(`data.db: table ${name}`, part(row));
    }
  }
  checkBlockOrder(db, wrong);
  checkMeta(meta, seen, looked, wrong);
  return { device: seen.device, field: seen.field };
}

function place(name: string): number {
  const at = ORDER.indexOf(name);
  return at < 0 ? ORDER.length : at;
}

/** A row, for people. */
export function labelOf(table: string, row: Row): string {
  const id = row.rowid ?? row.id ?? "?";
  if (table === "log") return `log record ${id} (rows ${id} to ${Number(id) + Number(row.count) - 1})`;
  if (table === "block" || table === "part")
    return `${table} ${id} of series ${row.series} (${row.n} points, ${spanOf(row.t0, row.t1)})`;
  if (table === "rollup")
    return `rollup ${id} of series ${row.series} (${row.n} buckets of ${Number(row.step) / 1e6} s, ${spanOf(row.t0, row.t1)})`;
  if (table === "series") return `series ${id} (device ${row.device}, field ${row.field})`;
  if (table === "session") return `session ${id} (account ${row.principal}, client ${JSON.stringify(row.client_id)})`;
  if (table === "queue_chunk") return `chunk ${id} of session ${row.session} (${row.count} messages)`;
  if (table === "subscription") return `subscription ${JSON.stringify(row.filter)} of session ${row.session}`;
  return `row ${id} of table ${table}`;
}

/** Counts a row, and holds it against the rows before it. */
function note(
  table: string,
  row: Row,
  seen: Seen,
  looked: Looked,
  wrong: (text: string) => void,
  findings: Findings,
): void {
  switch (table) {
    case "doomed":
      (row.kind === 0 ? seen.doomedSeries : seen.doomedSessions).add(Number(row.owner));
      return;
    case "series":
      looked.series++;
      seen.series.add(Number(row.id));
      seen.device = Math.max(seen.device, Number(row.device));
      seen.field = Math.max(seen.field, Number(row.field));
      return;
    case "session":
      looked.sessions++;
      seen.sessions.add(Number(row.id));
      // nobody can come back to it, and nothing else depends on it: no reason to have no backup
      if (ownerOf(String(row.principal)) === null)
        findings.note(`data.db: ${labelOf(table, row)} belongs to no account; the next start deletes it`);
      return;
    case "log": {
      const [id, count] = [Number(row.id), Number(row.count)];
      looked.logRecords++;
      looked.logRows += count;
      if (id < seen.logEnd)
        wrong(`log record ${id} begins inside the record before it, which ends at ${seen.logEnd - 1}`);
      if (seen.logEnd > 0 && id > seen.logEnd)
        findings.note(
          `data.db: no log record has the numbers ${seen.logEnd} to ${id - 1}: a commit that storage refused leaves such a gap`,
        );
      seen.logEnd = Math.max(seen.logEnd, id + count);
      return;
    }
    case "block":
    case "part": {
      looked.blocks++;
      looked.points += Number(row.n);
      const series = Number(row.series);
      if (!seen.series.has(series) && !seen.doomedSeries.has(series))
        wrong(`${labelOf(table, row)} belongs to a series that does not exist`);
      return;
    }
    case "rollup":
      if (!seen.series.has(Number(row.series)) && !seen.doomedSeries.has(Number(row.series)))
        wrong(`${labelOf(table, row)} belongs to a series that does not exist`);
      return;
    case "queue_chunk":
      looked.chunks++;
      if (!seen.sessions.has(Number(row.session)) && !seen.doomedSessions.has(Number(row.session)))
        wrong(`${labelOf(table, row)} belongs to a session that does not exist`);
      return;
    case "subscription":
      if (!seen.sessions.has(Number(row.session)))
        wrong(`${labelOf(table, row)} belongs to a session that does not exist`);
      return;
    case "consumer":
      seen.position = Math.max(seen.position, Number(row.position));
      return;
    case "retained":
      looked.retained++;
      return;
    default:
  }
}

/** The schema from which on blocks of a series do not overlap. */
const DISJOINT_SINCE = "part";

function checkBlockOrder(db: Database, wrong: (text: string) => void): void {
  if (!tablesOf(db, () => {}).some(({ name }) => name === DISJOINT_SINCE)) return;
  const statement = db.prepare<Row, []>("SELECT id, series, t0, t1, n FROM block ORDER BY series, t0");
  try {
    let before: Row | null = null;
    for (const row of statement.iterate()) {
      if (before !== null && before.series === row.series && Number(row.t0) <= Number(before.t1))
        wrong(`${labelOf("block", row)} overlaps ${labelOf("block", before)}`);
      before = row;
    }
  } catch {
    // the table was scanned row by row; what cannot be read has been told
  } finally {
    statement.finalize();
  }
}

function checkMeta(rows: readonly Row[], seen: Seen, looked: Looked, wrong: (text: string) => void): void {
  const [meta] = rows;
  if (meta === undefined) {
    wrong("the table meta is empty");
    return;
  }
  const numbers = ["next_seq", "next_series", "next_session", "trim_to", "plain_commits"];
  for (const name of numbers) if (!isWhole(meta[name])) wrong(`${name} in the table meta is ${meta[name]}`);
  looked.nextSeq = Math.max(Number(meta.next_seq), seen.logEnd);
  const highest = (ids: Set<number>) => ids.values().reduce((most, id) => Math.max(most, id), 0);
  if (highest(seen.series) >= Number(meta.next_series)) wrong("next_series in the table meta is too low");
  if (highest(seen.sessions) >= Number(meta.next_session)) wrong("next_session in the table meta is too low");
  if (seen.position >= looked.nextSeq) wrong("the position of a consumer is beyond the log");
  if (Number(meta.trim_to) >= looked.nextSeq) wrong("trim_to in the table meta is beyond the log");
}
