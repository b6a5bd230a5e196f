import { z } from "zod";
import type { Clock } from "../base/types.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode, FieldNode, ProductNode } from "../fleet/nodes.ts";
import type { Network, Workspace } from "../fleet/types.ts";
import { productsUsing } from "../fleet/edit/networks.ts";
import type { Passes } from "../integrations/inbound/passes.ts";
import { devEuiOf } from "../networks/bytes.ts";
import { sampleBody, uplinksOf } from "../networks/samples.ts";
import type { Asker } from "./actor.ts";
import { findDevice } from "./find.ts";
import { productOf } from "./network-test.ts";
import * as values from "./values.ts";

/** A sample of what a network sends, to be tried as it is or changed before. */

export const sampleQuery = z.strictObject({
  product: values.slug.optional(),
  device: values.deviceId
    .optional()
    .meta({ description: "Whose uplink it is; without it that of the first one there is." }),
});
export const networkSample = z
  .object({
    product: z.string().nullable(),
    device: z
      .string()
      .nullable()
      .meta({ description: "null: no device of the network is there, and the DevEUI is made up." }),
    address: z
      .string()
      .nullable()
      .meta({ description: "Where the network sends it, from the slash on; null: nowhere yet." }),
    body: z.string(),
  })
  .meta({ id: "NetworkSample", description: "What a network sends, made up." });

interface Deps {
  readonly directory: Directory;
  readonly clock: Clock;
  readonly integrations: { readonly passes: Pick<Passes, "read"> };
}
/** What is sent where nothing came yet. */
const BYTES = Uint8Array.of(0, 0xd2);
const NOBODYS = "0000000000000001";
/** What came of a device that is looked through for an uplink. */
const MOST_PASSES = 20;
/** Fields that a sample of the HTTP integration has. */
const MOST_FIELDS = 3;

/**
 * With the payload that the device sent last, where it is known and may be seen.
 * @throws Refusal unknown_product, unknown_device, not_found, storage_unavailable
 */
export async function sampleOf(
  asker: Asker<Deps>,
  { workspace, network }: { readonly workspace: Workspace; readonly network: Network },
  wish: z.output<typeof sampleQuery>,
): Promise<z.input<typeof networkSample>> {
  const { type } = network;
  const uplinks = uplinksOf(type);
  if (type === "http" || uplinks === null)
    return ofHttp(asker, productOf(asker, { workspace, network }, wish.product), wish.device);
  const device = deviceOf(asker, { workspace, network }, wish);
  const time = Math.floor(asker.deps.clock.micros() / 1000);
  const body = sampleBody(type, {
    devEui: devEuiOf(device?.row.serial ?? device?.row.id) ?? NOBODYS,
    deviceId: device?.row.name || device?.row.id || "sample",
    // each sample is a frame of its own: what comes again is not stored again
    counter: Math.floor(time / 1000) % 65_536,
    time,
    ...(await lastOf(asker, device)),
  });
  return {
    ...{ product: device?.product.row.slug ?? null, device: device?.row.id ?? null },
    ...{ address: `/integrations/lorawan/${uplinks}`, body: JSON.stringify(body, null, 2) },
  };
}

/** The device that is named, or the first with a DevEUI in a product that uses the network. */
function deviceOf(
  asker: Asker<Deps>,
  { workspace, network }: { readonly workspace: Workspace; readonly network: Network },
  { product, device }: z.output<typeof sampleQuery>,
): DeviceNode | null {
  if (product !== undefined && device !== undefined)
    return findDevice(asker, productOf(asker, { workspace, network }, product).row.slug, device);
  const { directory } = asker.deps;
  const slugs = product === undefined ? productsUsing(directory, network) : [product];
  const products = directory.productsOf(workspace.uid).filter(({ row }) => slugs.includes(row.slug));
  for (const { devicesById } of products)
    for (const one of devicesById.values())
      if (devEuiOf(one.row.serial ?? one.row.id) !== null && asker.who.principal.mayView(one)) return one;
  return null;
}

async function lastOf({ deps, who }: Asker<Deps>, device: DeviceNode | null) {
  if (device !== null && who.principal.mayView(device)) {
    const passes = await deps.integrations.passes.read({ list: "device", owner: device.row.uid, limit: MOST_PASSES });
    for (const { body } of passes) {
      const uplink = body.event?.uplink;
      if (uplink?.bytes) return { bytes: Uint8Array.from(Buffer.from(uplink.bytes, "hex")), port: uplink.port ?? 1 };
    }
  }
  return { bytes: BYTES, port: 1 };
}

function ofHttp(asker: Asker, product: ProductNode, wanted: string | undefined): z.input<typeof networkSample> {
  const first = [...product.devicesById.values()].find((one) => asker.who.principal.mayView(one)) ?? null;
  const device = wanted === undefined ? first : findDevice(asker, product.row.slug, wanted);
  const fields = [...product.fields.values()].flatMap((field) => {
    const value = valueFor(field);
    return value === null ? [] : [[field.row.id.toLowerCase(), value] as const];
  });
  const body = { device: device?.row.id ?? "000001", ...Object.fromEntries(fields.slice(0, MOST_FIELDS)) };
  const key = product.row.integrationKey;
  return {
    ...{ product: product.row.slug, device: device?.row.id ?? null },
    ...{ address: key === undefined ? null : `/integrations/api/${key}/`, body: JSON.stringify(body, null, 2) },
  };
}
/** Null: it takes nothing that comes. */
function valueFor({ row }: FieldNode): number | string | boolean | null {
  if (row.formula != null || row.active === false) return null;
  const samples: Readonly<Record<string, number | string | boolean>> = {
    NUMERIC: 21.5,
    INT: 21,
    COUNTER: 21,
    BOOL: true,
    STRING: "sample",
  };
  return samples[row.type] ?? null;
}
