import { sql } from "kysely";
import type { TokenUse } from "../../../auth/uses.ts";
import { type FleetDb, type FleetTransaction, pieces } from "./schema.ts";

export async function selectUses(db: FleetDb, since = Number.MIN_SAFE_INTEGER): Promise<TokenUse[]> {
  const all = db.selectFrom("token_use").select(["token", "time", "address"]);
  return all.where("time", ">=", since).orderBy("token").execute();
}

/** In the place of what was there; tokens that are gone are passed over; inside the caller's transaction. */
export async function putUses(trx: FleetTransaction, uses: readonly TokenUse[]): Promise<void> {
  for (const some of pieces(uses)) {
    const wanted = some.map((use) => use.token);
    const there = await trx.selectFrom("token").select("uid").where("uid", "in", wanted).execute();
    const known = new Set(there.map(({ uid }) => uid));
    const rows = some
      .filter((use) => known.has(use.token))
      .map(({ token, time, address }) => ({ token, time, address }));
    if (rows.length === 0) continue;
    await trx
      .insertInto("token_use")
      .values(rows)
      .onConflict((c) =>
        c.column("token").doUpdateSet({ time: sql.ref("excluded.time"), address: sql.ref("excluded.address") }),
      )
      .execute();
  }
}
