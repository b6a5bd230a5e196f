import type { Micros } from "../../base/types.ts";
import type { Semantic } from "../../fleet/integration-rows.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Workspace } from "../../fleet/types.ts";
import type { GraphContext } from "./context.ts";
import { heardAt, onlineNow } from "./current.ts";
import { devicesWhere } from "./lookups.ts";
import { type Order, ordered } from "./order.ts";
import { ALL_SEMANTICS, type Aggregation, argumentOf, booleanOf, numericOf, yesesOf } from "./semantics.ts";
import { momentOf } from "./values.ts";

/** `workspace.devicesFiltered`: which devices, in which order, which page. */

interface NumberFilter {
  readonly range?: { readonly start: number; readonly end: number } | null;
  readonly gt?: number | null;
  readonly gte?: number | null;
  readonly lt?: number | null;
  readonly lte?: number | null;
  readonly aggregation?: Aggregation | null;
}
interface BooleanFilter {
  readonly exact?: boolean | null;
  readonly inList?: readonly (boolean | null)[] | null;
  readonly aggregation?: Aggregation | null;
  readonly count?: (NumberFilter & { readonly countValue: boolean; readonly exact?: number | null }) | null;
}
export interface FilterArguments {
  readonly page?: number | null;
  readonly pageSize?: number | null;
  readonly all?: boolean | null;
  readonly search?: string | null;
  readonly online?: boolean | null;
  readonly tags?: {
    readonly contains?: readonly (string | null)[] | null;
    readonly overlap?: readonly (string | null)[] | null;
  } | null;
  readonly lastHeard?: { readonly [bound in "gt" | "gte" | "lt" | "lte"]?: string | null } | null;
  readonly orderBy?: Order | null;
  readonly [semantic: string]: unknown;
}

const PAGE = 25;
const LARGEST_PAGE = 200;

/** All devices of a workspace that a filter means, in its order. */
export async function filtered(
  context: GraphContext,
  workspace: Workspace,
  given: FilterArguments,
): Promise<DeviceNode[]> {
  const wanted = wantedBy(context, given);
  const devices = await devicesWhere(
    context,
    null,
    (device) => device.product.row.workspace === workspace.uid && wanted(device),
  );
  return given.orderBy ? ordered(context, devices, given.orderBy) : devices;
}

/** The page that was asked for; `all` without a page is everything. */
export function pageOf(
  devices: readonly DeviceNode[],
  { page, pageSize, all }: FilterArguments,
): readonly DeviceNode[] {
  if (all === true && page == null && pageSize == null) return devices;
  const size = Math.min(Math.max(pageSize ?? PAGE, 0), LARGEST_PAGE);
  const first = Math.max(page ?? 0, 0) * size;
  return devices.slice(first, first + size);
}

/** Whether a text stands in the name, the serial or the id. */
export function searched({ row }: DeviceNode, text: string): boolean {
  const lower = text.trim().toLowerCase();
  return lower === "" || [row.name, row.serial ?? "", row.id].some((part) => part.toLowerCase().includes(lower));
}

function wantedBy(context: GraphContext, given: FilterArguments): (device: DeviceNode) => boolean {
  const all: ((device: DeviceNode) => boolean)[] = [];
  const { search, online, tags, lastHeard } = given;
  if (search) all.push((device) => searched(device, search));
  if (online != null) all.push((device) => onlineNow(context, device) === online);
  const contains = tags?.contains?.filter((tag) => tag !== null) ?? [];
  const overlap = tags?.overlap?.filter((tag) => tag !== null) ?? [];
  if (contains.length > 0) all.push(({ row }) => contains.every((tag) => row.tags.includes(tag)));
  if (overlap.length > 0) all.push(({ row }) => overlap.some((tag) => row.tags.includes(tag)));
  if (lastHeard) {
    const bounds = boundsOf(lastHeard);
    all.push((device) => {
      const heard = heardAt(context, device);
      return heard !== null && within(heard, bounds);
    });
  }
  for (const semantic of ALL_SEMANTICS) {
    const filter = given[argumentOf(semantic)];
    if (filter) all.push(bySemantic(context, semantic, filter));
  }
  return (device) => all.every((one) => one(device));
}
function boundsOf(given: NonNullable<FilterArguments["lastHeard"]>): NumberFilter {
  const bound = (name: "gt" | "gte" | "lt" | "lte"): Micros | null => {
    const text = given[name];
    return text == null ? null : momentOf(`lastHeard.${name}`, text);
  };
  return { gt: bound("gt"), gte: bound("gte"), lt: bound("lt"), lte: bound("lte") };
}

/** Devices without a field of the semantic are never meant. The schema gives each semantic the filter that fits it. */
function bySemantic(context: GraphContext, semantic: Semantic, filter: unknown): (device: DeviceNode) => boolean {
  if (isYesOrNo(filter)) {
    const { exact, inList, aggregation, count } = filter;
    return (device) => {
      const yeses = yesesOf(context, device, semantic);
      const value = booleanOf(yeses, aggregation ?? "AVG");
      if (value === null || (exact != null && value !== exact)) return false;
      if (inList != null && !inList.includes(value)) return false;
      if (count == null) return true;
      const counted = yeses.filter((yes) => yes === count.countValue).length;
      return (count.exact == null || counted === count.exact) && within(counted, count);
    };
  }
  const { aggregation, ...bounds } = filter as NumberFilter; // see above
  return (device) => {
    const value = numericOf(context, device, semantic, aggregation ?? "AVG");
    return value !== null && within(value, bounds);
  };
}
function isYesOrNo(filter: unknown): filter is BooleanFilter {
  return typeof filter === "object" && filter !== null && ["exact", "inList", "count"].some((name) => name in filter);
}
function within(value: number, { range, gt, gte, lt, lte }: NumberFilter): boolean {
  if (range != null && (value < range.start || value > range.end)) return false;
  return (
    (gt == null || value > gt) &&
    (gte == null || value >= gte) &&
    (lt == null || value < lt) &&
    (lte == null || value <= lte)
  );
}
