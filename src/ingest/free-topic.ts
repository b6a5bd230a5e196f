import { textAt } from "../codec/index.ts";
import { sameBytes } from "./target.ts";

/** A free topic of a workspace, as one object for as long as it is in use: what is found out about it is found once. */
export interface FreeTopic {
  readonly workspace: number;
  readonly bytes: Uint8Array;
  readonly name: string;
  /** Where the fan-out keeps who gets it. */
  route: unknown;
}

/** Topics of a generation. */
const MOST = 65_536;
/** Bytes of their names, which are there twice; a name may have 65,535. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Topics with the same hash in a generation. */
const MOST_COLLIDING = 8;

/**
 * From the bytes of a topic name to its one object, without making a string. Two generations: when the young one is full it
 * becomes the old one, and what is still in use comes over from there; the rest is forgotten.
 */
export class FreeTopicCache {
  private young = new Map<number, FreeTopic[]>();
  private old = new Map<number, FreeTopic[]>();
  private size = 0;
  private bytes = 0;

  /** @param most topics of a generation */
  constructor(private readonly most = MOST) {}

  /** The topic buf[start, end) of a workspace. */
  of(workspace: number, buf: Uint8Array, start: number, end: number): FreeTopic {
    const h = hash(workspace, buf, start, end);
    const known = find(this.young.get(h), workspace, buf, start, end);
    if (known !== null) return known;
    const before = find(this.old.get(h), workspace, buf, start, end);
    return this.add(
      h,
      before ?? { workspace, bytes: buf.slice(start, end), name: textAt(buf, start, end), route: null },
    );
  }
  private add(h: number, topic: FreeTopic): FreeTopic {
    this.bytes += topic.bytes.length;
    if (this.size >= this.most || this.bytes > MOST_BYTES) {
      this.old = this.young;
      this.young = new Map();
      this.size = 0;
      this.bytes = topic.bytes.length;
    }
    this.size++;
    const bucket = this.young.get(h);
    if (bucket === undefined) this.young.set(h, [topic]);
    else {
      bucket.push(topic);
      if (bucket.length > MOST_COLLIDING) bucket.shift();
    }
    return topic;
  }
}

function find(
  bucket: readonly FreeTopic[] | undefined,
  workspace: number,
  buf: Uint8Array,
  start: number,
  end: number,
): FreeTopic | null {
  if (bucket === undefined) return null;
  for (const one of bucket) if (one.workspace === workspace && sameBytes(one.bytes, buf, start, end)) return one;
  return null;
}

/** FNV-1a. Colliding names, which a client can make, cost little time: buckets are short. */
function hash(workspace: number, buf: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5 ^ workspace;
  for (let i = start; i < end; i++) h = Math.imul(h ^ (buf[i] as number), 0x01000193);
  return h >>> 0;
}
