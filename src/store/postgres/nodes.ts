import type { NodeAddress, NodeFacts } from "../ports.ts";
import { sqlState, unavailable } from "./failures.ts";
import { LEASE_MS } from "./lease.ts";
import { Session } from "./session.ts";
import type { Question } from "./session-types.ts";
import { targetOf } from "./url.ts";

/** The nodes of a store, the active ones first. @param identity of this one @throws Refusal storage_unavailable */
export async function listNodes(address: string, identity: string): Promise<NodeFacts[]> {
  const rows = await ask(address, { text: NODES, values: [`${LEASE_MS} ms`, `${2 * LEASE_MS} ms`] });
  return rows.map(([id, name, who, version, alive, waits, since, seen, url, duty, draining, lag]) => ({
    id: Number(id),
    address: String(who),
    version: String(version),
    role: alive === 1 ? "active" : waits === 1 ? "standby" : "gone",
    since: Number(since) > 0 ? Number(since) : null,
    seen: seen === null ? null : Number(seen),
    self: name === identity,
    url: url === "" ? null : String(url),
    duty: duty === 1,
    draining: draining === 1,
    lag: lag === null ? null : Number(lag),
  }));
}
const NODES = `
  SELECT id, identity, address, version, alive = 1, seen > clock_timestamp() - $2::interval, since,
    floor(extract(epoch FROM nullif(greatest(seen, lease_until - $1::interval), '-infinity')) * 1e6)::bigint,
    url, alive = 1 AND epoch = (SELECT min(epoch) FROM node WHERE alive = 1), alive = 1 AND draining = 1,
    CASE WHEN alive = 1 AND applied > 0 THEN greatest(0, (SELECT seq FROM head) - 1 - applied) END
  FROM node ORDER BY alive DESC, 6 DESC, id`;

/** How those that are active are asked by others. @throws Refusal storage_unavailable */
export async function nodeAddresses(address: string): Promise<NodeAddress[]> {
  const rows = await ask(address, { text: "SELECT id, url, ask_key FROM node WHERE alive = 1" });
  return rows.map(([id, url, key]) => ({ node: Number(id), url: url === "" ? null : String(url), key: String(key) }));
}
/** Notes of a node how it is asked, and whether it lets clients go. @throws Refusal storage_unavailable */
export async function tellOfNode(
  address: string,
  identity: string,
  { url, key, draining }: Omit<NodeAddress, "node"> & { readonly draining: boolean },
): Promise<void> {
  const text = "UPDATE node SET url = $2, ask_key = $3, draining = $4 WHERE identity = $1";
  await ask(address, { text, values: [identity, url ?? "", key, draining ? 1 : 0] });
}

/** One question, on a connection of its own. */
async function ask(address: string, question: Question) {
  const session = new Session(targetOf(address), { name: "nodes" });
  try {
    return (await session.query(question)).rows;
  } catch (error) {
    throw unavailable(error);
  } finally {
    await session.end();
  }
}

/**
 * The clocks (src/app/clock.ts) of a node that is active, or was last: who enters goes on with them, for times that are stored are by them.
 * @returns "": none are noted. @throws Refusal storage_unavailable
 */
export async function clocksOfNodes(address: string): Promise<string> {
  const session = new Session(targetOf(address), { name: "nodes" });
  try {
    const { rows } = await session.query({ text: CLOCKS });
    return String(rows[0]?.[0] ?? "");
  } catch (error) {
    if (UNMADE.has(sqlState(error))) return "";
    throw unavailable(error);
  } finally {
    await session.end();
  }
}
const CLOCKS = "SELECT clock FROM node WHERE clock <> '' ORDER BY alive DESC, lease_until DESC LIMIT 1";
/** There are no tables yet, or older ones. */
const UNMADE: ReadonlySet<string> = new Set(["3F000", "42P01", "42703"]);
