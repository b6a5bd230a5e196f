import { queryOptions } from "@tanstack/react-query";
import type { DeviceCounts } from "../../../../sdk/operations.js";
import { productsQuery } from "../../api/fleet.ts";
import { serverNow } from "../../api/clock.ts";
import { api, queryClient } from "../../api/index.ts";
import { TOKENS_SOON } from "./attention.ts";

/** Home is looked at for a moment: it is asked again this often, ms. */
const EVERY = 30_000;
const HOUR = 3_600_000;

/** How many devices there are, and how many of them were heard. */
export function countsQuery(workspace: string) {
  return queryOptions({
    queryKey: ["devices", workspace, "counts"],
    queryFn: async ({ signal }): Promise<DeviceCounts> => (await api.countDevices({ workspace, signal })).data,
    refetchInterval: EVERY,
    meta: { live: true },
  });
}

/** Asks for what the page needs first, while it is loaded itself. */
export function prefetchHome(workspace: string): void {
  void queryClient.prefetchQuery(countsQuery(workspace));
  void queryClient.prefetchQuery(productsQuery(workspace));
  void queryClient.prefetchQuery(activityQuery(workspace));
}

/** Refusals of the last hour, as far as one may see them. */
export function refusedQuery(kind: "refused" | "login_refused") {
  return queryOptions({
    queryKey: ["events", kind, "hour"],
    queryFn: async ({ signal }) => {
      const since = new Date(serverNow() - HOUR).toISOString();
      return (await api.listEvents({ kind, since, limit: 1000, signal })).data.items;
    },
    refetchInterval: EVERY,
    retry: false,
  });
}

export function webhooksQuery(workspace: string) {
  return queryOptions({
    queryKey: ["webhooks", workspace],
    queryFn: async ({ signal }) => (await api.listWebhooks({ workspace, limit: 1000, signal })).data.items,
    refetchInterval: EVERY,
    retry: false,
  });
}

/** API users whose last token ends soon, as far as one may see them. */
export function endingTokensQuery(workspace: string) {
  return queryOptions({
    queryKey: ["api-users", workspace, "ending"],
    queryFn: async ({ signal }) => {
      const before = new Date(serverNow() + TOKENS_SOON).toISOString();
      const answer = await api.listApiUsers({ workspace, tokens_end_before: before, limit: 1000, signal });
      return answer.data.items;
    },
    refetchInterval: EVERY,
    retry: false,
  });
}

/** External brokers, as far as one may see them. */
export function homeBrokersQuery(workspace: string) {
  return queryOptions({
    queryKey: ["brokers", workspace, "home"],
    queryFn: async ({ signal }) => (await api.listBrokers({ workspace, limit: 1000, signal })).data.items,
    refetchInterval: EVERY,
    retry: false,
  });
}

/** Who changed what, newest first. */
export function activityQuery(workspace: string) {
  return queryOptions({
    queryKey: ["audit", workspace, "home"],
    queryFn: async ({ signal }) => (await api.listAuditEntries({ workspace, limit: 500, signal })).data.items,
    refetchInterval: EVERY,
    retry: false,
  });
}

/** For who operates the instance: its certificate and its disk. */
export const instanceQuery = queryOptions({
  queryKey: ["instance"],
  queryFn: async ({ signal }) => (await api.getInstance({ signal })).data,
  retry: false,
});
export const storageQuery = queryOptions({
  queryKey: ["storage", "home"],
  queryFn: async ({ signal }) => (await api.getStorage({ top: 0, signal })).data,
  retry: false,
});
