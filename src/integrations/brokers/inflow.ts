import type { Principal } from "../../auth/principal.ts";
import { errorText } from "../../base/errors.ts";
import type { PublishPacket } from "../../codec/index.ts";
import type { BrokerBook } from "./book.ts";
import type { Incoming } from "./incoming.ts";
import type { Link } from "./link.ts";
import type { BrokerNeeds } from "./needs.ts";
import type { Teller } from "./teller.ts";

/** ms until it is looked whether there is room for more. */
const ROOM_MS = 5;
/** Messages that are under way at most; a remote that knows no Receive Maximum would send on and on. */
const MOST_UNDER_WAY = 1000;

interface Bridged {
  readonly book: BrokerBook;
  readonly teller: Teller;
  readonly now: Incoming;
  readonly link: Link | null;
  readonly retaining: { heard(packet: PublishPacket): void };
  principal(): Principal | null;
}

/** What comes from a remote, until it may be acknowledged. */
export class Inflow {
  private underWay = 0;
  /** The connection that nothing is read from at the moment. */
  private held: Link | null = null;

  constructor(
    private readonly needs: BrokerNeeds,
    private readonly bridge: Bridged,
  ) {}

  message(packet: PublishPacket, done: ((isTaken: boolean) => void) | null): void {
    const { bridge, needs } = this;
    const principal = bridge.principal();
    if (principal === null) {
      done?.(false);
      return bridge.link?.fail("The API user as which it acts is gone.");
    }
    bridge.teller.received();
    bridge.retaining.heard(packet);
    const waits = bridge.now.take(packet, principal, (text) => bridge.teller.refusedIn(text));
    const { qos, packetId } = packet;
    // in the commit of what follows from it, where that is a message or a measurement
    if (qos === 2 && packetId !== undefined) bridge.book.received(packetId, needs.clock.micros());
    const durable = waits ?? (qos === 2 ? needs.durable() : null);
    if (durable === null) done?.(true);
    else {
      this.underWay++;
      durable.then(
        () => {
          this.underWay--;
          done?.(true);
        },
        (error: unknown) => {
          this.underWay--;
          if (qos === 2 && packetId !== undefined) bridge.book.released(packetId);
          done?.(false);
          bridge.link?.fail(`It could not be stored: ${errorText(error)}`);
        },
      );
    }
    if (this.isFull) this.hold();
  }
  private get isFull(): boolean {
    return this.underWay >= MOST_UNDER_WAY || this.needs.ingest.commits.full;
  }
  released(id: number, done: () => void): void {
    this.bridge.book.released(id);
    this.needs.durable().then(done, () => {});
  }
  /** Nothing more is read until there is room for it. */
  private hold(): void {
    const { link } = this.bridge;
    if (link === null || link === this.held) return;
    this.held = link;
    link.pause(true);
    const look = () => {
      if (this.bridge.link !== link) {
        this.held = null;
        return;
      }
      if (this.isFull) this.needs.later(look, ROOM_MS);
      else {
        this.held = null;
        link.pause(false);
      }
    };
    this.needs.later(look, ROOM_MS);
  }
}
