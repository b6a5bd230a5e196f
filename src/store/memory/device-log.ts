import type { DeviceLogOp, EventQuery, StoredEvent, StoredPresence, StoredRefusal, StoredSeen } from "../ports.ts";
import { presenceAfter } from "../presence.ts";

/** Refusals kept for each device, and for each principal where no device is known. */
const REFUSALS_KEPT = 200;

/** What is noted of devices and their clients. */
export class MemoryDeviceLog {
  /** Oldest first. */
  private refusals: StoredRefusal[] = [];
  private events: StoredEvent[] = [];
  private nextEvent = 1;
  readonly presence = new Map<number, StoredPresence>();
  seenFloor = 0;
  /** By product and id, as they came. */
  private readonly numbers = new Map<string, StoredSeen>();

  apply(op: DeviceLogOp): void {
    switch (op.op) {
      case "refusals_put":
        this.refusals.push(...op.rows);
        this.trimRefusals();
        return;
      case "events_put":
        for (const row of op.rows) this.events.push({ id: this.nextEvent++, ...row });
        this.events = this.events.filter(({ time }) => time >= op.before).slice(-op.most);
        return;
      case "presence_put":
        // as it is at this moment
        this.presence.set(op.presence.device, { ...op.presence });
        return;
      case "presence_told": {
        const { holder, time } = op;
        for (const [list, isUp] of [[op.up, true] as const, [op.down, false] as const])
          for (const { device, floor } of list) {
            const before = this.presence.get(device) ?? null;
            const after = presenceAfter(before, { device, holder, time, floor, isUp });
            if (after !== null) this.presence.set(device, after);
          }
        return;
      }
      case "presence_delete":
        for (const device of op.devices) this.presence.delete(device);
        return;
      case "seen_floor":
        this.seenFloor = Math.max(this.seenFloor, op.seq);
        return;
      case "seen_put":
        for (const row of op.rows) this.numbers.set(`${row.product} ${row.device}`, row);
        return;
      case "seen_drop":
        for (const [key, { product }] of this.numbers) if (op.products.includes(product)) this.numbers.delete(key);
        return;
      default:
        op satisfies never;
    }
  }
  gone(): StoredSeen[] {
    return [...this.numbers.values()];
  }
  private trimRefusals(): void {
    const kept = new Map<string, number>();
    const newest = this.refusals.toReversed().filter(({ device, principal }) => {
      const key = device > 0 ? `${device}` : `of ${principal}`;
      const n = (kept.get(key) ?? 0) + 1;
      kept.set(key, n);
      return n <= REFUSALS_KEPT;
    });
    this.refusals = newest.reverse();
  }
  /** See DeviceLogStore.readRefusals. */
  readRefusals(device: number | null, principal: string | null, limit: number): StoredRefusal[] {
    return this.refusals
      .toReversed()
      .filter((r) => (device === null || r.device === device) && (principal === null || r.principal === principal))
      .slice(0, limit);
  }
  /** See DeviceLogStore.readEvents. */
  readEvents({ visible, principal, device, kind, since, before, limit }: EventQuery): StoredEvent[] {
    const is = <T>(wanted: T | undefined, value: T): boolean => wanted === undefined || wanted === value;
    return this.events
      .toReversed()
      .filter((e) => visible === null || e.principal === visible.principal || visible.workspaces.includes(e.workspace))
      .filter((e) => is(principal, e.principal) && is(device, e.device) && is(kind, e.kind))
      .filter((e) => (since === undefined || e.time >= since) && (before === undefined || e.id < before))
      .slice(0, limit);
  }
}
