import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Integration } from "../../../../sdk/operations.js";
import { useMay } from "../../api/session.ts";
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
import { Settings } from "./integration-settings.tsx";

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
