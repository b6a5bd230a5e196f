import { Database } from "bun:sqlite";
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { APPLICATION_ID, migrate, MIGRATIONS } from "../data/schema.ts";
import { tableOf, type Value } from "./shapes.ts";
import { USER_VERSION_AT, writeHeader } from "./rescue.ts";

const PAGE = 4096;
const APPLICATION_ID_AT = 68;
/** Page types of SQLite's file format (section 1.6). */
const INDEX_INSIDE = 2;
const TABLE_INSIDE = 5;
const INDEX_LEAF = 10;
const TABLE_LEAF = 13;
/**
 * Writes the first page of a data.db anew, where the tables are listed, when it is damaged: the roots of the tables are
 * looked for page by page, and told apart by what they hold. Of several that look alike the first in the file is taken:
 * tables are made before anything is in them, and pages that are given back lie behind. Only for the newest schema.
 * @returns the tables that were found
 */
export function rebuildFirstPage(path: string): string[] {
  const fd = openSync(path, "r+");
  try {
    const pages = Math.floor(fstatSync(fd).size / PAGE);
    const roots = rootsOf(new Pages(fd, pages));
    if (roots.size === 0) return [];
    writeSync(fd, firstPage(roots, pages), 0, PAGE, 0);
    return [...roots.keys()];
  } finally {
    closeSync(fd);
  }
}

/** A file's first page (section 1.6, the table sqlite_schema) with these tables and no others. @throws RangeError */
function firstPage(roots: ReadonlyMap<string, number>, pages: number): Buffer {
  const page = Buffer.alloc(PAGE);
  writeHeader(page, pages);
  page.writeUInt32BE(MIGRATIONS.length, USER_VERSION_AT);
  page.writeUInt32BE(APPLICATION_ID, APPLICATION_ID_AT);
  let end = PAGE;
  let n = 0;
  for (const { name, sql } of tablesOfSchema()) {
    const root = roots.get(name);
    if (root === undefined) continue;
    const cell = schemaCell(n + 1, name, root, sql);
    end -= cell.length;
    if (end < 108 + 2 * roots.size) throw new RangeError("the list of tables does not fit one page");
    cell.copy(page, end);
    page.writeUInt16BE(end, 108 + 2 * n++);
  }
  page[100] = TABLE_LEAF;
  page.writeUInt16BE(n, 103);
  page.writeUInt16BE(end, 105);
  return page;
}

function tablesOfSchema(): { name: string; sql: string }[] {
  const db = new Database(":memory:");
  try {
    migrate(db);
    return db
      .query<{ name: string; sql: string }, []>(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY rowid",
      )
      .all()
      .map(({ name, sql }) => ({ name, sql: shortened(sql) }));
  } finally {
    db.close();
  }
}

/** All tables have to fit one page: what only writing obeys is left out, since the file is read and never written. */
function shortened(sql: string): string {
  return sql.replace(/\s+/g, " ").replaceAll(" NOT NULL", "");
}

/** A row of sqlite_schema: type, name, tbl_name, rootpage, sql. */
function schemaCell(rowid: number, name: string, root: number, sql: string): Buffer {
  const texts = ["table", name, name, sql].map((text) => Buffer.from(text));
  const lengths = texts.map((text) => varintOf(13 + 2 * text.length));
  const types = Buffer.concat([...lengths.slice(0, 3), Buffer.from([4]), ...lengths.slice(3)]);
  const number = Buffer.alloc(4);
  number.writeUInt32BE(root);
  const record = Buffer.concat([varintOf(types.length + 1), types, ...texts.slice(0, 3), number, ...texts.slice(3)]);
  return Buffer.concat([varintOf(record.length), varintOf(rowid), record]);
}
function varintOf(value: number): Buffer {
  return value < 128 ? Buffer.from([value]) : Buffer.from([0x80 | (value >> 7), value & 0x7f]); // none here is above 14 bits
}

function rootsOf(pages: Pages): Map<string, number> {
  const children = new Set<number>();
  for (let no = 2; no <= pages.count; no++) for (const child of pages.childrenOf(no)) children.add(child);
  const roots = new Map<string, number>();
  for (let no = 2; no <= pages.count; no++) {
    if (children.has(no)) continue;
    const row = pages.firstRow(no, 0);
    let name = row === null ? null : tableOf(row);
    if (name === "block" && roots.has(name)) name = "part"; // made later, and alike
    if (name !== null && !roots.has(name)) roots.set(name, no);
  }
  return roots;
}

/** The b-tree pages of a file, as far as they look like ones. */
class Pages {
  private readonly page = Buffer.alloc(PAGE);

  constructor(
    private readonly fd: number,
    readonly count: number,
  ) {}

  /** Where the cells of a page are; null: it is no page of a b-tree. */
  private cellsOf(no: number): { readonly type: number; readonly at: number[] } | null {
    const { page } = this;
    if (no < 2 || no > this.count || readSync(this.fd, page, 0, PAGE, (no - 1) * PAGE) < PAGE) return null;
    const type = page[0] ?? 0;
    const inside = type === INDEX_INSIDE || type === TABLE_INSIDE;
    if (!inside && type !== INDEX_LEAF && type !== TABLE_LEAF) return null;
    const n = page.readUInt16BE(3);
    const from = inside ? 12 : 8;
    if (n === 0 || from + 2 * n > PAGE) return null;
    const at = Array.from({ length: n }, (_, i) => page.readUInt16BE(from + 2 * i));
    return at.some((place) => place < from + 2 * n || place > PAGE - 4) ? null : { type, at };
  }
  childrenOf(no: number): number[] {
    const cells = this.cellsOf(no);
    if (cells === null || cells.type === TABLE_LEAF || cells.type === INDEX_LEAF) return [];
    return [...cells.at.map((place) => this.page.readUInt32BE(place)), this.page.readUInt32BE(8)];
  }
  /** The first row under a page; null: there is none that can be read. */
  firstRow(no: number, depth: number): Value[] | null {
    const cells = this.cellsOf(no);
    const place = cells?.at[0];
    if (cells === null || place === undefined || depth > 20) return null;
    if (cells.type === TABLE_INSIDE || cells.type === INDEX_INSIDE)
      return this.firstRow(this.page.readUInt32BE(place), depth + 1);
    try {
      return readRow(this.page, place, cells.type === TABLE_LEAF);
    } catch {
      return null; // it was no row
    }
  }
}

/** A cell's record (section 2.1). @throws RangeError when it does not fit its page */
function readRow(page: Buffer, place: number, hasRowid: boolean): Value[] {
  let at = place;
  const varint = (): number => {
    let value = 0;
    for (let i = 0; i < 8; i++) {
      const byte = page.readUInt8(at++);
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    return value * 256 + page.readUInt8(at++);
  };
  varint(); // the payload's length
  if (hasRowid) varint();
  const header = at;
  const end = header + varint();
  const types: number[] = [];
  while (at < end) types.push(varint());
  at = end;
  return types.map((type): Value => {
    if (type === 0) return null;
    if (type === 8 || type === 9) return type - 8;
    if (type >= 12) {
      const length = (type - (type % 2 === 0 ? 12 : 13)) / 2;
      const start = page.subarray(at, Math.min(at + length, PAGE));
      at += length;
      return { kind: type % 2 === 0 ? "blob" : "text", start: Buffer.from(start) };
    }
    const width = [0, 1, 2, 3, 4, 6, 8, 8][type] ?? 0;
    if (width === 0) throw new RangeError("a value of an unknown type");
    if (at + width > PAGE) return null; // it lies behind a blob, on another page
    const value =
      type === 7 ? page.readDoubleBE(at) : width === 8 ? Number(page.readBigInt64BE(at)) : page.readIntBE(at, width);
    at += width;
    return value;
  });
}
