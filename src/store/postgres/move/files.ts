import type { Database } from "bun:sqlite";
import { join } from "node:path";
import { SqliteDataStore } from "../../sqlite/data/store.ts";
import { SqliteFleetStore } from "../../sqlite/fleet/store.ts";
import { type Table, tablesOf } from "./tables.ts";

export interface MoveReport {
  /** Where the data is now, and what became of where it was; null: nothing was changed. */
  readonly to: string;
  readonly aside: string | null;
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  /** Series whose blocks were compared. */
  readonly compared: number;
  /** It went on where an earlier try was broken off. */
  readonly resumed: boolean;
}

export const FILES = ["fleet.db", "data.db"] as const;

export interface Files {
  readonly fleet: Database;
  readonly data: Database;
  /** Every table with its file, parents first. */
  readonly tables: readonly (readonly [Database, Table])[];
}
export function filesOf(fleet: Database, data: Database): Files {
  const of = (file: Database) => tablesOf(file).map((table) => [file, table] as const);
  return { fleet, data, tables: [...of(fleet), ...of(data)] };
}
export function counted({ tables }: Files): MoveReport["tables"] {
  return tables.flatMap(([file, { name }]) => {
    const rows = file.query<{ n: number }, []>(`SELECT count(*) AS n FROM "${name}"`).get()?.n ?? 0;
    return rows > 0 ? [{ name, rows }] : [];
  });
}

/** Opens the stores of a folder as a server would: checked, migrated, and left closed. */
export async function openedOnce(folder: string): Promise<void> {
  const fleet = new SqliteFleetStore(join(folder, "fleet.db"));
  await fleet.open();
  await fleet.close();
  const data = new SqliteDataStore({ folder });
  await data.open();
  await data.close();
}
