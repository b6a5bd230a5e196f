import { Database } from "bun:sqlite";
import { closeSync, openSync } from "node:fs";
import { errorText } from "../../../base/errors.ts";
import { Kind, RecordReader } from "../../record.ts";
import { bytes, isWhole } from "../check/cells.ts";
import { JUDGES } from "../check/judge.ts";
import { type Cell, columnsOf, isDamage, progressIn, type Row, scanKeyed, scanTable } from "../check/scan.ts";
import { type Table, tablesOf } from "../check/structure.ts";
import { APPLICATION_ID, configure, migrate, MIGRATIONS } from "../data/schema.ts";
import type { Work } from "../../work.ts";
import { schemaOf } from "./schema-of.ts";
import type { LossList } from "./losses.ts";

/** Tables in the order in which they are saved: those that others refer to first. The table meta is made of the others. */
const ORDER = ["doomed", "series", "session"];

/** Numbers passed over when the end of the log is lost: more than it ever holds. */
const MARGIN = 10_000_000;

/** What a saved data.db refers to in fleet.db. */
export interface Refers {
  readonly series: readonly { readonly device: number; readonly field: number; readonly type: string }[];
}

/** Builds a data.db of what can be read of another. */
export class DataSalvage {
  private readonly target: Database;
  private readonly series = new Map<number, Row>();
  private readonly sessions = new Set<number>();
  private readonly doomed = new Set<string>();
  private readonly next = { seq: 1, series: 1, session: 1, seen: 0 };
  /** Ids of blocks that were saved, or whose loss was told. */
  private readonly blocks = new Set<number>();

  /**
   * @param source a copy that may be damaged; null: SQLite cannot read it at all
   * @param path the new file
   */
  constructor(
    private readonly source: Database | null,
    path: string,
    private readonly losses: LossList,
    private readonly work: Work,
  ) {
    closeSync(openSync(path, "wx", 0o600));
    this.target = new Database(path, { readwrite: true });
    configure(this.target);
    this.target.run(`PRAGMA application_id = ${APPLICATION_ID}`);
    migrate(this.target, MIGRATIONS.slice(0, source === null ? MIGRATIONS.length : schemaOf(source)));
  }

  async run(): Promise<Refers> {
    try {
      if (this.source === null) this.losses.other("data.db: nothing in it can be read");
      else await this.copyTables(this.source);
      this.parted();
      this.writeMeta();
      return {
        series: [...this.series.values()].map(({ device, field, type }) => ({
          device: Number(device),
          field: Number(field),
          type: String(type),
        })),
      };
    } finally {
      this.target.close();
    }
  }

  private async copyTables(source: Database): Promise<void> {
    const there = new Set(tablesOf(source, (text) => this.losses.other(`data.db: ${text}`)).map(({ name }) => name));
    const place = ({ name }: Table) => (ORDER.indexOf(name) + ORDER.length + 1) % (ORDER.length + 1);
    const tables = tablesOf(this.target, () => {}).toSorted((a, b) => place(a) - place(b));
    this.target.run("BEGIN");
    for (const table of tables) {
      if (table.name === "meta") this.readMeta(source);
      else if (there.has(table.name)) await this.copyTable(source, table);
      else this.losses.other(`table ${table.name}: it cannot be found`);
    }
    this.target.run("COMMIT");
    this.compareIndex(source);
  }

  private async copyTable(source: Database, { name, key }: Table): Promise<void> {
    const known = new Set(columnsOf(source, name));
    const columns = columnsOf(this.target, name).filter((column) => known.has(column));
    const marks = columns.map(() => "?").join(", ");
    const insert = this.target.prepare(
      `INSERT INTO "${name}" (${columns.map((column) => `"${column}"`).join(", ")}) VALUES (${marks})`,
    );
    const judge = JUDGES.get(name);
    const part = progressIn(source, name);
    const losses = {
      gap: (gap: Parameters<LossList["gap"]>[1]) => this.losses.gap(name, gap),
      broken: ({ rowid, columns: left, why }: { rowid: number; columns: Row; why: string }) => {
        this.told(name, rowid);
        this.losses.row(name, { rowid, ...left }, why);
      },
    };
    try {
      for (const row of key === null ? scanTable(source, name, losses) : scanKeyed(source, name, key, losses)) {
        this.told(name, Number(row.rowid));
        const mended = this.mend(name, row, judge?.(row) ?? null);
        if (mended !== null) this.insert(name, mended, columns, insert);
        if (this.work.due) await this.work.tell(`saving table ${name}`, part(row));
      }
    } finally {
      insert.finalize();
    }
  }

  private told(table: string, rowid: number): void {
    if (table === "block") this.blocks.add(rowid);
  }

  /** The row as it can be kept; null: it cannot, and that is noted. @param why what is wrong with it; null: nothing */
  private mend(table: string, row: Row, why: string | null): Row | null {
    if (why === null) {
      const orphan = this.orphanOf(table, row);
      if (orphan !== null) this.losses.row(table, row, orphan);
      return orphan === null ? row : null;
    }
    this.losses.row(table, row, why);
    // its numbers were given to rows that others may still know of
    if (table === "log" && isWhole(row.id) && isWhole(row.count))
      this.next.seq = Math.max(this.next.seq, row.id + row.count);
    // the rest of such a row holds without what is damaged in it
    return lessOf(table, row).find((less) => JUDGES.get(table)?.(less) === null) ?? null;
  }

  /** Why a row has no owner; null: it has one, or needs none. */
  private orphanOf(table: string, row: Row): string | null {
    const series = Number(row.series);
    const session = Number(row.session);
    switch (table) {
      case "block":
      case "part":
      case "rollup":
        return this.series.has(series) || this.doomed.has(`0 ${series}`)
          ? null
          : "the row that says whose they are is lost";
      case "queue_chunk":
      case "subscription":
        return this.sessions.has(session) || this.doomed.has(`1 ${session}`) ? null : "its session is lost";
      default:
        return null;
    }
  }

  private insert(table: string, row: Row, columns: readonly string[], insert: ReturnType<Database["prepare"]>): void {
    try {
      insert.run(...columns.map((column): Cell => row[column] ?? null));
    } catch (error) {
      // a number or a key that is there already, or a value of another type: damage that its own bytes do not show
      this.losses.row(table, row, errorText(error));
      return;
    }
    const { next } = this;
    if (table === "doomed") this.doomed.add(`${row.kind} ${row.owner}`);
    if (table === "series") {
      this.series.set(Number(row.id), row);
      next.series = Math.max(next.series, Number(row.id) + 1);
      next.seq = Math.max(next.seq, Number(row.sealed_seq) + 1);
    }
    if (table === "session") {
      this.sessions.add(Number(row.id));
      next.session = Math.max(next.session, Number(row.id) + 1);
      next.seq = Math.max(next.seq, Number(row.floor) + 1);
    }
    if (table === "consumer") next.seq = Math.max(next.seq, Number(row.position) + 1);
    if (table === "subscription" && isWhole(row.since_seq)) next.seq = Math.max(next.seq, row.since_seq + 1);
    if (table === "log") this.countRecord(row);
  }

  /** Ids in the log are not given again either: its rows would become another's. */
  private countRecord(row: Row): void {
    const { next } = this;
    next.seq = Math.max(next.seq, Number(row.id) + Number(row.count));
    const reader = new RecordReader(bytes(row.body), Number(row.id));
    while (reader.next()) {
      if (reader.isMeasurement) next.series = Math.max(next.series, reader.id + 1);
      // a message names the session that published it, a take the session and the shared subscription
      else if (reader.isMessage) next.session = Math.max(next.session, reader.a + 1);
      else if (reader.kind === Kind.Taken) next.session = Math.max(next.session, reader.id + 1, reader.taken.group + 1);
      else next.session = Math.max(next.session, reader.id + 1);
    }
  }

  private readMeta(source: Database): void {
    let meta: Row | null = null;
    try {
      meta = source.query<Row, []>("SELECT * FROM meta").get();
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    const { next } = this;
    const at = (name: string) => (isWhole(meta?.[name]) ? Number(meta[name]) : 0);
    next.seq = Math.max(next.seq, at("next_seq"));
    next.series = Math.max(next.series, at("next_series"));
    next.session = Math.max(next.session, at("next_session"));
    next.seen = at("seen_floor");
    if (meta === null) this.losses.other("the table meta: its counters were made anew from what is there");
  }

  /** Blocks that an index knows and that were not found: their series and times. */
  private compareIndex(source: Database): void {
    try {
      const statement = source.prepare<{ id: number; series: number; t0: number; t1: number }, []>(
        "SELECT id, series, t0, t1 FROM block INDEXED BY block_range ORDER BY series, t0",
      );
      try {
        for (const { id, series, t0, t1 } of statement.iterate())
          if (!this.blocks.has(id)) this.losses.indexed(series, t0, t1);
      } finally {
        statement.finalize();
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }

  /** Blocks of a series must not overlap: where damage made one look like another's, the later becomes a part. */
  private parted(): void {
    if (!tablesOf(this.target, () => {}).some(({ name }) => name === "part")) return;
    const rows = this.target.query<{ id: number; series: number; t0: number; t1: number }, []>(
      "SELECT id, series, t0, t1 FROM block ORDER BY series, t0, id",
    );
    let series = 0;
    let end = 0;
    const over: number[] = [];
    for (const row of rows.iterate()) {
      if (row.series === series && row.t0 <= end) over.push(row.id);
      end = row.series === series ? Math.max(end, row.t1) : row.t1;
      series = row.series;
    }
    for (const id of over) {
      this.target
        .query("INSERT INTO part (series, t0, t1, n, body) SELECT series, t0, t1, n, body FROM block WHERE id = ?")
        .run(id);
      this.target.query("DELETE FROM block WHERE id = ?").run(id);
    }
  }

  private writeMeta(): void {
    const { next } = this;
    // nobody knows how many rows there were at the end: sessions may know numbers of theirs
    if (this.losses.all.some(({ what, to }) => what === "log" && to === undefined)) next.seq += MARGIN;
    this.target
      .query("UPDATE meta SET next_seq = ?, next_series = ?, next_session = ?")
      .run(next.seq, next.series, next.session);
    if (columnsOf(this.target, "meta").includes("seen_floor"))
      this.target.query("UPDATE meta SET seen_floor = ?").run(next.seen);
    this.tellConsumers();
  }
  /** A consumer of the feed that has not handled rows which are lost is told of a gap up to them, when the server runs again. */
  private tellConsumers(): void {
    if (!columnsOf(this.target, "consumer").includes("lost")) return;
    const ends = this.losses.all.flatMap(({ what, to }) => (what === "log" ? [to ?? this.next.seq - 1] : []));
    const end = ends.reduce((a, b) => Math.max(a, b), 0);
    this.target
      .query("UPDATE consumer SET lost = coalesce(lost, position + 1), position = ? WHERE position < ?")
      .run(end, end);
  }
}

/** What may be left of a damaged row, the most first. */
function lessOf(table: string, row: Row): Row[] {
  if (table === "series") return [{ ...row, cur_time: null, cur_value: null }];
  if (table !== "session") return [];
  return [
    { ...row, will: null },
    { ...row, state: null },
    { ...row, will: null, state: null },
  ];
}
