import { FormulaError } from "./types.ts";

/** A function got more or fewer values than it takes. @param more behind the number: ` or more` */
export function counted(name: string, wanted: number, given: number, more = ""): FormulaError {
  const one = wanted === 1 && more === "" ? "value" : "values";
  return new FormulaError(`${name} takes ${wanted}${more} ${one} in its brackets, not ${given}.`);
}
