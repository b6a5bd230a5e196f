import type { Database } from "bun:sqlite";
import { pragma } from "../backup/copy.ts";
import { tablesOf } from "../check/structure.ts";
import { APPLICATION_ID, MIGRATIONS } from "../data/schema.ts";

/** Tables by the schema that brought them. */
const SINCE = [
  ["presence", 2],
  ["retained", 3],
  ["part", 4],
  ["rollup", 5],
  ["door", 6],
  ["queue_body", 8],
  ["seen", 10],
  ["consumer", 12],
  ["suggestion", 13],
  ["journal", 14],
  ["alert_task", 15],
] as const;

/** The schema version of a file whose header may be damaged: what its tables say, where that is unlikely. */
export function schemaOf(db: Database): number {
  const said = pragma(db, "user_version");
  if (said > 0 && said <= MIGRATIONS.length && pragma(db, "application_id") === APPLICATION_ID) return said;
  const names = new Set(tablesOf(db, () => {}).map(({ name }) => name));
  if (names.size === 0) return MIGRATIONS.length;
  const since = SINCE.findLast(([table]) => names.has(table));
  return since?.[1] ?? 1;
}
