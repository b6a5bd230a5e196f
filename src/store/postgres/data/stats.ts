import type { StoreStats } from "../../ports.ts";
import { countStore } from "../../sqlite/data/stats.ts";
import type { Sql } from "../../sqlite/data/sql.ts";

/** Figures of the whole store. @param headBytes memory of the decoded log */
export function storeStats(db: Sql, headBytes: number): StoreStats {
  const size = db
    .query<{ n: number }>(
      "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) AS n FROM pg_class " +
        "WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'",
    )
    .get();
  // what PostgreSQL could use again within its files it tells nobody cheaply
  return { ...countStore(db, headBytes), fileBytes: size?.n ?? 0, freeBytes: 0 };
}
