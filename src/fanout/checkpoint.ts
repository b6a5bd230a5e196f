import { createDelivery } from "../session/delivery.ts";
import { createEntry, MessageQueue } from "../session/queue.ts";
import { SLOT_ASSIGNED, SLOT_SENT, Window } from "../session/window.ts";
import type { Seq } from "../store/ports.ts";
import type { Outlet } from "./outlet.ts";
import type { ShareGroup } from "./share.ts";
import type { Part } from "./share-part.ts";
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
    taken: [...(outlet.sharing?.taken ?? [])].map(([id, { group, from, seq, qos, form }]) => [
      id,
      group?.stored ?? from ?? 0,
      seq,
      qos,
      form,
    ]),
  };
  return join(header, queue?.bytesFrom(head) ?? new Uint8Array(0));
}
export function join(header: object, entries: Uint8Array): Uint8Array {
  const json = utf8.encode(JSON.stringify(header));
  const packed = new Uint8Array(4 + json.length + entries.length);
  new DataView(packed.buffer).setUint32(0, json.length, true);
  packed.set(json, 4);
  packed.set(entries, 4 + json.length);
  return packed;
}

export function part(packed: Uint8Array): { header: unknown; entries: Uint8Array } {
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
    outlet.share().taken.set(id, { group: groupOf(stored) ?? null, from: stored, seq, qos, form });
  return { received: new Set(header.received), token: header.token };
}

/**
 * The state of a shared subscription, like `packState`. It includes what sessions that are not stored have in flight at
 * QoS 1, since these end with the server.
 */
export function packGroup(group: ShareGroup): Uint8Array {
  const queue = new MessageQueue();
  const entry = createEntry();
  const delivery = createDelivery();
  for (const { seq, form, outlet, at } of inFlight(group)) {
    if (!outlet.queue?.read(at, entry)) continue;
    queue.push(deliveryOf(delivery, entry, form, seq));
  }
  if (group.queue !== null) queue.append(group.queue.bytesFrom(group.queue.head));
  const { takes, handed, epoch, among } = group;
  const parts = among === null ? {} : { handed, epoch, parts: among.partsOf(group) };
  return join({ takes, ...parts }, queue.bytesFrom(queue.head));
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
/** What else the state of a node's part says, as of its floor. */
export interface PartState {
  /** Whose it is. */
  readonly epoch: number;
  readonly parts: readonly Part[];
}
/** Restores what `packGroup` wrote. Returns what it says of parts; null: it was all there was. */
export function unpackGroup(group: ShareGroup, packed: Uint8Array): PartState | null {
  const { header, entries } = part(packed);
  // written by packGroup
  const { takes, handed = 0, ...of } = header as { takes: number; handed?: Seq } & Partial<PartState>;
  group.takes = takes;
  group.handed = handed;
  group.queue = new MessageQueue();
  group.queue.append(entries);
  return of.epoch === undefined || of.parts === undefined ? null : { epoch: of.epoch, parts: of.parts };
}
