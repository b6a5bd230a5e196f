import type { Log } from "../base/types.ts";
import type { Keeper } from "./keeper.ts";

/** Characters of a name that the log shows. */
const MOST_SHOWN = 200;

/** Messages that wait in memory for sessions that are not stored reached their bound. @param limit of it, bytes */
export function tellMemoryFull(log: Log, limit: number): void {
  log.warn(
    { limit },
    "messages that wait in memory fill their room: the oldest of the largest sessions go; see who does not answer, or raise --max-total-queued-bytes",
  );
}
/** Messages that wait on the disk reached the bound of an owner, or of all (null). @param limit of it, bytes */
export function tellStoreFull(log: Log, owner: string | null, limit: number): void {
  const setting = owner === null ? "--max-waiting-bytes" : "--max-account-waiting-bytes";
  log.warn(
    { ...(owner !== null && { principal: owner }), limit },
    `messages that wait for sessions fill their room on the disk: the oldest of the largest go; see who is away for long, or raise ${setting}`,
  );
}
/** A queue has more messages than it may. */
export function tellOverflow(log: Log, { owner, name }: Keeper, limit: number): void {
  log.warn(
    { principal: owner, client: name.slice(0, MOST_SHOWN), limit },
    "a session's queue is full; its oldest messages go",
  );
}
