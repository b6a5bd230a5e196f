import { z } from "zod";
import { contentInfo, deviceDownlinkInfo } from "../../admin/device-downlink-info.ts";
import { cancelDownlink, portOf, sendDownlink } from "../../admin/device-downlinks.ts";
import { checkDraft, sendWish } from "../../admin/downlink-wish.ts";
import { Refusal } from "../../base/errors.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Downlink } from "../../integrations/downlinks/types.ts";
import { auditActor } from "./audit-actor.ts";
import { answer, sent } from "./device-downlink-shape.ts";
import { findDevice } from "./find.ts";
import { newestFirst, PAGE_QUERY, pageOf } from "./paging.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";
import { findReadableDevice } from "./values.ts";

/** Downlinks to devices. */

/** A device that who asks may record to: what is sent to it is their business. */
function findToSend(seeker: Seeker): DeviceNode {
  const device = findDevice(seeker);
  if (seeker.who.principal.mayRecord(device)) return device;
  throw new Refusal("not_permitted", 'Sending to a device takes "record_measurements" (or "record_only") on it.');
}
function show({ deps }: Pick<Seeker, "deps">, device: DeviceNode, downlink: Downlink) {
  return deviceDownlinkInfo(device, downlink, deps.fleet);
}
export const DEVICE_DOWNLINKS: readonly AnyOperation[] = [
  route({
    method: "post",
    path: "/products/{product}/devices/{device}/downlinks",
    id: "sendDownlink",
    tag: "Downlinks",
    summary: "Send a downlink to a device",
    description:
      "A downlink of the product by its name, or bytes. It is queued when this answers, and its state tells what becomes of it. " +
      'Takes "record_measurements" (or "record_only") on the device.',
    body: sendWish,
    result: answer,
    status: 201,
    refusals: ["not_found", "quota_exceeded", "overloaded", "not_available"],
    find: findToSend,
    run: async (call) => {
      const { found: device, body } = call;
      checkDraft(call, device, body);
      const made = await sendDownlink(call.deps, device, body, auditActor(call));
      const shown = made.sent && show(call, device, made.sent);
      const location = shown && `/api/v1/products/${shown.product}/devices/${shown.device}/downlinks/${shown.id}`;
      return {
        body: { sent: shown, content: contentInfo(made.content), log: [...made.log] },
        ...(location !== null && { location }),
      };
    },
  }),
  route({
    method: "get",
    path: "/products/{product}/devices/{device}/downlinks",
    id: "listDeviceDownlinks",
    tag: "Downlinks",
    summary: "List a device's downlinks",
    description: "Newest first: what is open, and about a hundred that are over.",
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(sent),
    refusals: ["not_available"],
    find: findReadableDevice,
    run: async (call) => {
      const { service } = portOf(call.deps);
      const { items, next } = await newestFirst(call.query, async ({ limit, before }) => {
        const some = await service.list(call.found.row.uid, before, limit);
        return some.map((one) => ({ ...one, id: one.number, own: one }));
      });
      const device = call.again(); // rights may have changed while the store was asked
      return { body: { items: items.map(({ own }) => show(call, device, own)), next } };
    },
  }),
  route({
    method: "get",
    path: "/products/{product}/devices/{device}/downlinks/{device_downlink}",
    id: "getDeviceDownlink",
    tag: "Downlinks",
    summary: "Get a downlink of a device",
    result: sent,
    refusals: ["not_found", "not_available"],
    find: findReadableDevice,
    run: async (call) => {
      const id = call.param("device_downlink");
      const found = await portOf(call.deps).service.find(call.found.row.uid, id);
      const device = call.again();
      if (found === null) throw new Refusal("not_found", `The device has no downlink ${id.slice(0, 40)}.`);
      return { body: show(call, device, found) };
    },
  }),
  route({
    method: "delete",
    path: "/products/{product}/devices/{device}/downlinks/{device_downlink}",
    id: "cancelDeviceDownlink",
    tag: "Downlinks",
    summary: "Cancel a downlink of a device",
    description: 'One that is queued still. Takes "record_measurements" (or "record_only") on the device.',
    result: sent,
    refusals: ["not_found", "immutable", "not_available"],
    find: findToSend,
    run: async (call) => {
      const id = call.param("device_downlink");
      const cancelled = await cancelDownlink(call.deps, call.found, id, auditActor(call));
      return { body: show(call, call.found, cancelled) };
    },
  }),
];
