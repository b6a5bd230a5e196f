import { queryOptions } from "@tanstack/react-query";
import type { Member, Token } from "../../../../sdk/operations.js";
import { allOf } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import type { Invitation } from "../../api/people.d.ts";

export function membersQuery(workspace: string) {
  return queryOptions({
    queryKey: ["members", workspace],
    queryFn: ({ signal }): Promise<Member[]> =>
      allOf((cursor) => api.listMembers({ workspace, limit: 1000, signal, ...cursor }), 10_000),
  });
}

export function invitationsQuery(workspace: string) {
  return queryOptions({
    queryKey: ["invitations", workspace],
    queryFn: async ({ signal }): Promise<Invitation[]> => (await api.listInvitations({ workspace, signal })).data.items,
  });
}

/** One API user, with the tag of its state for changes. */
export function apiUserQuery(workspace: string, number: string) {
  return queryOptions({
    queryKey: ["api-users", workspace, "one", number],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getApiUser({ workspace, api_user: number, signal });
      return { apiUser: data, etag: etag ?? "*" };
    },
  });
}

export function tokensQuery(workspace: string, number: string | number) {
  return queryOptions({
    queryKey: ["tokens", workspace, String(number)],
    queryFn: ({ signal }): Promise<Token[]> =>
      allOf((cursor) => api.listTokens({ workspace, api_user: number, limit: 1000, signal, ...cursor }), 1000),
  });
}

/** The MQTT connections of an API user that are open. */
export function openSessionsQuery(number: string | number) {
  return queryOptions({
    queryKey: ["sessions", "open", String(number)],
    queryFn: async ({ signal }) =>
      (await api.listSessions({ account: `a:${number}`, connected: true, limit: 1000, signal })).data.items.length,
  });
}
