import { flag, integer, json, text } from "../columns.ts";
import { fleetKind } from "../kind.ts";
import type { Sparkplug, SparkplugRule } from "../sparkplug-rows.ts";

/** A host application of Sparkplug B. Neither its account nor its products are references: when they go it stays, and records less. */
export const sparkplug = fleetKind<Sparkplug>()({
  name: "sparkplug",
  table: "sparkplug",
  since: "0060_sparkplug",
  references: [{ property: "workspace", kind: "workspace" }],
  resolve: (row, uid) => ({
    ...row,
    account: uid("apiUser", row.account),
    products: row.products.map((rule) => ({ ...rule, product: uid("product", rule.product) })),
  }),
  key: null,
  audit: {
    name: ({ host, workspace }, look) => `${host}@${look.name("workspace", workspace) ?? "?"}`,
    shown: {
      account: (account: number, look) => look.name("apiUser", account) ?? "an account that is gone",
      products: (rules: readonly SparkplugRule[], look) =>
        rules.map(({ nodes, product }) => `${nodes} → ${look.name("product", product) ?? "a product that is gone"}`),
    },
  },
  columns: {
    workspace: integer("workspace"),
    host: text("host"),
    account: integer("account"),
    products: json("products", rulesOf),
    reorder: integer("reorder"),
    rebirth: flag("rebirth"),
    active: flag("active"),
  },
});

/** What a file may hold, read without trust; null: it cannot be that. */
function rulesOf(value: unknown): readonly SparkplugRule[] | null {
  if (!Array.isArray(value)) return null;
  const rules = value.flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null || !("nodes" in one) || !("product" in one)) return [];
    const { nodes, product } = one;
    return typeof nodes === "string" && typeof product === "number" ? [{ nodes, product }] : [];
  });
  return rules.length === value.length ? rules : null;
}
