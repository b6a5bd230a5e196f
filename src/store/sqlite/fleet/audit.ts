import type { Selectable } from "kysely";
import type { AuditEntry, Details } from "../../../fleet/audit.ts";
import type { AuditQuery, StoredAudit } from "../../ports.ts";
import type { FleetDesk } from "./desk.ts";
import { type FleetDb, type FleetTransaction, pieces, type Schema } from "./schema.ts";

/** Notes what was done, in the transaction that does it. */
export async function insertAudit(db: FleetDb | FleetTransaction, entries: readonly AuditEntry[]): Promise<void> {
  const rows = entries.map((e) => ({
    time: e.time,
    actor: e.by.key,
    actor_name: e.by.name,
    source: e.by.from,
    action: e.action,
    workspace: e.workspace,
    target: e.target,
    name: e.name,
    before: e.before && JSON.stringify(e.before),
    after: e.after && JSON.stringify(e.after),
  }));
  for (const some of pieces(rows)) await db.insertInto("audit").values(some).execute();
}

/** Newest first. @throws RangeError when a row holds what the program cannot have written */
export async function selectAudit(db: FleetDb, query: AuditQuery): Promise<StoredAudit[]> {
  let found = db.selectFrom("audit").selectAll();
  const { visible, actor, action, target, from, to, before } = query;
  if (visible !== null) {
    const [first = -1, ...more] = visible.workspaces;
    found = found.where((e) =>
      e.or([
        e("workspace", "in", [first, ...more]),
        e.and([e("workspace", "is", null), e("actor", "=", visible.actor)]),
      ]),
    );
  }
  if (query.workspace !== undefined) found = found.where("workspace", "=", query.workspace);
  if (actor !== undefined) found = found.where("actor", "=", actor);
  // a kind alone means everything that was done to such
  if (action?.includes(".")) found = found.where("action", "=", action);
  else if (action !== undefined)
    // the characters from "." to the next one: all actions of the kind
    found = found.where((e) =>
      e.or([e("action", "=", action), e.and([e("action", ">=", `${action}.`), e("action", "<", `${action}/`)])]),
    );
  if (target !== undefined) found = found.where("target", "=", target);
  if (from !== undefined) found = found.where("time", ">=", from);
  if (to !== undefined) found = found.where("time", "<", to);
  if (before !== undefined) found = found.where("id", "<", before);
  if (query.after !== undefined) found = found.where("id", ">", query.after);
  return (await found.orderBy("id", "desc").limit(query.limit).execute()).map(auditFrom);
}

/** Rows of which one step of a question looks through. */
const AT_ONCE = 10_000;

/**
 * Newest first, in steps that look through few entries each: what is asked for can be rare in a log of millions, and commits of the
 * fleet wait for the step that is under way, not for all of them.
 */
export async function readInSteps(
  desk: Pick<FleetDesk, "auditSpan" | "readAudit">,
  query: AuditQuery,
): Promise<readonly StoredAudit[]> {
  const { first, last } = await desk.auditSpan();
  const found: StoredAudit[] = [];
  const lowest = Math.max(first, (query.after ?? 0) + 1);
  let before = Math.min(query.before ?? last + 1, last + 1);
  while (before > lowest && found.length < query.limit) {
    const after = Math.max(lowest, before - AT_ONCE) - 1;
    found.push(...(await desk.readAudit({ ...query, before, after, limit: query.limit - found.length })));
    before = after + 1;
  }
  return found;
}

/** The lowest and the highest id that there are; 0: there are none. */
export async function spanOfAudit(db: FleetDb): Promise<{ readonly first: number; readonly last: number }> {
  // each by itself is one step into the tree; both in one statement read it all
  const of = async (direction: "asc" | "desc") =>
    (await db.selectFrom("audit").select("id").orderBy("id", direction).limit(1).executeTakeFirst())?.id ?? 0;
  return { first: await of("asc"), last: await of("desc") };
}

/** Forgets what is older, oldest first. @returns how many rows went; as many as `most`: there may be more */
export async function trimAudit(db: FleetDb, before: number, most: number): Promise<number> {
  const old = db.selectFrom("audit").select("id").where("time", "<", before).orderBy("time").limit(most);
  const { numDeletedRows } = await db.deleteFrom("audit").where("id", "in", old).executeTakeFirst();
  return Number(numDeletedRows);
}

export function auditFrom(r: Selectable<Schema["audit"]> & { id: number }): StoredAudit {
  const details = (text: string | null): Details | null => {
    if (text === null) return null;
    const value = parsed(text);
    if (typeof value === "object" && value !== null) return value as Details; // a JSON object or array is one
    throw new RangeError(`audit ${r.id}: its details are no object`);
  };
  return {
    id: r.id,
    time: r.time,
    by: { key: r.actor, name: r.actor_name, from: r.source },
    action: r.action,
    workspace: r.workspace,
    target: r.target,
    name: r.name,
    before: details(r.before),
    after: details(r.after),
  };
}

/** Null: it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
