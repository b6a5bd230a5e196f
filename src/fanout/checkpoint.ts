import { createDelivery } from "../session/delivery.ts";
import { createEntry, MessageQueue } from "../session/queue.ts";
import { SLOT_ACKED, SLOT_ASSIGNED, SLOT_RECEIVED, SLOT_SENT, Window } from "../session/window.ts";
import type { Seq } from "../store/ports.ts";
import type { TakenRow } from "../store/record.ts";
import type { Outlet } from "./outlet.ts";
import type { ShareGroup } from "./share.ts";
import { deliveryOf } from "./sharing.ts";

/**
 * What of a session must survive a restart and is in no row of its own: the queue in memory, the window, and the
 * packet identifiers of incoming QoS 2 publishes. The log rows after its floor are replayed on top of it.
 */
interface Header {
  readonly nextId: number;
  /** state, offset of the entry from the queue's head */
  readonly slots: readonly (readonly [state: number, offset: number])[];
  readonly sendOffset: number;
  readonly acked: Seq;
  readonly passed: Seq;
  readonly received: readonly number[];
  /** See Outlet.doubtSeq; absent in states of older versions. */
  readonly doubt?: Seq;
  /** uid of the token that the session's last connection logged in with; 0: without one. */
  readonly token: number;
  /** Messages of shared subscriptions taken so far, and those of them in flight. Absent in states of older versions. */
  readonly takes?: number;
  readonly taken?: readonly (readonly [packetId: number, group: number, seq: Seq, qos: 1 | 2, form: number])[];
}
const utf8 = new TextEncoder();
const text = new TextDecoder();

/** u32 length of a JSON header, the header, then the queue's entries. */
export function packState(outlet: Outlet, received: ReadonlySet<number>, token: number): Uint8Array {
  const { window, queue } = outlet;
  const head = queue?.head ?? 0;
  const slots: [number, number][] = [];
  for (let i = 0; i < window.count; i++) {
    const state = window.stateAt(i) === SLOT_ASSIGNED ? SLOT_SENT : window.stateAt(i);
    slots.push([state, window.positionAt(i) - head]);
  }
  const header: Header = {
    nextId: window.nextId,
    slots,
    sendOffset: Math.max(0, outlet.sendAt - head),
    acked: outlet.ackedSeq,
    passed: outlet.passedSeq,
    received: [...received],
    doubt: outlet.doubtSeq,
    token,
    takes: outlet.sharing?.takes ?? 0,
    taken: [...(outlet.sharing?.taken ?? [])].map(([id, { group, seq, qos, form }]) => [
      id,
      group?.stored ?? 0,
      seq,
      qos,
      form,
    ]),
  };
  return join(header, queue?.bytesFrom(head) ?? new Uint8Array(0));
}
function join(header: object, entries: Uint8Array): Uint8Array {
  const json = utf8.encode(JSON.stringify(header));
  const packed = new Uint8Array(4 + json.length + entries.length);
  new DataView(packed.buffer).setUint32(0, json.length, true);
  packed.set(json, 4);
  packed.set(entries, 4 + json.length);
  return packed;
}

function part(packed: Uint8Array): { header: unknown; entries: Uint8Array } {
  const length = new DataView(packed.buffer, packed.byteOffset, packed.length).getUint32(0, true);
  return { header: JSON.parse(text.decode(packed.subarray(4, 4 + length))), entries: packed.subarray(4 + length) };
}

/**
 * Restores what `packState` wrote; returns the identifiers of incoming QoS 2 publishes and the token.
 * @param groupOf the shared subscription with a stored number
 */
export function unpackState(
  outlet: Outlet,
  packed: Uint8Array,
  groupOf: (stored: number) => ShareGroup | undefined = () => undefined,
): { received: Set<number>; token: number } {
  const parts = part(packed);
  // written by packState; the record's checksum and SQLite's guard it
  const header = parts.header as Header;
  const queue = new MessageQueue();
  queue.append(parts.entries);
  const window = new Window(header.nextId);
  for (const [state, offset] of header.slots) window.push(queue.head + offset, state);
  outlet.queue = queue;
  outlet.window = window;
  outlet.sendAt = queue.head + header.sendOffset;
  outlet.ackedSeq = header.acked;
  outlet.passedSeq = header.passed;
  outlet.doubtSeq = header.doubt ?? 0;
  if (header.takes) outlet.share().takes = header.takes;
  for (const [id, stored, seq, qos, form] of header.taken ?? [])
    outlet.share().taken.set(id, { group: groupOf(stored) ?? null, seq, qos, form });
  return { received: new Set(header.received), token: header.token };
}

/**
 * The state of a shared subscription, like `packState`. It includes what sessions that are not stored have in flight at
 * QoS 1, since these end with the server.
 */
export function packGroup(group: ShareGroup): Uint8Array {
  const queue = new MessageQueue();
  for (const { seq, form, outlet, at } of inFlight(group)) {
    if (!outlet.queue?.read(at, entry)) continue;
    queue.push(deliveryOf(delivery, entry, form, seq));
  }
  if (group.queue !== null) queue.append(group.queue.bytesFrom(group.queue.head));
  return join({ takes: group.takes }, queue.bytesFrom(queue.head));
}
function inFlight(group: ShareGroup): { seq: Seq; form: number; outlet: Outlet; at: number }[] {
  const found: { seq: Seq; form: number; outlet: Outlet; at: number }[] = [];
  for (const outlet of group.out) {
    const before = found.length;
    for (const [id, one] of outlet.sharing?.taken ?? []) {
      const slot = outlet.window.find(id);
      if (one.group === group && one.qos === 1 && slot >= 0)
        found.push({ seq: one.seq, form: one.form, outlet, at: outlet.window.positionAt(slot) });
    }
    if (found.length === before) group.forget(outlet);
  }
  return found.sort((a, b) => a.seq - b.seq);
}
/** Restores what `packGroup` wrote. */
export function unpackGroup(group: ShareGroup, packed: Uint8Array): void {
  const { header, entries } = part(packed);
  // written by packGroup
  group.takes = (header as { readonly takes: number }).takes;
  group.queue = new MessageQueue();
  group.queue.append(entries);
}

const entry = createEntry();
const delivery = createDelivery();

/** Identifiers further ahead than this lie behind: they run round. */
const AHEAD = 32_768;

/**
 * Log replay: the delivery of `seq` was given this packet identifier (it may have been sent). The row may be older than
 * the checkpoint, and the message may be gone with its subscription: then the client may still hold the identifier of a
 * QoS 2 delivery, and a PUBREL frees it.
 */
export function replayAssigned(outlet: Outlet, id: number, seq: Seq): void {
  const { window } = outlet;
  if (window.find(id) >= 0) return;
  const ahead = (id - nextOf(window) + 65535) % 65535;
  if (seq > 0 ? seq <= outlet.passedSeq : ahead >= AHEAD) return;
  outlet.backlog.bringUpTo(seq);
  outlet.queue ??= new MessageQueue();
  const at = find(outlet.queue, outlet.sendAt, seq);
  // the identifiers between, and the messages between, are done with: what is in flight is told in the log
  for (let i = 0; i < ahead; i++) window.push(outlet.sendAt, SLOT_ACKED);
  if (at.to > outlet.sendAt) outlet.skipTo(at.to);
  window.push(outlet.sendAt, at.found ? SLOT_SENT : SLOT_RECEIVED);
  outlet.passedSeq = Math.max(outlet.passedSeq, seq);
  if (at.found) outlet.sendAt = entry.next;
  outlet.release();
}
/**
 * Log replay: what waited up to `seq` was dropped (id 0), or was sent at QoS 1, the last with this identifier and each
 * before it with the one before. A row that is older than the checkpoint finds nothing that waits.
 */
export function replayPassed(outlet: Outlet, seq: Seq, id: number): void {
  outlet.backlog.bringUpTo(seq);
  const { queue, window } = outlet;
  if (queue === null) return;
  const some: number[] = [];
  let [count, to] = [0, outlet.sendAt];
  for (let at = to; queue.read(at, entry) && entry.seq <= seq; at = entry.next) {
    some.push(at);
    if (entry.seq === 0) continue; // what has no seq goes with the next that has one
    [count, to] = [some.length, entry.next];
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
function find(queue: MessageQueue, from: number, seq: Seq): { found: boolean; to: number } {
  let to = from;
  while (queue.read(to, entry)) {
    if (entry.seq === seq) return { found: true, to };
    if (seq > 0 && entry.seq > seq) return { found: false, to };
    to = entry.next;
  }
  return { found: false, to: seq > 0 ? to : from };
}
/**
 * Log replay: the session took a message from a shared subscription, which had sent all of its own before and was given
 * this packet identifier. What stands in the queue behind `sendAt` came later, or was done with.
 */
export function replayTaken(outlet: Outlet, row: Readonly<TakenRow>, group: ShareGroup | undefined): void {
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
  queue.read(outlet.sendAt, entry);
  outlet.sendAt = entry.next;
  // nothing of QoS 0 is taken over
  sharing.taken.set(id, { group: group ?? null, seq: row.seq, qos: entry.qos as 1 | 2, form: row.form });
  outlet.release();
}
function nextOf(window: Window): number {
  return window.packetId(window.count);
}
/** Log replay: PUBREC was received. */
export function replayReceived(outlet: Outlet, id: number): void {
  const slot = outlet.window.find(id);
  if (slot >= 0 && outlet.window.stateAt(slot) !== SLOT_ACKED) outlet.window.setState(slot, SLOT_RECEIVED);
}
/** Log replay: PUBCOMP was received. */
export function replayDone(outlet: Outlet, id: number): void {
  outlet.acknowledge(id);
}
/** Log replay: every delivery up to `seq` was acknowledged. */
export function replayAcked(outlet: Outlet, seq: Seq): void {
  const { queue, window } = outlet;
  outlet.ackedSeq = Math.max(outlet.ackedSeq, seq);
  if (queue === null) return;
  let to = queue.head;
  // what has no seq goes with the next that has one
  for (let at = to; queue.read(at, entry) && entry.seq <= seq; at = entry.next) if (entry.seq > 0) to = entry.next;
  // what came from a shared subscription is told of by itself
  for (let i = 0; i < window.count && window.positionAt(i) < to; i++)
    if (!outlet.sharing?.taken.has(window.packetId(i))) window.setState(i, SLOT_ACKED);
  outlet.release();
  if (outlet.sendAt < to) outlet.skipTo(to);
}
