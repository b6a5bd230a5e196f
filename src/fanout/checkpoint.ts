import { createEntry, MessageQueue } from "../session/queue.ts";
import { SLOT_ACKED, SLOT_ASSIGNED, SLOT_RECEIVED, SLOT_SENT, Window } from "../session/window.ts";
import type { Seq } from "../store/ports.ts";
import type { Outlet } from "./outlet.ts";

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
  /** uid of the token that the session's last connection logged in with; 0: without one. */
  readonly token: number;
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
    token,
  };
  const json = utf8.encode(JSON.stringify(header));
  const entries = queue?.bytesFrom(head) ?? new Uint8Array(0);
  const packed = new Uint8Array(4 + json.length + entries.length);
  new DataView(packed.buffer).setUint32(0, json.length, true);
  packed.set(json, 4);
  packed.set(entries, 4 + json.length);
  return packed;
}

/** Restores what `packState` wrote; returns the identifiers of incoming QoS 2 publishes and the token. */
export function unpackState(outlet: Outlet, packed: Uint8Array): { received: Set<number>; token: number } {
  const length = new DataView(packed.buffer, packed.byteOffset, packed.length).getUint32(0, true);
  // written by packState; the record's checksum and SQLite's guard it
  const header = JSON.parse(text.decode(packed.subarray(4, 4 + length))) as Header;
  const queue = new MessageQueue();
  queue.append(packed.subarray(4 + length));
  const window = new Window(header.nextId);
  for (const [state, offset] of header.slots) window.push(queue.head + offset, state);
  outlet.queue = queue;
  outlet.window = window;
  outlet.sendAt = queue.head + header.sendOffset;
  outlet.ackedSeq = header.acked;
  outlet.passedSeq = header.passed;
  return { received: new Set(header.received), token: header.token };
}

const entry = createEntry();

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
  for (let i = 0; i < window.count && window.positionAt(i) < to; i++) window.setState(i, SLOT_ACKED);
  outlet.release();
  if (outlet.sendAt < to) outlet.skipTo(to);
}
