import { Database } from "bun:sqlite";
import { dataPath } from "./files.ts";
import { Reads } from "./reads.ts";
import { storeStats } from "./stats.ts";

/** What a data folder holds, on a connection of its own that changes nothing. */
export function readsOf(folder: string): Reads {
  const path = dataPath(folder);
  const db = new Database(path, { readonly: true });
  db.run("PRAGMA busy_timeout = 5000");
  return new Reads(
    db,
    (headBytes) => storeStats(db, path, headBytes),
    () => db.close(),
  );
}
