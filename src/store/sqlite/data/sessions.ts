import type { RecoveredSession, StoredOwner, StoredSubscription } from "../../ports.ts";
import type { Sql } from "./sql.ts";

interface SessionRow {
  id: number;
  principal: string;
  client_id: string;
  version: 3 | 4 | 5;
  expiry: number;
  created: number;
  disconnected_at: number | null;
  /** Absent where one server alone has the file. */
  owner?: number;
  will: Uint8Array | null;
  floor: number;
  queued: number;
  state: Uint8Array | null;
}
interface SubscriptionRow {
  session: number;
  filter: string;
  qos: 0 | 1 | 2;
  no_local: number;
  retain_as_published: number;
  retain_handling: 0 | 1 | 2;
  identifier: number;
  since_seq: number;
}
interface ChunkRow {
  session: number;
  first_qn: number;
  count: number;
  deadline_max: number;
  shared: number | null;
  bytes: number;
}

/** Which sessions; all of them by default. */
interface Which {
  /** Those of a node. */
  readonly owner?: number;
  readonly ids?: readonly number[];
}
/** The same as a condition of a column, and its parameters. */
function whereOf({ owner, ids }: Which): readonly [where: (column: string) => string, params: (number | string)[]] {
  if (ids !== undefined)
    return [(column) => `WHERE ${column} IN (SELECT value FROM json_each(?))`, [JSON.stringify(ids)]];
  if (owner === undefined) return [() => "", []];
  return [(column) => `WHERE ${column} IN (SELECT id FROM session WHERE owner = ?)`, [owner]];
}

/** Sessions with all that is stored of them but the bodies of chunks, by ascending id. */
export function readSessions(db: Sql, which: Which): RecoveredSession[] {
  const [where, params] = whereOf(which);
  const subscriptions = new Map<number, StoredSubscription[]>();
  for (const s of db.query<SubscriptionRow>(`SELECT * FROM subscription ${where("session")}`).iterate(...params))
    pushTo(subscriptions, s.session, subscriptionOf(s));
  const chunks = new Map<number, RecoveredSession["chunks"][number][]>();
  const chunkRows = db.query<ChunkRow>(
    "SELECT session, first_qn, count, deadline_max, shared, " +
      "length(coalesce((SELECT body FROM queue_body WHERE id = shared), body)) AS bytes FROM queue_chunk " +
      `${where("session")} ORDER BY session, first_qn`,
  );
  for (const c of chunkRows.iterate(...params))
    pushTo(chunks, c.session, {
      firstSeq: c.first_qn,
      count: c.count,
      deadlineMax: c.deadline_max,
      bytes: c.bytes,
      shared: c.shared,
    });
  return db
    .query<SessionRow>(
      "SELECT session.*, coalesce(queued, 0) AS queued FROM session LEFT JOIN queue_reach ON session = id " +
        `${where("id")} ORDER BY id`,
    )
    .all(...params)
    .map((s) => ({
      session: {
        id: s.id,
        principal: s.principal,
        clientId: s.client_id,
        version: s.version,
        expiry: s.expiry,
        created: s.created,
        disconnectedAt: s.disconnected_at,
        will: s.will,
      },
      owner: s.owner ?? 0,
      subscriptions: subscriptions.get(s.id) ?? [],
      floor: s.floor,
      queued: s.queued,
      state: s.state,
      chunks: chunks.get(s.id) ?? [],
    }));
}
function subscriptionOf(s: SubscriptionRow): StoredSubscription {
  return {
    filter: s.filter,
    qos: s.qos,
    noLocal: s.no_local === 1,
    retainAsPublished: s.retain_as_published === 1,
    retainHandling: s.retain_handling,
    identifier: s.identifier,
    sinceSeq: s.since_seq,
  };
}
/** Who has which session, of all nodes. */
export function readOwners(db: Sql): StoredOwner[] {
  return db.query<StoredOwner>('SELECT id, owner, principal, client_id AS "clientId" FROM session ORDER BY id').all();
}

function pushTo<T>(map: Map<number, T[]>, key: number, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
