import { passLog } from "./integrations.ts";
import { FIELD_ROLES } from "../../fleet/integration-rows.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { type GraphContext, mayShow } from "./context.ts";
import { type Current, currentOf, currentsOf, withRole } from "./current.ts";
import { figuresOf, lastDayOf } from "./history.ts";
import { activeFields, mayEditProduct } from "./lookups.ts";
import type { Aggregation } from "./semantics.ts";
import { numberOf, textOf, timeText, typeText } from "./values.ts";

const DAY = 86_400_000_000;
/** What the instance's `online` means where nothing is set, in seconds. */
const RECENTLY = 40 * 60;

export interface Names {
  readonly fieldNames?: readonly (string | null)[] | null;
  readonly allActiveFields?: boolean | null;
  readonly fieldVerboseNames?: readonly (string | null)[] | null;
}
/** The active fields that are named, in the order of the product; of nothing named all of them. Names that are none are passed over. */
export function currentsNamed(context: GraphContext, device: DeviceNode, given: Names): Current[] {
  const ids = new Set((given.fieldNames ?? []).filter((name) => name !== null).map((name) => name.toUpperCase()));
  const verbose = new Set((given.fieldVerboseNames ?? []).filter((name) => name !== null));
  const all = given.allActiveFields === true || (ids.size === 0 && verbose.size === 0);
  const fields = activeFields(device.product);
  return currentsOf(
    context,
    device,
    all ? fields : fields.filter(({ row }) => ids.has(row.id) || verbose.has(row.name)),
  );
}
export function currentNamed(context: GraphContext, device: DeviceNode, name: string): Current | null {
  const field = device.product.fields.get(name.toUpperCase());
  return field && field.row.active !== false ? currentOf(context, device, field) : null;
}

export interface SemanticArguments {
  readonly semantic: string;
  readonly aggregation?: Aggregation | null;
}
export function valueOfSemantic(now: Current, value: number | boolean | null) {
  const { row } = now.field;
  return { value, fieldName: row.id, verboseFieldName: row.name, fieldType: typeText(row.type), unit: row.unit };
}

/** What there is of each role of the product that has a value. */
export async function rolesOf(device: DeviceNode, context: GraphContext) {
  const found = FIELD_ROLES.map((role) => {
    const field = withRole(device, role);
    const now = field && currentOf(context, device, field);
    return now && { role, now };
  }).filter((one) => one !== null);
  return Promise.all(
    found.map(async ({ role, now }) => ({
      id: now.field.row.uuid ?? now.field.row.id,
      role: role.toUpperCase(),
      field: now.field,
      value: String(numberOf(now.value) ?? textOf(now.field.row.type, now.value)),
      datetime: timeText(now.time),
      chartData: () => lastDayOf(context, device, now.field),
    })),
  );
}
export function locationOf(context: GraphContext, device: DeviceNode): Current | null {
  const field = withRole(device, "device_location");
  return field && currentOf(context, device, field);
}

/** Points of all fields within the last day. */
export async function countedOf(device: DeviceNode, _: unknown, context: GraphContext): Promise<number> {
  const range = { from: context.now - DAY, to: context.now + 1 };
  const fields = currentsOf(context, device, [...device.product.fields.values()]).map(({ field }) => field);
  const counts = await Promise.all(fields.map((field) => figuresOf(context, device, field, range, ["COUNT"])));
  return counts.reduce((sum, [count]) => sum + Number(count ?? 0), 0);
}

/** What was refused, and what came by integrations, newest first. */
export async function logOf(device: DeviceNode, _: unknown, context: GraphContext) {
  const rows = await context.deps.store.readRefusals(device.row.uid, null, 100);
  const refused = rows.map(({ code, message, topic, time }) => ({
    title: `refused: ${code}`,
    body: `${message} (${topic})`,
    datetime: timeText(time),
  }));
  const passes = mayEditProduct(context, device.product) ? await passLog(context, "device", device.row.uid) : [];
  const all = [...refused, ...passes];
  return all.sort((a, b) => (a.datetime < b.datetime ? 1 : -1));
}

/** Whole minutes of a time in seconds; without one what the instance says (µs). */
export function minutesOf(seconds: number | undefined, recentlySeen: number | undefined): number {
  return Math.ceil((seconds ?? (recentlySeen === undefined ? RECENTLY : recentlySeen / 1e6)) / 60);
}
/** Of a list only what may still be shown. */
export function shown(context: GraphContext, devices: readonly DeviceNode[]): readonly DeviceNode[] {
  return devices.filter((device) => mayShow(context, device));
}
