import { Refusal } from "../base/errors.ts";
import type { FileKeeping } from "./file.ts";
import type { Differences } from "./plan-draft.ts";
import { isUnsaid, printKeep, printRollups, retentionProblem } from "./retention.ts";
import type { Field, Product, Retention } from "./types.ts";

/** Said beside a change that lets go of something. */
export const GOES = "what is older goes with the next sweep, and does not come back";

/** What the row says after the file: what it leaves out stays, and "" takes it back. */
export function statedRetention(
  { retention: days, rollups }: FileKeeping,
  known: Retention | undefined,
): { readonly retention?: Retention } {
  const kept = days === undefined ? known?.days : days === "" ? undefined : days;
  // an absent key and undefined mean the same in a file
  const group = rollups === undefined || rollups === "" ? undefined : withoutUndefined(rollups);
  const figures = rollups === undefined ? known?.rollups : group;
  const retention = { ...(kept !== undefined && { days: kept }), ...(figures !== undefined && { rollups: figures }) };
  return isUnsaid(retention) ? {} : { retention };
}
function withoutUndefined(rollups: Exclude<FileKeeping["rollups"], "" | undefined>): NonNullable<Retention["rollups"]> {
  return Object.fromEntries(Object.entries(rollups).filter(([, days]) => days !== undefined));
}

/** Both of them in words. @param unsaid what holds where nothing is said */
function wordsOf(retention: Retention | undefined, unsaid: readonly [string, string]): readonly [string, string] {
  const { days, rollups } = retention ?? {};
  return [days === undefined ? unsaid[0] : printKeep(days), rollups === undefined ? unsaid[1] : printRollups(rollups)];
}
const OF_PRODUCT = ["forever", "none"] as const;
const OF_FIELD = ["as the product", "as the product"] as const;

/** For the lines of a plan. */
export function retentionDifferences(
  kind: "product" | "field",
  before: Retention | undefined,
  after: Retention | undefined,
): Differences {
  const unsaid = kind === "product" ? OF_PRODUCT : OF_FIELD;
  const [was, is] = [wordsOf(before, unsaid), wordsOf(after, unsaid)];
  return { retention: [was[0], is[0]], rollups: [was[1], is[1]] };
}

/**
 * @param path of the product or the field in the file
 * @throws Refusal invalid_fleet
 */
export function refuseProblem(path: string, product: Product, field?: Field): void {
  const problem = retentionProblem(product, field);
  if (problem === null) return;
  const whose = field === undefined ? "" : ` (field ${field.id})`;
  throw new Refusal("invalid_fleet", `${path}.${problem.key}${whose}: ${problem.text}`);
}
