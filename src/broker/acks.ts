import { type AckType, PacketType, putShortAck, SHORT_ACK_BYTES } from "../codec/index.ts";
import type { Waiter } from "../ingest/batch.ts";
import type { Connection } from "./connection.ts";
import type { Session } from "./session.ts";

/** Kinds of answers. What a commit is waited for with is one number: the kind, and the packet identifier below it. */
export const PUBACK = 0;
export const PUBREC = 1;
export const PUBCOMP = 2;
/** An answer that was encoded already: the next of `encoded`. */
const ENCODED = 3;
/** The same for the refusal of a publish, which is then no longer in flight. */
const REFUSAL = 4;
/** PUBREC or PUBCOMP once more: what they stand for is in an earlier commit, so a failure takes nothing back. */
export const PUBREC_AGAIN = 5;
export const PUBCOMP_AGAIN = 6;
const KIND = 65_536;

/** The packet that a kind is answered with. */
const PACKETS: Readonly<Record<number, AckType>> = {
  [PUBACK]: PacketType.PUBACK,
  [PUBREC]: PacketType.PUBREC,
  [PUBREC_AGAIN]: PacketType.PUBREC,
  [PUBCOMP]: PacketType.PUBCOMP,
  [PUBCOMP_AGAIN]: PacketType.PUBCOMP,
};

/**
 * The answers of one connection that wait for a commit. They leave in the order of arrival; one that needs no commit
 * leaves at once when none is before it, behind the others otherwise (wire contract section 6).
 */
export class Acks implements Waiter {
  /** Answers that wait. */
  waiting = 0;
  private encoded: Uint8Array[] | null = null;
  /** The connection's session, also after the connection ended. */
  session: Session | null = null;

  constructor(private readonly connection: Connection) {}

  /** Answers when the commit of what was just recorded is durable. */
  afterCommit(kind: number, packetId: number): void {
    this.waiting++;
    this.connection.broker.ingest.commits.batch.wait(this, kind * KIND + packetId);
  }
  /** Answers in its turn; needs no commit of its own. */
  inTurn(kind: number, packetId: number): void {
    if (this.waiting > 0) this.afterCommit(kind, packetId);
    else this.answer(kind, packetId);
  }
  /** Answers a packet that came again, or was dealt with before; `wait`: behind the commit that may be under way. */
  again(kind: typeof PUBREC_AGAIN | typeof PUBCOMP_AGAIN, packetId: number, wait: boolean): void {
    if (wait) this.afterCommit(kind, packetId);
    else this.inTurn(kind, packetId);
  }
  encodedAgain(bytes: Uint8Array, wait: boolean): void {
    this.push(bytes);
    if (wait) this.afterCommit(ENCODED, 0);
    else this.inTurn(ENCODED, 0);
  }
  /** Sends these bytes when the next commit is durable. */
  sendAfterCommit(bytes: Uint8Array): void {
    this.push(bytes);
    this.afterCommit(ENCODED, 0);
  }
  /** Sends the refusal of a QoS 1 or 2 publish in its turn. */
  refuse(bytes: Uint8Array): void {
    this.push(bytes);
    this.inTurn(REFUSAL, 0);
  }
  private push(bytes: Uint8Array): void {
    this.encoded ??= [];
    this.encoded.push(bytes);
  }

  committed(what: number): void {
    this.waiting--;
    const { connection } = this;
    if (connection.phase === "closed") return;
    // sent at once: a thousand clients with one answer each then share one hot buffer
    const alone = this.waiting === 0 && connection.holdFlush();
    this.answer(Math.floor(what / KIND), what % KIND);
    if (alone) connection.flush();
    if (this.waiting === 0) connection.answered();
  }
  /** PUBACK, PUBREC or PUBCOMP with the identifier of the PUBLISH [MQTT-2.2.1-5]. */
  private answer(kind: number, packetId: number): void {
    const { connection } = this;
    if (kind === ENCODED || kind === REFUSAL) {
      if (kind === REFUSAL) connection.inbound.answered();
      const bytes = this.encoded?.shift();
      if (bytes) connection.send(bytes);
      return;
    }
    const type = PACKETS[kind] as AckType;
    if (type !== PacketType.PUBREC) connection.inbound.answered();
    const { box } = connection;
    box.reserve(SHORT_ACK_BYTES);
    box.at = putShortAck(box.buf, box.at, type, packetId);
    box.packets++;
    connection.dirty();
  }
  /** The commit was given up: nothing is acknowledged, and the marks of this commit are taken back. */
  failed(what: number): void {
    this.waiting--;
    const packetId = what % KIND;
    const kind = Math.floor(what / KIND);
    if (kind === PUBREC) this.session?.received.delete(packetId);
    else if (kind === PUBCOMP) this.session?.received.add(packetId);
    this.connection.storageFailed();
  }
}
