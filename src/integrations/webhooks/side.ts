import type { Item } from "./items.ts";

/** Events that wait in memory for an endpoint: so many, and so many bytes. */
const MOST = 1000;
const MOST_BYTES = 1024 * 1024;

/** Bounds what waits in memory of a webhook. */
export class Side {
  private count = 0;
  private bytes = 0;

  /** The same item, counted until it is over; null: there are too many. */
  take(item: Item): Item | null {
    if (this.count >= MOST || this.bytes + item.bytes > MOST_BYTES) return null;
    this.count++;
    this.bytes += item.bytes;
    return {
      seq: item.seq,
      device: item.device,
      bytes: item.bytes,
      isDue: () => item.isDue(),
      sent: (workspace) => item.sent(workspace),
      over: () => {
        this.count--;
        this.bytes -= item.bytes;
        item.over();
      },
    };
  }
}
