import { createEntry, MessageQueue } from "../session/queue.ts";
import { SLOT_ACKED, SLOT_RECEIVED, SLOT_SENT, type Window } from "../session/window.ts";
import type { Seq } from "../store/ports.ts";
import type { TakenRow } from "../store/record.ts";
import type { Outlet } from "./outlet.ts";
import type { ShareGroup } from "./share.ts";

/** Identifiers further ahead than this lie behind: they run round. */
const AHEAD = 32_768;

/** What the log tells of sessions behind their checkpoints, done once more at a start: each method is a kind of its rows. */
export class LogReplay {
  /** Reused for every entry that is read. */
  private readonly entry = createEntry();

  /**
   * The delivery of `seq` was given this packet identifier (it may have been sent). The row may be older than
   * the checkpoint, and the message may be gone with its subscription: then the client may still hold the identifier of a
   * QoS 2 delivery, and a PUBREL frees it.
   */
  assigned(outlet: Outlet, id: number, seq: Seq): void {
    const { window } = outlet;
    if (window.find(id) >= 0) return;
    const ahead = (id - nextOf(window) + 65535) % 65535;
    if (seq > 0 ? seq <= outlet.passedSeq : ahead >= AHEAD) return;
    outlet.backlog.bringUpTo(seq);
    outlet.queue ??= new MessageQueue();
    const at = this.find(outlet.queue, outlet.sendAt, seq);
    // the identifiers between, and the messages between, are done with: what is in flight is told in the log
    for (let i = 0; i < ahead; i++) window.push(outlet.sendAt, SLOT_ACKED);
    if (at.to > outlet.sendAt) outlet.skipTo(at.to);
    window.push(outlet.sendAt, at.found ? SLOT_SENT : SLOT_RECEIVED);
    outlet.passedSeq = Math.max(outlet.passedSeq, seq);
    if (at.found) outlet.sendAt = this.entry.next;
    outlet.release();
  }
  /**
   * What waited up to `seq` was dropped (id 0), or was sent at QoS 1, the last with this identifier and each
   * before it with the one before. A row that is older than the checkpoint finds nothing that waits.
   */
  passed(outlet: Outlet, seq: Seq, id: number): void {
    outlet.backlog.bringUpTo(seq);
    const { queue, window } = outlet;
    if (queue === null) return;
    const some: number[] = [];
    let [count, to] = [0, outlet.sendAt];
    for (let at = to; queue.read(at, this.entry) && this.entry.seq <= seq; at = this.entry.next) {
      some.push(at);
      if (this.entry.seq === 0) continue; // what has no seq goes with the next that has one
      [count, to] = [some.length, this.entry.next];
    }
    if (count === 0) return;
    if (id === 0) return outlet.skipTo(to);
    const ids = 1 + ((id - nextOf(window) + 65535) % 65535);
    if (ids > AHEAD) return;
    for (let i = count; i < ids; i++) window.push(outlet.sendAt, SLOT_ACKED);
    for (const at of some.slice(Math.max(0, count - ids), count)) window.push(at, SLOT_SENT);
    outlet.sendAt = to;
    outlet.passedSeq = Math.max(outlet.passedSeq, seq);
    outlet.release();
  }
  /** The entry of `seq` from a position on (read into `entry`), or where it would stand. */
  private find(queue: MessageQueue, from: number, seq: Seq): { found: boolean; to: number } {
    let to = from;
    while (queue.read(to, this.entry)) {
      if (this.entry.seq === seq) return { found: true, to };
      if (seq > 0 && this.entry.seq > seq) return { found: false, to };
      to = this.entry.next;
    }
    return { found: false, to: seq > 0 ? to : from };
  }
  /**
   * The session took a message from a shared subscription, which had sent all of its own before and was given
   * this packet identifier. What stands in the queue behind `sendAt` came later, or was done with.
   */
  taken(outlet: Outlet, row: Readonly<TakenRow>, group: ShareGroup | undefined): void {
    const sharing = outlet.share();
    if (row.takes <= sharing.takes) return;
    sharing.takes = row.takes;
    const { window } = outlet;
    outlet.queue ??= new MessageQueue();
    const { queue } = outlet;
    outlet.sendAt = Math.max(outlet.sendAt, queue.head);
    const ahead = (row.packetId - nextOf(window) + 65535) % 65535;
    for (let i = 0; i < ahead; i++) window.push(outlet.sendAt, SLOT_ACKED);
    const id = window.push(outlet.sendAt, SLOT_SENT);
    queue.insert(outlet.sendAt, row.entry);
    queue.read(outlet.sendAt, this.entry);
    outlet.sendAt = this.entry.next;
    // nothing of QoS 0 is taken over
    const { seq, form, group: from } = row;
    sharing.taken.set(id, { group: group ?? null, from, seq, qos: this.entry.qos as 1 | 2, form });
    outlet.release();
  }
  /** PUBREC was received. */
  received(outlet: Outlet, id: number): void {
    const slot = outlet.window.find(id);
    if (slot >= 0 && outlet.window.stateAt(slot) !== SLOT_ACKED) outlet.window.setState(slot, SLOT_RECEIVED);
  }
  /** PUBCOMP was received. */
  done(outlet: Outlet, id: number): void {
    outlet.acknowledge(id);
  }
  /** Every delivery up to `seq` was acknowledged. */
  acked(outlet: Outlet, seq: Seq): void {
    const { queue, window } = outlet;
    outlet.ackedSeq = Math.max(outlet.ackedSeq, seq);
    if (queue === null) return;
    let to = queue.head;
    // what has no seq goes with the next that has one
    for (let at = to; queue.read(at, this.entry) && this.entry.seq <= seq; at = this.entry.next)
      if (this.entry.seq > 0) to = this.entry.next;
    // what came from a shared subscription is told of by itself
    for (let i = 0; i < window.count && window.positionAt(i) < to; i++)
      if (!outlet.sharing?.taken.has(window.packetId(i))) window.setState(i, SLOT_ACKED);
    outlet.release();
    if (outlet.sendAt < to) outlet.skipTo(to);
  }
}
function nextOf(window: Window): number {
  return window.packetId(window.count);
}
