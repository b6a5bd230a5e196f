import { z } from "zod";
import { chooseDevices, readableProduct } from "../../admin/readable.ts";
import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import type { DeviceNode, FieldNode, ProductNode } from "../../fleet/nodes.ts";
import type { HttpDeps } from "../deps.ts";
import { historyRequest } from "../history/query-request.ts";

export const LAST_EVENT = z
  .string()
  .max(64)
  .optional()
  .describe("as the header Last-Event-ID: goes on behind this event");

/** The parameters of `GET /api/v1/live`. */
export const liveRequest = z.strictObject({
  products: historyRequest.shape.products,
  devices: historyRequest.shape.devices,
  fields: z
    .array(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "is no field identifier"))
    .max(100)
    .default([])
    .describe("all fields when there is none"),
  current: z.boolean().default(false).describe("begins with the current values of `devices`, as measurements"),
  idle: z.boolean().default(false).describe("no measurements: only whether the server is there"),
  last_event_id: LAST_EVENT,
});

/** Whether a measurement of this field of this device is wanted, and may be had at this moment. */
export type LiveFilter = (device: DeviceNode, field: FieldNode) => boolean;

/** What is followed, and the devices whose current values are told at the beginning. @throws Refusal unknown_product, unknown_device, ambiguous_device, not_permitted, invalid_request */
export async function liveWishOf(
  { directory }: Pick<HttpDeps, "directory">,
  principal: Principal,
  request: z.output<typeof liveRequest>,
): Promise<{ filter: LiveFilter; begin: readonly DeviceNode[] }> {
  if (request.current && request.devices.length === 0)
    throw new Refusal("invalid_request", "With `current` name the devices: it begins with their current values.");

  const products = new Set<ProductNode>();
  for (const slug of request.products) products.add(readableProduct(directory, principal, slug));
  // without names devices that come later are heard, too
  const devices = request.devices.length === 0 ? null : new Set(await chooseDevices(directory, principal, request));
  const fields = new Set(request.fields.map((field) => field.toUpperCase()));
  const filter: LiveFilter = (device, field) =>
    !request.idle &&
    principal.mayView(device) &&
    (devices === null ? products.size === 0 || products.has(device.product) : devices.has(device)) &&
    (fields.size === 0 || fields.has(field.row.id));
  return { filter, begin: request.current ? [...(devices ?? [])] : [] };
}
