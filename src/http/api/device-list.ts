import { z } from "zod";
import { seesDevice } from "../../admin/find.ts";
import * as values from "../../admin/values.ts";
import { isOnline } from "../../fleet/online.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { firstOf } from "../kit/pages.ts";
import { candidatesOf, FILTERS, type Filters, wantedBy } from "./device-filter.ts";
import { FirstInOrder, placeOf, writePlace } from "./device-order.ts";
import { device, showDevice } from "./device-shape.ts";
import { DEFAULT, PAGE_QUERY, pageOf, readCursor, writeCursor } from "./paging.ts";
import { type AnyOperation, type ApiDeps, route, type Seeker } from "./route.ts";
import { current, valuesOf } from "./values.ts";

/** Lists of devices, and how many there are. */

const ORDERS = ["name", "-name", "heard", "-heard"] as const;
const listQuery = z.strictObject({
  ...PAGE_QUERY,
  ...FILTERS,
  sort: z.enum(ORDERS).optional().meta({
    description:
      "By name, or by when it was heard last; with `-` downward; never heard ones last. Absent: oldest first. With it the answer says in `total` how many there are.",
  }),
  values: values.flagQuery
    .optional()
    .meta({ description: "true: each has its current `values`, where you may read them." }),
});
const listedDevice = device
  .extend({ values: z.array(current).optional().meta({ description: "Current values, when they were asked for." }) })
  .meta({ id: "ListedDevice", description: "A device in a list." });

type Query = z.output<typeof listQuery>;
/** A page of the devices that were asked for; it costs what it shows, and what a search or an order looks at in short turns. */
async function listed(seeker: Pick<Seeker, "deps" | "who">, query: Query) {
  const { deps, who } = seeker;
  const { items, next, total } = await (query.sort === undefined
    ? byNumber(seeker, query)
    : inOrder(seeker, query, query.sort));
  return {
    // rights may have changed in between, and obey at once
    items: items
      .filter((node) => seesDevice(who.principal, node))
      .map((node) => shown(deps, who.principal.mayView(node), node, query.values === true)),
    next,
    ...(total !== undefined && { total }),
  };
}
function shown(deps: ApiDeps, readable: boolean, node: DeviceNode, withValues: boolean) {
  const one = showDevice(deps, readable, node);
  return withValues && readable ? { ...one, values: valuesOf(deps, node, [...node.product.fields.values()]) } : one;
}

interface Found {
  readonly items: readonly DeviceNode[];
  readonly next: string | null;
  readonly total?: number;
}
async function byNumber(seeker: Pick<Seeker, "deps" | "who">, query: Query): Promise<Found> {
  const candidates = candidatesOf(seeker, query, readCursor(query.cursor));
  const { items, more } = await firstOf(candidates, query.limit ?? DEFAULT, wantedBy(seeker, query));
  const last = items.at(-1);
  return { items, next: more && last !== undefined ? writeCursor(last.row.uid) : null };
}

/** The cursor is the place of the last one in the order: who is heard meanwhile moves, and may be missed or come twice. */
async function inOrder(
  seeker: Pick<Seeker, "deps" | "who">,
  query: Query,
  sort: (typeof ORDERS)[number],
): Promise<Found> {
  const { series } = seeker.deps;
  const readable = (node: DeviceNode) => seeker.who.principal.mayView(node);
  const key = sort.endsWith("name")
    ? ({ row }: DeviceNode) => row.name
    : (node: DeviceNode) => (readable(node) ? series.seen(node).time : null);
  const first = new FirstInOrder<DeviceNode>(query.limit ?? DEFAULT, sort.startsWith("-"), placeOf(query.cursor));
  const wanted = wantedBy(seeker, query);
  // with none to be kept it looks at all of them
  await firstOf(candidatesOf(seeker, query, 0), 0, (node) => {
    if (wanted(node)) first.offer(node, { key: key(node), uid: node.row.uid });
    return false;
  });
  const { items, last } = first.take();
  return { items, next: last === null ? null : writePlace(last), total: first.total };
}
/** How many there are of each kind; looked at in short turns. */
async function counted(seeker: Pick<Seeker, "deps" | "who">, query: Filters) {
  const { deps, who } = seeker;
  const now = deps.clock.micros();
  const wanted = wantedBy(seeker, query);
  const counts = { devices: 0, online: 0, silent: 0, never_heard: 0 };
  await firstOf(candidatesOf(seeker, query, 0), 0, (node) => {
    if (!wanted(node)) return false;
    counts.devices++;
    if (!who.principal.mayView(node)) return false;
    const { time } = deps.series.seen(node);
    if (time === null) counts.never_heard++;
    else counts[isOnline(deps, node, time, now) ? "online" : "silent"]++;
    return false;
  });
  return counts;
}

export const DEVICE_LISTS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/devices",
    id: "listDevices",
    tag: "Devices",
    summary: "List devices",
    description: "Those that you may see, oldest first or as `sort` says.",
    query: listQuery,
    result: pageOf(listedDevice).extend({
      total: z.int().optional().meta({ description: "How many there are, with `sort`." }),
    }),
    find: () => null,
    run: async (call) => ({ body: await listed(call, call.query) }),
  }),
  route({
    method: "get",
    path: "/device-counts",
    id: "countDevices",
    tag: "Devices",
    summary: "Count devices",
    description:
      "Those that you may see, by whether they were heard within their timeout, as far as you may read them.",
    query: z.strictObject(FILTERS),
    result: z
      .object({
        devices: z.int(),
        online: z.int(),
        silent: z.int().meta({ description: "Heard once, and not within the timeout." }),
        never_heard: z.int(),
      })
      .meta({ id: "DeviceCounts", description: "How many devices there are." }),
    find: () => null,
    run: async (call) => ({ body: await counted(call, call.query) }),
  }),
];
