import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { Formula, Value } from "../../formulas/types.ts";
import { specOf } from "../../measure/types.ts";
import { ofForm } from "../../measure/value.ts";
import { Evaluator } from "./evaluator.ts";
import { grouped, type Row } from "./groups.ts";
import { planned } from "./plan.ts";
import { MAX_NEWEST } from "../../store/ports/series.ts";
import { type PastValues, Timelines } from "./timelines.ts";

/** Values of one field that are looked at, at most. */
const MOST_TRIED = 10_000;

/** What a formula makes of the values of one time. */
interface TriedValue {
  /** µs. */
  readonly time: number;
  /** What came at that time. */
  readonly came: Readonly<Record<string, Value>>;
  /** Null: there is no result. */
  readonly value: Value | null;
}

/** What a try-out is asked for. */
interface FormulaTrial {
  readonly product: ProductNode;
  readonly device: DeviceNode;
  readonly formula: Formula;
  /** µs: from <= time < to. */
  readonly from: number;
  readonly to: number;
}

/**
 * Computes a formula over what is recorded, as if it had been there, and stores nothing. Computed fields that it names count with what
 * is recorded of them.
 * @returns one entry for each time at which one of its fields got a value, oldest first; of each field MOST_TRIED values at most count
 */
export async function tryFormula(
  store: PastValues,
  idOf: (device: number, field: number) => number | undefined,
  { product, device, formula, from, to }: FormulaTrial,
): Promise<TriedValue[]> {
  const series = (_: DeviceNode, field: string) => {
    const uid = product.fields.get(field)?.row.uid;
    return uid === undefined ? null : (idOf(device.row.uid, uid) ?? null);
  };
  const rows: Row[] = [];
  for (const field of formula.fields) {
    const id = series(device, field);
    const type = product.fields.get(field)?.row.type;
    if (id === null || type === undefined) continue;
    const { form } = specOf(type);
    const { times, values } = await store.columns(id, from, to, MOST_TRIED);
    for (const [i, time] of times.entries())
      rows.push({ device, field, time, manner: "silent", value: ofForm(form, values[i] ?? 0) });
  }
  rows.sort((a, b) => a.time - b.time);
  // times are told in their order, so what was read goes on
  const evaluator = new Evaluator(new Timelines(store, () => true), series);
  const plan = planned([{ id: TRIED, formula }]);
  const tried: TriedValue[] = [];
  for (const came of grouped(rows)) {
    const [row] = await evaluator.compute(plan, came);
    tried.push({ time: came.time, came: Object.fromEntries(came.values), value: row?.value ?? null });
  }
  return tried;
}
/** No field is called so. */
const TRIED = "";

/** Which of some devices has the newest value of some fields, and when that was; null: none has any. */
export async function newestOf(
  store: Pick<PastValues, "newest">,
  idOf: (device: number, field: number) => number | undefined,
  product: ProductNode,
  devices: readonly DeviceNode[],
  fields: readonly string[],
): Promise<{ device: DeviceNode; time: number } | null> {
  const uids = fields.flatMap((field) => product.fields.get(field)?.row.uid ?? []);
  const series = devices.flatMap((device) =>
    uids.flatMap((uid) => {
      const id = idOf(device.row.uid, uid);
      return id === undefined ? [] : [{ device, id }];
    }),
  );
  const some = series.slice(0, MAX_NEWEST);
  const points = await store.newest(
    Uint32Array.from(some, ({ id }) => id),
    Number.MAX_SAFE_INTEGER,
  );
  let best: { device: DeviceNode; time: number } | null = null;
  for (const [i, { device }] of some.entries()) {
    const time = points[i]?.time;
    if (time !== undefined && (best === null || time > best.time)) best = { device, time };
  }
  return best;
}
