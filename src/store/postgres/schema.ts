import type { Session } from "./session.ts";
import type { Target } from "./url.ts";

/** Makes the schema when it is not there; two that do so at once (the two halves of a start) do it one after the other. */
export async function makeSchema(session: Session, { schema }: Target): Promise<void> {
  const there = await session.query({ text: "SELECT 1 FROM pg_namespace WHERE nspname = $1", values: [schema] });
  if (there.rows.length > 0) return;
  await session.query({ text: "BEGIN" });
  try {
    await session.queryHere({ text: "SELECT pg_advisory_xact_lock(hashtext('fieldcast schema'))" });
    await session.queryHere({ text: `CREATE SCHEMA IF NOT EXISTS "${schema}"` });
    await session.queryHere({ text: "COMMIT" });
  } catch (error) {
    if (session.connected) await session.queryHere({ text: "ROLLBACK" });
    throw error;
  }
}
