import type { StoreLock } from "../ports.ts";
import { unavailable } from "./failures.ts";
import { WHO, whoIs } from "./data/take.ts";
import { Session } from "./session.ts";
import { type Target, targetOf } from "./url.ts";

/** After the connection was lost the lock is taken again this soon. */
const AGAIN_MS = 1000;

/**
 * Takes a store for this process, server or command, as the data folder's lock takes the folder; PostgreSQL gives it back with the connection.
 * It is for the message that the next one gets. What decides is the epoch in each commit (data/node-row.ts).
 * @param shared others who share it may have it as well
 * @returns null: another process has it. @throws Refusal storage_unavailable
 */
export async function acquireLock(address: string, shared = false): Promise<StoreLock | null> {
  const target = targetOf(address);
  let released = false;
  const session: Session = new Session(target, { name: "lock", onLost: () => again() });
  const again = (): void => {
    if (released) return;
    setTimeout(() => {
      if (!released) take(session, target, shared).catch(again);
    }, AGAIN_MS).unref();
  };
  try {
    if (await take(session, target, shared)) {
      return {
        release: () => {
          released = true;
          void session.end();
        },
      };
    }
    released = true;
    await session.end();
    return null;
  } catch (error) {
    released = true;
    await session.end();
    throw unavailable(error);
  }
}

async function take(session: Session, target: Target, shared: boolean): Promise<boolean> {
  const text = `SELECT pg_try_advisory_lock${shared ? "_shared" : ""}(hashtext($1))`;
  const { rows } = await session.query({ text, values: [`fieldcast process ${target.schema}`] });
  return rows[0]?.[0] === 1;
}

/**
 * Ends the connections by which others have a store that was taken from them: the one that commits, and the one with the lock. They cannot
 * commit any more, but may hold the locks for as long as their machine does not answer.
 */
export async function endHolders(session: Session, { schema }: Target): Promise<void> {
  const values = [`fieldcast ${schema}`, `fieldcast process ${schema}`];
  await session.query({ text: END_HOLDERS, values });
}
const END_HOLDERS = `
  SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
   WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint IN (hashtext($1)::bigint, hashtext($2)::bigint)
     AND pid <> pg_backend_pid()`;

/** Who has a store, in words for the middle of a sentence; "": nobody knows. */
export async function holderOf(address: string): Promise<string> {
  const session = new Session(targetOf(address), { name: "holder" });
  try {
    return whoIs((await session.query(WHO)).rows[0]);
  } catch {
    return "";
  } finally {
    await session.end();
  }
}
