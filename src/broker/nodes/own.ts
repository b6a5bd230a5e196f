import { isGroup } from "../../fanout/share-rows.ts";
import type { StoreOp } from "../../store/ports.ts";
import { Told } from "../../store/record.ts";
import type { BrokerContext } from "../context.ts";
import { type Session, sessionKey } from "../session.ts";
import { digestOf } from "./digest.ts";
import { forget } from "./leaving.ts";

/** The stored sessions of this node: that they are its own, and that they end, all are told. */
export class Own {
  private readonly keys = new Map<number, string>();
  /** Those of which it was told that they are over, until that row has its turn. */
  private readonly ended = new Set<number>();

  /** @param isMoving whether a session is on its way here, or from here */
  constructor(
    private readonly context: BrokerContext,
    private readonly isMoving: (id: number, key: string) => boolean,
  ) {
    context.hub.told = (op) => this.told(op);
  }
  private get commits() {
    return this.context.ingest.commits;
  }
  get self(): number {
    return this.commits.self;
  }

  /** A stored session is this node's. */
  add(id: number, key: string): void {
    this.keys.set(id, key);
  }
  keyOf(id: number): string | undefined {
    return this.keys.get(id);
  }
  /** A session that is here and stays; null: there is none of this number, or it is on its way. */
  session(id: number): Session | null {
    const key = this.keys.get(id);
    if (key === undefined || this.isMoving(id, key)) return null;
    return this.context.sessions.get(key) ?? null;
  }

  /** Whether it ended here, which this node has not heard yet. */
  hasEnded(id: number): boolean {
    return this.ended.has(id);
  }
  /** All know that it is over. */
  heardEnd(id: number): void {
    this.ended.delete(id);
  }

  /** What the next commit does with a stored row. */
  private told(op: StoreOp): void {
    if (op.op === "session_put") {
      const { id, principal, clientId } = op.session;
      // shared subscriptions are told of otherwise
      if (this.keys.has(id) || isGroup(op.session)) return;
      const key = sessionKey(principal, clientId);
      this.keys.set(id, key);
      this.commits.news(Told.Owner, [id, this.self, ...digestOf(key)]);
    } else if (op.op === "session_delete") {
      const key = this.keys.get(op.id);
      if (key === undefined) return;
      this.keys.delete(op.id);
      this.ended.add(op.id);
      this.commits.news(Told.Ended, [op.id, ...digestOf(key)]);
    }
  }
  /** A session is another node's with the commit that is being filled. */
  handOver(id: number, owner: number): void {
    const key = this.keys.get(id);
    if (key === undefined) return;
    this.keys.delete(id);
    this.commits.operation({ op: "session_owner", id, owner });
    this.commits.news(Told.Owner, [id, owner, ...digestOf(key)]);
  }
  /** Another node took it before this one took part again. */
  drop(id: number): void {
    const session = this.session(id);
    this.keys.delete(id);
    if (session !== null) forget(this.context, session);
  }
  /** All of them, of which the last checkpoints are written, are those of other nodes. */
  leaveTo(others: readonly number[]): void {
    if (others.length === 0) return;
    for (const [part, to] of others.entries()) {
      const share = { from: this.self, to, of: others.length, part };
      this.commits.operation({ op: "sessions_adopt", ...share, isGone: false });
      this.commits.news(Told.Adopted, [share.from, to, share.of, part]);
    }
    const { sessions } = this.context;
    for (const session of [...sessions.values()]) if (session.outlet.stored > 0) forget(this.context, session);
    this.keys.clear();
  }
}
