import { z } from "zod";
import type { FileKeeping } from "../../fleet/file.ts";
import type { FieldNode, ProductNode } from "../../fleet/nodes.ts";
import { KEEP_RULE, keepDaysOf, policyOf, printKeep } from "../../fleet/retention.ts";
import { draftRetention } from "../../fleet/set-retention.ts";
import { type Retention, ROLLUP_STEPS } from "../../fleet/types.ts";
import { findField, findProduct, findProductToEdit } from "./find.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";
import { etagOf } from "./state.ts";

/** How long the measurements of products and fields are kept. */

const keep = z
  .string()
  .max(10, `allowed is ${KEEP_RULE}`)
  .refine((text) => keepDaysOf(text) !== undefined, `allowed is ${KEEP_RULE}`)
  .meta({ description: KEEP_RULE });
const rollups = z
  .strictObject({ "1m": keep, "1h": keep, "1d": keep })
  .partial()
  .meta({ description: "Figures of every minute, hour or day that are kept longer than the measurements." });
const said = z.strictObject({ retention: keep.nullable(), rollups: rollups.nullable() });
const changes = said.partial();
const result = z
  .object({ retention: z.string(), rollups, said })
  .meta({ id: "Retention", description: "What holds, and what is said of this itself (null: nothing)." });

type Found = { readonly product: ProductNode; readonly field: FieldNode | null };

function shown({ product, field }: Found) {
  const { days, rollups: all } = policyOf(product.row, field?.row);
  const own = (field ?? product).row.retention;
  return {
    retention: printKeep(days),
    rollups: Object.fromEntries(all.map((one) => [one.step, printKeep(one.days)])),
    said: {
      retention: own?.days === undefined ? null : printKeep(own.days),
      rollups: own?.rollups === undefined ? null : printed(own.rollups),
    },
  };
}
function printed(group: NonNullable<Retention["rollups"]>): Record<string, string> {
  return Object.fromEntries(
    ROLLUP_STEPS.flatMap((step) => {
      const days = group[step];
      return days === undefined ? [] : [[step, printKeep(days)] as const];
    }),
  );
}
function stateOf({ product, field }: Found): string {
  return etagOf((field ?? product).row.retention ?? null);
}

/** What the body says in the words of the fleet file: null takes back, what is left out stays. */
function keepingOf(body: z.output<typeof changes>): FileKeeping {
  const { retention, rollups: group } = body;
  return {
    retention: retention === null ? "" : retention === undefined ? undefined : keepDaysOf(retention),
    rollups:
      group === null
        ? ""
        : group && Object.fromEntries(Object.entries(group).map(([step, text]) => [step, keepDaysOf(text ?? "")])),
  };
}

/** Both operations of a product, or of a field. */
function operations(
  of: "product" | "field",
  find: (seeker: Seeker) => Found,
  findToEdit: (seeker: Seeker) => Found,
): AnyOperation[] {
  const name = of === "product" ? "Product" : "Field";
  const path = of === "product" ? "/products/{product}/retention" : "/products/{product}/fields/{field}/retention";
  return [
    route({
      method: "get",
      path,
      id: `get${name}Retention`,
      tag: `${name}s`,
      summary: `Get the retention of a ${of}`,
      result,
      find,
      run: ({ found }) => ({ body: shown(found), etag: stateOf(found) }),
    }),
    route({
      method: "patch",
      path,
      id: `update${name}Retention`,
      tag: `${name}s`,
      summary: `Update the retention of a ${of}`,
      description:
        'Takes "edit_product" on all of the product, or the workspace permission "devices". null takes back what was said. What is ' +
        "older than a shorter time goes with the next sweep, and does not come back.",
      body: changes,
      result,
      needsState: true,
      find: findToEdit,
      run: async (call) => {
        await call.edit((draft) => {
          const found = call.again();
          call.checkState(stateOf(found));
          const what = { product: found.product.row.slug, field: found.field?.row.id };
          draftRetention(draft, call.deps.directory, what, keepingOf(call.body));
        });
        return { body: shown(call.found), etag: stateOf(call.found) };
      },
    }),
  ];
}

const both = (seeker: Seeker, product: ProductNode): Found => ({ product, field: findField(seeker, product) });
export const RETENTION: readonly AnyOperation[] = [
  ...operations(
    "product",
    (seeker) => ({ product: findProduct(seeker), field: null }),
    (seeker) => ({ product: findProductToEdit(seeker), field: null }),
  ),
  ...operations(
    "field",
    (seeker) => both(seeker, findProduct(seeker)),
    (seeker) => both(seeker, findProductToEdit(seeker)),
  ),
];
