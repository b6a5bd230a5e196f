import { z } from "zod";
import { fieldRole, formula, semantic, settable, uuid } from "../../admin/integration-values.ts";
import * as values from "../../admin/values.ts";
import { fieldRows, formulaProblem } from "../../fleet/formulas.ts";
import type { FieldNode } from "../../fleet/nodes.ts";
import { etagOf } from "./state.ts";

/** What a field is in requests and answers. */

const details = {
  name: values.name,
  unit: values.unit,
  decimals: values.decimals,
  description: values.description,
  role: fieldRole,
  semantic,
  settable,
  formula,
  active: z.boolean().meta({ description: "false: it takes no measurements; what it has stays readable." }),
};
/** A field, as answers have it. */
export const field = z
  .object({
    id: z.string().meta({ description: "Stands in topics, in upper case; never changes." }),
    type: values.fieldType.meta({ description: "Never changes: measurements are stored as this." }),
    uuid,
    ...details,
    formula_problem: z.string().nullable().meta({
      description:
        "Why its formula computes nothing, as when a field was deleted that it names; null: it does, or it has none.",
    }),
  })
  .meta({ id: "Field", description: "One thing that the devices of a product measure." });

export function showField({ row, product }: FieldNode) {
  const { id, type, name, unit, decimals, description, active, role, semantic, settable, formula: text, uuid } = row;
  return {
    id,
    type,
    name,
    unit,
    decimals: decimals ?? null,
    description: description ?? null,
    role: role ?? null,
    semantic: semantic ?? null,
    settable: settable ?? null,
    formula: text ?? null,
    formula_problem: text === undefined ? null : formulaProblem(fieldRows(product), row),
    uuid: uuid ?? "",
    active: active ?? true,
  };
}
export function fieldState({ row }: FieldNode): string {
  return etagOf(row);
}
/** What a request may change of a field. */
export const fieldChanges = z.strictObject(details).partial();
/** The same as a row has it. */
export function fieldDetails({ active, name: _, ...rest }: z.output<typeof fieldChanges>) {
  // a field is active unless it says that it is not
  return { ...rest, active: active === true ? null : active } as const;
}
