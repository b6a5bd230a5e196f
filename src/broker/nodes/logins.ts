import type { Seq } from "../../store/ports.ts";
import { Told } from "../../store/record.ts";
import type { BrokerContext } from "../context.ts";
import type { Session } from "../session.ts";
import { type Digest, digestOf } from "./digest.ts";
import type { Own } from "./own.ts";
import type { Owners } from "./owners.ts";
import { type Wait, type WaitingLogin, Waits } from "./waits.ts";

/** Clients that have logged in here, and those that wait for their session. */
export class Logins {
  /** Sessions with a connection, by the digest of their key. */
  private readonly here = new Map<string, Session>();
  readonly waits = new Waits();
  /** How often this node asked for sessions, and how many of these rows it heard. */
  private asked = 0;
  private heard = 0;

  /** @param waitMs how long a login waits for a session of another node */
  constructor(
    private readonly context: BrokerContext,
    private readonly owners: Owners,
    private readonly own: Own,
    private readonly waitMs: number,
  ) {}

  /** Asks for the session of a login. */
  ask(key: string, isAnew: boolean, login: WaitingLogin): void {
    const wait = this.waits.add(digestOf(key), isAnew, ++this.asked, login);
    this.send(wait, 0);
    const over = (): void => {
      if (this.waits.remove(wait)) wait.refused();
    };
    this.context.later(over, this.waitMs);
  }
  /** @param since number of the row that asked first; 0: it is this one */
  private send({ digest, isAnew }: Wait, since: Seq): void {
    this.context.ingest.commits.news(Told.Wanted, [...digest, isAnew ? 1 : 0, since]);
  }
  /** The node that has the session now may not have heard that it is wanted. */
  askAgain(digest: Digest, node: number): void {
    const wait = this.waits.of(digest);
    if (wait === undefined || wait.asked === Number.POSITIVE_INFINITY) return;
    if (!wait.isThere()) this.waits.remove(wait);
    else if (this.owners.of(digest)?.node === node) this.send(wait, wait.asked);
  }
  /** A node began anew: it has heard nothing of what is wanted. */
  began(node: number): void {
    for (const wait of [...this.waits.values()]) this.askAgain(wait.digest, node);
  }
  /** A row of this node that asks for a session has its turn: all that was told before it is known. @param since see `send` */
  heardOwn(digest: Digest, since: Seq, seq: Seq): void {
    if (since > 0) return;
    this.heard++;
    const wait = this.waits.of(digest);
    if (wait === undefined || this.heard < wait.number) return;
    wait.asked = seq;
    this.look(digest);
  }
  /** A login goes on when all that is to be known of its session is known, and it is here or nowhere. */
  look(digest: Digest): void {
    const wait = this.waits.of(digest);
    if (wait === undefined || wait.asked === Number.POSITIVE_INFINITY) return;
    const one = this.owners.of(digest);
    if (one !== null && (one.node !== this.own.self || this.own.session(one.id) === null)) return;
    if (!this.waits.remove(wait)) return;
    const enter = (): void => {
      const isIn = wait.enter();
      if (one !== null) this.entered(one.id, isIn);
    };
    this.context.later(enter, 0);
  }
  /** Who waited for a session that is here has logged in, or was gone. */
  entered: (id: number, isIn: boolean) => void = () => {};
  /** A client has logged in on another node, or asks there for its session: whoever waits here and asked before that does so in vain. */
  elsewhere(digest: Digest, seq: Seq): void {
    const wait = this.waits.of(digest);
    if (wait !== undefined && wait.asked < seq && this.waits.remove(wait)) wait.taken();
  }
  /** Whether a client waits here. */
  awaits(digest: Digest): boolean {
    return this.waits.of(digest)?.isThere() === true;
  }

  of(digest: Digest): Session | undefined {
    return this.here.get(digest.join());
  }
  loggedIn(session: Session): void {
    session.loginSeq = Number.POSITIVE_INFINITY;
    const digest = digestOf(session.key);
    this.here.set(digest.join(), session);
    const { commits } = this.context.ingest;
    const { connection } = session;
    const isHere = (): boolean => session.connection === connection;
    commits.news(Told.Login, digest);
    const committed = (): void => {
      if (isHere()) session.loginSeq = commits.nextSeq - 1;
    };
    // nobody was told
    const failed = (): void => {
      if (isHere()) this.loggedIn(session);
    };
    commits.wait({ committed, failed }, 0);
  }
  left(session: Session): void {
    const key = digestOf(session.key).join();
    if (this.here.get(key) === session) this.here.delete(key);
  }
}
