import type { Micros } from "../../base/types.ts";
import { RecordReader } from "../record.ts";
import { Session } from "./session.ts";
import { targetOf } from "./url.ts";

/** See Maintenance.latestTimes. */
export async function latestTimes(address: string): Promise<Micros[] | null> {
  const session = new Session(targetOf(address), { name: "doctor" });
  try {
    const there = await session.query({ text: "SELECT to_regclass('series') IS NOT NULL" });
    if (there.rows[0]?.[0] !== 1) return null;
    const text = "SELECT id, greatest(coalesce(cur_time, 0), last_arrival) FROM series";
    const latest = new Map((await session.query({ text })).rows.map(([id, time]) => [Number(id), Number(time)]));
    const log = await session.query({ text: "SELECT id, body FROM log ORDER BY id" });
    for (const [id, body] of log.rows) {
      const r = new RecordReader(body as Uint8Array, Number(id)); // a column of bytea
      while (r.next()) {
        const known = r.isMeasurement ? latest.get(r.id) : undefined;
        if (known !== undefined && r.time > known) latest.set(r.id, r.time);
      }
    }
    return [...latest.values()];
  } finally {
    await session.end();
  }
}
