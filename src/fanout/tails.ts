import type { Delivery } from "../session/delivery.ts";
import { createEntry, MessageQueue } from "../session/queue.ts";
import type { StoredBody } from "./ledger.ts";

/** Tails that were begun since the last commit, of which others are looked for. */
const MOST_BEGUN = 32;
/** Bytes that one tail's buffer may have, whoever goes on with it. */
const MOST_BYTES = 524_288;

/** Messages in memory of which several sessions may wait for the same stretch: each remembers where its own begins and ends. */
export class Tail {
  /** The stretch that became a chunk last, and its body. */
  private from = 0;
  private to = 0;
  private body: StoredBody | null = null;

  /** @param firstSeq number of the message that it was begun with @param firstEnd where that one ends */
  constructor(
    readonly firstSeq: number,
    readonly firstEnd: number,
    readonly queue: MessageQueue,
  ) {}

  /**
   * The end of a stretch that ends at `to` when one more message is in it, which somebody else may have put there already;
   * -1: another message follows there, or there is no room.
   */
  extend(to: number, d: Readonly<Delivery>): number {
    const { queue } = this;
    if (to < queue.tail) return isSame(queue, to, d) ? entry.next : -1;
    if (queue.bytes >= MOST_BYTES) return -1;
    queue.push(d);
    return queue.tail;
  }
  /** The body of a stretch: those who wait for the same have the same one. @param make a body of its bytes */
  bodyOf(from: number, to: number, make: (bytes: Uint8Array) => StoredBody): StoredBody {
    const { body } = this;
    if (body !== null && body.bytes !== null && this.from === from && this.to === to) return body;
    this.from = from;
    this.to = to;
    this.body = make(this.queue.bytesOf(from, to));
    return this.body;
  }
  /** A tail of its own for a stretch of this one. */
  fork(from: number, to: number): Tail {
    const queue = new MessageQueue();
    queue.append(this.queue.bytesOf(from, to));
    return new Tail(0, 0, queue);
  }
}

/** Where a tail is begun or joined. */
export class Tails {
  private readonly begun: (Tail | undefined)[] = [];
  private next = 0;
  /** Number of the commit that is being filled: chunks of one commit can share a body. */
  commit = 1;

  /** A tail that holds the message first: one of another session, if there is such. It lies at the queue's head. */
  begin(d: Readonly<Delivery>): Tail {
    // a message without a number may be another one
    if (d.seq > 0)
      for (let i = 0; i < this.begun.length; i++) {
        const tail = this.begun[i];
        if (tail?.firstSeq === d.seq && isSame(tail.queue, tail.queue.head, d)) return tail;
      }
    const queue = new MessageQueue();
    queue.push(d);
    const tail = new Tail(d.seq, queue.tail, queue);
    this.begun[this.next] = tail;
    this.next = (this.next + 1) % MOST_BEGUN;
    return tail;
  }
  /** A commit is sealed: what was begun is let go of. */
  sealed(): void {
    this.commit++;
    this.begun.length = 0;
    this.next = 0;
  }
}

const entry = createEntry();

/** Whether the entry at a position (read into `entry`) is this message in this form. The row of the log tells the rest. */
function isSame(queue: MessageQueue, at: number, d: Readonly<Delivery>): boolean {
  if (d.seq === 0 || !queue.read(at, entry)) return false;
  if (entry.seq !== d.seq || entry.qos !== d.qos || entry.retain !== d.retain) return false;
  const { ids } = d;
  const { subscriptionIds } = entry;
  if (subscriptionIds.length !== (ids?.length ?? 0)) return false;
  for (let i = 0; i < subscriptionIds.length; i++) if (ids?.[i] !== subscriptionIds[i]) return false;
  return true;
}
