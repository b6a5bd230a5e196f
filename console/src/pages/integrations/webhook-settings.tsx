import { Button, Switch } from "@mantine/core";
import { useState } from "react";
import type { Webhook } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { WebhookFields } from "./webhook-fields.tsx";
import { webhookBodyOf, webhookFormOf } from "./webhook-form.ts";
import { WebhookPreview } from "./webhook-preview.tsx";

interface Props {
  readonly webhook: Webhook;
  readonly etag: string;
  readonly may: boolean;
}

/** Changes a webhook. What was not sent yet goes as the new one says. What is typed stays when it is paused or fails meanwhile. */
export function WebhookSettings({ webhook, etag, may }: Props) {
  const t = useText();
  const words = t.webhook;
  const { workspace } = webhook;
  const [form, setForm] = useState(() => webhookFormOf(webhook));
  const [active, setActive] = useState<boolean | null>(null);
  const save = useAct(async () => {
    // the server may have switched it off meanwhile: only who turned the switch decides
    const body = { ...webhookBodyOf(form, false), ...(active !== null && { active }) };
    const { data } = await api.updateWebhook({ workspace, webhook: webhook.webhook, if_match: etag, body });
    setForm(webhookFormOf(data));
    setActive(null);
    await queryClient.invalidateQueries({ queryKey: ["webhooks"] });
  });
  return (
    <div className={css.columns}>
      <Section title={words.settings}>
        <form onSubmit={save.submit} className={css.form}>
          <Switch
            label={words.active}
            description={words.activeHelp}
            checked={active ?? webhook.active}
            onChange={(event) => setActive(event.currentTarget.checked)}
          />
          <WebhookFields
            workspace={workspace}
            form={form}
            set={(next) => setForm((before) => ({ ...before, ...next }))}
            problem={save.problem}
          />
          <p className="quiet small">{words.changeHow}</p>
          <RefusalNote error={save.error} />
          <div>
            <Button
              type="submit"
              loading={save.busy}
              disabled={!may}
              title={may ? undefined : t.common.needs("integrations")}
            >
              {t.common.save}
            </Button>
          </div>
        </form>
      </Section>
      <div className={css.beside}>
        <WebhookPreview workspace={workspace} form={form} />
      </div>
    </div>
  );
}
