import { crcOf, RecordWriter, Told } from "../../record.ts";
import { JUDGE_MS, LEASE_MS } from "../lease.ts";
import type { Session } from "../session.ts";
import type { NodeKey } from "./protocol.ts";

/** ms between two looks at the leases of other nodes. */
const LOOK_MS = 500;

/**
 * Declares nodes dead that share a store with this one, when their lease is over: somebody else goes on with what they had. Only a node does
 * that which had answers from this very primary for two whole leases without a break: after a failover that outlasted all leases, the
 * others had the time to come back, too.
 */
export class Judge {
  /** Since when every answer came in time. */
  private since = Number.POSITIVE_INFINITY;
  private answered = Number.NEGATIVE_INFINITY;
  private looked = Number.NEGATIVE_INFINITY;

  /** @param now ms of a monotonic clock */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The database answered. */
  heard(): void {
    const now = this.now();
    if (now - this.answered > LEASE_MS) this.since = now;
    this.answered = now;
  }
  /** The connection was lost: it may be another primary now. */
  lost(): void {
    this.answered = Number.NEGATIVE_INFINITY;
  }
  get isDue(): boolean {
    const now = this.now();
    return now - this.looked >= LOOK_MS && this.answered - this.since >= JUDGE_MS;
  }
  /** @param key of the node that judges @returns those that it found dead @throws Error of the session */
  async look(session: Session, key: NodeKey): Promise<number[]> {
    this.looked = this.now();
    const { rows } = await session.queryHere({ text: OVERDUE, values: [key[0]], name: "overdue" });
    const dead: number[] = [];
    for (const [id, epoch] of rows) {
      const node: NodeKey = [Number(id), Number(epoch)];
      if ((await declareGone(session, key, node)) > 0) dead.push(node[0]);
    }
    return dead;
  }
}
const OVERDUE =
  "SELECT id, epoch FROM node WHERE alive = 1 AND several = 1 AND id <> $1 AND lease_until < clock_timestamp() ORDER BY id";

/**
 * Fences a node and tells all in the log that it is gone (functions/enter.ts). @param key of the node that says so, of itself or of another
 * @returns number of the row; 0: it was gone already, or lives
 */
export async function declareGone(session: Session, key: NodeKey, node: NodeKey): Promise<number> {
  const writer = new RecordWriter(256, true);
  writer.note(Told.NodeGone, node);
  const body = writer.finish().slice();
  const { rows } = await session.queryHere({ text: GONE, values: [...key, ...node, body, crcOf(body), 0] });
  return Number(rows[0]?.[0] ?? 0);
}
const GONE = "CALL declare_gone($1, $2, $3, $4, $5, $6, $7)";
