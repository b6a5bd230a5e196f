import { Button, NumberInput, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Integration } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { Copyable } from "../../parts/copy-button.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { PassList } from "../../parts/pass-list.tsx";
import { KeptForm } from "../../parts/kept-form.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";
import type { TabProps } from "./product-page.tsx";
import { OldKey, RotateKey } from "./integration-key.tsx";
import { integrationQuery, passesQuery } from "./queries.ts";

/** How devices that speak otherwise reach the product, and what came of it. */
export default function IntegrationTab({ workspace, product }: TabProps) {
  const t = useText();
  const words = t.product.integration;
  const { data, error, refetch } = useQuery(integrationQuery(product));
  const passes = useQuery(passesQuery(product));
  if (error !== null) return <RefusalNote error={error} again={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={8} />;
  return (
    <div className={css.columns}>
      <div className={css.stack}>
        <Addresses workspace={workspace} integration={data.integration} />
        <Section title={words.passes} flush>
          <RefusalNote error={passes.error} again={() => void passes.refetch()} />
          {passes.data?.length === 0 ? (
            <EmptyState
              code={`curl -X POST ${location.origin}/integrations/api/${data.integration.integration_key}/ -d '{"temperature": 22.5}'`}
            >
              {words.noPasses}
            </EmptyState>
          ) : (
            <PassList passes={passes.data ?? []} />
          )}
        </Section>
      </div>
      <KeptForm state={data}>{(state) => <Settings workspace={workspace} {...state} />}</KeptForm>
    </div>
  );
}

function Addresses({ workspace, integration }: { readonly workspace: string; readonly integration: Integration }) {
  const t = useText().product.integration;
  const common = useText().common;
  const may = useMay(workspace, "integrations");
  const [rotating, setRotating] = useState(false);
  const http = `${location.origin}/integrations/api/`;
  return (
    <Section
      title={t.addresses}
      actions={
        <Button
          variant="default"
          disabled={!may}
          title={may ? undefined : common.needs("integrations")}
          onClick={() => setRotating(true)}
        >
          {t.rotate}
        </Button>
      }
    >
      <dl className={css.addresses}>
        <div>
          <dt>{t.http}</dt>
          <dd>
            <Copyable text={`${http}${integration.integration_key}/`} what={t.http} />
          </dd>
        </div>
        {integration.accepts_product_uuid && (
          <div>
            <dt>{t.uuid}</dt>
            <dd>
              <Copyable text={`${http}${integration.uuid}/`} what={t.uuid} />
            </dd>
          </div>
        )}
        <div>
          <dt>{t.lorawan}</dt>
          <dd>
            <Copyable text={`${location.origin}/integrations/lorawan/auto`} what={t.lorawan} />
          </dd>
        </div>
      </dl>
      <p className="quiet small">{t.keySpeaks}</p>
      <OldKey workspace={workspace} integration={integration} />
      {rotating && <RotateKey product={integration.product} onClose={() => setRotating(false)} />}
    </Section>
  );
}

interface SettingsProps {
  readonly workspace: string;
  readonly integration: Integration;
  readonly etag: string;
}

function Settings({ workspace, integration, etag }: SettingsProps) {
  const t = useText();
  const words = t.product.integration;
  const may = useMay(workspace, "integrations");
  const [form, setForm] = useState({
    accepts_product_uuid: integration.accepts_product_uuid,
    network_token_needed: integration.network_token_needed,
    creates_devices: integration.creates_devices as number | string,
    creates_fields: integration.creates_fields as number | string,
  });
  const save = useAct(async () => {
    await api.updateIntegration({
      product: integration.product,
      if_match: etag,
      body: { ...form, creates_devices: Number(form.creates_devices), creates_fields: Number(form.creates_fields) },
    });
    await queryClient.invalidateQueries({ queryKey: ["integration"] });
  });
  return (
    <Section title={words.settings}>
      <form onSubmit={save.submit} className={css.form}>
        <Switch
          label={words.acceptsUuid}
          checked={form.accepts_product_uuid}
          onChange={(event) => setForm({ ...form, accepts_product_uuid: event.currentTarget.checked })}
        />
        <Switch
          label={words.tokenNeeded}
          checked={form.network_token_needed}
          onChange={(event) => setForm({ ...form, network_token_needed: event.currentTarget.checked })}
        />
        <NumberInput
          size="xs"
          label={words.createsDevices}
          description={words.createsHelp}
          min={0}
          max={100_000}
          value={form.creates_devices}
          onChange={(creates_devices) => setForm({ ...form, creates_devices })}
          error={save.problem?.about("creates_devices")}
        />
        <NumberInput
          size="xs"
          label={words.createsFields}
          min={0}
          max={1000}
          value={form.creates_fields}
          onChange={(creates_fields) => setForm({ ...form, creates_fields })}
          error={save.problem?.about("creates_fields")}
        />
        <RefusalNote error={save.error} />
        <div>
          <Button type="submit" loading={save.busy} disabled={!may}>
            {t.common.save}
          </Button>
        </div>
      </form>
    </Section>
  );
}
