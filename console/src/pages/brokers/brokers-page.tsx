import { Button, Modal } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { BrokerList } from "../../parts/broker-list.tsx";
import { NoRight } from "../../parts/no-right.tsx";
import { Page } from "../../parts/page.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { BrokerForm } from "./broker-form.tsx";
import { changesOf, EMPTY } from "./broker-values.ts";
import { reload } from "./queries.ts";
import { UnknownDevices } from "./unknown-devices.tsx";

const route = getRouteApi("/frame/w/$workspace/brokers");

/** Brokers elsewhere that messages are exchanged with. */
export function BrokersPage() {
  const words = useText().brokers;
  const { workspace } = route.useParams();
  const may = useMay(workspace, "integrations");
  if (!may) return <NoRight title={words.title} workspace={workspace} right="integrations" />;
  return <Brokers workspace={workspace} may={may} />;
}

function Brokers({ workspace, may }: { readonly workspace: string; readonly may: boolean }) {
  const t = useText();
  const words = t.brokers;
  const [making, setMaking] = useState(false);
  const add = (
    <Button onClick={() => setMaking(true)} disabled={!may} title={may ? undefined : t.common.needs("integrations")}>
      {words.add}
    </Button>
  );
  return (
    <Page
      title={words.title}
      actions={
        <>
          {add}
          <AsApi examples={[curlText(`/workspaces/${workspace}/brokers`)]} />
        </>
      }
    >
      <Section title={words.list} flush>
        <BrokerList workspace={workspace} />
      </Section>
      <UnknownDevices workspace={workspace} />
      {making && <Create workspace={workspace} onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Create({ workspace, onClose }: { readonly workspace: string; readonly onClose: () => void }) {
  const t = useText();
  const words = t.brokers;
  const navigate = useNavigate();
  return (
    <Modal opened onClose={onClose} title={words.add} size="lg" closeButtonProps={{ "aria-label": t.common.close }}>
      <p className="quiet small">{words.addHelp}</p>
      <BrokerForm
        workspace={workspace}
        before={EMPTY}
        action={words.add}
        may
        run={async (form) => {
          const { name = "", addresses = [], account = "", ...more } = changesOf(form, EMPTY);
          const { data } = await api.createBroker({ workspace, body: { name, addresses, account, ...more } });
          await reload();
          await navigate({
            to: "/w/$workspace/brokers/$broker",
            params: { workspace, broker: String(data.broker) },
          });
        }}
      />
    </Modal>
  );
}
