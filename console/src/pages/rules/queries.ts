import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/index.ts";

export function rulesQuery(workspace: string) {
  return queryOptions({
    queryKey: ["rules", workspace],
    queryFn: async ({ signal }) => (await api.listRules({ workspace, limit: 1000, signal })).data.items,
    refetchInterval: 10_000,
  });
}
/** One rule, with the tag of its state for changes. */
export function ruleQuery(workspace: string, rule: string) {
  return queryOptions({
    queryKey: ["rules", workspace, rule, "one"],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getRule({ workspace, rule, signal });
      return { rule: data, etag: etag ?? "*" };
    },
  });
}
/** What changed in it, newest first. */
export function ruleLogQuery(workspace: string, rule: number) {
  return queryOptions({
    queryKey: ["rules", workspace, rule, "log"],
    queryFn: async ({ signal }) => (await api.listRuleLog({ workspace, rule, limit: 200, signal })).data.items,
    refetchInterval: 3_000,
  });
}
/** Devices for which it has fired, or waits. */
export function ruleStatesQuery(workspace: string, rule: number) {
  return queryOptions({
    queryKey: ["rules", workspace, rule, "states"],
    queryFn: async ({ signal }) => (await api.listRuleStates({ workspace, rule, signal })).data.items,
    refetchInterval: 3_000,
  });
}
