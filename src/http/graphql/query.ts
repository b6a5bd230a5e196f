import { Refusal } from "../../base/errors.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { parseZone } from "../../measure/zone.ts";
import { prepareZone } from "../../history/zones.ts";
import { parseMoment } from "../history/range.ts";
import type { PageArguments } from "./connection.ts";
import type { GraphContext } from "./context.ts";
import { onlineNow } from "./current.ts";
import { currentNamed, currentsNamed } from "./device-parts.ts";
import { searched } from "./filtered.ts";
import { deviceNamed, devicesWhere, productNamed, productsOf, workspaceNamed, workspacesOf } from "./lookups.ts";
import { organizationNamed, organizationsOf } from "./organization.ts";
import { planOf } from "./plans.ts";
import { inSlices } from "./slices.ts";
import { ownNode } from "./users.ts";
import { timeText } from "./values.ts";

interface ListArguments {
  readonly idIn?: readonly string[] | null;
  readonly inWorkspace?: string | null;
  readonly isProduct?: string | null;
  readonly isProductKind?: string | null;
  readonly online?: boolean | null;
  readonly searchName?: string | null;
  readonly searchTag?: string | null;
  readonly searchTags?: readonly (string | null)[] | null;
  readonly searchTagsAnyAll?: "any" | "all" | null;
}

/** `allDevices`: without an argument all that may be read; an empty one is none. */
async function allDevices(_: unknown, given: ListArguments, context: GraphContext) {
  const all: ((device: DeviceNode) => boolean)[] = [];
  const { idIn, inWorkspace, isProduct, isProductKind, online, searchName, searchTag, searchTags } = given;
  if (inWorkspace) {
    const workspace = workspaceNamed(context, inWorkspace);
    if (workspace === null) return [];
    all.push(({ product }) => product.row.workspace === workspace.uid);
  }
  const product = isProduct ? productNamed(context, isProduct) : null;
  if ((isProduct && product === null) || (isProductKind && isProductKind.toUpperCase() !== "API")) return [];
  if (idIn != null) all.push(({ row }) => idIn.includes(row.id));
  if (online != null) all.push((device) => onlineNow(context, device) === online);
  if (searchName) all.push((device) => searched(device, searchName));
  if (searchTag) all.push(({ row }) => row.tags.includes(searchTag));
  const tags = searchTags?.filter((tag) => tag !== null) ?? [];
  if (tags.length > 0)
    all.push(({ row }) =>
      given.searchTagsAnyAll === "all"
        ? tags.every((tag) => row.tags.includes(tag))
        : tags.some((tag) => row.tags.includes(tag)),
    );
  return inSlices(await devicesWhere(context, product, (device) => all.every((one) => one(device))));
}

/** A moment of a zone's wall clock. @throws Refusal invalid_request */
async function parseDate(_: unknown, { date, timezone }: { date: string; timezone: string }): Promise<string> {
  const zone = parseZone(timezone);
  const near = parseMoment("date", date);
  if (near === null) throw new Refusal("invalid_request", "date: name a time, such as 2026-03-11 00:00.");
  const day = 86_400_000_000;
  await prepareZone(zone, { from: Math.max(0, near - 2 * day), to: near + 2 * day });
  return timeText(parseMoment("date", date, zone) ?? near);
}

/** The root fields of queries. */
export const QUERY = {
  user: (_: unknown, __: unknown, context: GraphContext) => ownNode(context),
  allWorkspaces: (_: unknown, __: unknown, context: GraphContext) => workspacesOf(context),
  workspace: (_: unknown, { id, slug }: { id?: string | null; slug?: string | null }, context: GraphContext) =>
    workspaceNamed(context, id ?? slug),
  device: (_: unknown, { deviceId }: { deviceId?: string | null }, context: GraphContext) =>
    deviceNamed(context, deviceId),
  allDevices,
  allProducts: (_: unknown, __: unknown, context: GraphContext) => productsOf(context, null),
  product: (_: unknown, { id }: { id: string }, context: GraphContext) => productNamed(context, id),
  currentMeasurement(
    _: unknown,
    { deviceId, fieldName }: { deviceId: string; fieldName: string },
    context: GraphContext,
  ) {
    const device = deviceNamed(context, deviceId);
    return device && currentNamed(context, device, fieldName);
  },
  currentMeasurements(
    _: unknown,
    { deviceId, fieldNames }: { deviceId: string; fieldNames: readonly string[] },
    context: GraphContext,
  ) {
    const device = deviceNamed(context, deviceId);
    return device && currentsNamed(context, device, { fieldNames });
  },
  parseDate,
  // of devices that may not be seen nothing is told: creating one with a serial that is taken is refused
  serialNumberAvailable: (_: unknown, { serialNumber }: { serialNumber: string }, context: GraphContext) =>
    deviceNamed(context, serialNumber) === null,
  devicePlans(_: unknown, { existingDevice }: { existingDevice?: string | null }, context: GraphContext) {
    return [planOf(deviceNamed(context, existingDevice)?.product ?? null)];
  },
  organization: (_: unknown, { id }: { id: string }, context: GraphContext) => organizationNamed(context, id),
  organizations: (_: unknown, page: PageArguments, context: GraphContext) => organizationsOf(context, page),
};
