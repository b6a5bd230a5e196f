import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { WebhookEvent } from "../../fleet/types.ts";
import { printTime } from "../../measure/time.ts";
import type { JournalRow } from "../../store/ports.ts";
import type { Item } from "./items.ts";

/** Events that wait for an endpoint beside the feed: so many, and so many characters. */
export const MOST_WAITING = 1000;
const MOST_CHARS = 1024 * 1024;

/** An event that is not in the feed, as it is kept until it is told. */
export interface SideEvent {
  /** The same whenever it is sent. */
  readonly id: string;
  readonly type: WebhookEvent;
  readonly time: Micros;
  /** Its uid; null: it is of no device alone. */
  readonly device: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}
interface Waiting {
  readonly event: SideEvent;
  readonly chars: number;
}
interface Keeping {
  /** It is to be in the next commit. */
  put(row: JournalRow): void;
  remove(key: number): void;
  device(uid: number): DeviceNode | undefined;
}

/** The events beside the feed that one webhook is to be told of: bounded, and kept until they are over. */
export class Side {
  private readonly waiting = new Map<number, Waiting>();
  private chars = 0;
  private next = 1;

  constructor(private readonly keeping: Keeping) {}

  /** Those of before a restart. @param rows oldest first */
  load(rows: readonly JournalRow[]): void {
    for (const { key, body } of rows) this.note(key, JSON.parse(body) as SideEvent, body.length); // as `take` wrote it
  }
  /** One more; null: there are too many. */
  take(event: SideEvent): Item | null {
    const body = JSON.stringify(event);
    if (this.waiting.size >= MOST_WAITING || this.chars + body.length > MOST_CHARS) return null;
    const key = this.next;
    this.note(key, event, body.length);
    this.keeping.put({ key, time: event.time, body });
    return this.item(key, event, body.length);
  }
  /** All that wait, oldest first, for a hook that begins. @param isWanted of others nobody needs to be told any more */
  items(isWanted: (event: SideEvent) => boolean): Item[] {
    const items: Item[] = [];
    for (const [key, { event, chars }] of this.waiting) {
      const item = isWanted(event) ? this.item(key, event, chars) : null;
      if (item === null) this.over(key);
      else items.push(item);
    }
    return items;
  }
  /** Nobody is to be told of any. */
  clear(): void {
    for (const key of this.waiting.keys()) this.over(key);
  }

  private note(key: number, event: SideEvent, chars: number): void {
    this.waiting.set(key, { event, chars });
    this.chars += chars;
    this.next = Math.max(this.next, key + 1);
  }
  /** Null: its device is gone. */
  private item(key: number, { id, type, time, device: uid, data }: SideEvent, bytes: number): Item | null {
    const device = uid === null ? null : this.keeping.device(uid);
    if (device === undefined) return null;
    return {
      seq: null,
      device,
      bytes,
      isDue: () => this.waiting.has(key) && (device === null || !device.deleted),
      sent: (workspace) => ({ id, type, timestamp: printTime(time), workspace, data }),
      over: () => this.over(key),
    };
  }
  private over(key: number): void {
    const known = this.waiting.get(key);
    if (known === undefined) return;
    this.waiting.delete(key);
    this.chars -= known.chars;
    this.keeping.remove(key);
  }
}
