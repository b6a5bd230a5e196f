import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { Ago } from "../../parts/ago.tsx";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { Danger } from "../../parts/danger.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { webhookQuery } from "./queries.ts";
import { WEBHOOK_TABS } from "./search.ts";
import { WebhookActions } from "./webhook-actions.tsx";
import { WebhookCalls } from "./webhook-calls.tsx";
import { WebhookLetters } from "./webhook-letters.tsx";
import { KeptForm } from "../../parts/kept-form.tsx";
import { WebhookSettings } from "./webhook-settings.tsx";
import { WebhookFacts } from "./webhook-facts.tsx";
import { WebhookState } from "./webhook-state.tsx";

const route = getRouteApi("/frame/w/$workspace/integrations/webhooks/$webhook");

/** One webhook: how it goes, what was sent and answered, what was given up, and what it is. */
export function WebhookPage() {
  const t = useText();
  const words = t.webhook;
  const { workspace, webhook: number } = route.useParams();
  const { tab = "calls" } = route.useSearch();
  const navigate = useNavigate();
  const may = useMay(workspace, "integrations");
  const { data, error, refetch } = useQuery(webhookQuery(workspace, number));
  if (data === undefined)
    return (
      <Page title={number}>
        {error === null ? <Skeleton rows={8} /> : <RefusalNote error={error} again={() => void refetch()} />}
      </Page>
    );
  const { webhook, etag } = data;
  const which = { workspace, webhook: webhook.webhook };
  const path = `/workspaces/${workspace}/webhooks/${webhook.webhook}`;
  return (
    <Page
      title={webhook.name}
      about={
        <span className={css.about}>
          <WebhookState webhook={webhook} />
          {webhook.since !== null && <Ago time={webhook.since} />}
        </span>
      }
      actions={<AsApi examples={[curlText(path), curlText(`${path}/calls`)]} />}
    >
      <RefusalNote error={error} again={() => void refetch()} />
      <WebhookFacts webhook={webhook} />
      <WebhookActions webhook={webhook} may={may} />
      <Tabs
        label={words.tabs}
        tabs={WEBHOOK_TABS.map((id) => ({
          id,
          text: id === "letters" && webhook.dead_letters > 0 ? words.tabLetters(webhook.dead_letters) : words.tab[id],
        }))}
        chosen={tab}
        search={(id) => (id === "calls" ? {} : { tab: id })}
      />
      {tab === "calls" && <WebhookCalls {...which} />}
      {tab === "letters" && <WebhookLetters {...which} name={webhook.name} may={may} />}
      {tab === "settings" && (
        <>
          <KeptForm key={webhook.webhook} state={{ webhook, etag }}>
            {(state) => <WebhookSettings {...state} may={may} />}
          </KeptForm>
          <Danger
            words={words}
            name={webhook.name}
            may={may}
            right="integrations"
            queryKey={["webhooks", "takes", webhook.webhook]}
            count={async () => webhook}
            takes={(one) => words.deleteTakes(one.dead_letters)}
            run={async () => {
              await api.deleteWebhook(which);
              await navigate({ to: "/w/$workspace/integrations", params: { workspace } });
              await queryClient.invalidateQueries({ queryKey: ["webhooks"] });
            }}
          />
        </>
      )}
    </Page>
  );
}
