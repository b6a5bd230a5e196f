import type { Database } from "bun:sqlite";
import { allKinds } from "../../../fleet/kinds.ts";
import type { Session } from "../session.ts";

/** What each side keeps in a form of its own: where the log ends, which numbers were given, and that the two halves are a pair. */

interface Meta {
  next_seq: number;
  next_series: number;
  next_session: number;
  trim_to: number;
  seen_floor: number;
}

export function metaOf(data: Database): Meta {
  const meta = data.query<Meta, []>("SELECT * FROM meta").get();
  const last = data.query<{ end: number | null }, []>("SELECT max(id + count) AS end FROM log").get();
  if (meta === null) throw new RangeError("the table meta is empty");
  return { ...meta, next_seq: Math.max(meta.next_seq, last?.end ?? 0) };
}

export async function endsToPostgres(session: Session, fleet: Database, data: Database): Promise<void> {
  const { next_seq, next_series, next_session, trim_to, seen_floor } = metaOf(data);
  await session.query({ text: "UPDATE head SET seq = $1", values: [next_seq] });
  const text = "UPDATE state SET next_series = $1, next_session = $2, trim_to = $3, seen_floor = $4";
  await session.query({ text, values: [next_series, next_session, trim_to, seen_floor] });
  const given = new Map(
    fleet
      .query<{ name: string; seq: number }, []>("SELECT name, seq FROM sqlite_sequence")
      .all()
      .map((one) => [one.name, one.seq]),
  );
  for (const { name, table } of allKinds())
    await session.query({
      text: "INSERT INTO fleet_given VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET next = excluded.next",
      values: [name, (given.get(table) ?? 0) + 1],
    });
  await session.query({ text: "UPDATE fleet_head SET paired = 1" });
  await advanceIdentities(session);
}
/** Rows came with their numbers; the next ones must lie behind them. */
async function advanceIdentities(session: Session): Promise<void> {
  const { rows } = await session.query({
    text:
      "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid " +
      "WHERE a.attidentity <> '' AND c.relnamespace = current_schema()::regnamespace",
  });
  for (const [table, column] of rows)
    await session.query({
      text: `SELECT setval(pg_get_serial_sequence('"${table}"', '${column}'), coalesce(max("${column}"), 0) + 1, false) FROM "${table}"`,
    });
}

export async function endsToFolder(session: Session, fleet: Database, data: Database): Promise<void> {
  const { rows } = await session.queryHere({
    text: "SELECT next_seq, next_series, next_session, trim_to, seen_floor FROM meta",
  });
  const meta = (rows[0] ?? []).map(Number) as [number, number, number, number, number]; // the columns asked for
  data
    .query("UPDATE meta SET next_seq = ?, next_series = ?, next_session = ?, trim_to = ?, seen_floor = ?")
    .run(...meta);
  const given = await session.queryHere({ text: "SELECT kind, next FROM fleet_given" });
  const tables = new Map(allKinds().map(({ name, table }) => [name, table]));
  const audit = fleet.query<{ top: number | null }, []>("SELECT max(id) AS top FROM audit").get();
  const highest: (readonly [string, number])[] = [["audit", audit?.top ?? 0]];
  for (const [kind, next] of given.rows) {
    const table = tables.get(String(kind));
    if (table !== undefined) highest.push([table, Number(next) - 1]);
  }
  for (const [table, seq] of highest) {
    fleet.query("DELETE FROM sqlite_sequence WHERE name = ?").run(table);
    if (seq > 0) fleet.query("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)").run(table, seq);
  }
  fleet.run("PRAGMA user_version = 1");
}
