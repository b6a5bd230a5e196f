import { queryOptions } from "@tanstack/react-query";
import { allOf, type Device } from "../../api/fleet.ts";
import { serverNow } from "../../api/clock.ts";
import { api } from "../../api/index.ts";

const MOST_DEVICES = 10_000;
/** Home is looked at for a moment: it is asked again this often, ms. */
const EVERY = 30_000;
const HOUR = 3_600_000;

export function devicesQuery(workspace: string) {
  return queryOptions({
    queryKey: ["devices", workspace, "home"],
    queryFn: ({ signal }): Promise<Device[]> =>
      allOf((cursor) => api.listDevices({ workspace, limit: 1000, signal, ...cursor }), MOST_DEVICES),
    refetchInterval: EVERY,
    meta: { live: true },
  });
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
