import type { StoreLock } from "../ports.ts";
import { unavailable } from "./failures.ts";
import { Session } from "./session.ts";
import { type Target, targetOf } from "./url.ts";

/** After the connection was lost the lock is taken again this soon. */
const AGAIN_MS = 1000;

/**
 * Takes a store for this process, server or command, as the data folder's lock takes the folder; PostgreSQL gives it back with the connection.
 * It is for the message that the next one gets. What decides is the epoch in each commit (data/node-row.ts).
 * @returns null: another process has it. @throws Refusal storage_unavailable
 */
export async function acquireLock(address: string): Promise<StoreLock | null> {
  const target = targetOf(address);
  let released = false;
  const session: Session = new Session(target, { name: "lock", onLost: () => again() });
  const again = (): void => {
    if (released) return;
    setTimeout(() => {
      if (!released) take(session, target).catch(again);
    }, AGAIN_MS).unref();
  };
  try {
    if (await take(session, target)) {
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

async function take(session: Session, target: Target): Promise<boolean> {
  const text = "SELECT pg_try_advisory_lock(hashtext($1))";
  const { rows } = await session.query({ text, values: [`fieldcast process ${target.schema}`] });
  return rows[0]?.[0] === 1;
}

/** Who has a store, in words for the middle of a sentence; "": nobody knows. */
export async function holderOf(address: string): Promise<string> {
  const session = new Session(targetOf(address), { name: "holder" });
  try {
    const { rows } = await session.query({ text: "SELECT address, version, since FROM node WHERE alive = 1" });
    const [host, version, since] = rows[0] ?? [];
    if (host === undefined) return "";
    return ` (on ${host}, version ${version}, since ${new Date(Number(since) / 1000).toISOString()})`;
  } catch {
    return "";
  } finally {
    await session.end();
  }
}
