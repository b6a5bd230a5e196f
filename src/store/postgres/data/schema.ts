import { Refusal } from "../../../base/errors.ts";
import type { Session } from "../session.ts";
import { makeSchema } from "../schema.ts";
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
  await makeSchema(session, target);
  const functions = new Bun.CryptoHasher("sha256").update(FUNCTIONS.join()).digest("hex");
  await session.query({ text: "BEGIN" });
  try {
    await session.queryHere({ text: LOCK });
    await session.queryHere({ text: VERSIONS });
    const { version, has } = await versionOf(session);
    if (version === STEPS.length && has === functions) {
      await session.queryHere({ text: "ROLLBACK" });
      return;
    }
    if (version > STEPS.length)
      throw new Refusal(
        "newer_store",
        `The data in ${target.shown} was written by a newer fieldcast (version ${version}, this one knows ${STEPS.length}). ` +
          "Nothing was changed. Start that version again.",
      );
    if (version > 0 && version < STEPS.length) await mustBeAlone(session);
    for (const step of STEPS.slice(version)) await session.queryHere({ text: step });
    for (const text of FUNCTIONS) await session.queryHere({ text });
    await session.queryHere({ text: "DELETE FROM data_version" });
    await session.queryHere({ text: "INSERT INTO data_version VALUES ($1, $2)", values: [STEPS.length, functions] });
    await session.queryHere({ text: "COMMIT" });
  } catch (error) {
    if (session.connected) await session.queryHere({ text: "ROLLBACK" });
    throw error;
  }
}

/** @throws Refusal invalid_config: servers of an older version are active, and do not know the tables that this one would make */
async function mustBeAlone(session: Session): Promise<void> {
  const { rows } = await session.queryHere({ text: ACTIVE });
  if (rows.length === 0) return;
  const nodes = rows.map(([address, version]) => `${address} (version ${version})`).join(", ");
  throw new Refusal(
    "invalid_config",
    `This version changes the tables of the store, and servers of an older one are active on it: ${nodes}. Nothing was changed. Stop them all, start one of this version, then the others (docs/cluster.md).`,
  );
}
// an older table lacks the columns
const ACTIVE =
  "SELECT address, version FROM (SELECT id, address, version, alive, to_jsonb(node) AS more FROM node) AS n WHERE alive = 1 " +
  "AND more->>'several' = '1' AND (more->>'lease_until')::timestamptz > clock_timestamp() ORDER BY id";

/** Which step the tables are at, and which functions there are, by their hash. */
const VERSIONS =
  'CREATE TABLE IF NOT EXISTS data_version (version bigint NOT NULL, functions text COLLATE "C" NOT NULL)';

async function versionOf(session: Session): Promise<{ readonly version: number; readonly has: string }> {
  const { rows } = await session.queryHere({ text: "SELECT version, functions FROM data_version" });
  const [version = 0, has = ""] = rows[0] ?? [];
  return { version: Number(version), has: String(has) };
}
