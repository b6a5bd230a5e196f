import { api } from "../../api/index.ts";
import { KeptForm } from "../../parts/kept-form.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { BrokerForm } from "./broker-form.tsx";
import { changesOf, formOf } from "./broker-values.ts";
import { reload } from "./queries.ts";
import type { BrokerProps } from "./shared.ts";

/** Where a broker is, how one logs in there, and how the connection is kept. */
export function Settings({ workspace, broker, etag, may }: BrokerProps) {
  const t = useText();
  const words = t.brokers;
  const now = formOf(broker);
  return (
    <Section title={words.settings}>
      <details>
        <summary>{words.settingsHelp}</summary>
        {/* told apart by the settings alone: routes and pausing change nothing of this form. What was not typed here is not sent */}
        <KeptForm state={{ etag: JSON.stringify(now), before: now }}>
          {({ before }) => (
            <BrokerForm
              workspace={workspace}
              before={before}
              action={t.common.save}
              may={may}
              run={async (form) => {
                await api.updateBroker({
                  workspace,
                  broker: broker.broker,
                  if_match: etag,
                  body: changesOf(form, before),
                });
                await reload();
              }}
            />
          )}
        </KeptForm>
      </details>
    </Section>
  );
}
