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
    // whether it is stopped changes by itself
    refetchInterval: 10_000,
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
/** Some devices with their values, to see where they are. @param product its slug; "": of all */
export function placedDevicesQuery(workspace: string, product: string) {
  return queryOptions({
    queryKey: ["devices", workspace, "placed", product],
    queryFn: async ({ signal }) =>
      (
        await api.listDevices({
          ...{ workspace, limit: 200, values: true, signal },
          ...(product !== "" && { product }),
        })
      ).data.items,
    staleTime: 60_000,
  });
}
