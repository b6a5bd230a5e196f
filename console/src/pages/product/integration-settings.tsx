import { Button, NumberInput, Switch } from "@mantine/core";
import { useState } from "react";
import type { Integration } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";

interface SettingsProps {
  readonly workspace: string;
  readonly integration: Integration;
  readonly etag: string;
}

export function Settings({ workspace, integration, etag }: SettingsProps) {
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
