import type { Micros } from "../base/types.ts";
import type { Members } from "../feed/members.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { CommitLine } from "../ingest/commits.ts";
import type { News, PresenceTold, StoredPresence } from "../store/ports.ts";
import { presenceAfter } from "../store/presence.ts";
import { Told } from "../store/record.ts";
import type { Facts } from "./presence-facts.ts";

interface SharedPresenceNeeds {
  readonly directory: Pick<Directory, "deviceByUid" | "deviceByIndex">;
  readonly members: Members;
  readonly commits: Pick<CommitLine, "news" | "operation">;
  readonly facts: Facts;
  /** Whether a connection of the device is here. */
  readonly isHeld: (device: DeviceNode) => boolean;
  /** No number of the device is below. */
  readonly floorOf: (device: DeviceNode) => number;
  /** Wall clock. */
  readonly now: () => Micros;
}
type Changing = { -readonly [K in keyof PresenceTold]: PresenceTold[K] };

/** Devices of nodes that are gone of which one commit tells. */
const AT_ONCE = 5000;
/** Of connections that a server had which was alone: nobody's. */
const NO_HOLDER = 0;

/**
 * Presence among several nodes. A node tells by a row of the log for which devices it has connections; a device is connected while any
 * has one. All are told in one order and come to the same times and numbers, as does the store, which changes in the commit that tells: who
 * starts has all of it as of the row from which it follows the log. The one that has the duty tells for those that are gone.
 */
export class SharedPresence {
  /** Devices for which something may have changed since the last commit. */
  private changes = new Set<DeviceNode>();
  /** What this node has told that it has. */
  private readonly told = new Set<DeviceNode>();
  private op: Changing | null = null;
  /** Epochs of who has connections, by index; of connected devices alone. */
  private readonly holders = new Map<number, readonly number[]>();

  constructor(private readonly needs: SharedPresenceNeeds) {
    needs.members.onChange(() => this.settle());
  }
  private get epoch(): number {
    const { live, self } = this.needs.members;
    return live.get(self) ?? NO_HOLDER;
  }

  /** What the store has of a device. */
  load({ index }: DeviceNode, { connected, holders }: StoredPresence): void {
    if (connected) this.holders.set(index, holders ?? []);
  }
  /** The first connection of the device was opened here, or the last one has ended. */
  changed(device: DeviceNode, now: Micros): void {
    this.changes.add(device);
    if (this.op === null) {
      this.op = { op: "presence_told", holder: this.epoch, time: now, up: [], down: [] };
      this.needs.commits.operation(this.op);
    }
    this.op.time = now;
  }
  /** A commit is being sealed: what changed for good goes with it. */
  sealing(): void {
    const { op, changes } = this;
    if (op === null) return;
    this.op = null;
    this.changes = new Set();
    const [up, down]: [DeviceNode[], DeviceNode[]] = [[], []];
    for (const device of changes) {
      const isHeld = this.needs.isHeld(device);
      if (device.deleted || isHeld === this.told.has(device)) continue;
      this.told[isHeld ? "add" : "delete"](device);
      (isHeld ? up : down).push(device);
    }
    this.tell(op, up, down);
  }
  private tell(op: Changing, up: readonly DeviceNode[], down: readonly DeviceNode[]): void {
    const inOrder = (some: readonly DeviceNode[]): PresenceTold["up"] =>
      some
        .map((device) => ({ device: device.row.uid, floor: this.needs.floorOf(device) }))
        .sort((a, b) => a.device - b.device);
    Object.assign(op, { up: inOrder(up), down: inOrder(down) });
    const say = (what: number, some: PresenceTold["up"]): void => {
      if (some.length === 0) return;
      this.needs.commits.news(what, [op.holder, op.time, ...some.flatMap(({ device, floor }) => [device, floor])]);
    };
    say(Told.Up, op.up);
    say(Told.Down, op.down);
  }
  /** Devices are no more. */
  forget(devices: readonly DeviceNode[]): void {
    for (const device of devices) {
      this.holders.delete(device.index);
      this.told.delete(device);
    }
  }

  /** A row of the log tells something, of this node too. */
  heard({ node, what, numbers }: Pick<News, "node" | "what" | "numbers">): void {
    if (what !== Told.Up && what !== Told.Down) return;
    const [holder = NO_HOLDER, time = 0] = numbers;
    for (let i = 2; i < numbers.length; i += 2) {
      const [uid = 0, floor = 0] = numbers.slice(i, i + 2);
      const device = this.needs.directory.deviceByUid(uid);
      if (device) this.after(device, { holder, time, floor, isUp: what === Told.Up });
    }
    if (node === this.needs.members.self && holder !== this.epoch) this.settle();
  }
  private after(device: DeviceNode, news: { holder: number; time: Micros; floor: number; isUp: boolean }): void {
    const { facts } = this.needs;
    const { index, row } = device;
    const fact = facts.get(index);
    const before = fact.number === 0 ? null : { ...fact, device: row.uid, holders: this.holders.get(index) ?? [] };
    const after = presenceAfter(before, { device: row.uid, ...news });
    if (after === null || after === before) return;
    facts.put(index, after);
    if (after.connected) this.holders.set(index, after.holders ?? []);
    else this.holders.delete(index);
  }

  /**
   * Who came or went: the one that has the duty tells for those that are gone, and for nobody, whose connections a server had that was
   * alone. Call it when all is loaded, too. What is told twice changes nothing.
   */
  settle(): void {
    const { members, directory } = this.needs;
    if (!members.hasDuty) return;
    const live = new Set(members.live.values());
    const gone = new Map<number, DeviceNode[]>();
    let room = AT_ONCE; // the rest follows when these had their turn
    for (const [index, holders] of this.holders) {
      const device = directory.deviceByIndex(index);
      const dead = holders.length === 0 ? [NO_HOLDER] : holders.filter((holder) => !live.has(holder));
      if (device === undefined || dead.length === 0) continue;
      for (const holder of dead) {
        if (!gone.has(holder)) gone.set(holder, []);
        gone.get(holder)?.push(device);
      }
      if (--room === 0) break;
    }
    for (const [holder, devices] of gone) {
      const op: Changing = { op: "presence_told", holder, time: this.needs.now(), up: [], down: [] };
      this.needs.commits.operation(op);
      this.tell(op, [], devices);
    }
  }
}
