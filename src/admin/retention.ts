import { z } from "zod";
import { productNamed } from "../fleet/named.ts";
import { keeping } from "../fleet/file.ts";
import type { PlanLine } from "../fleet/plan-draft.ts";
import { policyOf, printKeep, printRollups } from "../fleet/retention.ts";
import { draftRetention } from "../fleet/set-retention.ts";
import type { Field, Product } from "../fleet/types.ts";
import { checked } from "./checked.ts";
import * as values from "./values.ts";
import type { OperationsDeps } from "./types.ts";

const schemas = {
  list: z.strictObject({ product: values.named.optional() }),
  set: z.strictObject({ product: values.named, field: values.named.optional(), ...keeping, dryRun: z.boolean() }),
};

/** What holds for one field, or for the fields of a product that say nothing. */
interface KeptRow {
  readonly product: string;
  /** null: the product itself. */
  readonly field: string | null;
  /** `90d`, `forever`; `1h 5y, 1d forever`, `none`. */
  readonly retention: string;
  readonly rollups: string;
  /** Whether it says so itself. */
  readonly own: boolean;
}

/** Seeing and setting what is kept, and for how long. @throws Refusal unknown_product, unknown_field, invalid_request, storage_unavailable */
export function retentionOperations(deps: OperationsDeps) {
  return {
    retentionList: checked(schemas.list, async (wish) => listRetention(deps, wish)),
    retentionSet: checked(schemas.set, (wish) => setRetention(deps, wish)),
  };
}

/** @throws Refusal unknown_product */
function listRetention({ directory }: OperationsDeps, { product: slug }: z.output<typeof schemas.list>): KeptRow[] {
  const one = slug === undefined ? undefined : productNamed(directory, slug);
  return (one ? [one] : [...directory.products()]).flatMap((node) => [
    keptRow(node.row, null),
    ...[...node.fields.values()].map((field) => keptRow(node.row, field.row)),
  ]);
}
function keptRow(product: Product, field: Field | null): KeptRow {
  const { days, rollups } = policyOf(product, field ?? undefined);
  const kept = Object.fromEntries(rollups.map((one) => [one.step, one.days]));
  return {
    product: product.slug,
    field: field?.id ?? null,
    retention: printKeep(days),
    rollups: printRollups(kept),
    own: (field ?? product).retention !== undefined,
  };
}

interface RetentionSet {
  readonly lines: readonly PlanLine[];
  /** Whether something goes with the next sweep that would stay otherwise. */
  readonly goes: boolean;
}
/** @throws Refusal unknown_product, unknown_field, invalid_request, storage_unavailable */
function setRetention(
  { fleet, directory }: OperationsDeps,
  { dryRun, retention, rollups, ...what }: z.output<typeof schemas.set>,
): Promise<RetentionSet> {
  return fleet.edit((draft) => {
    const { goes } = draftRetention(draft, directory, what, { retention, rollups });
    if (dryRun) draft.drafts.length = 0;
    return { lines: draft.lines, goes };
  });
}
