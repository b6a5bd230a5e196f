import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import type { NewWebhook } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { Page } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { SecretOnce } from "../../parts/secret-once.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { WebhookFields } from "./webhook-fields.tsx";
import { NEW_WEBHOOK, webhookBodyOf, type WebhookForm } from "./webhook-form.ts";
import { WebhookPreview } from "./webhook-preview.tsx";

const route = getRouteApi("/frame/w/$workspace/integrations/webhooks/new");

/** Makes a webhook: the form at the left, what a request would hold at the right; then its secret, this once. */
export function NewWebhookPage() {
  const t = useText();
  const words = t.webhook;
  const { workspace } = route.useParams();
  const may = useMay(workspace, "integrations");
  const [form, setForm] = useState<WebhookForm>(NEW_WEBHOOK);
  const [made, setMade] = useState<NewWebhook | null>(null);
  const create = useAct(async () => {
    const { data } = await api.createWebhook({ workspace, body: webhookBodyOf(form, true) });
    setMade(data);
    await queryClient.invalidateQueries({ queryKey: ["webhooks"] });
  });
  if (made !== null)
    return (
      <Page title={made.name}>
        <Section title={words.made}>
          <div className={css.form}>
            <SecretOnce what={words.secret} secret={made.secret}>
              {words.secretOnce}
            </SecretOnce>
            <div>
              <Button component={Link} to={`/w/${workspace}/integrations/webhooks/${made.webhook}`}>
                {words.toWebhook}
              </Button>
            </div>
          </div>
        </Section>
      </Page>
    );
  return (
    <Page title={words.create} actions={<AsApi examples={[curlText(`/workspaces/${workspace}/webhooks`)]} />}>
      <div className={css.columns}>
        <Section title={words.settings}>
          <form onSubmit={create.submit} className={css.form}>
            <WebhookFields
              workspace={workspace}
              form={form}
              set={(next) => setForm((before) => ({ ...before, ...next }))}
              problem={create.problem}
            />
            <RefusalNote error={create.error} />
            <div>
              <Button
                type="submit"
                loading={create.busy}
                disabled={!may}
                title={may ? undefined : t.common.needs("integrations")}
              >
                {words.create}
              </Button>
            </div>
          </form>
        </Section>
        <div className={css.beside}>
          <WebhookPreview workspace={workspace} form={form} />
        </div>
      </div>
    </Page>
  );
}
