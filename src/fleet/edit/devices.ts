import { type BadRow, BadValues, Refusal } from "../../base/errors.ts";
import { Turns } from "../../base/turns.ts";
import type { DeviceNode, ProductNode } from "../nodes.ts";
import type { Draughtsman } from "../plan-draft.ts";
import { isDeviceId, RULE } from "../rules.ts";
import type { Device } from "../types.ts";
import { newUuid } from "../uuids.ts";
import { type Changes, patched, sameRow } from "./patch.ts";

/** Edits of devices, for FleetService.edit. */

export interface DeviceWish extends Changes<Pick<Device, "location" | "metadata" | "onlineTimeout">> {
  /** A random UUID when absent. */
  readonly id?: string | undefined;
  /** The id when absent. */
  readonly name?: string | undefined;
  readonly serial?: string | null | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** @returns the id. @throws BadValues already_exists */
export function createDevice(draft: Draughtsman, product: ProductNode, wish: DeviceWish): string {
  const row = newDevice(draft, product, wish);
  const problem = new Addresses(product).problem(row);
  if (problem) throw new BadValues("already_exists", [problem]);
  draft.drafts.push({ kind: "device", op: "put", row });
  return row.id;
}

/**
 * All or none.
 * @param wishes null: a row that is bad already
 * @param bad what is wrong with those
 * @returns the ids, in order
 * @throws Refusal with every bad row
 */
export async function createDevices(
  draft: Draughtsman,
  product: ProductNode,
  wishes: readonly (DeviceWish | null)[],
  bad: readonly BadRow[] = [],
): Promise<string[]> {
  const turns = new Turns();
  const addresses = new Addresses(product);
  const all: BadRow[] = [...bad];
  const rows: Device[] = [];
  for (const [row, wish] of wishes.entries()) {
    if (turns.due) await turns.next();
    if (wish === null) continue;
    const device = newDevice(draft, product, wish);
    const problem = addresses.problem(device);
    if (problem) all.push({ row, field: problem.path, code: "already_exists", message: problem.message });
    addresses.add(device);
    rows.push(device);
  }
  if (all.length > 0) throw badRows(all, wishes.length);
  for (const row of rows) draft.drafts.push({ kind: "device", op: "put", row });
  return rows.map(({ id }) => id);
}

function badRows(bad: BadRow[], of: number): Refusal {
  bad.sort((a, b) => a.row - b.row);
  const clash = bad.every(({ code }) => code === "already_exists");
  const rows = new Set(bad.map(({ row }) => row)).size;
  const text = `${rows} of ${of} rows cannot be taken. Nothing was created.`;
  return new Refusal(clash ? "already_exists" : "invalid_request", text, bad);
}

/** Changes what may change of a device but its id, for which there is renameDevice. @throws BadValues already_exists */
export function changeDevice(draft: Draughtsman, { row, product }: DeviceNode, changes: Changes<Device>): void {
  const tags = changes.tags ? [...new Set(changes.tags)] : undefined;
  const next = patched(row, { ...changes, tags });
  if (sameRow(next, row)) return;
  const problem = new Addresses(product, row).problem(next);
  if (problem) throw new BadValues("already_exists", [problem]);
  draft.drafts.push({ kind: "device", op: "put", row: next });
}

/**
 * Gives a device another id. Its measurements, rights, tags and log are the device's and stay with it; topics bear the new id
 * from now on. A name that was only the id follows it.
 * @throws BadValues invalid_request, already_exists
 */
export function renameDevice(draft: Draughtsman, { row, product }: DeviceNode, id: string): void {
  if (id === row.id) return;
  if (!isDeviceId(id)) throw new BadValues("invalid_request", [{ path: "id", message: `allowed is ${RULE.deviceId}` }]);
  const next: Device = { ...row, id, name: row.name === row.id ? id : row.name };
  const problem = new Addresses(product, row).problem(next);
  if (problem) throw new BadValues("already_exists", [problem]);
  draft.drafts.push({ kind: "device", op: "put", row: next });
}

function newDevice(draft: Draughtsman, product: ProductNode, wish: DeviceWish): Device {
  const { id = newUuid(draft.supplies.random), name = id, serial = null, tags = [], ...more } = wish;
  return patched<Device>({ uid: 0, product: product.row.uid, id, name, serial, tags: [...new Set(tags)] }, more);
}

/** Ids and serials of a product: every one of them leads to one device. */
class Addresses {
  private readonly added = new Set<string>();

  /** @param own a row of the product that is about to be replaced */
  constructor(
    private readonly product: ProductNode,
    private readonly own: Device | null = null,
  ) {}

  add({ id, serial }: Device): void {
    this.added.add(id);
    if (serial !== null) this.added.add(serial);
  }
  /** What is wrong with a device's id or serial; null: nothing. */
  problem({ id, serial }: Device): { path: string; message: string } | null {
    if (this.taken(id)) return { path: "id", message: `"${id}" is the id or serial of another device already.` };
    if (serial !== null && this.taken(serial))
      return { path: "serial", message: `"${serial}" is the id or serial of another device already.` };
    return null;
  }
  private taken(address: string): boolean {
    if (this.added.has(address)) return true;
    // an id may be another's serial, so both are looked for
    const [byId, bySerial] = [this.product.devicesById.get(address), this.product.devicesBySerial.get(address)];
    return [byId, bySerial].some((node) => node !== undefined && node.row.uid !== this.own?.uid);
  }
}
