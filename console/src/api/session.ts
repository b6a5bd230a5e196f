import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, setCsrf } from "./index.ts";
import type { CurrentSession } from "./people.d.ts";

/** Who is signed in, and in which ways one can sign in. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<CurrentSession> => {
    const { data } = await api.getCurrentSession({ signal });
    setCsrf(data.signed_in ? data.csrf_token : null);
    return data;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** The account of who is signed in, with its workspaces. */
export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: async ({ signal }) => (await api.getAccount({ signal })).data,
  staleTime: 60_000,
});

/** The workspaces that one may see: one's own, for administrators of the instance all. */
export const workspacesQuery = queryOptions({
  queryKey: ["workspaces"],
  queryFn: async ({ signal }) => (await api.listWorkspaces({ limit: 1000, signal })).data.items,
  staleTime: 60_000,
});

/** What who is signed in may do, and why. */
export const ownRightsQuery = queryOptions({
  queryKey: ["rights"],
  queryFn: async ({ signal }) => (await api.getOwnRights({ signal })).data,
  staleTime: 60_000,
});

type WorkspaceRight = "basics" | "members" | "devices" | "integrations" | "rules" | "dashboards" | "exports";

/**
 * Whether one may do something in a workspace. What one may not do is shown, disabled, with the reason; the server decides in
 * the end. True while it is not known yet, so that nothing flickers.
 */
export function useMay(workspace: string, right: WorkspaceRight): boolean {
  const { data } = useQuery(ownRightsQuery);
  if (data === undefined || data.operate) return true;
  return data.workspaces.some((one) => one.workspace === workspace && one.can.includes(right));
}

/** What who is signed in may do with a device. */
function deviceRightsQuery(product: string, device: string) {
  return queryOptions({
    queryKey: ["rights", "device", product, device],
    queryFn: async ({ signal }) => (await api.getOwnRights({ product, device, signal })).data.device?.can ?? [],
    staleTime: 60_000,
    enabled: product !== "" && device !== "",
  });
}

/** Whether one may record values of a device; true while it is not known yet, as `useMay`. */
export function useMayRecord(product: string, device: string): boolean {
  const { data } = useQuery(deviceRightsQuery(product, device));
  return data === undefined || data.some((one) => one === "record_measurements" || one === "record_only");
}

/** Whether one administers the instance. */
export function useOperates(): boolean {
  return useQuery(ownRightsQuery).data?.operate === true;
}
