import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import type { Text } from "../../text/index.ts";
import { ruleSearch } from "./search.ts";

const above = (t: Text, { workspace = "" }: Readonly<Record<string, string>>) => ({
  to: `/w/${workspace}/rules`,
  text: t.frame.rules,
});

export const rulesRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "rules",
  staticData: { crumb: (t) => t.frame.rules },
  component: lazyRouteComponent(() => import("./rules-page.tsx"), "RulesPage"),
});

export const newRuleRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "rules/new",
  staticData: { crumb: (t) => t.frame.newRule, above },
  component: lazyRouteComponent(() => import("./new-rule-page.tsx"), "NewRulePage"),
});

export const ruleRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "rules/$rule",
  validateSearch: ruleSearch,
  staticData: { crumb: (_, { rule = "" }) => rule, above },
  component: lazyRouteComponent(() => import("./rule-page.tsx"), "RulePage"),
});
