import { Database } from "bun:sqlite";
import { join } from "node:path";
import { TOKENS } from "../run/fleet.ts";
import type { TestServer } from "../run/server.ts";

type Row = Record<string, string | number | null>;
const MOST_PAGES = 1000;

/** Everything stored of a device's NOTE, in the order of time, however many pages it fills. */
export async function notesOf(server: TestServer, device: string): Promise<readonly string[]> {
  const notes: string[] = [];
  let start = "2000-01-01T00:00:00Z";
  for (let page = 0; page < MOST_PAGES; page++) {
    const path = `/v1/devices/${device}/historic_data/?fields=NOTE&resolution=raw&timeframe_start=${start}`;
    const response = await server.http(path, TOKENS.owner);
    if (!response.ok) throw new Error(`the history of ${device}: HTTP ${response.status} ${await response.text()}`);
    notes.push(...((await response.json()) as Row[]).map((row) => String(row.NOTE))); // docs/compatibility.md
    const next = response.headers.get("x-next-start");
    if (next === null) return notes;
    start = next;
  }
  throw new Error(`the history of ${device} has no end`);
}

/** SQLite's own opinion of both files; PostgreSQL has none of its tables, and each start reads the log with its checksums. */
export function integrityOf(server: TestServer): readonly string[] {
  if (server.kept !== null) return [];
  return ["data.db", "fleet.db"].flatMap((file) => {
    const db = new Database(join(server.data, file), { readonly: true });
    try {
      const found = db.query<{ integrity_check: string }, []>("PRAGMA integrity_check").get()?.integrity_check ?? "";
      return found === "ok" ? [] : [`${file}: ${found}`];
    } finally {
      db.close();
    }
  });
}
