import { FLEET_KINDS } from "../../../fleet/kinds.ts";
import type { FleetKind } from "../../../fleet/types.ts";
import type { Session } from "../session.ts";

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
