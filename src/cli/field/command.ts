import { DEFAULT_TYPE } from "../../measure/types.ts";
import { withAccess } from "../access.ts";
import { UsageError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { json, visible } from "../text.ts";
import { type Args, type Flags, given, on, say, show } from "../results.ts";
import { wholeNumber } from "../numbers.ts";
import type { Io } from "../types.ts";
import { confirmed } from "../confirm.ts";

/** `field delete PRODUCT FIELD [--yes]`. */
export function remove(
  io: Io,
  [product = "", field = ""]: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const settings = serverSettings(io, flags);
  return withAccess(settings, {}, async (access) => {
    const what = { product, field };
    if (!(await confirmed(io, await access.call("fieldDescribe", what), flags.yes === true))) return 1;
    const gone = await access.call("fieldDelete", what);
    if (flags.json === true) io.out(json(gone, 0));
    else io.out(`Field ${visible(gone.field)} of ${visible(gone.product)} is deleted.\n`);
    return 0;
  });
}

interface FieldRow {
  readonly id: string;
  readonly type: string;
  readonly unit: string | null;
  readonly name: string;
  readonly formula?: string | null;
  readonly formula_problem?: string | null;
}
export function fieldTable(fields: readonly FieldRow[]): [string[], unknown[][], string] {
  const rows = fields.map(({ id, type, unit, name }) => [id, type, unit, name]);
  const head = ["FIELD", "TYPE", "UNIT", "NAME"];
  // most products compute nothing
  if (fields.some(({ formula }) => typeof formula === "string")) {
    head.push("FORMULA");
    for (const [i, row] of rows.entries()) row.push(fields[i]?.formula ?? null);
  }
  if (fields.some(({ formula_problem: problem }) => typeof problem === "string")) {
    head.push("COMPUTES NOTHING");
    for (const [i, row] of rows.entries()) row.push(fields[i]?.formula_problem ?? "");
  }
  return [head, rows, "The product has no fields."];
}
export const create = (io: Io, [product = "", id = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const decimals =
      flags.decimals === undefined ? {} : { decimals: wholeNumber("--decimals", flags.decimals, 0, 0, 15) };
    const wish = {
      product,
      id,
      type: flags.type ?? DEFAULT_TYPE,
      ...given(flags, "name", "unit", "role", "semantic", "formula", "uuid"),
      ...decimals,
      ...(flags.settable === undefined ? {} : { settable: flags.settable === true }),
    };
    const made = await access.call("fieldCreate", wish);
    return say(io, flags, made, `Field ${made.field} (${made.type}) of ${made.product} is made.`);
  });
export const list = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const fields = await access.call("fieldList", { product });
    return show(io, flags, fields, ...fieldTable(fields));
  });

/** `field formula PRODUCT FIELD [FORMULA] [--none]`. */
export const formula = (io: Io, [product = "", field = "", text]: Args, flags: Flags) => {
  if ((text === undefined) !== (flags.none === true)) throw new UsageError("give a formula, or --none to take it away");
  return on(io, flags, async (access) => {
    const set = await access.call("fieldFormula", { product, field, formula: text ?? null });
    const what = `Field ${visible(set.field)} of ${visible(set.product)}`;
    return say(
      io,
      flags,
      set,
      set.formula === null ? `${what} is measured.` : `${what} is computed: ${visible(set.formula)}`,
    );
  });
};
