import type { DeviceCounts } from "../../../../sdk/operations.js";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { serverNow } from "../../api/clock.ts";
import { useOperates } from "../../api/session.ts";
import { alertCountsQuery, openOf } from "../../parts/alerts/queries.ts";
import type { StatusKind } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
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
  endingTokensQuery,
  homeBrokersQuery,
  instanceQuery,
  refusedQuery,
  storageQuery,
  webhooksQuery,
} from "./queries.ts";

interface Props {
  readonly workspace: string;
  readonly counts: DeviceCounts;
}
/** A line of what needs somebody. */
interface Item {
  readonly key: string;
  readonly kind: StatusKind;
  readonly text: string;
  readonly more?: ReactNode;
}

/** What needs somebody, the worst first, with the way to it. */
export function useItems({ workspace, counts }: Props): {
  readonly items: readonly Item[];
  readonly error: Error | null;
} {
  const t = useText().home;
  const { frame } = useText();
  const operates = useOperates();
  const alerts = useQuery(alertCountsQuery(workspace));
  const refused = useQuery(refusedQuery("refused"));
  const logins = useQuery(refusedQuery("login_refused"));
  const webhooks = useQuery(webhooksQuery(workspace));
  const brokers = useQuery(homeBrokersQuery(workspace));
  const tokens = useQuery(endingTokensQuery(workspace));
  const instance = useQuery({ ...instanceQuery, enabled: operates });
  const storage = useQuery({ ...storageQuery, enabled: operates });
  const now = serverNow();
  const items: Item[] = [];
  const disk = storage.data === undefined ? null : diskTight(storage.data);
  if (disk !== null) items.push({ key: "disk", kind: "bad", text: t.disk((disk / 1e9).toFixed(1)) });
  const open = openOf(alerts.data);
  if (open > 0)
    items.push({
      key: "alerts",
      kind: "bad",
      text: frame.openAlerts(open),
      more: (
        <Link to="/w/$workspace/alerts" params={{ workspace }}>
          {t.look}
        </Link>
      ),
    });
  for (const hook of failingOf(webhooks.data ?? []))
    items.push({
      key: `webhook ${hook.webhook}`,
      kind: "bad",
      text: t.webhook(hook.name, hook.reason ?? t.gaveUp(hook.dead_letters)),
      more: (
        <Link to="/w/$workspace/integrations/webhooks/$webhook" params={{ workspace, webhook: String(hook.webhook) }}>
          {t.look}
        </Link>
      ),
    });
  for (const { broker, why } of failingBrokers(brokers.data ?? []))
    items.push({
      key: `broker ${broker.broker}`,
      kind: "bad",
      text: t.broker(broker.name, why),
      more: (
        <Link to="/w/$workspace/brokers/$broker" params={{ workspace, broker: String(broker.broker) }}>
          {t.look}
        </Link>
      ),
    });
  for (const { user, days } of endingTokens(tokens.data ?? [], now).slice(0, MOST_TOKENS))
    items.push({
      key: `token ${user.api_user}`,
      kind: days < 0 ? "bad" : "warn",
      text: t.token(user.name, days),
      more: (
        <Link to="/w/$workspace/access/api-users/$apiUser" params={{ workspace, apiUser: String(user.api_user) }}>
          {t.look}
        </Link>
      ),
    });
  for (const { code, message, count, device } of refusalsOf(refused.data ?? [], workspace).slice(0, 5))
    items.push({
      key: `refused ${code}`,
      kind: "bad",
      text: t.refused(count, message),
      more: (
        <>
          {device !== null && <DeviceLink workspace={workspace} device={device} />}
          <Link to="/w/$workspace/live" params={{ workspace }} search={{ q: code }}>
            {t.look}
          </Link>
        </>
      ),
    });
  for (const { code, message, count } of refusalsOf(logins.data ?? [], workspace).slice(0, 3))
    items.push({
      key: `login ${code}`,
      kind: "warn",
      text: t.logins(count, message),
      more: (
        <Link to="/w/$workspace/live" params={{ workspace }} search={{ q: code }}>
          {t.look}
        </Link>
      ),
    });
  if (counts.silent > 0)
    items.push({
      key: "silent",
      kind: "warn",
      text: t.silent(counts.silent),
      more: (
        <Link to="/w/$workspace/devices" params={{ workspace }} search={{ state: "away", sort: "heard" }}>
          {t.look}
        </Link>
      ),
    });
  if (counts.never_heard > 0)
    items.push({
      key: "never",
      kind: "away",
      text: t.never(counts.never_heard),
      more: (
        <Link to="/w/$workspace/connect" params={{ workspace }}>
          {t.connect}
        </Link>
      ),
    });
  const days = instance.data === undefined ? null : certificateEnds(instance.data, now);
  if (days !== null) items.push({ key: "certificate", kind: days < 7 ? "bad" : "warn", text: t.certificate(days) });
  return { items, error: refused.error };
}

function DeviceLink({ workspace, device }: { readonly workspace: string; readonly device: string }) {
  const [product = "", id = ""] = device.split("/");
  return (
    <Link to="/w/$workspace/devices/$product/$device" params={{ workspace, product, device: id }}>
      {id}
    </Link>
  );
}
