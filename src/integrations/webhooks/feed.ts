import type { FeedHandler } from "../../feed/consumer.ts";
import type { SeriesNames } from "../../feed/log-rows.ts";
import type { OpenConsumer } from "../../feed/needs.ts";
import type { Cursor } from "../../feed/row.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import { specOf } from "../../measure/types.ts";
import type { Seq } from "../../store/ports.ts";
import { Measurement } from "./items.ts";

/** What the measurements of a webhook need. */
interface FeedHost {
  readonly hook: number;
  readonly names: SeriesNames;
  /** Whether it is to hear of this one at this moment. */
  wants(device: DeviceNode, field: FieldNode): boolean;
  add(items: readonly Measurement[]): void;
  /** Rows were left out: it was too far behind. */
  gap(from: Seq, to: Seq): void;
}

/**
 * The measurements for a webhook, out of the feed: some at a time, the rest waits in the log. A row counts as handled when it and all before
 * it were told, given up, or are none of the webhook's.
 */
export class HookFeed implements FeedHandler {
  private consumer: OpenConsumer | null = null;
  private outstanding: Measurement[] = [];
  private readTo: Seq = 0;
  /** Asks for more; null: that was done. */
  private more: (() => void) | null = null;

  /** @param most items that are out at the same time; one piece of the feed more */
  constructor(
    private readonly host: FeedHost,
    private readonly most: () => number,
  ) {}
  /** What its consumer is, once it is open. */
  opened(consumer: OpenConsumer): void {
    this.consumer = consumer;
  }
  close(): void {
    this.consumer?.close();
    this.consumer = null;
    this.more = null;
  }

  rows(rows: Cursor, done: () => void): void {
    const { names, hook } = this.host;
    const items: Measurement[] = [];
    let last = this.readTo;
    while (rows.next()) {
      last = rows.seq;
      if (!rows.isPublished) continue;
      const device = names.device(rows.series);
      const field = names.field(rows.series);
      if (!device || !field || !this.host.wants(device, field)) continue;
      const value = rows.value(specOf(field.row.type).form);
      items.push(new Measurement(hook, rows.seq, device, field, value, rows.time, this.isOver));
    }
    this.readTo = last;
    this.outstanding.push(...items);
    this.more = done;
    if (items.length > 0) this.host.add(items);
    this.isOver();
  }
  gap(from: Seq, to: Seq, done: () => void): void {
    this.readTo = Math.max(this.readTo, to);
    this.host.gap(from, to);
    done();
    this.isOver();
  }

  /** Something may have been handled. */
  private readonly isOver = (): void => {
    const left = this.outstanding.findIndex((one) => !one.isOver);
    if (left !== 0) this.outstanding = left < 0 ? [] : this.outstanding.slice(left);
    const [first] = this.outstanding;
    this.consumer?.handled(first === undefined ? this.readTo : first.seq - 1);
    if (this.outstanding.length >= this.most()) return;
    const { more } = this;
    this.more = null;
    more?.();
  };
}
