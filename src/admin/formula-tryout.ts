import { z } from "zod";
import { BadValues } from "../base/errors.ts";
import { fieldRows, formulaOf, formulaProblem } from "../fleet/formulas.ts";
import { deviceNamed } from "../fleet/named.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import { MOST_FORMULA, readFormula } from "../formulas/formula.ts";
import { type Formula, FormulaError } from "../formulas/types.ts";
import { newestOf, tryFormula } from "../integrations/formulas/tryout.ts";
import { specOf } from "../measure/types.ts";
import { printTime } from "../measure/time.ts";
import type { Powers } from "./actor.ts";
import type { AdminDeps } from "./types.ts";
import * as values from "./values.ts";

/** Trying a formula over what is recorded, before it is saved. Nothing is stored. */

const MOST_SHOWN = 1000;
const MOST_HOURS = 31 * 24;
const HOUR = 3600e6;
/** Devices of a product that are looked at for the one heard of last. */
const MOST_DEVICES = 1000;

export const formulaWish = z.strictObject({
  formula: z.string().max(MOST_FORMULA, `allowed are ${MOST_FORMULA} characters`),
  field: values.fieldId
    .optional()
    .meta({ description: "The field that would get it; it may be new. Then a circle is found, too." }),
  type: values.fieldTypeGiven
    .optional()
    .meta({ description: "The type of a new field. Without: any kind of value will do." }),
  device: values.named.optional().meta({
    description:
      "Id or serial: over whose measurements. Without: a device of the product that may be seen and has some.",
  }),
  hours: z
    .int()
    .min(1)
    .max(MOST_HOURS)
    .default(24)
    .meta({ description: `So many, up to the newest value of the formula's fields, at most ${MOST_HOURS}.` }),
  limit: z.int().min(1).max(MOST_SHOWN).default(50).meta({ description: "The last so many are shown." }),
});
type FormulaWish = z.output<typeof formulaWish>;

const tried = z.union([z.number(), z.boolean(), z.string(), z.strictObject({ lat: z.number(), lng: z.number() })]);
export const formulaAnswer = z
  .object({
    kind: z.enum(["number", "boolean", "text", "position"]).meta({ description: "What the formula makes." }),
    fields: z.array(z.string()).meta({ description: "What it is computed from." }),
    device: z.string().nullable().meta({ description: "Over whose measurements it was tried; null: there are none." }),
    computed: z.int().meta({ description: "How often it had a result in the hours that were looked at." }),
    without_result: z
      .int()
      .meta({ description: "How often it had none: a value was missing, or there is no such number." }),
    values: z
      .array(
        z.object({
          time: values.time,
          came: z.record(z.string(), tried).meta({ description: "The values of this time, by field." }),
          value: tried.nullable().meta({ description: "What is computed; null: there is no result." }),
        }),
      )
      .meta({ description: "The last of them, oldest first." }),
  })
  .meta({ id: "TriedFormula" });

/** @throws BadValues invalid_request: what is wrong with the formula; Refusal unknown_device, storage_unavailable */
export async function tryOverHistory(
  deps: Pick<AdminDeps, "store" | "index">,
  who: Pick<Powers, "mayView">,
  product: ProductNode,
  wish: FormulaWish,
): Promise<z.output<typeof formulaAnswer>> {
  const formula = read(product, wish);
  const { kind, fields } = formula;
  const index = await deps.index.open();
  const idOf = (device: number, field: number) => index.idOf(device, field);
  const seen = (device: DeviceNode) => who.mayView(device);
  const devices =
    wish.device === undefined
      ? [...product.devicesById.values()].filter(seen).slice(0, MOST_DEVICES)
      : [deviceNamed(product, wish.device)].filter(seen);
  const newest = await newestOf(deps.store, idOf, product, devices, fields);
  if (newest === null) return { kind, fields: [...fields], device: null, computed: 0, without_result: 0, values: [] };
  const { device, time } = newest;
  const to = time + 1;
  const all = await tryFormula(deps.store, idOf, { product, device, formula, from: to - wish.hours * HOUR, to });
  const computed = all.filter(({ value }) => value !== null).length;
  return {
    ...{ kind, fields: [...fields], device: device.row.id, computed, without_result: all.length - computed },
    values: all.slice(-wish.limit).map((one) => ({ ...one, time: printTime(one.time), came: { ...one.came } })),
  };
}

function read(product: ProductNode, { formula: text, field, type }: FormulaWish): Formula {
  const rows = fieldRows(product);
  const known = field === undefined ? undefined : rows.get(field);
  const made = known?.type ?? type;
  try {
    if (made === undefined)
      return readFormula(text, (id) => {
        const row = rows.get(id);
        return row === undefined ? null : specOf(row.type).form;
      });
    const id = field ?? "THIS FIELD";
    const plain = { uid: 0, product: product.row.uid, id, type: made, name: id, unit: null } as const;
    const row = { ...plain, ...known, formula: text };
    const all = new Map([...rows, [row.id, row]]);
    const problem = formulaProblem(all, row);
    if (problem !== null) throw new FormulaError(problem);
    return formulaOf(all, row);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    throw new BadValues("invalid_request", [{ path: "formula", message: error.message }]);
  }
}
