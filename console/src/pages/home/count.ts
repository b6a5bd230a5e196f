import { queryOptions, useQuery } from "@tanstack/react-query";
import { serverNow } from "../../api/clock.ts";
import { api } from "../../api/index.ts";
import { useOperates } from "../../api/session.ts";
import { alertCountsQuery, openOf } from "../../parts/alerts/queries.ts";
import {
  certificateEnds,
  diskTight,
  endingTokens,
  failingBrokers,
  failingOf,
  MOST_TOKENS,
  refusalsOf,
} from "./attention.ts";
import {
  countsQuery,
  endingTokensQuery,
  homeBrokersQuery,
  instanceQuery,
  storageQuery,
  webhooksQuery,
} from "./queries.ts";

/** The number stands on every page: it is asked for seldom, and little. ms */
const EVERY = 60_000;
const HOUR = 3_600_000;
/** Refusals whose reasons are counted. */
const EVENTS = 200;

function reasonsQuery(kind: "refused" | "login_refused") {
  return queryOptions({
    queryKey: ["events", kind, "count"],
    queryFn: async ({ signal }) => {
      const since = new Date(serverNow() - HOUR).toISOString();
      return (await api.listEvents({ kind, since, limit: EVENTS, signal })).data.items;
    },
    refetchInterval: EVERY,
    retry: false,
  });
}

/** How many lines of "needs attention" call for somebody: what fails and what is silent, not what was never heard. */
export function useAttentionCount(workspace: string): number {
  const operates = useOperates();
  const refused = useQuery(reasonsQuery("refused"));
  const logins = useQuery(reasonsQuery("login_refused"));
  const devices = useQuery({ ...countsQuery(workspace), refetchInterval: EVERY });
  const webhooks = useQuery({ ...webhooksQuery(workspace), refetchInterval: EVERY });
  const brokers = useQuery({ ...homeBrokersQuery(workspace), refetchInterval: EVERY });
  const tokens = useQuery({ ...endingTokensQuery(workspace), refetchInterval: EVERY });
  const instance = useQuery({ ...instanceQuery, enabled: operates });
  const storage = useQuery({ ...storageQuery, enabled: operates });
  const alerts = useQuery(alertCountsQuery(workspace));
  return (
    (openOf(alerts.data) > 0 ? 1 : 0) +
    Math.min(5, refusalsOf(refused.data ?? [], workspace).length) +
    Math.min(3, refusalsOf(logins.data ?? [], workspace).length) +
    ((devices.data?.silent ?? 0) > 0 ? 1 : 0) +
    failingOf(webhooks.data ?? []).length +
    failingBrokers(brokers.data ?? []).length +
    Math.min(MOST_TOKENS, endingTokens(tokens.data ?? [], serverNow()).length) +
    (instance.data !== undefined && certificateEnds(instance.data, serverNow()) !== null ? 1 : 0) +
    (storage.data !== undefined && diskTight(storage.data) !== null ? 1 : 0)
  );
}
