import { Refusal } from "../../base/errors.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { printTime } from "../../measure/index.ts";
import { act, acted, given, there } from "./act.ts";
import { type GraphContext, orWhy } from "./context.ts";
import { figuresOf } from "./history.ts";
import { activeFields, deviceNamed, deviceWithSerial, workspaceNamed } from "./lookups.ts";
import { createApiDevices } from "./new-devices.ts";
import { setValue } from "./set-value.ts";
import { momentOf } from "./values.ts";

/** Devices: to make, change and remove them, to record a value, to delete what they measured. */

function addressOf({ row, product }: DeviceNode): Record<string, string> {
  return { product: product.row.slug, device: row.id };
}

interface DeviceChanges {
  readonly verboseName?: string | null;
  readonly location?: string | null;
  readonly tags?: readonly (string | null)[] | null;
  readonly metadata?: string | null;
}
function changesOf({ verboseName, location, tags, metadata }: DeviceChanges) {
  return given({
    name: verboseName ?? undefined,
    location: location === undefined ? undefined : (location ?? ""),
    tags: tags === undefined ? undefined : (tags ?? []).filter((tag) => tag !== null),
    metadata: metadata === undefined ? undefined : metadata === null || metadata === "" ? {} : parsed(metadata),
  });
}
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("invalid_request", "metadata: this is not JSON.");
  }
}

/** Devices of a workspace that who asks may see, by id or serial. */
function deviceIn(
  context: GraphContext,
  given: { deviceId?: string | null; deviceSerialNumber?: string | null },
  uid: number,
) {
  if (given.deviceId != null) return deviceNamed(context, given.deviceId, uid);
  return given.deviceSerialNumber == null ? null : deviceWithSerial(context, given.deviceSerialNumber, uid);
}

async function deleteDeviceData(
  _: unknown,
  {
    input,
  }: { input: { deviceId: string; fieldNames: readonly string[]; start: string; end: string; dryRun: boolean } },
  context: GraphContext,
) {
  const device = deviceNamed(context, input.deviceId);
  if (device === null) return { ok: false, datapointsAffected: null, device: null };
  const names = new Set(input.fieldNames.map((name) => name.toUpperCase()));
  const fields = activeFields(device.product).filter(({ row }) => names.size === 0 || names.has(row.id));
  const range = { from: momentOf("start", input.start), to: momentOf("end", input.end) };
  const counts = input.dryRun
    ? await Promise.all(fields.map((field) => figuresOf(context, device, field, range, ["COUNT"])))
    : [];
  const answer = await orWhy(async () => {
    if (fields.length === 0) return { ok: true };
    await act(context, "deleteDeviceHistory", {
      params: addressOf(device),
      query: {
        fields: fields.map(({ row }) => row.id).join(","),
        from: printTime(range.from),
        to: printTime(range.to),
        dry_run: String(input.dryRun),
      },
    });
    return { ok: true };
  });
  if (!answer.ok) return { ok: false, datapointsAffected: null, device };
  const datapointsAffected = input.dryRun ? counts.reduce((sum, [count]) => sum + Number(count ?? 0), 0) : null;
  return { ok: true, datapointsAffected, device };
}

/** Root fields of mutations. */
export const DEVICE_MUTATIONS = {
  setValue,
  createApiDevices,
  updateDevice: (_: unknown, { deviceId, input }: { deviceId: string; input: DeviceChanges }, context: GraphContext) =>
    orWhy(async () => {
      const device = there(deviceNamed(context, deviceId), "device");
      const body = changesOf(input);
      // what concerns claiming has no meaning here
      if (Object.keys(body).length > 0) await act(context, "updateDevice", { params: addressOf(device), body });
      return { ok: true, error: null, device };
    }),
  changeDeviceSerial: (_: unknown, { id, serial }: { id: string; serial: string }, context: GraphContext) =>
    orWhy(async () => {
      const device = there(deviceNamed(context, id), "device");
      return acted(context, "updateDevice", { params: addressOf(device), body: { serial } }, () => ({ device }));
    }),
  removeDevice: (_: unknown, { input }: { input: { deviceId: string; workspaceId: string } }, context: GraphContext) =>
    orWhy(async () => {
      const workspace = there(workspaceNamed(context, input.workspaceId), "workspace");
      const device = there(deviceNamed(context, input.deviceId, workspace.uid), "device");
      return acted(context, "deleteDevice", { params: addressOf(device) }, () => ({}));
    }),
  deleteDeviceData,
  createDevicePublicLink: (_: unknown, { device }: { device: string }, context: GraphContext) => ({
    ok: false,
    error: "CANNOT_PERFORM_OPERATION: there are no public links of devices here.",
    device: deviceNamed(context, device),
  }),
  claimDeviceIntoWorkspace(
    _: unknown,
    wish: { deviceId?: string | null; deviceSerialNumber?: string | null; workspaceId: string },
    context: GraphContext,
  ) {
    const workspace = workspaceNamed(context, wish.workspaceId);
    if (workspace !== null && deviceIn(context, wish, workspace.uid) !== null) return { ok: true, error: null };
    return { ok: false, error: "NOT_AUTHORIZED: devices do not change their workspace here." };
  },
};
