import { isGroup } from "../fanout/share-rows.ts";
import type { Members } from "../feed/members.ts";
import type { LogStore, News, RecoveredSession, Seq, SessionStore, StoredOwner } from "../store/ports.ts";
import { Told } from "../store/record.ts";
import type { BrokerContext } from "./context.ts";
import { Adoption } from "./nodes/adoption.ts";
import { Arriving } from "./nodes/arriving.ts";
import { type Digest, digestOf } from "./nodes/digest.ts";
import { Leaving } from "./nodes/leaving.ts";
import { Logins } from "./nodes/logins.ts";
import { Own } from "./nodes/own.ts";
import { Owners } from "./nodes/owners.ts";
import type { Elsewhere } from "./nodes/port.ts";
import { Wishes } from "./nodes/wishes.ts";
import { sessionKey } from "./session.ts";

interface SeveralNeeds {
  readonly context: BrokerContext;
  readonly members: Members;
  readonly store: Pick<SessionStore, "sessionsOf"> & Pick<LogStore, "replay">;
  /** What this node had when it ended is its own still; otherwise others may take it over until this one takes part again. */
  readonly kept?: boolean;
  /** What came here cannot be understood: the node must end. */
  readonly failed: (why: Error) => void;
  /** How long a login waits for a session of another node, ms. */
  readonly waitMs?: number;
}
const WAIT_MS = 15_000;

/**
 * Among several nodes: a client has one connection in all of them [MQTT-3.1.4-3], and a stored session is one node's. All of it is told by
 * rows of the log, so all nodes come to the same: who logged in (what the same client has elsewhere, and did not come along, is over by
 * that), whose a session is, that it is wanted, that it is over. Who comes later in the log stays.
 */
export class SeveralNodes implements Elsewhere {
  readonly owners = new Owners();
  private readonly own: Own;
  private readonly logins: Logins;
  private readonly leaving: Leaving;
  private readonly arriving: Arriving;
  private readonly adoption: Adoption;
  private readonly wishes: Wishes;

  constructor(private readonly needs: SeveralNeeds) {
    const { context, members, store, failed, waitMs = WAIT_MS } = needs;
    const { owners } = this;
    this.own = new Own(context, (id, key) => this.arriving.has(id) || this.leaving.has(key));
    this.logins = new Logins(context, owners, this.own, waitMs);
    this.leaving = new Leaving(context, (id, to) => this.own.handOver(id, to));
    const register = (id: number, key: string): void => this.own.add(id, key);
    const arrived = (id: number, isHere: boolean): void => this.wishes.arrived(id, isHere);
    this.arriving = new Arriving(context, { store, register, arrived, failed });
    const { own, logins, leaving, arriving } = this;
    this.wishes = new Wishes({ context, own, logins, leaving, arriving });
    this.adoption = new Adoption({ members, owners, commits: context.ingest.commits });
    members.onChange(({ change, node }) => {
      if (change === "up" && node === this.own.self) this.adoptOwn();
      this.adoption.look();
      if (change === "up") this.logins.began(node);
    });
  }

  load(some: readonly StoredOwner[]): void {
    for (const one of some)
      if (!isGroup(one)) this.owners.put(digestOf(sessionKey(one.principal, one.clientId)), one.id, one.owner);
  }
  brings({ session }: RecoveredSession): boolean {
    if (isGroup(session)) return false; // its messages are handed over (orphan-parts.ts)
    const key = sessionKey(session.principal, session.clientId);
    const one = this.owners.of(digestOf(key));
    if (this.needs.kept === false || one?.node !== this.own.self || one.id !== session.id) return false;
    this.own.add(session.id, key);
    return true;
  }
  /** This node takes part: what nobody took over of what it had is its own again. */
  private adoptOwn(): void {
    const { self } = this.own;
    this.owners.adopt(self, self, 1, 0, ({ id, isOver }) => {
      if (this.own.keyOf(id) === undefined) this.arriving.add(id, isOver, false);
    });
  }
  /** Resolves when no session is on its way here any more. */
  readonly idle = (): Promise<void> => this.arriving.idle();

  mustAsk(key: string, isAnew: boolean, isSure: boolean): boolean {
    if (this.leaving.has(key)) return true;
    if (this.needs.context.sessions.get(key) !== undefined) return false;
    const one = this.owners.of(digestOf(key));
    if (one !== null && !this.own.hasEnded(one.id)) return true;
    return !isAnew && !isSure;
  }
  readonly ask: Elsewhere["ask"] = (key, isAnew, login) => this.logins.ask(key, isAnew, login);
  readonly loggedIn: Elsewhere["loggedIn"] = (session) => this.logins.loggedIn(session);
  readonly left: Elsewhere["left"] = (session) => this.logins.left(session);
  readonly sealing: Elsewhere["sealing"] = () => this.leaving.sealing();
  readonly leave = (): void => this.own.leaveTo(this.needs.members.numbers.filter((node) => node !== this.own.self));

  /** A node tells of something. */
  heard(news: News): void {
    const [a = 0, b = 0, c = 0, d = 0] = news.numbers;
    if (news.what === Told.Login) this.loginOf(news, [a, b]);
    else if (news.what === Told.Wanted) this.wantedBy(news, [a, b], c === 1, d);
    else if (news.what === Told.Owner) this.ownerIs(news, a, b, [c, d]);
    else if (news.what === Told.Adopted) this.adopted(news, a, b, c, d);
    else if (news.what === Told.Ended) {
      this.own.heardEnd(a);
      this.owners.end([b, c], a);
      this.logins.look([b, c]);
    }
  }
  private loginOf(news: News, digest: Digest): void {
    const { own, logins, owners } = this;
    const one = owners.of(digest);
    if (one !== null && one.node !== news.node) owners.supersede(digest);
    if (news.node === own.self) return;
    logins.elsewhere(digest, news.seq);
    const session = logins.of(digest) ?? (one?.node === own.self ? own.session(one.id) : null);
    if (session !== null && session.loginSeq < news.seq) this.wishes.end(session, true);
    if (one?.node === own.self) this.arriving.supersede(one.id);
  }
  private readonly isLive = (node: number): boolean => this.needs.members.live.has(node);
  private wantedBy({ node, seq }: News, digest: Digest, isAnew: boolean, before: Seq): void {
    if (node === this.own.self) return this.logins.heardOwn(digest, before, seq);
    const since = before || seq;
    this.logins.elsewhere(digest, since);
    const one = this.owners.of(digest);
    if (one?.node === this.own.self && this.isLive(node)) this.wishes.wanted(one.id, { node, seq: since, isAnew });
  }
  private ownerIs({ node: teller }: News, id: number, node: number, digest: Digest): void {
    const { owners, own } = this;
    const before = owners.put(digest, id, node);
    if (before?.node === own.self) this.wishes.replaced(before.id);
    if (node !== own.self) this.logins.askAgain(digest, node);
    // what was given to it before it takes part again, others may take
    else if (teller !== own.self && this.isLive(node)) this.arriving.add(id, false, true);
    if (!this.isLive(node)) this.adoption.look();
  }
  private adopted({ node: teller }: News, from: number, to: number, of: number, part: number): void {
    // otherwise it takes part again, and has them
    if (teller === from || !this.isLive(from))
      this.owners.adopt(from, to, of, part, ({ id, isOver }, digest) => {
        const isWanted = digest !== null && this.logins.waits.of(digest) !== undefined;
        if (from === this.own.self && teller !== from) this.own.drop(id);
        if (to === this.own.self) this.arriving.add(id, isOver, isWanted);
        else if (digest !== null) this.logins.askAgain(digest, to);
      });
    if (!this.isLive(to)) this.adoption.look();
    if (teller === this.own.self && teller !== from) this.adoption.heard();
  }
}
