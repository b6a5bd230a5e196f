import { fieldRows, formulaOf, formulaProblem } from "../../fleet/formulas.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import type { Field } from "../../fleet/types.ts";
import type { Formula } from "../../formulas/types.ts";

/** A field that is computed, and how. */
export interface Computed {
  readonly id: string;
  readonly formula: Formula;
}
/** What formulas look at of a field beside its value. */
export interface Looks {
  readonly previous: boolean;
  /** µs, each once. */
  readonly spans: readonly number[];
}

/** All formulas of a product that compute, in an order in which each follows those from which it is computed. */
export interface Plan {
  readonly computed: readonly Computed[];
  /** By identifier: measured fields by which something is computed. */
  readonly sources: ReadonlySet<string>;
  /** By identifier. */
  readonly looks: ReadonlyMap<string, Looks>;
}

/** Broken formulas compute nothing, and neither does what is switched off. */
function planOf(product: ProductNode): Plan {
  const rows = fieldRows(product);
  const whole = [...rows.values()].filter((row) => row.active !== false && row.formula !== undefined);
  const fit = whole.filter((row) => formulaProblem(rows, row) === null);
  return planned(fit.map((row) => ({ id: row.id, formula: formulaOf(rows, row) })));
}

/** @param unordered without a circle */
export function planned(unordered: readonly Computed[]): Plan {
  const byId = new Map(unordered.map((one) => [one.id, one]));
  const computed = new Map<string, Computed>();
  const add = (one: Computed) => {
    if (computed.has(one.id)) return;
    for (const field of one.formula.fields) {
      const before = byId.get(field);
      if (before !== undefined) add(before);
    }
    computed.set(one.id, one);
  };
  for (const one of unordered) add(one);
  const fields = new Set(unordered.flatMap(({ formula }) => formula.fields));
  const needs = unordered.flatMap(({ formula }) => formula.needs);
  const looks = [...fields].map((id) => {
    const own = needs.filter(({ field }) => field === id);
    const spans = own.flatMap((need) => (need.what === "window" ? [need.span] : []));
    return [id, { previous: own.some(({ what }) => what === "previous"), spans: [...new Set(spans)] }] as const;
  });
  return {
    computed: [...computed.values()],
    sources: new Set([...fields].filter((id) => !byId.has(id))),
    looks: new Map(looks),
  };
}

/** The plans of products, made anew when their fields have changed. */
export class Plans {
  private readonly known = new WeakMap<ProductNode, { epoch: number; rows: readonly Field[]; plan: Plan | null }>();

  /** Null: nothing of the product is computed. */
  of(product: ProductNode): Plan | null {
    const known = this.known.get(product);
    if (known?.epoch === product.epoch) return known.plan;
    const rows = [...product.fields.values()].map(({ row }) => row);
    // most changes of a product are those of its devices
    if (known?.rows.length === rows.length && known.rows.every((row, i) => row === rows[i])) {
      known.epoch = product.epoch;
      return known.plan;
    }
    const plan = rows.some(({ formula }) => formula !== undefined) ? planOf(product) : null;
    this.known.set(product, { epoch: product.epoch, rows, plan });
    return plan;
  }
}
