import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Webhook } from "../../fleet/types.ts";
import type { Item } from "./items.ts";

/** Items that go together, tried so many times. */
export interface Request {
  readonly items: readonly Item[];
  tries: number;
  /** It is not tried again before this, µs of the steady clock. */
  notBefore: Micros;
}
/** A request of before a restart: rows from `first` to `last` of the feed. */
export interface Head {
  readonly first: number;
  readonly last: number;
  readonly tries: number;
}
interface Entry {
  readonly item: Item;
  /** When it came, µs of the steady clock. */
  readonly at: Micros;
  request: Request | null;
  isFlying: boolean;
}

/** Bytes of the events of one request, about; more events go with the next one. */
const MOST_BYTES = 512 * 1024;
/** Entries that are looked at for one whose device is not busy. */
const WINDOW = 256;

/** What a webhook is to send, in order, and how it is put together. */
export class Queue {
  private entries: Entry[] = [];
  private head: Head | null = null;

  constructor(private shape: Pick<Webhook, "batchMax" | "batchWait">) {}

  get size(): number {
    return this.entries.length;
  }
  reshape(shape: Pick<Webhook, "batchMax" | "batchWait">): void {
    this.shape = shape;
    this.head = null;
    for (const entry of this.entries) if (!entry.isFlying) entry.request = null;
  }
  /** The rows of this request come first, and make the same request again. */
  expect(head: Head): void {
    this.head = head;
  }
  /** How far the request is that is tried next, for a restart; null: it was not tried yet. */
  tried(): Head | null {
    const request = this.entries.find((entry) => (entry.request?.tries ?? 0) > 0)?.request;
    const seqs = request?.items.flatMap(({ seq }) => (seq === null ? [] : [seq])) ?? [];
    const [first] = seqs;
    const last = seqs.at(-1);
    return request === null || request === undefined || first === undefined || last === undefined
      ? null
      : { first, last, tries: request.tries };
  }
  add(items: readonly Item[], at: Micros): void {
    for (const item of items) this.entries.push({ item, at, request: null, isFlying: false });
  }

  /**
   * The next request; when to look again (µs of the steady clock), for there may come more, or one waits; null: there is none.
   * @param isProbe whether the endpoint takes anything is not known: then one that was tried least says more
   */
  next(now: Micros, isProbe = false): Request | Micros | null {
    return this.shape.batchMax === 1 ? this.single(now, isProbe) : this.batch(now);
  }
  /** The first whose device has nothing on its way and nothing before it. */
  private single(now: Micros, isProbe: boolean): Request | Micros | null {
    const busy = new Set<DeviceNode>();
    let best: Entry | null = null;
    let soonest: Micros | null = null;
    for (const entry of this.entries.slice(0, WINDOW)) {
      const { device } = entry.item;
      const { tries = 0, notBefore = 0 } = entry.request ?? {};
      if (!entry.isFlying && (device === null || !busy.has(device))) {
        if (notBefore > now) soonest = Math.min(soonest ?? notBefore, notBefore);
        else if (best === null || tries < (best.request?.tries ?? 0)) best = entry;
        if (best !== null && !isProbe) break;
      }
      if (device !== null) busy.add(device);
    }
    return best === null ? soonest : this.take([best]);
  }
  private batch(now: Micros): Request | Micros | null {
    const [oldest] = this.entries;
    if (oldest === undefined) return null;
    if (oldest.request !== null && oldest.request.notBefore > now) return oldest.request.notBefore;
    if (oldest.request !== null) return this.take(this.entries.filter(({ request }) => request === oldest.request));
    const { head } = this;
    const isFeed = oldest.item.seq !== null;
    const together: Entry[] = [];
    let bytes = 0;
    for (const entry of this.entries) {
      const { seq } = entry.item;
      // a batch has rows of the feed, or other events
      if ((seq !== null) !== isFeed || together.length === this.shape.batchMax || bytes > MOST_BYTES) break;
      if (head !== null && seq !== null && seq > head.last) break;
      together.push(entry);
      bytes += entry.item.bytes;
    }
    const isAll = head !== null && this.entries.some(({ item }) => (item.seq ?? 0) > head.last);
    const isFull = together.length === this.shape.batchMax || bytes > MOST_BYTES || isAll;
    const due = oldest.at + this.shape.batchWait * 1_000_000;
    return isFull || now >= due ? this.take(together) : due;
  }
  private take(entries: readonly Entry[]): Request {
    const known = entries[0]?.request ?? null;
    const request = known ?? { items: entries.map(({ item }) => item), tries: this.triedBefore(entries), notBefore: 0 };
    for (const entry of entries) {
      entry.request = request;
      entry.isFlying = true;
    }
    return request;
  }
  private triedBefore(entries: readonly Entry[]): number {
    const { head } = this;
    if (head === null || entries[0]?.item.seq !== head.first) return 0;
    this.head = null;
    return head.tries;
  }

  /** It is tried again. @param notBefore µs of the steady clock */
  back(request: Request, notBefore: Micros = 0): void {
    request.notBefore = notBefore;
    for (const entry of this.entries) if (entry.request === request) entry.isFlying = false;
  }
  /** It was told, or given up. */
  over(request: Request): void {
    this.entries = this.entries.filter((entry) => entry.request !== request);
    for (const item of request.items) item.over();
  }
  /** Nothing of it is to be sent any more. */
  drop(): void {
    const { entries } = this;
    this.entries = [];
    for (const { item } of entries) item.over();
  }
}
