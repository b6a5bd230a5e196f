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

/** As many are remembered; then all are forgotten, for messages on more topics than this are told apart either way. */
const MOST = 32_768;
/** Topics with the same hash. */
const MOST_COLLIDING = 8;

/** From the bytes of a topic name to its one object, without making a string. */
export class FreeTopicCache {
  private entries = new Map<number, FreeTopic[]>();
  private size = 0;

  /** The topic buf[start, end) of a workspace. */
  of(workspace: number, buf: Uint8Array, start: number, end: number): FreeTopic {
    const h = hash(workspace, buf, start, end);
    const bucket = this.entries.get(h);
    if (bucket !== undefined)
      for (const one of bucket) if (one.workspace === workspace && sameBytes(one.bytes, buf, start, end)) return one;
    return this.add(h, { workspace, bytes: buf.slice(start, end), name: textAt(buf, start, end), route: null });
  }
  private add(h: number, topic: FreeTopic): FreeTopic {
    if (this.size >= MOST) {
      this.entries = new Map();
      this.size = 0;
    }
    const bucket = this.entries.get(h);
    if (bucket === undefined) this.entries.set(h, [topic]);
    else {
      bucket.push(topic);
      if (bucket.length > MOST_COLLIDING) {
        bucket.shift();
        return topic;
      }
    }
    this.size++;
    return topic;
  }
}

/** FNV-1a. Colliding names, which a client can make, cost little time: buckets are short. */
function hash(workspace: number, buf: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5 ^ workspace;
  for (let i = start; i < end; i++) h = Math.imul(h ^ (buf[i] as number), 0x01000193);
  return h >>> 0;
}
