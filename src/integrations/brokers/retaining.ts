import type { PublishPacket } from "../../codec/index.ts";
import type { OutMessage } from "../../bridges/client/types.ts";
import { errorText } from "../../base/errors.ts";
import type { Principal } from "../../auth/principal.ts";
import type { Broker } from "../../fleet/types.ts";
import { Compare } from "./compare.ts";
import type { Incoming } from "./incoming.ts";
import type { Leaving } from "./leaving.ts";
import type { BrokerNeeds } from "./needs.ts";
import { remoteRetained } from "./remote-retained.ts";
import type { Teller } from "./teller.ts";

/** Topics that are remembered as being there on both sides. */
const MOST_SYNCED = 200_000;

interface Bridged {
  readonly row: Broker;
  readonly teller: Teller;
  readonly connector: { readonly address: string | null };
  readonly now: Incoming;
  readonly out: { readonly position: number; readonly routing: { readonly any: boolean } };
  principal(): Principal | null;
  readonly sending: { send(message: OutMessage<Leaving | null>): "sent" | "later" | "never" };
  pump(): void;
}

/** Sees to it that retained messages that are forwarded are the same on both sides, each time that a connection was made. */
export class Retaining {
  private readonly synced = new Set<string>();
  private touched = new Set<string>();
  private queue: OutMessage<null>[] = [];
  private isPresent = false;
  private isWanted = false;
  private isSubscribed = false;
  private since = 0;
  private tries = 0;

  constructor(
    private readonly needs: BrokerNeeds,
    private readonly bridge: Bridged,
  ) {}

  /** @param keeps whether the remote keeps retained messages at all */
  opened(isPresent: boolean, keeps: boolean): void {
    this.tries++;
    this.isPresent = isPresent;
    this.isSubscribed = false;
    this.isWanted = keeps && this.bridge.row.routes.some(({ direction }) => direction === "forward");
    this.since = this.needs.consumers.published;
    this.touched = new Set();
    this.queue = [];
    if (!isPresent) this.synced.clear();
  }
  closed(): void {
    this.tries++;
    this.isWanted = false;
    this.queue = [];
  }
  subscribed(): void {
    this.isSubscribed = true;
  }
  /** News of the remote. */
  heard(packet: PublishPacket): void {
    if (this.isWanted && packet.retain) this.touched.add(packet.topic);
  }
  /** The remote has a message. */
  acknowledged({ message, local }: Leaving): void {
    if (message?.retain !== true) return;
    if (message.payload.length === 0) this.synced.delete(local);
    else if (this.synced.size < MOST_SYNCED) this.synced.add(local);
  }
  /** Sends what was found, as far as the remote takes it. */
  pump(): void {
    while (this.queue.length > 0) {
      const [first] = this.queue;
      if (first !== undefined && this.bridge.sending.send(first) === "later") return;
      this.queue.shift();
    }
  }

  /** About once a second: begins when what was on its way before is the remote's. */
  tick(): void {
    const { out } = this.bridge;
    if (!this.isWanted || !this.isSubscribed) return;
    if (out.routing.any && out.position < this.since) return;
    this.isWanted = false;
    void this.compare(this.tries);
  }
  private async compare(mine: number): Promise<void> {
    const { needs, bridge } = this;
    const { row, teller } = bridge;
    const principal = bridge.principal();
    const address = bridge.connector.address;
    if (principal === null || address === null) return;
    // what the remote has not acknowledged yet is on its way by itself
    const { out } = bridge;
    this.since = out.routing.any ? out.position : needs.consumers.published;
    const isMine = () => mine === this.tries;
    const pause = () => new Promise<void>((resolve) => needs.later(resolve, 0));
    const compare = new Compare({
      ...{ needs, row, incoming: bridge.now, principal, isPresent: this.isPresent, since: this.since, pause },
      ...{ touched: this.touched, synced: this.synced },
      send: (message) => isMine() && this.queue.push(message),
    });
    this.isWanted = true; // news are noted
    try {
      const dialling = { reach: (url: string) => needs.reach(url), step: () => {}, now: () => needs.clock.steady() };
      const more = { maxPacket: needs.maxPacket, later: (fn: () => void, ms: number) => needs.later(fn, ms) };
      await remoteRetained(
        address,
        row,
        compare.filters,
        { ...dialling, ...more },
        (packet) => isMine() && compare.remote(packet),
      );
      if (!isMine()) return;
      await compare.local();
      const { taken, sent, removed } = compare.done;
      if (taken + sent + removed > 0)
        teller.note("note", `Retained messages were made equal: ${taken} taken, ${sent} sent, ${removed} removed.`);
    } catch (error) {
      if (isMine()) teller.note("note", `Retained messages could not be compared: ${errorText(error)}`);
    } finally {
      if (isMine()) this.isWanted = false;
      bridge.pump();
    }
  }
}
