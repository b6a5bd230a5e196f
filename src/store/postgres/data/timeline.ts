import { Lost } from "../failures.ts";
import type { Session } from "../session.ts";

/**
 * Which line of history the server of a connection writes: a standby that was promoted begins another one.
 * @returns 0: it does not say, as services of some clouds do not
 */
export async function timelineOf(session: Session): Promise<number> {
  try {
    const { rows } = await session.queryHere({ text: "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)" });
    return Number.parseInt(String(rows[0]?.[0]), 16) || 0;
  } catch (error) {
    if (error instanceof Lost) throw error;
    return 0;
  }
}
