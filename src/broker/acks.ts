import { type AckType, PacketType, putShortAck, SHORT_ACK_BYTES } from "../codec/index.ts";
import type { Outbox } from "../fanout/outbox.ts";
import type { Waiter } from "../ingest/batch.ts";
import type { CommitLine } from "../ingest/commits.ts";
import type { Inbound } from "../session/inbound.ts";

/** What answers need of the connection that they leave by. */
interface Answering {
  readonly phase: string;
  readonly box: Pick<Outbox, "reserve" | "buf" | "at" | "packets">;
  readonly inbound: Pick<Inbound, "answered">;
  /** Keeps the next writes out of the list of what is to be flushed; false when it stands there already. */
  holdFlush(): boolean;
  flush(): void;
  dirty(): void;
  send(bytes: Uint8Array): void;
  /** No answer waits for a commit any more. */
  answered(): void;
  /** Storage did not take data for the whole grace time (wire contract section 6). */
  storageFailed(): void;
}

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
  session: { readonly received: Set<number> } | null = null;

  constructor(
    private readonly channel: Answering,
    private readonly commit: Pick<CommitLine, "wait">,
  ) {}

  /** Answers when the commit of what was just recorded is durable. */
  afterCommit(kind: number, packetId: number): void {
    this.waiting++;
    this.commit.wait(this, kind * KIND + packetId);
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
    const { channel } = this;
    if (channel.phase === "closed") return;
    // sent at once: a thousand clients with one answer each then share one hot buffer
    const alone = this.waiting === 0 && channel.holdFlush();
    this.answer(Math.floor(what / KIND), what % KIND);
    if (alone) channel.flush();
    if (this.waiting === 0) channel.answered();
  }
  /** PUBACK, PUBREC or PUBCOMP with the identifier of the PUBLISH [MQTT-2.2.1-5]. */
  private answer(kind: number, packetId: number): void {
    const { channel } = this;
    if (kind === ENCODED || kind === REFUSAL) {
      if (kind === REFUSAL) channel.inbound.answered();
      const bytes = this.encoded?.shift();
      if (bytes) channel.send(bytes);
      return;
    }
    const type = PACKETS[kind] as AckType;
    if (type !== PacketType.PUBREC) channel.inbound.answered();
    const { box } = channel;
    box.reserve(SHORT_ACK_BYTES);
    box.at = putShortAck(box.buf, box.at, type, packetId);
    box.packets++;
    channel.dirty();
  }
  /** The commit was given up: nothing is acknowledged, and the marks of this commit are taken back. */
  failed(what: number): void {
    this.waiting--;
    const packetId = what % KIND;
    const kind = Math.floor(what / KIND);
    if (kind === PUBREC) this.session?.received.delete(packetId);
    else if (kind === PUBCOMP) this.session?.received.add(packetId);
    this.channel.storageFailed();
  }
}
