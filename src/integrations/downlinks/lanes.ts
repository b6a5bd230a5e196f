import { Bucket } from "../../base/bucket.ts";
import type { Micros } from "../../base/types.ts";
import type { Downlink } from "./types.ts";

/** Attempts at the same time, to all networks together. */
const MOST_AT_ONCE = 32;

/** The downlinks of a device that are open, and when its next one may go. */
export interface Lane {
  readonly device: number;
  /** Oldest first. */
  open: Downlink[];
  /** One of them is under way. */
  busy: boolean;
  /** Steady time before which the network is left alone. */
  notBefore: Micros;
  readonly bucket: Bucket;
}

interface LaneNeeds {
  /** Steady time. */
  now(): Micros;
  later(fn: () => void, ms: number): void;
  /** Does one attempt; what becomes of it is in the lane when it resolves. Never rejects. */
  work(lane: Lane, next: Downlink): Promise<void>;
  /** A device has nothing under way any more. */
  idle(lane: Lane): void;
  /** Downlinks a minute to one device. */
  readonly rate: number;
}

/**
 * Who goes next: the oldest queued downlink of each device, one at a time, no faster than the rate of a device and the rests after failures
 * allow, and not too many at once.
 */
export class Lanes {
  private readonly all = new Map<number, Lane>();
  private readonly waiting: Lane[] = [];
  private readonly woken = new Set<number>();
  private readonly working = new Set<Promise<void>>();
  private stopped = false;

  constructor(private readonly needs: LaneNeeds) {}

  /** That of a device; made when there is none. */
  of(device: number): Lane {
    const known = this.all.get(device);
    if (known !== undefined) return known;
    const bucket = new Bucket(this.needs.rate / 60, Math.max(1, this.needs.rate));
    const lane: Lane = { device, open: [], busy: false, notBefore: Number.NEGATIVE_INFINITY, bucket };
    this.all.set(device, lane);
    return lane;
  }
  find(device: number): Lane | undefined {
    return this.all.get(device);
  }
  lanes(): IterableIterator<Lane> {
    return this.all.values();
  }
  remove(device: number): void {
    this.all.delete(device);
  }

  /** Something may go now that could not before. */
  poke(lane: Lane): void {
    if (this.stopped || lane.busy || this.all.get(lane.device) !== lane) return;
    const next = lane.open.find(({ state }) => state === "queued");
    const now = this.needs.now();
    if (next === undefined) {
      if (lane.open.length === 0 && lane.bucket.isFull(now)) this.all.delete(lane.device);
      return;
    }
    const rest = Math.max(lane.notBefore - now, lane.bucket.wait(now));
    if (rest > 0) return this.wake(lane, rest);
    if (this.working.size >= MOST_AT_ONCE) return void this.waiting.push(lane);
    lane.bucket.take(1, now);
    lane.busy = true;
    const work = this.needs.work(lane, next).finally(() => {
      lane.busy = false;
      this.needs.idle(lane);
      this.working.delete(work);
      this.poke(lane);
      const another = this.waiting.shift();
      if (another !== undefined) this.poke(another);
    });
    this.working.add(work);
  }
  private wake(lane: Lane, rest: Micros): void {
    if (this.woken.has(lane.device)) return;
    this.woken.add(lane.device);
    this.needs.later(
      () => {
        this.woken.delete(lane.device);
        this.poke(lane);
      },
      Math.ceil(rest / 1000),
    );
  }

  /** Begins nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.working);
  }
}
