import type { Seq } from "../../store/ports.ts";
import type { BrokerContext } from "../context.ts";
import type { Session } from "../session.ts";
import { takeOver } from "../takeover.ts";
import type { Arriving } from "./arriving.ts";
import { digestOf } from "./digest.ts";
import type { Leaving } from "./leaving.ts";
import type { Logins } from "./logins.ts";
import type { Own } from "./own.ts";

interface WishesNeeds {
  readonly context: BrokerContext;
  readonly own: Own;
  readonly logins: Logins;
  readonly leaving: Leaving;
  readonly arriving: Pick<Arriving, "has" | "supersede">;
}
/** A client of a session of this node logs in at another one. */
interface Wish {
  readonly node: number;
  /** Number of the row that asked for it first. */
  readonly seq: Seq;
  /** Clean Start. */
  readonly isAnew: boolean;
}

/** What becomes of sessions of this node that other nodes want. */
export class Wishes {
  /** Who wants a session that is on its way here. */
  private readonly later = new Map<number, Wish>();

  constructor(private readonly needs: WishesNeeds) {
    needs.logins.entered = (id, isIn) => {
      const wish = this.later.get(id);
      this.later.delete(id);
      if (wish !== undefined && !isIn) this.give(id, wish);
    };
  }

  /** @param id of a session of this node */
  wanted(id: number, wish: Wish): void {
    if (this.needs.arriving.has(id)) this.later.set(id, wish);
    else this.give(id, wish);
  }
  private give(id: number, { node, seq, isAnew }: Wish): void {
    this.later.delete(id);
    const session = this.needs.own.session(id);
    // a client that has logged in here since stays: the other one hears of that
    if (session === null || (session.connection !== null && session.loginSeq > seq)) return;
    const left = this.end(session, isAnew);
    if (left !== null) this.needs.leaving.add(left, node);
  }
  /** Ends the connection of a session, which goes on unless the client begins anew. Returns it if it does. */
  end({ key }: Session, isAnew: boolean): Session | null {
    const { context } = this.needs;
    return takeOver(context, key, { cleanStart: isAnew }, context.clock.steady());
  }
  /** The client of a session has another one. */
  replaced(id: number): void {
    const session = this.needs.own.session(id);
    if (session !== null) this.end(session, true);
    this.needs.arriving.supersede(id);
  }
  /** A session that was on its way here is here, or has ended. */
  arrived(id: number, isHere: boolean): void {
    const { own, logins } = this.needs;
    const key = own.keyOf(id);
    const wish = this.later.get(id);
    if (!isHere || key === undefined) return void this.later.delete(id);
    const digest = digestOf(key);
    // a client that waits here asked later: otherwise it would not wait any more
    if (wish === undefined || logins.awaits(digest)) logins.look(digest);
    else this.give(id, wish);
  }
}
