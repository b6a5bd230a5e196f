import type { Micros } from "../base/types.ts";
import type { PublishView } from "../codec/index.ts";
import {
  createRetained,
  type Retained,
  readRetained,
  retainedBytes,
  writeRemoval,
  writeRetained,
} from "../store/retained.ts";
import { Arena } from "../topic/arena.ts";
import { TopicTree, type TopicWalk } from "../topic/topic-tree.ts";
import { type Batch, type Publisher, ROW_NEW, ROW_RETAIN } from "./batch.ts";
import type { FreeTopic } from "./free-topic.ts";

/** Bounds of the retained messages of the instance. */
export interface RetainedLimits {
  readonly maxRetainedMessages: number;
  readonly maxRetainedBytes: number;
}

const START = 16;

/**
 * The retained messages on free topics, of committed publishes: one tree of topics for each workspace, the messages
 * packed in one arena; no objects of their own, for there may be a million.
 */
export class RetainedMessages {
  private readonly trees = new Map<number, TopicTree>();
  private readonly arena = new Arena((slot, handle) => {
    this.handle[slot] = handle;
  });
  /** By slot; slot 0 is not used. A free slot's handle is 0. */
  private handle = new Float64Array(START);
  /** Unix seconds; 0 = none. Of a free slot: the next free one. */
  private deadline = new Float64Array(START);
  /** Number of the log row that brought it; 0: it was there at the start. */
  private seq = new Float64Array(START);
  private workspace = new Float64Array(START);
  /** Workspaces that are gone. */
  private readonly gone = new Set<number>();
  private used = 1;
  private free = 0;
  private readonly reader = createRetained();
  /** Where `purge` goes on. */
  private purgeAt = 1;
  /** Messages there are. */
  count = 0;
  /** Messages and bytes that are on their way through a commit. */
  private claimedCount = 0;
  private claimedBytes = 0;

  /** Bytes of all messages, packed. */
  get bytes(): number {
    return this.arena.bytes;
  }
  /** The bytes in which `read` finds its parts, until the next change. */
  get buf(): Uint8Array {
    return this.arena.buf;
  }

  /** Takes over what the store recovered. */
  load(pieces: readonly Uint8Array[]): void {
    const r = createRetained();
    for (const piece of pieces)
      for (let at = 0; at < piece.length && readRetained(piece, at, r); at = r.next) {
        const topic = piece.subarray(r.topicStart, r.topicEnd);
        const slot = this.place(r.workspace, topic, r.next - at, r.deadline, 0);
        this.arena.buf.set(piece.subarray(at, r.next), this.arena.at);
        this.handle[slot] = this.handleTaken;
      }
  }
  private handleTaken = 0;
  /** Finds the slot of a topic, and room for its new message at arena.buf[arena.at, …). */
  private place(workspace: number, topic: Uint8Array, bytes: number, deadline: number, seq: number): number {
    const tree = this.treeOf(workspace);
    let slot = tree.get(topic);
    if (slot !== 0) this.arena.give(this.handle[slot] as number);
    else {
      slot = this.takeSlot();
      tree.set(topic, slot);
      this.count++;
    }
    this.deadline[slot] = deadline;
    this.seq[slot] = seq;
    this.workspace[slot] = workspace;
    this.handleTaken = this.arena.take(slot, bytes);
    return slot;
  }
  private treeOf(workspace: number): TopicTree {
    const known = this.trees.get(workspace);
    if (known) return known;
    const made = new TopicTree();
    this.trees.set(workspace, made);
    return made;
  }
  private takeSlot(): number {
    const slot = this.free;
    if (slot !== 0) {
      this.free = this.deadline[slot] as number;
      return slot;
    }
    if (this.used === this.handle.length) {
      const bigger = (old: Float64Array): Float64Array<ArrayBuffer> => {
        const next = new Float64Array(old.length * 2);
        next.set(old);
        return next;
      };
      this.handle = bigger(this.handle);
      this.deadline = bigger(this.deadline);
      this.seq = bigger(this.seq);
      this.workspace = bigger(this.workspace);
    }
    return this.used++;
  }

  /** The slot of a topic's message; 0: it has none. */
  slotOf(workspace: number, topic: Uint8Array): number {
    return this.trees.get(workspace)?.get(topic) ?? 0;
  }
  /**
   * The committed publish of log row `seq` set a topic's retained message [MQTT-3.3.1-5], or removed it: an empty payload
   * [MQTT-3.3.1-6] [MQTT-3.3.1-7]. src[from, payloadFrom) are its forwarded properties, up to `to` its payload.
   */
  put(
    workspace: number,
    topic: Uint8Array,
    publisher: Uint8Array,
    qos: number,
    deadline: number,
    seq: number,
    src: Uint8Array,
    from: number,
    payloadFrom: number,
    to: number,
  ): void {
    if (payloadFrom === to) {
      this.remove(workspace, topic);
      return;
    }
    const bytes = retainedBytes(topic.length, publisher.length, payloadFrom - from, to - payloadFrom);
    const slot = this.place(workspace, topic, bytes, deadline, seq);
    const { buf, at } = this.arena;
    writeRetained(buf, at, workspace, deadline, qos, topic, publisher, src, from, payloadFrom, to);
    this.handle[slot] = this.handleTaken;
  }
  private remove(workspace: number, topic: Uint8Array): void {
    const slot = this.trees.get(workspace)?.remove(topic) ?? 0;
    if (slot === 0) return;
    this.count--;
    const handle = this.handle[slot] as number;
    this.handle[slot] = 0;
    this.deadline[slot] = this.free;
    this.free = slot;
    this.arena.give(handle);
  }

  /** The messages whose topics match a filter, by their slots; null: none. */
  walk(workspace: number, filter: string): TopicWalk | null {
    return this.trees.get(workspace)?.walk(filter) ?? null;
  }
  /** Number of the log row that set the message; 0: it was there at the start. */
  seqOf(slot: number): number {
    return this.seq[slot] as number;
  }
  /** Reads a slot's message into `out`, offsets in `buf`. */
  read(slot: number, out: Retained): void {
    this.arena.find(this.handle[slot] as number);
    readRetained(this.arena.buf, this.arena.at, out);
  }

  /** A workspace is gone: `purge` removes its messages. */
  forget(workspace: number): void {
    if (this.trees.has(workspace)) this.gone.add(workspace);
  }
  /** The workspaces of messages that there are. */
  get workspaces(): MapIterator<number> {
    return this.trees.keys();
  }
  /**
   * Removes messages that have expired, and those of workspaces that are gone, of the next `most` slots (section 3.3.2.3.3).
   * @returns the removals for the store; null: nothing had expired
   */
  purge(now: Micros, most: number): Uint8Array | null {
    const gone: Uint8Array[] = [];
    const r = this.reader;
    for (let n = Math.min(most, this.used - 1); n > 0; n--) {
      const slot = this.purgeAt;
      this.purgeAt = slot + 1 < this.used ? slot + 1 : 1;
      const deadline = this.deadline[slot] as number;
      if (this.handle[slot] === 0) continue;
      if ((deadline === 0 || deadline * 1e6 > now) && !this.gone.has(this.workspace[slot] as number)) continue;
      this.read(slot, r);
      const topic = this.arena.buf.slice(r.topicStart, r.topicEnd);
      const packed = new Uint8Array(retainedBytes(topic.length, 0, 0, 0));
      writeRemoval(packed, 0, r.workspace, topic, deadline);
      gone.push(packed);
      this.remove(r.workspace, topic);
    }
    return gone.length > 0 ? Buffer.concat(gone) : null;
  }

  // quota

  /**
   * Whether the message that `view` is about to bring has room. Then it is claimed until `settle`, and the flags of its
   * row are returned; -1: there is no room.
   */
  claim(limits: RetainedLimits, topic: FreeTopic, publisher: Publisher, view: PublishView): number {
    const payload = view.payloadEnd - view.payloadStart;
    if (payload === 0) return ROW_RETAIN;
    const isNew = this.slotOf(topic.workspace, topic.bytes) === 0;
    if (isNew && this.count + this.claimedCount >= limits.maxRetainedMessages) return -1;
    const bytes = claimOf(topic, publisher, payload);
    if (this.bytes + this.claimedBytes + bytes > limits.maxRetainedBytes) return -1;
    if (isNew) this.claimedCount++;
    this.claimedBytes += bytes;
    return isNew ? ROW_RETAIN | ROW_NEW : ROW_RETAIN;
  }
  /** The row's message is about to be set, or its commit was given up: its claim ends. @param by 1: it begins, without being asked for */
  settle(batch: Batch, i: number, by = -1): void {
    const flags = batch.flags[i] as number; // a row's
    const payload = (batch.textEnd[i] as number) - (batch.textAt[i] as number);
    if ((flags & ROW_RETAIN) === 0 || payload === 0) return;
    if (flags & ROW_NEW) this.claimedCount += by;
    this.claimedBytes += by * claimOf(batch.topicOf(i), batch.senderOf(i), payload);
  }
}

/** Bytes that are claimed for a message, without its properties: about what it will take. */
function claimOf(topic: FreeTopic, publisher: Publisher, payload: number): number {
  return retainedBytes(topic.bytes.length, publisher.key.length, 0, payload);
}
