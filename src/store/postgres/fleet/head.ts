import { FLEET_KINDS } from "../../../fleet/kinds.ts";
import type { FleetKind } from "../../../fleet/types.ts";
import type { CommitSession } from "../data/doubt.ts";
import type { Session } from "../session.ts";

/**
 * What the tables of the fleet do not say: how often it was changed, by which a commit is known whose connection broke; whether there was
 * ever data beside it; and of each kind the first uid that was never given.
 */
export const BESIDE = [
  `CREATE TABLE IF NOT EXISTS fleet_head (
     id bigint PRIMARY KEY CHECK (id = 1), rev bigint NOT NULL, paired bigint NOT NULL
   )`,
  "INSERT INTO fleet_head VALUES (1, 0, 0) ON CONFLICT DO NOTHING",
  `CREATE TABLE IF NOT EXISTS fleet_given (kind text COLLATE "C" PRIMARY KEY, next bigint NOT NULL)`,
  // the last change of the fleet itself, and of what is decided on of how people sign in
  "ALTER TABLE fleet_head ADD COLUMN IF NOT EXISTS fleet bigint NOT NULL DEFAULT 0",
  "ALTER TABLE fleet_head ADD COLUMN IF NOT EXISTS people bigint NOT NULL DEFAULT 0",
  // what nodes have in common, and what works once and was used
  'CREATE TABLE IF NOT EXISTS fleet_secret (id bigint PRIMARY KEY CHECK (id = 1), secret text COLLATE "C" NOT NULL)',
  `CREATE TABLE IF NOT EXISTS fleet_spent (what text COLLATE "C" PRIMARY KEY, until bigint NOT NULL)`,
  // of each node among several its newest transaction
  "CREATE TABLE IF NOT EXISTS fleet_said (node bigint PRIMARY KEY, no bigint NOT NULL, rev bigint NOT NULL, seq bigint NOT NULL)",
];

/** From here on nobody commits to the fleet who opened it before. */
export async function ownRev(session: Session): Promise<number> {
  const { rows } = await session.query({ text: "UPDATE fleet_head SET rev = rev + 1 RETURNING rev" });
  return Number(rows[0]?.[0] ?? 0);
}
export async function revOf(session: Session): Promise<number> {
  const { rows } = await session.query({ text: "SELECT rev FROM fleet_head" });
  return Number(rows[0]?.[0] ?? 0);
}
export async function firstFree(session: Session): Promise<Map<FleetKind, number>> {
  const { rows } = await session.query({ text: "SELECT kind, next FROM fleet_given" });
  const next = new Map(rows.map(([kind, first]) => [String(kind), Number(first)]));
  return new Map(FLEET_KINDS.map(({ name }) => [name, next.get(name) ?? 1]));
}
/** A commit that no standby has yet counts when a later one was waited for: the log of PostgreSQL is in order. */
export async function replicated(session: CommitSession): Promise<void> {
  while (session.unreplicated) {
    session.unreplicated = false;
    await session.query({ text: "UPDATE fleet_head SET paired = paired" });
  }
}
/** Random bytes that all who open this fleet have, as hex. @param fresh those of the first one */
export async function secretOf(session: Session, fresh: string): Promise<string> {
  await session.query({ text: "INSERT INTO fleet_secret VALUES (1, $1) ON CONFLICT DO NOTHING", values: [fresh] });
  const { rows } = await session.query({ text: "SELECT secret FROM fleet_secret" });
  return String(rows[0]?.[0]);
}
