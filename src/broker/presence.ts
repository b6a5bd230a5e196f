import type { Principal } from "../auth/principal.ts";
import type { Micros } from "../base/types.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { StoredPresence, StoreOp } from "../store/ports.ts";
import { type Connected, Facts } from "./presence-facts.ts";
import type { SharedPresence } from "./shared-presence.ts";

/** Whose connection it is. */
interface Client {
  readonly principal: Principal;
  readonly clientId: string;
}
/** A connection, as far as presence tells them apart. */
type Holder = object;
type Changing = { -readonly [K in keyof StoredPresence]: StoredPresence[K] };

/**
 * The device whose own client a session is; null: it is nobody's. It is so by its token, when the account may record for
 * one device alone and has that right by name; otherwise by its client identifier, when that is the id or the serial of
 * exactly one device that the account may record for.
 */
export function deviceOf(directory: Directory, principal: Principal, clientId: string): DeviceNode | null {
  const own = principal.ownDevice;
  if (own !== null) return own;
  const [only, ...more] = directory.devicesNamed(clientId).filter((device) => principal.mayRecord(device));
  return only !== undefined && more.length === 0 ? only : null;
}

/**
 * Which devices are connected. A device is while any of its own sessions has an open connection. Changes are numbered
 * and written with the next commit; told is only what is durable, so that no number is ever told twice for different
 * news, whatever crashes.
 */
export class Presence {
  private readonly holding = new Map<Holder, DeviceNode>();
  /** How many connections each connected device has. */
  private readonly open = new Map<DeviceNode, number>();
  private readonly durable = new Facts();
  /** Among several nodes: what is held here is news, and the log says what becomes of it; null: it is alone. */
  private among: SharedPresence | null = null;
  /** Changes in the batch that is being filled, and in the one that is being committed; by device index. */
  private pending = new Map<number, Changing>();
  private readonly inFlight = new Map<number, Changing>();

  /**
   * @param write puts an operation into the next commit
   * @param floorOf no number of a device is below: those before it had its id
   */
  constructor(
    private readonly directory: Directory,
    private readonly write: (op: StoreOp) => void,
    private readonly floorOf: (device: DeviceNode) => number = () => 0,
  ) {
    directory.onChange((changes) => {
      this.forget(changes.flatMap((c) => (c.kind === "device" && c.op === "delete" ? [c.node] : [])));
    });
  }

  /** It is one of several nodes from now on: nothing was loaded yet, and nobody has a connection. */
  join(make: (facts: Facts, isHeld: (device: DeviceNode) => boolean) => SharedPresence): SharedPresence {
    this.among = make(this.durable, (device) => this.open.has(device));
    return this.among;
  }
  /**
   * What the store recovered. Who was connected when the server ended is not any more; among several nodes others may have what is
   * connected. @param now µs
   */
  load(rows: readonly StoredPresence[], now: Micros): void {
    const orphans: number[] = [];
    for (const row of rows) {
      const device = this.directory.deviceByUid(row.device);
      if (!device) {
        orphans.push(row.device);
        continue;
      }
      this.durable.put(device.index, row);
      this.among?.load(device, row);
      if (!row.connected || this.among !== null) continue;
      this.change(device, false, now);
      // true at once, and the same again should this never be written
      this.durable.put(device.index, this.newest(device));
    }
    if (orphans.length > 0) this.write({ op: "presence_delete", devices: orphans });
  }

  /** The state of a device, as far as it is durable. */
  of(device: DeviceNode): Connected {
    const fact = this.durable.get(device.index);
    const floor = this.floorOf(device);
    return floor > fact.number ? { ...fact, number: floor } : fact;
  }

  /** A connection belongs to this session from now on, whose account or rights may have changed. @param now µs */
  belongs(connection: Holder, { principal, clientId }: Client, now: Micros): void {
    this.hold(connection, deviceOf(this.directory, principal, clientId), now);
  }
  /** A connection takes the place of another, which ends: the device stays connected in between. */
  takesOver(connection: Holder, older: Holder, now: Micros): void {
    const device = this.holding.get(older);
    if (device) this.hold(connection, device, now);
  }
  /** A connection has ended. */
  ended(connection: Holder, now: Micros): void {
    this.hold(connection, null, now);
  }
  /** Which device is there by a connection, or by somebody who speaks for it; null: none any more. */
  hold(connection: Holder, device: DeviceNode | null, now: Micros): void {
    const before = this.holding.get(connection) ?? null;
    if (before === device) return;
    if (device === null) this.holding.delete(connection);
    else {
      this.holding.set(connection, device);
      const others = this.open.get(device) ?? 0;
      this.open.set(device, others + 1);
      if (others === 0) this.change(device, true, now);
    }
    if (before === null) return;
    const left = (this.open.get(before) ?? 0) - 1;
    if (left > 0) this.open.set(before, left);
    else if (this.open.delete(before)) this.change(before, false, now);
  }
  private forget(devices: readonly DeviceNode[]): void {
    const held = new Set(devices.filter((device) => this.open.delete(device)));
    for (const [connection, device] of held.size > 0 ? this.holding : [])
      if (held.has(device)) this.holding.delete(connection);
    this.among?.forget(devices);
    const stored = devices.filter((device) => this.newest(device).number > 0); // the others never connected
    for (const { index } of stored) {
      this.pending.delete(index);
      this.inFlight.delete(index);
    }
    if (stored.length > 0) this.write({ op: "presence_delete", devices: stored.map(({ row }) => row.uid) });
  }

  private newest(device: DeviceNode): Connected {
    return this.pending.get(device.index) ?? this.inFlight.get(device.index) ?? this.of(device);
  }
  /** However often a device comes and goes between two commits, one row of it is written. */
  private change(device: DeviceNode, connected: boolean, now: Micros): void {
    if (this.among !== null) return this.among.changed(device, now);
    const { connectedAt, disconnectedAt, number } = this.newest(device);
    const next: Changing = {
      device: device.row.uid,
      connected,
      connectedAt: connected ? now : connectedAt,
      disconnectedAt: connected ? disconnectedAt : now,
      number: number + 1,
    };
    const waiting = this.pending.get(device.index);
    if (waiting) {
      Object.assign(waiting, next);
      return;
    }
    this.pending.set(device.index, next);
    this.write({ op: "presence_put", presence: next });
  }

  // commits

  /** The batch that was being filled is committed now. */
  sealing(): void {
    this.among?.sealing();
    if (this.pending.size === 0) return;
    for (const [index, change] of this.pending) this.inFlight.set(index, change);
    this.pending = new Map();
  }
  /** It is durable. One that was given up is told when a later one is, with which its operations ride. */
  committed(): void {
    if (this.inFlight.size === 0) return;
    for (const [index, change] of this.inFlight) this.durable.put(index, change);
    this.inFlight.clear();
  }
}
