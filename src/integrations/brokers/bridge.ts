import { RemoteSession } from "../../bridges/client/session.ts";
import type { Principal } from "../../auth/principal.ts";
import type { Broker } from "../../fleet/types.ts";
import { BrokerBook } from "./book.ts";
import { Connector } from "./connector.ts";
import { Incoming } from "./incoming.ts";
import { Inflow } from "./inflow.ts";
import type { Leaving } from "./leaving.ts";
import type { Link } from "./link.ts";
import type { LoggedIn } from "./login.ts";
import type { BrokerNeeds } from "./needs.ts";
import { OutFeed } from "./out.ts";
import { Retaining } from "./retaining.ts";
import { Routing } from "./routing.ts";
import { Sending } from "./sending.ts";
import { Subscriptions } from "./subscriptions.ts";
import { Teller } from "./teller.ts";

/** One external broker that is connected: what comes, what leaves, and how it is. */
export class Bridge {
  readonly book: BrokerBook;
  readonly teller: Teller;
  readonly connector: Connector;
  readonly out: OutFeed;
  readonly retaining: Retaining;
  now: Incoming;
  readonly sending = new Sending(this);
  private readonly inflow: Inflow;
  session: RemoteSession<Leaving | null>;
  link: Link | null = null;
  readonly subscriptions = new Subscriptions();
  private isStarted = false;

  constructor(
    readonly needs: BrokerNeeds,
    public row: Broker,
  ) {
    this.book = new BrokerBook(row.uid, needs.store, needs.operation);
    this.teller = new Teller(needs, this.book, row);
    this.inflow = new Inflow(needs, this);
    this.session = this.newSession([]);
    this.now = new Incoming(needs, row);
    this.out = new OutFeed(
      {
        ...{ clock: needs.clock, broker: row, principal: () => this.principal() },
        send: (message) => this.sending.send(message),
        dropped: (count, why) => this.teller.dropped(count, why),
      },
      this.newRouting(),
    );
    this.retaining = new Retaining(needs, this);
    this.connector = new Connector(needs, this);
  }
  private newRouting(): Routing {
    const problem = (route: number, text: string) => this.teller.refusedOut(`route ${route + 1}: ${text}`);
    return new Routing(this.needs, this.row, problem);
  }
  private newSession(received: readonly number[]): RemoteSession<Leaving | null> {
    return new RemoteSession<Leaving | null>(
      {
        send: (packet) => this.link?.send(packet),
        message: (packet, done) => this.inflow.message(packet, done),
        released: (id, done) => this.inflow.released(id, done),
        acknowledged: (token, reason) => this.sending.acknowledged(token, reason),
        subscribed: (id, reasons) => {
          for (const text of this.subscriptions.answered(id, reasons)) this.teller.note("note", text);
          this.subscribed();
        },
        room: () => this.pump(),
      },
      received,
    );
  }
  principal(): Principal | null {
    return this.needs.authority.principalOf(`a:${this.row.account}`) ?? null;
  }

  async start(): Promise<void> {
    this.session = this.newSession(await this.book.load());
    this.isStarted = true;
    this.feed();
    this.connector.begin();
  }
  /** Its row changed: it is connected anew, as that says. */
  follow(row: Broker): void {
    const before = this.row;
    if (JSON.stringify(before) === JSON.stringify(row)) return;
    this.row = row;
    this.teller.row = row;
    this.now = new Incoming(this.needs, row);
    this.out.routing = this.newRouting();
    if (!this.isStarted) return;
    this.feed();
    const isPaused = row.paused && !before.paused;
    if (before.paused !== row.paused) this.teller.note(isPaused ? "paused" : "resumed", "Somebody asked for it.");
    this.connector.restart();
  }
  /** What leaves comes out of the feed, while there is a route for it. */
  private feed(): void {
    const { consumers } = this.needs;
    const name = consumerOf(this.row.uid);
    if (!this.out.routing.any) {
      this.out.close();
      consumers.remove(name);
    } else if (!this.out.isOpen) this.out.opened(consumers.open(name, this.out, true));
  }
  stop(): void {
    this.isStarted = false;
    this.connector.stop("The server stops.");
    this.out.close();
  }
  opened({ link, version, connack, isBridge }: LoggedIn): void {
    this.link = link;
    this.out.routing.tellsHops = version === 5;
    this.session.opened(version, connack);
    this.subscriptions.opened(this.session, this.row, isBridge);
    this.sending.opened();
    this.retaining.opened(connack.sessionPresent, this.session.limits.retain);
    link.hear({
      packet: (packet) => this.session.packet(packet),
      closed: (reason) => this.connector.lost(link, reason),
      drain: () => this.pump(),
    });
    this.subscribed();
    this.pump();
  }
  private subscribed(): void {
    if (!this.subscriptions.areAnswered) return;
    this.retaining.subscribed();
    this.connector.ready();
  }
  closed(): void {
    this.link = null;
    this.session.closed();
    this.retaining.closed();
  }
  /** About once a second. */
  tick(): void {
    this.connector.tick();
    this.retaining.tick();
    this.pump();
  }
  /** Sends what may be sent now. */
  pump(): void {
    if (this.link === null) return;
    this.retaining.pump();
    this.out.pump();
  }
}
export const consumerOf = (uid: number): string => `broker:${uid}`;
