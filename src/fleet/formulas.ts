import { readFormula } from "../formulas/formula.ts";
import { type Formula, FormulaError } from "../formulas/types.ts";
import { kindWord } from "../formulas/kinds.ts";
import { specOf } from "../measure/types.ts";
import type { ProductNode } from "./nodes.ts";
import type { Field } from "./types.ts";

/** Formulas among the fields of a product. */

/** Fields of one product, by identifier. */
type ProductFields = ReadonlyMap<string, Field>;

export function fieldRows({ fields }: ProductNode): ProductFields {
  return new Map([...fields.values()].map(({ row }) => [row.id, row]));
}

/** Reads the formula of a field. @throws FormulaError it is none, or makes another kind of value than the field has */
export function formulaOf(fields: ProductFields, field: Field): Formula {
  const kindOf = (id: string) => {
    const found = fields.get(id);
    return found === undefined ? null : specOf(found.type).form;
  };
  const formula = readFormula(field.formula ?? "", kindOf);
  const { form } = specOf(field.type);
  if (formula.kind !== form)
    throw new FormulaError(
      `The formula makes ${kindWord(formula.kind)}, and ${field.id} is ${field.type}, which is ${kindWord(form)}.${hint(formula.kind, form)}`,
    );
  return formula;
}
function hint(kind: string, form: string): string {
  if (form === "text" && kind !== "position") return " Write text(…) around it.";
  return form === "number" && kind === "boolean" ? " Write number(…) around it." : "";
}

/** What is wrong with the formula of a field, also that it would be computed from itself; null: nothing, or it has none. */
export function formulaProblem(fields: ProductFields, field: Field): string | null {
  if (field.formula === undefined) return null;
  try {
    const formula = formulaOf(fields, field);
    const circle = circleFrom(fields, field.id, formula);
    if (circle === null) return null;
    return circle.length === 2
      ? `${field.id} would be computed from itself.`
      : `${field.id} would be computed from itself: ${circle.join(" ← ")}.`;
  } catch (error) {
    if (error instanceof FormulaError) return error.message;
    throw error;
  }
}

/** A way from a field over what it is computed from back to itself; null: there is none. Broken formulas lead nowhere. */
function circleFrom(fields: ProductFields, start: string, formula: Formula): readonly string[] | null {
  const seen = new Set<string>();
  const open: (readonly string[])[] = formula.fields.map((id) => [start, id]);
  for (let way = open.pop(); way !== undefined; way = open.pop()) {
    const id = way.at(-1) ?? "";
    if (id === start) return way;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const source of sourcesOf(fields, id)) open.push([...way, source]);
  }
  return null;
}
/** Fields that a field is computed from; none: it is measured, or its formula is broken. */
function sourcesOf(fields: ProductFields, id: string): readonly string[] {
  const field = fields.get(id);
  if (field?.formula === undefined) return [];
  try {
    return formulaOf(fields, field).fields;
  } catch (error) {
    if (error instanceof FormulaError) return [];
    throw error;
  }
}

/** The computed fields among some, each with the fields that it is computed from; of a broken one, with none. */
export function computedIn(
  fields: ProductFields,
): readonly { readonly field: string; readonly sources: readonly string[] }[] {
  return [...fields.values()].flatMap(({ id, formula }) =>
    formula === undefined ? [] : [{ field: id, sources: sourcesOf(fields, id) }],
  );
}
