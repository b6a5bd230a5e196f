import { definitionSchema } from "../../rules/schema.ts";
import type { RuleDefinition } from "../../rules/types.ts";
import { flag, integer, json, optional, text } from "../columns.ts";
import { fleetKind, type Look } from "../kind.ts";
import type { Rule, RuleScope } from "../rule-rows.ts";
import type { Device } from "../rows.ts";
import { actionsOf, alertOf, resolveActions, shownActions } from "../rule-action-column.ts";
import { accountName, accountOf } from "./account-column.ts";

/**
 * When something is so, something is done. What its scope names, and the account whose rights it has, are no references: when they go it
 * stays, is shown as broken, and is about less, never about more.
 */
export const rule = fleetKind<Rule>()({
  name: "rule",
  table: "rule",
  since: "0070_rules",
  references: [{ property: "workspace", kind: "workspace" }],
  resolve: (row, uid) => ({
    ...row,
    scope: {
      ...row.scope,
      products: row.scope.products.map((one) => uid("product", one)),
      devices: row.scope.devices.map((one) => uid("device", one)),
    },
    actions: resolveActions(row.actions, uid),
    account: {
      user: row.account.user === null ? null : uid("user", row.account.user),
      apiUser: row.account.apiUser === null ? null : uid("apiUser", row.account.apiUser),
    },
  }),
  key: "name",
  taken: "A rule with this name exists already in the workspace.",
  audit: {
    name: ({ name, workspace }, look) => `${name}@${look.name("workspace", workspace) ?? "?"}`,
    shown: {
      scope: (scope: RuleScope, look) => shownScope(scope, look),
      actions: (actions: Rule["actions"], look) => shownActions(actions, look),
      account: (account: Rule["account"], look) => accountName(account, look),
    },
  },
  columns: {
    workspace: integer("workspace"),
    name: text("name"),
    description: optional(text("description")),
    scope: json("scope", scopeOf),
    definition: json("definition", definitionOf),
    account: json("account", accountOf),
    actions: json("actions", actionsOf),
    alert: optional(json("alert", alertOf)),
    active: flag("active"),
    snoozed: optional(integer("snoozed")),
    created: integer("created"),
  },
});

function shownScope({ products, devices, tags }: RuleScope, look: Look): unknown {
  const names = {
    products: products.map((uid) => look.name("product", uid) ?? uid),
    devices: devices.map((uid) => (look.row<Device>("device", uid) === null ? uid : look.name("device", uid))),
    tags,
  };
  return Object.fromEntries(Object.entries(names).filter(([, list]) => list.length > 0));
}

// What a file may hold, read without trust; null: it cannot be that.

function definitionOf(value: unknown): RuleDefinition | null {
  const { data } = definitionSchema.safeParse(value);
  return data ?? null;
}
function scopeOf(value: unknown): RuleScope | null {
  if (typeof value !== "object" || value === null) return null;
  const lists: Record<string, unknown> = { ...value };
  const numbers = (list: unknown): number[] | null =>
    Array.isArray(list) && list.every((one) => Number.isSafeInteger(one)) ? list : null;
  const texts = (list: unknown): string[] | null =>
    Array.isArray(list) && list.every((one) => typeof one === "string") ? list : null;
  const [products, devices, tags] = [numbers(lists.products), numbers(lists.devices), texts(lists.tags)];
  return products && devices && tags ? { products, devices, tags } : null;
}
