import { Turns } from "../../base/turns.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { WORKSPACE_PERMISSIONS, type Workspace } from "../../fleet/types.ts";
import { invitationsOf } from "./accounts.ts";
import { connectionOf } from "./connection.ts";
import { type GraphContext, principalOf } from "./context.ts";
import { type FilterArguments, filtered, pageOf, searched } from "./filtered.ts";
import { deviceNamed, deviceWithSerial, devicesWhere, productsOf, membersShown } from "./lookups.ts";
import { organizationOf } from "./organization.ts";
import { type Aggregation, figureOf, numericOf, semanticNamed, semanticText, yesesOf } from "./semantics.ts";
import { inSlices } from "./slices.ts";
import { timeText } from "./values.ts";

const inWorkspace =
  ({ uid }: Workspace) =>
  (device: DeviceNode) =>
    device.product.row.workspace === uid;

/** What is different among the devices of a workspace, sorted. */
async function distinct(context: GraphContext, workspace: Workspace, of: (device: DeviceNode) => Iterable<string>) {
  const found = new Set<string>();
  const turns = new Turns();
  for (const device of await devicesWhere(context, null, inWorkspace(workspace))) {
    for (const one of of(device)) found.add(one);
    if (turns.due) await turns.next();
  }
  return [...found].sort();
}

/** WorkspaceType. */
export const WORKSPACE = {
  id: ({ uuid }: Workspace) => uuid,
  name: ({ name }: Workspace) => name,
  slug: ({ slug }: Workspace) => slug,
  created: ({ created }: Workspace) => timeText(created ?? 0),
  memberCount: (workspace: Workspace, _: unknown, context: GraphContext) =>
    membersShown(context, workspace) ? context.deps.directory.membersOf(workspace.uid).length : null,
  async deviceCount(workspace: Workspace, { search }: { search?: string | null }, context: GraphContext) {
    const here = inWorkspace(workspace);
    return (await devicesWhere(context, null, (device) => here(device) && searched(device, search ?? ""))).length;
  },
  myPermissions({ uid }: Workspace, _: unknown, context: GraphContext) {
    const principal = principalOf(context);
    return WORKSPACE_PERMISSIONS.filter((permission) => principal?.may(uid, permission));
  },
  features: () => [],
  semantics: (workspace: Workspace, _: unknown, context: GraphContext) => {
    const all = productsOf(context, workspace).flatMap(({ fields }) => [...fields.values()]);
    const found = all.map(({ row }) => row.semantic).filter((semantic) => semantic !== undefined);
    return [...new Set(found)].sort().map(semanticText);
  },
  allTags: (workspace: Workspace, _: unknown, context: GraphContext) =>
    distinct(context, workspace, ({ row }) => row.tags),
  allMetadataKeys: (workspace: Workspace, _: unknown, context: GraphContext) =>
    distinct(context, workspace, ({ row }) => (row.metadata ? Object.keys(JSON.parse(row.metadata)) : [])),
  products: (workspace: Workspace, { hardware }: { hardware?: string | null }, context: GraphContext) =>
    hardware == null || hardware.toUpperCase() === "API" ? productsOf(context, workspace) : [],
  device(
    workspace: Workspace,
    { id, serialNumber }: { id?: string | null; serialNumber?: string | null },
    context: GraphContext,
  ) {
    if (id != null) return deviceNamed(context, id, workspace.uid);
    return serialNumber == null ? null : deviceWithSerial(context, serialNumber, workspace.uid);
  },
  async devices(workspace: Workspace, given: FilterArguments, context: GraphContext) {
    return inSlices(pageOf(await filtered(context, workspace, given), given));
  },
  async devicesFiltered(workspace: Workspace, given: FilterArguments, context: GraphContext) {
    return { devices: await filtered(context, workspace, given), given };
  },
  // API users have a list of their own
  userRelationships: (workspace: Workspace, _: unknown, context: GraphContext) =>
    membersShown(context, workspace) ? context.deps.directory.membersOf(workspace.uid) : null,
  apiUserRelationships: (workspace: Workspace, _: unknown, context: GraphContext) =>
    membersShown(context, workspace) ? context.deps.directory.apiUsersOf(workspace.uid) : null,
  invitedUsers: (workspace: Workspace, _: unknown, context: GraphContext) => invitationsOf(context, workspace),
  organization: (_: Workspace, __: unknown, context: GraphContext) => organizationOf(context),
  deviceFolders: () => "[]",
  rulesNG: () => [],
  dashboards: () => [],
  zones: () => connectionOf([], {}),
  gateways: () => connectionOf([], {}),
  exports: () => connectionOf([], {}),
};

interface Filtered {
  readonly devices: readonly DeviceNode[];
  readonly given: FilterArguments;
}
/** FilteredDeviceList: figures are over all devices that the filter means, not over the page. */
export const FILTERED = {
  total: ({ devices }: Filtered) => devices.length,
  devices: ({ devices, given }: Filtered) => inSlices(pageOf(devices, given)),
  aggregatedNumericSemanticValue(
    { devices }: Filtered,
    { semantic, aggregation }: { semantic: string; aggregation?: Aggregation | null },
    context: GraphContext,
  ) {
    const named = semanticNamed(semantic);
    const how = aggregation ?? "AVG";
    const numbers = devices.map((device) => numericOf(context, device, named, how)).filter((one) => one !== null);
    return figureOf(numbers, how);
  },
  aggregatedBooleanSemanticCount(
    { devices }: Filtered,
    { semantic, countValue }: { semantic: string; countValue: boolean },
    context: GraphContext,
  ) {
    const named = semanticNamed(semantic);
    const yeses = devices.flatMap((device) => yesesOf(context, device, named));
    return yeses.filter((yes) => yes === countValue).length;
  },
};
