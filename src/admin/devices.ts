import { z } from "zod";
import { eachInTurns } from "../base/turns.ts";
import { renameDevice } from "../fleet/edit/devices.ts";
import { deviceNamed, productNamed } from "../fleet/named.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import { printValue } from "../measure/index.ts";
import type { StoredRefusal } from "../store/ports.ts";
import { checked } from "./checked.ts";
import { chosenDevices, oneNamed } from "./chosen.ts";
import { makeDevices } from "./device-range.ts";
import { describeDevice } from "./describe.ts";
import { type FieldInfo, fieldInfo } from "./products.ts";
import { remove } from "./remove.ts";
import { type Deleted, deletion } from "./shared.ts";
import type { DevicePresence, OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

/** Devices, by product and id or serial. */

export interface DeviceInfo {
  readonly product: string;
  readonly id: string;
  readonly name: string;
  readonly serial: string | null;
  readonly tags: readonly string[];
  /** Null when no server runs. */
  readonly presence: DevicePresence | null;
}
/** A field with its current value at one device; both are null without a value, or when no server runs. */
interface CurrentField extends FieldInfo {
  readonly value: string | null;
  /** µs */
  readonly time: number | null;
}
export interface DeviceDetails extends DeviceInfo {
  readonly workspace: string;
  readonly productName: string;
  readonly fields: readonly CurrentField[];
  /** The latest refused publishes, newest first. */
  readonly refusals: readonly StoredRefusal[];
}

const which = { product: values.named, device: values.named };
const schemas = {
  list: z.strictObject({
    product: values.named.optional(),
    tag: values.named.optional(),
    limit: z.number().int().min(1).max(1_000_000).default(100),
  }),
  show: z.strictObject({ ...which, refusals: z.number().int().min(0).max(10_000).default(10) }),
  one: z.strictObject(which),
  rename: z.strictObject({ ...which, id: values.named }),
  refusals: z.strictObject({ ...which, limit: z.number().int().min(1).max(10_000).default(100) }),
  create: z.strictObject({
    product: values.named,
    id: values.named,
    name: values.name.optional(),
    serial: values.serial.optional(),
    tags: values.tags.optional(),
    location: values.location.optional(),
  }),
  remove: z.strictObject({
    product: values.named.optional(),
    tag: values.named.optional(),
    pattern: values.named.optional(),
    device: values.named.optional(),
    dryRun: values.dry,
  }),
};

/** Managing devices. @throws Refusal unknown_product, unknown_device, invalid_request, already_exists, storage_unavailable */
export function deviceOperations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  const named = ({ product, device }: { product: string; device: string }) =>
    deviceNamed(productNamed(directory, product), device);
  const meant = ({ product, device }: { product: string; device: string }) =>
    oneNamed(productNamed(directory, product), device);
  return {
    deviceList: checked(schemas.list, async (wish) => listDevices(deps, wish)),
    deviceShow: checked(schemas.show, (wish) => showDevice(deps, named(wish), wish.refusals)),
    deviceDescribe: checked(schemas.one, async (wish) => describeDevice(directory, meant(wish))),
    deviceDelete: checked(schemas.one, async (wish) => {
      const target = () => ({ kind: "devices", nodes: [meant(wish)] }) as const;
      const found = target();
      await remove(deps, (decide) => fleet.edit(decide), found, { dryRun: false, again: target });
      return { product: wish.product, device: found.nodes[0]?.row.id ?? wish.device };
    }),
    deviceRename: checked(schemas.rename, ({ id, ...wish }) =>
      fleet.edit((draft) => {
        const node = named(wish);
        renameDevice(draft, node, id);
        return { product: wish.product, device: id, before: node.row.id };
      }),
    ),
    refusals: checked(schemas.refusals, ({ limit, ...wish }) =>
      deps.store.readRefusals(named(wish).row.uid, null, limit),
    ),
    deviceCreate: checked(schemas.create, ({ product, id, ...wish }) =>
      fleet.edit(async (draft) => {
        return { product, devices: await makeDevices(draft, productNamed(directory, product), id, wish) };
      }),
    ),
    devicesDelete: checked(schemas.remove, async ({ dryRun, ...wish }): Promise<Deleted> => {
      const nodes = await chosenDevices(deps, wish);
      const names = await eachInTurns(nodes, ({ row, product }) => `${product.row.slug}/${row.id}`);
      const what = nodes.length === 1 ? `Device ${names[0]}` : `${nodes.length} devices`;
      // what was counted goes, not what came to fit meanwhile
      const again = () => ({ kind: "devices", nodes: nodes.filter(({ deleted }) => !deleted) }) as const;
      const dry = dryRun || nodes.length === 0;
      const removal = await remove(deps, (decide) => fleet.edit(decide), again(), { dryRun: dry, again });
      return deletion(what, names, { ...removal, dryRun });
    }),
  };
}

function deviceInfo(deps: OperationsDeps, device: DeviceNode): DeviceInfo {
  const { id, name, serial, tags } = device.row;
  const presence = deps.presence?.(device) ?? null;
  return { product: device.product.row.slug, id, name, serial, tags, presence };
}

function listDevices(deps: OperationsDeps, { product, tag, limit }: z.output<typeof schemas.list>) {
  const { directory } = deps;
  const all = product ? productNamed(directory, product).devicesById.values() : directory.devices();
  const devices: DeviceInfo[] = [];
  let total = 0;
  for (const device of all) {
    if (tag !== undefined && !device.row.tags.includes(tag)) continue;
    if (total++ < limit) devices.push(deviceInfo(deps, device));
  }
  return { devices, total };
}

async function showDevice(deps: OperationsDeps, device: DeviceNode, most: number): Promise<DeviceDetails> {
  const { product } = device;
  const refusals = most > 0 ? await deps.store.readRefusals(device.row.uid, null, most) : [];
  return {
    ...deviceInfo(deps, device),
    workspace: product.workspace.slug,
    productName: product.row.name,
    fields: [...product.fields.values()].map((field): CurrentField => {
      const current = deps.current?.(device.row.uid, field.row.uid) ?? null;
      const value = current && printValue(field.row.type, current.value, product.row.boolText);
      return { ...fieldInfo(field.row), value, time: current?.time ?? null };
    }),
    refusals,
  };
}
