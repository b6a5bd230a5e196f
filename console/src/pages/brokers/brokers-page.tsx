import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ExternalBroker } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { Ago } from "../../parts/ago.tsx";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { BrokerForm } from "./broker-form.tsx";
import { changesOf, EMPTY } from "./broker-values.ts";
import css from "./brokers.module.css";
import { brokersQuery, reload } from "./queries.ts";
import { KINDS } from "./shared.ts";
import { UnknownDevices } from "./unknown-devices.tsx";

const route = getRouteApi("/frame/w/$workspace/brokers");

/** Brokers elsewhere that messages are exchanged with. */
export function BrokersPage() {
  const t = useText();
  const words = t.brokers;
  const { workspace } = route.useParams();
  const { data, error, refetch } = useQuery(brokersQuery(workspace));
  const may = useMay(workspace, "integrations");
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
        <RefusalNote error={error} again={() => void refetch()} />
        {data === undefined ? (
          error === null && <Skeleton rows={3} />
        ) : data.length === 0 ? (
          <EmptyState code="bin/fieldcast broker create plant mqtts://broker.example.com --account bridge">
            {words.none}
          </EmptyState>
        ) : (
          <ul className={css.list}>
            {data.map((one) => (
              <Item key={one.broker} workspace={workspace} broker={one} />
            ))}
          </ul>
        )}
      </Section>
      <UnknownDevices workspace={workspace} />
      {making && <Create workspace={workspace} onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Item({ workspace, broker }: { readonly workspace: string; readonly broker: ExternalBroker }) {
  const words = useText().brokers;
  const { name, state, reason, since, address, addresses, messages_in, messages_out, lag_rows, lag_seconds } = broker;
  return (
    <li>
      <div className={css.head}>
        <Status kind={KINDS[state]}>{words.states[state]}</Status>
        <span className={css.what}>
          <Link to="/w/$workspace/brokers/$broker" params={{ workspace, broker: String(broker.broker) }}>
            {name}
          </Link>
        </span>
        <span className="quiet small">{since !== null && <Ago time={since} />}</span>
      </div>
      {reason !== null && <p>{reason}</p>}
      <p className="quiet small">
        <code>{address ?? addresses[0]}</code> {words.counts(broker.routes.length, messages_in, messages_out)}{" "}
        {lag_rows > 0 && words.behind(lag_rows, Math.round(lag_seconds))}
      </p>
    </li>
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
