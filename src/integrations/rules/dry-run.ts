import { Turns } from "../../base/turns.ts";
import type { Micros } from "../../base/types.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import { specOf } from "../../measure/types.ts";
import { ofForm } from "../../measure/value.ts";
import { CompiledRule, type Looks } from "./compiled.ts";
import { devicesOf } from "./devices-of.ts";
import { DryDevice } from "./dry-device.ts";
import type { DryFiring, DryPoint } from "./dry-types.ts";
import type { RuleNeeds } from "./needs.ts";

/** Devices and points that a dry run looks at, and firings that it tells of. */
const MOST_DEVICES = 1000;
const MOST_POINTS = 500_000;
const MOST_FIRINGS = 200;

export interface DryRun {
  readonly from: Micros;
  readonly to: Micros;
  readonly devices: number;
  readonly points: number;
  readonly fired: number;
  /** The first ones, in the order of time. */
  readonly firings: readonly DryFiring[];
  /** Not all of it was looked at: there are too many devices, or points. */
  readonly isCut: boolean;
}

type Needs = Pick<RuleNeeds, "directory" | "series" | "store">;

/**
 * What a rule would have done over recorded history: nothing is stored or sent. Its limit and snoozing are not looked at, and each point counts,
 * however late it came.
 * @param mayView what who asks may view
 */
export async function dryRun(
  needs: Needs,
  looks: Looks,
  { from, to }: { readonly from: Micros; readonly to: Micros },
  mayView: (device: DeviceNode) => boolean,
): Promise<DryRun> {
  const rule = new CompiledRule(looks);
  const turns = new Turns();
  const firings: DryFiring[] = [];
  let [devices, points, isCut] = [0, 0, false];
  for (const device of rule.isAlone ? [null] : devicesOf(needs.directory, { row: looks, compiled: rule })) {
    if (device !== null && !mayView(device)) continue;
    if (devices === MOST_DEVICES || points >= MOST_POINTS) {
      isCut = true;
      break;
    }
    devices++;
    const dry = new DryDevice(rule, device, needs.directory);
    const read = device === null ? [] : await pointsOf(needs, rule, device, from, to, MOST_POINTS - points);
    for (const point of read) if (point.time < from) dry.know(point);
    dry.begin(from);
    for (const point of read) {
      if (point.time < from) continue;
      points++;
      dry.point(point);
      if (turns.due) await turns.next();
    }
    dry.pass(to);
    firings.push(...dry.firings);
  }
  firings.sort((a, b) => a.fired - b.fired);
  isCut ||= points >= MOST_POINTS;
  return { from, to, devices, points, fired: firings.length, firings: firings.slice(0, MOST_FIRINGS), isCut };
}

/** The points that a rule looks at, in the order of time, with what was known when the range began. */
async function pointsOf(
  { series, store }: Needs,
  rule: CompiledRule,
  device: DeviceNode,
  from: Micros,
  to: Micros,
  most: number,
): Promise<DryPoint[]> {
  const looked = new Set(rule.looked.flatMap(({ kind, id }) => (kind === "configuration" ? [] : [id])));
  const span = rule.looked.reduce((longest, one) => Math.max(longest, one.span), 0);
  const found: DryPoint[] = [];
  for (const [id, field] of device.product.fields) {
    if (rule.triggers !== null && !rule.triggers.has(id) && !looked.has(id)) continue;
    const number = series.idOf(device.row.uid, field.row.uid);
    if (number === undefined) continue;
    const known = await store.before(number, from - span);
    if (known !== null) found.push(pointOf(field, known.time, known.value));
    const { times, values } = await store.columns(number, from - span, to, Math.max(1, most - found.length));
    for (let i = 0; i < times.length; i++)
      found.push(pointOf(field, times[i] as number, values[i] as DryPoint["value"])); // i < length
  }
  return found.sort((a, b) => a.time - b.time);
}
function pointOf({ row }: FieldNode, time: Micros, value: DryPoint["value"]): DryPoint {
  return { time, field: row.id, value: ofForm(specOf(row.type).form, value) };
}
