import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Webhook } from "../../../../sdk/operations.js";
import { useMay } from "../../api/session.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatNumber } from "../../parts/format-value.ts";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { webhooksQuery } from "./queries.ts";
import { WebhookState } from "./webhook-state.tsx";

/** What is sent elsewhere, and how that goes: a line each, which opens the webhook. */
export function Webhooks({ workspace }: { readonly workspace: string }) {
  const t = useText();
  const words = t.webhook;
  const { data, error, refetch } = useQuery(webhooksQuery(workspace));
  const may = useMay(workspace, "integrations");
  const create = may ? (
    <Button component={Link} to={`/w/${workspace}/integrations/webhooks/new`}>
      {words.create}
    </Button>
  ) : (
    <Button disabled title={t.common.needs("integrations")}>
      {words.create}
    </Button>
  );
  return (
    <Section title={words.title} flush actions={create}>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={3} />
      ) : data.length === 0 ? (
        <EmptyState code="bin/fieldcast webhook create office https://hooks.example.com/in --event device_measurement">
          {words.none}
        </EmptyState>
      ) : (
        <ul className={css.list}>
          {data.map((webhook) => (
            <Item key={webhook.webhook} workspace={workspace} webhook={webhook} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Item({ workspace, webhook }: { readonly workspace: string; readonly webhook: Webhook }) {
  const t = useText();
  const words = t.webhook;
  const { webhook: number, name, url, reason, calls, error_rate, dead_letters, lag_seconds } = webhook;
  return (
    <li>
      <div className={css.head}>
        <WebhookState webhook={webhook} />
        <span className={css.what}>
          <Link
            to="/w/$workspace/integrations/webhooks/$webhook"
            params={{ workspace, webhook: String(number) }}
            className={css.name}
          >
            {name}
          </Link>
          <code>{url}</code>
        </span>
      </div>
      <p className="quiet small">
        {words.calls(formatNumber(calls, 0, t.time.locale), Math.round(error_rate * 1000) / 10)}
        {dead_letters > 0 && ` ${words.dead(dead_letters)}`}
        {lag_seconds > 1 && ` ${words.late(Math.round(lag_seconds))}`}
      </p>
      {reason !== null && <p>{reason}</p>}
    </li>
  );
}
