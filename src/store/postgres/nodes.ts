import type { NodeFacts } from "../ports.ts";
import { unavailable } from "./failures.ts";
import { LEASE_MS } from "./lease.ts";
import { Session } from "./session.ts";
import { targetOf } from "./url.ts";

/** The nodes of a store, the active one first. @param identity of this one @throws Refusal storage_unavailable */
export async function listNodes(address: string, identity: string): Promise<NodeFacts[]> {
  const session = new Session(targetOf(address), { name: "nodes" });
  try {
    const { rows } = await session.query({ text: NODES, values: [`${LEASE_MS} ms`, `${2 * LEASE_MS} ms`] });
    return rows.map(([id, name, who, version, alive, waits, since, seen]) => ({
      id: Number(id),
      address: String(who),
      version: String(version),
      role: alive === 1 ? "active" : waits === 1 ? "standby" : "gone",
      since: Number(since) > 0 ? Number(since) : null,
      seen: seen === null ? null : Number(seen),
      self: name === identity,
    }));
  } catch (error) {
    throw unavailable(error);
  } finally {
    await session.end();
  }
}

const NODES = `
  SELECT id, identity, address, version, alive = 1, seen > clock_timestamp() - $2::interval, since,
    floor(extract(epoch FROM nullif(greatest(seen, lease_until - $1::interval), '-infinity')) * 1e6)::bigint
  FROM node ORDER BY alive DESC, 6 DESC, id`;
