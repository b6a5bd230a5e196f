import { shareAmong } from "../fanout/share-among.ts";
import { ShareCount } from "../fanout/share-count.ts";
import type { Members } from "../feed/members.ts";
import type { LogStore, News, SessionStore } from "../store/ports.ts";
import { Told } from "../store/record.ts";
import type { BrokerContext } from "./context.ts";
import { OrphanParts } from "./orphan-parts.ts";

/** The shared subscriptions of a server that is one of several nodes. */
export class ShareNodes {
  private readonly parts: ReturnType<typeof shareAmong>;
  private readonly count: ShareCount;
  private readonly orphans: OrphanParts;

  /** Before anything was loaded. @param epoch of this life of the node @param isFirst nobody else has anything: what is stored is nobody's */
  constructor(
    private readonly context: BrokerContext,
    private readonly members: Members,
    epoch: number,
    store: Pick<SessionStore, "sessionsOf"> & Pick<LogStore, "replay">,
    private readonly isFirst = members.numbers.every((node) => node === members.self),
  ) {
    const { hub, ingest, authority } = context;
    const { commits } = ingest;
    const parts = shareAmong(hub, members, epoch, commits, (key) => authority.principalOf(key));
    this.parts = parts;
    this.count = new ShareCount({ members, commits, telling: parts.telling, parts: () => hub.shares.values() });
    this.orphans = new OrphanParts({ context, members, parts, store }, isFirst);
    if (isFirst) parts.telling.ready();
  }
  /** Resolves when it knows of the members on all nodes: before that it should have none. Call it when it takes part. */
  enter(): Promise<void> {
    return this.count.ask();
  }
  /** A row of the log tells something; the hearers before this one know it. Nothing else has its turn while a promise lasts. */
  heard(news: News): Promise<void> | undefined {
    this.parts.heard(news);
    this.count.heard(news);
    const { what, numbers } = news;
    const isOwn = numbers[0] === this.members.self;
    if (what === Told.NodeUp && isOwn && this.isFirst) return this.orphans.adopt(this.parts.found.splice(0));
    if (what === Told.NodeGone || what === Told.NodeUp) return this.orphans.look();
    return undefined;
  }
  /** Call it about once a second. */
  tick(): void {
    this.parts.tick(this.context.hub.shares.values());
    this.orphans.tick();
  }
}
