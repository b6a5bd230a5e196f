import { Refusal } from "../base/errors.ts";
import { inTurns } from "../base/turns.ts";
import type { Micros } from "../base/types.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import { quote } from "../measure/bytes.ts";
import { DEFAULT_TYPE, type FieldType, specOf } from "../measure/types.ts";
import { MAX_EDGES } from "../store/ports.ts";
import { upperAscii } from "../topic/grammar.ts";
import { canCarry, parseAggregation } from "./aggregate.ts";
import { bucketsInSteps, evenBuckets } from "./buckets.ts";
import { parseResolution } from "./resolution.ts";
import type { Shape } from "./rows.ts";
import { type Column, FILLS, type Fill, type Range } from "./types.ts";
import { parseZone, type Zone } from "../measure/zone.ts";

/** What a person asks for, in their words; absent and empty mean the same. */
interface Wish {
  readonly range: Range;
  /** `FIELD`, or `FIELD:AGGREGATION`, in any case; none: all fields. */
  readonly fields: readonly string[];
  /** raw, 15m, 1d, … */
  readonly resolution?: string | undefined;
  /** A number of buckets of the same length, or of points to keep with the downsampling `lttb`. */
  readonly points?: number | undefined;
  readonly downsample?: string | undefined;
  /** Of the fields that name none. */
  readonly aggregation?: string | undefined;
  readonly fill?: string | undefined;
  readonly lookBack?: boolean | undefined;
  /** Whose wall clock buckets follow; none: the grid of UTC. */
  readonly zone?: string | Zone | null | undefined;
  readonly now: Micros;
}

/** A wish that was found good: rows of which shape, and which columns each device has. */
export interface Plan {
  readonly range: Range;
  readonly shape: Shape;
  /** The columns' names, the same for all devices. */
  readonly keys: readonly string[];
  /** One for each key; a device whose product has no such field has an empty column. */
  columnsOf(device: DeviceNode): Column[];
}

interface PlanNeeds {
  /** The series of a device's field by their uids; undefined: nothing was ever recorded. */
  idOf(deviceUid: number, fieldUid: number): number | undefined;
}

interface PlanLimits {
  /** Most cells of an answer with buckets, all devices and fields together. */
  readonly points: number;
  readonly fields: number;
  /** What empty buckets show when the wish does not say. */
  readonly fill: Fill;
}

/** A column that was asked for. */
interface Asked {
  readonly key: string;
  readonly field: string;
  /** null: the default of the field's type. */
  readonly aggregation: string | null;
}

/**
 * Plans the history of devices, in turns. Nothing falls back silently: what does not fit together is refused and says what does.
 * @param devices at least one
 * @throws Refusal invalid_request, unknown_field, answer_too_large
 */
export async function plan(
  wish: Wish,
  devices: readonly DeviceNode[],
  needs: PlanNeeds,
  limits: PlanLimits,
): Promise<Plan> {
  const asked = askedOf(wish, devices, limits.fields);
  const columns = new Map<DeviceNode["product"], readonly (Kind & { readonly uid: number | null })[]>();
  for (const { product } of devices) {
    if (columns.has(product)) continue;
    columns.set(
      product,
      asked.map(({ key, field, aggregation }) => {
        const row = product.fields.get(field)?.row;
        const type: FieldType = row?.type ?? DEFAULT_TYPE;
        const how =
          aggregation !== null && row ? parseAggregation(aggregation, field, type) : specOf(type).defaultAggregation;
        return { key, type, aggregation: how, named: aggregation !== null, uid: row?.uid ?? null };
      }),
    );
  }
  const all = [...columns.values()].flat().filter(({ uid }) => uid !== null);
  const shape = await shapeOf(wish, all, limits, Math.max(1, asked.length * devices.length));
  return {
    range: wish.range,
    shape,
    keys: asked.map(({ key }) => key),
    columnsOf: (device) =>
      (columns.get(device.product) ?? []).map(({ key, type, aggregation, uid }) => ({
        key,
        type,
        aggregation,
        series: uid === null ? undefined : needs.idOf(device.row.uid, uid),
      })),
  };
}

function askedOf(wish: Wish, devices: readonly DeviceNode[], most: number): Asked[] {
  const products = new Set(devices.map(({ product }) => product));
  const asked = new Map<string, Asked>();
  for (const text of wish.fields) {
    const name = upperAscii(text.trim());
    if (name === "") continue;
    const [field = "", aggregation] = name.split(":", 2);
    checkField(field, products);
    asked.set(name, { key: name, field, aggregation: aggregation ?? (wish.aggregation || null) });
  }
  if (asked.size === 0)
    for (const { fields } of products)
      for (const field of fields.keys()) asked.set(field, { key: field, field, aggregation: wish.aggregation || null });
  if (asked.size > most)
    throw new Refusal("invalid_request", `One answer has at most ${most} fields; name fewer in "fields".`);
  const named = wish.aggregation || [...asked.values()].find(({ key }) => key.includes(":"))?.key;
  if (named && isRaw(wish))
    throw new Refusal(
      "invalid_request",
      `aggregation: ${quote(named)} needs buckets; add a resolution such as 1h, or a number of points.`,
    );
  return [...asked.values()];
}

/** @throws Refusal unknown_field */
function checkField(field: string, products: Iterable<ProductNode>): void {
  let any = false;
  for (const { fields } of products) {
    if (fields.has(field)) return;
    any = true;
  }
  // of no device nothing can be said
  if (any) throw new Refusal("unknown_field", `No device that was asked for has a field ${quote(field)}.`);
}

/**
 * The identifiers of fields that were named, in any case; null: none, which means all.
 * @throws Refusal unknown_field when no device has it
 */
export function fieldsNamed(names: readonly string[], devices: readonly DeviceNode[]): ReadonlySet<string> | null {
  const products = new Set(devices.map(({ product }) => product));
  const fields = new Set(names.map((name) => upperAscii(name.trim())));
  for (const field of fields) checkField(field, products);
  return fields.size > 0 ? fields : null;
}

/** Whether the answer has measurements as they are. */
function isRaw({ resolution, points, downsample }: Wish): boolean {
  return parseResolution(resolution) === "raw" && (points === undefined || Boolean(downsample));
}

type Kind = Pick<Column, "key" | "type" | "aggregation"> & { readonly named: boolean };

async function shapeOf(wish: Wish, columns: readonly Kind[], limits: PlanLimits, together: number): Promise<Shape> {
  const resolution = parseResolution(wish.resolution);
  const zone = parseZone(wish.zone);
  const { points, downsample, range, now } = wish;
  if (points !== undefined && resolution !== "raw")
    throw new Refusal("invalid_request", "resolution and points exclude each other; use one of them.");
  if (isRaw(wish)) {
    const extra = [wish.fill && "fill", wish.lookBack && "look_back", zone && "zone"].find(Boolean);
    if (extra) throw new Refusal("invalid_request", `${extra}: applies to buckets only; add a resolution such as 1h.`);
  }
  if (downsample) return lttbShape(wish, columns, limits, together);
  if (resolution === "raw" && points === undefined) return { kind: "raw" };
  const { fill, lookBack } = fillOf(wish, columns, limits.fill);
  const most = Math.min(Math.floor(limits.points / together), MAX_EDGES - 1);
  if (points !== undefined) {
    if (zone) throw new Refusal("invalid_request", "zone: applies to a resolution, not to a number of points.");
    checkPoints(points, most, 1);
  }
  const buckets =
    points !== undefined || resolution === "raw"
      ? evenBuckets(points ?? 1, range)
      : await inTurns(bucketsInSteps(resolution, range, zone, most));
  return { kind: "buckets", buckets, fill, lookBack, now };
}

function lttbShape(wish: Wish, columns: readonly Kind[], limits: PlanLimits, together: number): Shape {
  const { downsample, points } = wish;
  if (downsample !== "lttb")
    throw new Refusal("invalid_request", `downsample: ${quote(downsample ?? "")} is not known; use lttb.`);
  if (points === undefined)
    throw new Refusal("invalid_request", "downsample: lttb needs points, the number of points to keep of each field.");
  const other = columns.find(({ type }) => specOf(type).form !== "number");
  if (other)
    throw new Refusal(
      "invalid_request",
      `downsample: lttb applies to numbers, and ${other.key} is ${other.type}; name the fields, or use a resolution.`,
    );
  checkPoints(points, Math.floor(limits.points / together), 2);
  return { kind: "lttb", points };
}

function checkPoints(points: number, most: number, least: number): void {
  if (points < least)
    throw new Refusal("invalid_request", `points: ${points} is less than ${least}, the least that has a meaning.`);
  if (points > most)
    throw new Refusal(
      "answer_too_large",
      `points: ${points} of each field and device are more than the answer may have (${most} for what was asked for); use fewer points, fields or devices.`,
    );
}

function fillOf(wish: Wish, columns: readonly Kind[], fallback: Fill): { fill: Fill; lookBack: boolean } {
  const given = wish.fill || undefined;
  const fill = given === undefined ? fallback : FILLS.find((one) => one === given);
  if (fill === undefined)
    throw new Refusal("invalid_request", `fill: ${quote(given ?? "")} is not known; use ${FILLS.join(", ")}.`);
  const lookBack = wish.lookBack === true;
  if (lookBack && fill !== "locf")
    throw new Refusal("invalid_request", "look_back: needs the fill locf, which it begins with.");
  // of a COUNTER that names none it is its increase, whose empty buckets stay null
  const none = columns.find(({ aggregation, named }) => named && !canCarry(aggregation));
  if (given === "locf" && none)
    throw new Refusal(
      "invalid_request",
      `fill: locf does not apply to ${none.aggregation}, which is of its bucket alone; use null.`,
    );
  return { fill, lookBack };
}
