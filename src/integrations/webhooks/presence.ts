import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Sent } from "../../fleet/webhooks.ts";
import { printTime } from "../../measure/time.ts";
import type { JournalRow } from "../../store/ports.ts";
import { deviceOf, type Item } from "./items.ts";

/** What news of devices that come and go need. */
interface PresenceHost {
  readonly hook: number;
  /** Devices that the webhook wants to hear of, as far as its filter goes. */
  devices(): Iterable<DeviceNode>;
  isOnline(device: DeviceNode): boolean;
  /** When it was heard last, µs; null: never. */
  heard(device: DeviceNode): Micros | null;
  /** Whether it is to hear of this news at all. */
  wants(isOnline: boolean): boolean;
  now(): Micros;
  add(items: readonly Item[]): void;
  /** To be kept, with the next commit. */
  keep(row: JournalRow): void;
}
/** What the endpoint was told of a device last. */
interface Told {
  readonly isOnline: boolean;
  /** Grows with each. */
  readonly number: number;
}

/** Devices that are looked at in one go, and news that are out at the same time. */
const AT_ONCE = 5000;
const MOST_OUT = 256;
/** The key under which it is kept that the beginning was looked at: no device has it. */
const BEGUN = 0;

/**
 * News of devices that come online and go offline. What the endpoint was told of each is kept, and what is true is compared with that; so
 * nothing is missed over a restart, and an endpoint that was away hears of the last state, not of each change.
 */
export class HookPresence {
  private readonly told = new Map<number, Told>();
  private readonly out = new Set<number>();
  private hasBegun = false;
  private sweep: Iterator<DeviceNode> | null = null;

  constructor(private readonly host: PresenceHost) {}

  /** What was kept before a restart. */
  load(rows: readonly JournalRow[]): void {
    for (const { key, body } of rows) {
      if (key === BEGUN) this.hasBegun = true;
      const [online, number] = body.split(" ");
      if (key !== BEGUN) this.told.set(key, { isOnline: online === "1", number: Number(number) });
    }
  }

  /** Devices that are gone. */
  forget(devices: readonly number[]): void {
    for (const uid of devices) this.told.delete(uid);
  }
  /** About once a second. */
  tick(): void {
    this.sweep ??= this.host.devices()[Symbol.iterator]();
    const items: Item[] = [];
    for (let i = 0; i < AT_ONCE && this.out.size < MOST_OUT; i++) {
      const next = this.sweep.next();
      if (next.done === true) {
        this.sweep = null;
        break;
      }
      const item = this.newsOf(next.value);
      if (item !== null) items.push(item);
    }
    if (items.length > 0) this.host.add(items);
  }
  /** At its very beginning: who is online then is no news. */
  begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    for (const device of this.host.devices()) if (this.host.isOnline(device)) this.keep(device, true, 0);
    this.host.keep({ key: BEGUN, time: this.host.now(), body: "" });
  }
  private newsOf(device: DeviceNode): Item | null {
    const { uid } = device.row;
    const isOnline = this.host.isOnline(device);
    const told = this.told.get(uid);
    if (this.out.has(uid) || isOnline === (told?.isOnline ?? false)) return null;
    if (!this.host.wants(isOnline)) {
      this.keep(device, isOnline, (told?.number ?? 0) + 1);
      return null;
    }
    this.out.add(uid);
    return this.item(device, isOnline, (told?.number ?? 0) + 1);
  }
  private item(device: DeviceNode, isOnline: boolean, number: number): Item {
    const { host } = this;
    let wasTried = false;
    return {
      seq: null,
      device,
      bytes: 300,
      isDue: () => !device.deleted && host.isOnline(device) === isOnline,
      sent: (workspace): Sent => {
        wasTried = true;
        return {
          id: `${host.hook}-d${device.row.uid}-${number}`,
          type: isOnline ? "device_online" : "device_offline",
          timestamp: printTime(host.now()),
          workspace,
          data: { device: deviceOf(device), online: isOnline, last_heard: timeOf(host.heard(device)) },
        };
      },
      over: () => {
        this.out.delete(device.row.uid);
        // also of a try that seemed to fail: the endpoint may have heard it
        if (wasTried && !device.deleted) this.keep(device, isOnline, number);
      },
    };
  }
  private keep({ row: { uid } }: DeviceNode, isOnline: boolean, number: number): void {
    this.told.set(uid, { isOnline, number });
    this.host.keep({ key: uid, time: this.host.now(), body: `${isOnline ? 1 : 0} ${number}` });
  }
}

function timeOf(at: Micros | null): string | null {
  return at === null ? null : printTime(at);
}
