import type { DeviceNode } from "../../fleet/nodes.ts";
import { printValue } from "../../measure/index.ts";
import { specOf } from "../../measure/types.ts";
import { configurationValues } from "./configuration.ts";
import type { GraphContext } from "./context.ts";
import { heardAt, onlineNow } from "./current.ts";
import {
  type Names,
  type SemanticArguments,
  countedOf,
  currentNamed,
  currentsNamed,
  locationOf,
  logOf,
  minutesOf,
  rolesOf,
  valueOfSemantic,
} from "./device-parts.ts";
import { type HistoryArguments, historyByField, historyText, statsText } from "./histories.ts";
import { permissionsOn, workspaceNamed } from "./lookups.ts";
import { planOf } from "./plans.ts";
import { booleanOf, numericOf, semanticNamed, valuesOf, yesesOf } from "./semantics.ts";
import { numberOf, timeOrNull, timeText } from "./values.ts";

/** DeviceType. What there is none of here has the value that the platform shows where nothing is set. */
export const DEVICE = {
  id: ({ row }: DeviceNode) => row.id,
  internalId: ({ row }: DeviceNode) => String(row.uid),
  serialNumber: ({ row }: DeviceNode) => row.serial ?? row.id,
  verboseName: ({ row }: DeviceNode) => row.name,
  product: ({ product }: DeviceNode) => product,
  online: (device: DeviceNode, _: unknown, context: GraphContext) => onlineNow(context, device),
  active: () => true,
  lastHeard: (device: DeviceNode, _: unknown, context: GraphContext) => timeOrNull(heardAt(context, device)),
  lastHeardThreshold: (device: DeviceNode, _: unknown, { deps }: GraphContext) =>
    minutesOf(device.row.onlineTimeout ?? device.product.row.onlineTimeout, deps.recentlySeen),
  created: ({ row }: DeviceNode) => timeText(row.created ?? 0),
  location: ({ row }: DeviceNode) => row.location ?? "",
  tags: ({ row }: DeviceNode) => row.tags,
  metadata: ({ row }: DeviceNode) => row.metadata ?? "{}",
  icon: () => "",
  iconOverride: () => "",
  image: () => null,
  softwareVersion: () => "",
  currentMeasurement: (device: DeviceNode, { fieldName }: { fieldName: string }, context: GraphContext) =>
    currentNamed(context, device, fieldName),
  currentMeasurements: (device: DeviceNode, given: Names, context: GraphContext) =>
    currentsNamed(context, device, given),
  roleFields: (device: DeviceNode, _: unknown, context: GraphContext) => rolesOf(device, context),
  numericSemanticField(device: DeviceNode, { semantic, aggregation }: SemanticArguments, context: GraphContext) {
    const named = semanticNamed(semantic);
    const found = valuesOf(context, device, named).filter(({ field }) => specOf(field.row.type).form === "number");
    if (found.length === 0) return null;
    const fields = found.map((now) => valueOfSemantic(now, numberOf(now.value)));
    return { value: numericOf(context, device, named, aggregation ?? "AVG"), fields };
  },
  booleanSemanticField(device: DeviceNode, { semantic, aggregation }: SemanticArguments, context: GraphContext) {
    const named = semanticNamed(semantic);
    const yeses = yesesOf(context, device, named);
    if (yeses.length === 0) return null;
    const found = valuesOf(context, device, named).filter(({ value }) => numberOf(value) !== null);
    return {
      value: booleanOf(yeses, aggregation ?? "AVG"),
      count: ({ countValue }: { countValue: boolean }) => yeses.filter((yes) => yes === countValue).length,
      fields: found.map((now) => valueOfSemantic(now, numberOf(now.value) !== 0)),
    };
  },
  history: (device: DeviceNode, wish: HistoryArguments, context: GraphContext) => historyText(context, device, wish),
  historyNg: (
    device: DeviceNode,
    wish: { start: string; end: string; resolution?: string | null },
    context: GraphContext,
  ) => historyByField(context, device, wish),
  historyStats: (device: DeviceNode, wish: { start?: string | null; end?: string | null }, context: GraphContext) =>
    statsText(context, device, wish),
  currentLocation(device: DeviceNode, _: unknown, context: GraphContext) {
    const value = locationOf(context, device)?.value;
    return typeof value === "object" ? { lat: value.lat, lng: value.lng } : null;
  },
  currentLocationVerbose(device: DeviceNode, _: unknown, context: GraphContext) {
    const now = locationOf(context, device);
    return now && printValue(now.field.row.type, now.value);
  },
  currentLocationLastUpdate: (device: DeviceNode, _: unknown, context: GraphContext) =>
    timeOrNull(locationOf(context, device)?.time),
  currentConfigurationValues: (device: DeviceNode, _: unknown, { deps }: GraphContext) =>
    configurationValues(deps.directory, device),
  measurements24h: countedOf,
  isOverQuota: () => false,
  plan: ({ product }: DeviceNode) => planOf(product),
  myPermissions: (device: DeviceNode, _: unknown, context: GraphContext) => permissionsOn(context, device),
  inWorkspaces: ({ product }: DeviceNode, _: unknown, context: GraphContext) =>
    [workspaceNamed(context, product.workspace.slug)].filter((one) => one !== null),
  publicLinks: () => [],
  debugLog: logOf,
  features: () => [],
  claimed: () => true,
  claimingEnabled: () => false,
  claimCode: () => null,
  claimSerialNumber: ({ row }: DeviceNode) => row.serial ?? row.id,
  ttnDevId: () => "",
  ttiDevId: () => "",
  ttiJoinEui: () => "",
  heliumDevId: () => "",
  isKemperDevice: () => false,
  notifyOffline: () => false,
};
