/** What the rows of a log record may be, and what is said of them; record.ts has their bytes. */

/** Kinds, in the low four bits of a row's tag. */
export const Kind = {
  /** varint series, zigzag varint Δtime, [varint deadline s], u8 scale, zigzag varint mantissa */
  Decimal: 1,
  /** … f64 */
  Double: 2,
  False: 3,
  True: 4,
  /** … f64 lat, f64 lng */
  Geo: 5,
  /** … varint length, UTF-8 */
  Text: 6,
  /**
   * varint session or group, varint seq, varint packet id: what waited up to that message, and was not in flight, is dealt
   * with. Packet id 0: it was dropped, for the queue was full. Otherwise it was sent at QoS 1, each message with the next
   * identifier, the last with this one. Of a group there is no packet id, but the first message that was dropped; 0: the
   * oldest that waits.
   */
  Passed: 7,
  /** varint session, varint packet id: an incoming QoS 2 publish was received with the rows before it */
  In2Received: 8,
  /** varint session, varint packet id */
  In2Released: 9,
  /** varint session, varint packet id, varint seq: the packet id was given to the delivery of that measurement */
  OutAssigned: 10,
  /** varint session, varint packet id */
  OutReceived: 11,
  /** varint session, varint packet id */
  OutDone: 12,
  /** varint session, varint seq: everything delivered up to it was acknowledged */
  Acked: 13,
  /**
   * A message on a free topic: varint workspace, varint session of its publisher (0: not stored), u8 QoS | retain << 2,
   * varint deadline s (0: none), varint lengths of topic, forwarded v5 properties and payload, and their bytes
   */
  Message: 14,
  /**
   * varint session, its takes, group, the group's takes, seq, packet id, form, length; bytes: a member took the message
   * `seq` from its shared subscription. Session 0: one that is not stored; then the rest is 0 and empty.
   */
  Taken: 15,
  /**
   * What nodes tell one another, 0 in the tag: varint what (Told), varint length, bytes. Whoever does not know what it is passes it
   * over.
   */
  Note: 16,
} as const;
/** What rows of the kind Note tell. */
export const Told = {
  /** A series came to be: varint id, device, field, by uid. */
  Series: 1,
  /** A client logged in: two numbers, the digest of its session's key. */
  Login: 2,
  /** The fleet or its accounts changed: bytes. */
  Fleet: 3,
  /** A node takes part from here on: its number, its epoch. */
  NodeUp: 4,
  /** It takes part no more; nothing of that epoch follows: its number, its epoch. */
  NodeGone: 5,
  /** A client logs in whose stored session another node may have: two numbers, the digest of its key, 1 when it begins anew, and the row that asked first (0: this one). */
  Wanted: 6,
  /** A stored session belongs to a node from here on: its id, the node, the digest of its key. */
  Owner: 7,
  /**
   * Devices have connections at a node, and none any more: its epoch, the time (µs), and of each its uid and what its next number is above.
   */
  Up: 8,
  Down: 9,
  /** Who is in a shared subscription at a node: bytes (packShare). */
  Share: 10,
  /** The node has told all of its shared subscriptions to the one that asked: its number. */
  Counted: 11,
  /** A stored session is over: its id, the digest of its key. */
  Ended: 12,
  /**
   * The node that tells it takes the stored sessions of another one over, which takes part no more or gives them away: whose, who gets them,
   * and which share: those whose id modulo the third number is the fourth.
   */
  Adopted: 20,
  /** A node asks all to tell their shared subscriptions. */
  Recount: 60,
  /** Messages of a shared subscription go from one node's part to another's: bytes (packHanded). */
  Handed: 61,
  /** A node is to let its clients go: its number, its epoch. */
  Drain: 80,
} as const;
/** Those that say something else than numbers. */
export const TOLD_IN_BYTES: ReadonlySet<number> = new Set([Told.Fleet, Told.Share, Told.Handed]);
/** In the bits of a message: it was published with RETAIN. */
export const MESSAGE_RETAIN = 4;
/** The row became current and was (or is to be) published on dtck/…. */
export const TAG_PUBLISHED = 0x10;
/** A message-expiry deadline (Unix seconds) follows the time. */
export const TAG_DEADLINE = 0x20;
/** The time was given by the publisher, otherwise it is the arrival stamp; and, however new it is, the value is never current. */
export const [TAG_EXPLICIT, TAG_HISTORICAL] = [0x40, 0x80] as const;

/** Of a proposal: published, should the log's order decide otherwise than its node about whether the row becomes current. */
export const TAG_OTHERWISE = 0x100;
/**
 * Of a proposal: its node knew that the time is not the newest. Explicit: the row did not become current as far as it knew. A
 * stamp: it goes around stamps that lie ahead of the clock.
 */
export const TAG_LATE = 0x200;
/** The row is a proposal; a reader says so of each row of such a record. */
export const TAG_PROPOSED = 0x400;

/** What a row of the kind Taken says. */
export interface TakenRow {
  /** Stored session that took the message; 0: it is not stored. */
  session: number;
  /** How many messages the session and the group had given and taken with this one: what a checkpoint knows already. */
  takes: number;
  /** Stored number of the group. */
  group: number;
  groupTakes: number;
  /** Sequence number of the message. */
  seq: number;
  /** Packet identifier that it was given. */
  packetId: number;
  /** How it lay in the group's queue: QoS, and 4 for RETAIN. */
  form: number;
  /** As it lies in the session's queue. */
  entry: Uint8Array;
}

export function createTaken(): TakenRow {
  const entry = new Uint8Array(0);
  return { session: 0, takes: 0, group: 0, groupTakes: 0, seq: 0, packetId: 0, form: 0, entry };
}
