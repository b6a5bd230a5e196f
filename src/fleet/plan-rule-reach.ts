import { configurationFields } from "./decoders.ts";
import type { Directory } from "./directory.ts";
import { computedIn } from "./formulas.ts";
import type { Draughtsman } from "./plan-draft.ts";
import type { ActionChecks } from "./rule-action-problems.ts";
import { type Reached, targetOf } from "./rule-problems.ts";
import type { RuleScope } from "./types.ts";

/** What the rules of a fleet file may name. */
interface Reach {
  /** The products that a scope allows. */
  of(scope: RuleScope): Reached[];
  readonly device: NonNullable<ActionChecks["device"]>;
  /** uid of a device's product. */
  homeOf(device: number): number;
}
/** What the products of a workspace have when the file is applied. */
export function reachIn(directory: Directory, draft: Draughtsman, workspace: number): Reach {
  const products = new Map<number, Reached>();
  for (const slug of draft.productSlugs(workspace)) {
    const uid = draft.findProduct(slug)?.uid ?? 0;
    const node = directory.product(slug);
    const drafted = draft.drafts.flatMap((one) =>
      one.op === "put" && one.kind === "field" && one.row.product === uid ? [one.row] : [],
    );
    const own = [...draft.configuration.values()].filter((one) => one.product === uid);
    const rows = new Map([...(node?.fields.values() ?? [])].map(({ row }) => [row.id, row]));
    for (const row of drafted) rows.set(row.id, row);
    products.set(uid, {
      uid,
      computed: () => computedIn(rows),
      isComputed: (id) => rows.get(id)?.formula !== undefined,
      field: (id) => rows.get(id)?.type,
      configuration: (id) =>
        [...own, ...(node === undefined ? [] : configurationFields(directory, uid))].find((one) => one.id === id)?.type,
      downlink: (name) =>
        directory.named("downlink", uid, name) !== undefined ||
        draft.drafts.some(
          (one) => one.op === "put" && one.kind === "downlink" && one.row.product === uid && one.row.name === name,
        ),
    });
  }
  const productOf = new Map(
    draft.drafts.flatMap((one) =>
      one.op === "put" && one.kind === "device" ? [[one.row.uid, one.row.product] as const] : [],
    ),
  );
  const homeOf = (uid: number) => productOf.get(uid) ?? directory.deviceByUid(uid)?.product.row.uid ?? 0;
  return {
    homeOf,
    of({ products: named, devices }) {
      const own = new Set(devices.map(homeOf));
      return [...products]
        .filter(([uid]) => (named.length === 0 || named.includes(uid)) && (own.size === 0 || own.has(uid)))
        .map(([, reached]) => reached);
    },
    device(uid) {
      const reached = products.get(homeOf(uid));
      return reached && targetOf([reached]);
    },
  };
}
