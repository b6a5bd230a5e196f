import type { Form } from "./value.ts";

/** What a bucket can show of the measurements in it (wire contract section 5). */
export const AGGREGATIONS = ["AVG", "MIN", "MAX", "SUM", "COUNT", "FIRST", "LAST", "CHANGE"] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/** Those that values of a form can have: CHANGE is of numbers alone, sums and extremes are of numbers and booleans. */
export const OF_FORM: Readonly<Record<Form, readonly Aggregation[]>> = {
  number: AGGREGATIONS,
  boolean: AGGREGATIONS.filter((one) => one !== "CHANGE"),
  text: ["COUNT", "FIRST", "LAST"],
  position: ["COUNT", "FIRST", "LAST"],
};
