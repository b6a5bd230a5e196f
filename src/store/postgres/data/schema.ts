import { Refusal } from "../../../base/errors.ts";
import type { Session } from "../session.ts";
import type { Target } from "../url.ts";
import { FUNCTIONS } from "./functions.ts";
import { STEPS } from "./tables.ts";

/** Two servers that start at once make the tables one after the other. */
const LOCK = "SELECT pg_advisory_xact_lock(hashtext('fieldcast schema'))";

/**
 * Makes the schema and its tables, or brings them to the newest version, all or nothing.
 * @throws Refusal newer_store
 */
export async function migrate(session: Session, target: Target): Promise<void> {
  await session.query({ text: `CREATE SCHEMA IF NOT EXISTS "${target.schema}"` });
  await session.query({ text: "BEGIN" });
  try {
    await session.queryHere({ text: LOCK });
    await session.queryHere({ text: "CREATE TABLE IF NOT EXISTS data_version (version bigint NOT NULL)" });
    const version = await versionOf(session);
    if (version > STEPS.length)
      throw new Refusal(
        "newer_store",
        `The data in ${target.shown} was written by a newer fieldcast (version ${version}, this one knows ${STEPS.length}). ` +
          "Nothing was changed. Start that version again.",
      );
    for (const step of STEPS.slice(version)) await session.queryHere({ text: step });
    for (const text of FUNCTIONS) await session.queryHere({ text });
    await session.queryHere({ text: "DELETE FROM data_version" });
    await session.queryHere({ text: `INSERT INTO data_version VALUES (${STEPS.length})` });
    await session.queryHere({ text: "COMMIT" });
  } catch (error) {
    if (session.connected) await session.queryHere({ text: "ROLLBACK" });
    throw error;
  }
}

async function versionOf(session: Session): Promise<number> {
  const { rows } = await session.queryHere({ text: "SELECT coalesce(max(version), 0) FROM data_version" });
  return Number(rows[0]?.[0] ?? 0);
}
