import type { DeviceNode, ProductNode } from "../fleet/directory.ts";
import type { WorkspacePermission } from "../fleet/types.ts";
import { Bitset } from "./bitset.ts";
import { type FreeRights, spaceOf } from "./free.ts";
import { loses } from "./narrowing.ts";
import { coversDevice, devicesOf, type FilterShape, NO_RIGHTS, type Rights, reaches } from "./rights.ts";
import type { DeviceSets } from "./sets.ts";

const utf8 = new TextDecoder();

/**
 * Who acts: a user or an API user, with the rights of this moment. There is one object per account, shared by all its
 * connections and sessions; it stays the same while rights change. Only the Authority changes it.
 */
export class Principal {
  /** Devices that may be read, and recorded, by DeviceNode.index. The two objects stay, their content changes. */
  readonly view = new Bitset();
  readonly record = new Bitset();
  /** Grows whenever any right of this principal changed: what was decided at another epoch must be decided anew. */
  epoch = 0;
  private rights: Rights = NO_RIGHTS;

  /** @param key "u:<user uid>" or "a:<api user uid>" */
  constructor(
    readonly key: string,
    private readonly sets: DeviceSets,
    /** Number of the free topics that are its own; see OwnTopics. */
    readonly space: number | null = spaceOf(key),
  ) {}

  /** E-mail address or name of the API user; for people, never for comparing. */
  get name(): string {
    return this.rights.name;
  }
  /** Instance permission: settings, `$SYS`, all sessions. */
  get operate(): boolean {
    return this.rights.operate;
  }
  /** Whether MQTT may be used; false also once the account is gone. */
  get mqtt(): boolean {
    return this.rights.mqtt;
  }
  /** What is allowed on free topics; null: nothing, or the instance has none. Changes with `epoch`. */
  get free(): FreeRights | null {
    return this.rights.free;
  }
  /** uids of the workspaces that the account belongs to. */
  get workspaces(): MapIterator<number> {
    return this.rights.workspaces.keys();
  }
  inWorkspace(uid: number): boolean {
    return this.rights.workspaces.has(uid);
  }
  /** Whether the account holds a workspace permission. */
  may(workspace: number, permission: WorkspacePermission): boolean {
    return this.rights.workspaces.get(workspace)?.has(permission) ?? false;
  }
  /** Whether measurements of the device may be read at this moment. All that hands one out asks here. */
  mayView(device: DeviceNode): boolean {
    return this.view.has(device.index);
  }
  /** Whether a message on a free topic of this workspace may be delivered at this moment. All that delivers one asks here. */
  mayReceive(workspace: number, topic: string): boolean {
    return workspace === this.space || this.freeIn(workspace)?.mayReceive(topic) === true;
  }
  /** The same of a name in UTF-8, which is only read when the rights name topics. */
  mayReceiveName(workspace: number, buf: Uint8Array, start: number, end: number): boolean {
    const all = workspace === this.space || this.freeIn(workspace)?.all === true;
    return all || this.mayReceive(workspace, utf8.decode(buf.subarray(start, end)));
  }
  /** Whether what it published on a free topic of this workspace is still sent; what stands in its own space is. */
  mayPublishIn(workspace: number, topic: string): boolean {
    return workspace === this.space || this.freeIn(workspace)?.mayPublish(topic) === true;
  }
  private freeIn(workspace: number): FreeRights | null {
    return this.rights.free?.workspace === workspace ? this.rights.free : null;
  }
  mayRecord(device: DeviceNode): boolean {
    return this.record.has(device.index);
  }
  /** The device that this account may record for by name, when it may record for no other; null otherwise. */
  get ownDevice(): DeviceNode | null {
    let own: DeviceNode | null = null;
    for (const line of this.rights.lines) {
      if (!line.record) continue;
      if (line.scope !== "device" || (own !== null && own !== line.device)) return null;
      own = line.device;
    }
    return own;
  }
  /**
   * Whether the principal may know that the product exists: it may read or record something in it, or could if a
   * device came. Otherwise the product is unknown to it (section 7).
   */
  seesProduct(product: ProductNode): boolean {
    if (product.deleted) return false;
    const { workspace } = product.row;
    for (const line of this.rights.lines) {
      if (!line.view && !line.record) continue;
      if (line.scope === "workspace" && line.workspace === workspace) return true;
      if (line.scope === "product" && line.product === product) return true;
    }
    const own = this.sets.ofProduct(product.row.uid);
    return own !== undefined && (this.view.meets(own) || this.record.meets(own));
  }
  /**
   * Whether a topic under the filter could be readable now or later. Refused by the scope of rights, never by what
   * exists (section 7): a filter on a product that is not there is as good as one on another's.
   * @param filter literal level 2 and 3 of a filter on `dtck/`, null where a wildcard stands
   */
  couldEverView(filter: FilterShape): boolean {
    return this.rights.lines.some((line) => reaches(line, filter));
  }

  /**
   * For the Authority: takes new rights over.
   * @returns null when nothing changed; otherwise whether anything was lost
   */
  update(rights: Rights): { readonly narrowed: boolean } | null {
    const before = this.rights;
    const view = devicesOf(rights.lines, "view", this.sets);
    const record = devicesOf(rights.lines, "record", this.sets);
    const lost = !this.view.within(view) || !this.record.within(record) || loses(before, rights);
    const gained = !view.within(this.view) || !record.within(this.record) || loses(rights, before);
    this.rights = rights;
    this.view.become(view);
    this.record.become(record);
    if (!lost && !gained) return null;
    this.epoch++;
    return { narrowed: lost };
  }
  /** For the Authority: these devices went, with their product. Returns as `update`. */
  loses(devices: Bitset): { readonly narrowed: boolean } | null {
    const lost = this.view.without(devices);
    if (!this.record.without(devices) && !lost) return null;
    this.epoch++;
    return { narrowed: true };
  }
  /** For the Authority: one device came, changed its tags or went. Returns as `update`. */
  updateDevice(device: DeviceNode): { readonly narrowed: boolean } | null {
    let view = false;
    let record = false;
    if (!device.deleted) {
      for (const line of this.rights.lines) {
        if ((view || !line.view) && (record || !line.record)) continue;
        if (!coversDevice(line, device)) continue;
        view ||= line.view;
        record ||= line.record;
      }
    }
    const hadView = this.view.has(device.index);
    const hadRecord = this.record.has(device.index);
    if (view === hadView && record === hadRecord) return null;
    this.view.put(device.index, view);
    this.record.put(device.index, record);
    this.epoch++;
    return { narrowed: (hadView && !view) || (hadRecord && !record) };
  }
}
