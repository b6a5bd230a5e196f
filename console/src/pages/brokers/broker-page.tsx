import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ExternalBroker } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { BrokerState } from "../../parts/broker-list.tsx";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Fact, Facts, Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./brokers.module.css";
import { Log } from "./log.tsx";
import { brokerQuery, reload } from "./queries.ts";
import { Routes } from "./routes.tsx";
import { Settings } from "./settings.tsx";
import type { BrokerProps } from "./shared.ts";
import { Test } from "./test.tsx";

const route = getRouteApi("/frame/w/$workspace/brokers/$broker");

/** One broker elsewhere: how it is, what is carried, what happened, and how it is reached. */
export function BrokerPage() {
  const { workspace, broker: number } = route.useParams();
  const { data, error, refetch } = useQuery(brokerQuery(workspace, number));
  const may = useMay(workspace, "integrations");
  if (data === undefined)
    return (
      <Page title={number}>
        {error === null ? <Skeleton rows={8} /> : <RefusalNote error={error} again={() => void refetch()} />}
      </Page>
    );
  const { broker, etag } = data;
  return (
    <Page
      title={broker.name}
      about={<State broker={broker} />}
      actions={
        <>
          <Actions workspace={workspace} broker={broker} etag={etag} may={may} />
          <AsApi examples={[curlText(`/workspaces/${workspace}/brokers/${number}`)]} />
        </>
      }
    >
      {broker.reason !== null && <RefusalNote error={new Error(broker.reason)} />}
      <Figures broker={broker} />
      <Routes workspace={workspace} broker={broker} etag={etag} may={may} />
      <Test workspace={workspace} broker={number} may={may} />
      <Settings workspace={workspace} broker={broker} etag={etag} may={may} />
      <Log workspace={workspace} broker={number} />
    </Page>
  );
}

function State({ broker: { state, since } }: { readonly broker: ExternalBroker }) {
  return (
    <span className={css.about}>
      <BrokerState state={state} />
      {since !== null && <Ago time={since} />}
    </span>
  );
}

function Actions({ workspace, broker, etag, may }: BrokerProps) {
  const t = useText();
  const words = t.brokers;
  const navigate = useNavigate();
  const [going, setGoing] = useState(false);
  const which = { workspace, broker: broker.broker };
  const pause = useAct(async () => {
    await api.updateBroker({ ...which, if_match: etag, body: { paused: !broker.paused } });
    await reload();
  });
  return (
    <>
      <Button variant="default" onClick={() => void pause.run()} loading={pause.busy} disabled={!may}>
        {broker.paused ? words.resume : words.pause}
      </Button>
      <Button variant="subtle" color="gray" onClick={() => setGoing(true)} disabled={!may}>
        {t.common.delete}
      </Button>
      <RefusalNote error={pause.error} />
      <ConfirmName
        opened={going}
        onClose={() => setGoing(false)}
        title={words.deleteBroker(broker.name)}
        name={broker.name}
        action={t.common.delete}
        run={async () => {
          await api.deleteBroker(which);
          await navigate({ to: "/w/$workspace/brokers", params: { workspace } });
          await reload();
        }}
      >
        <p>{words.deleteHow}</p>
      </ConfirmName>
    </>
  );
}

function Figures({ broker }: { readonly broker: ExternalBroker }) {
  const words = useText().brokers;
  const { address, addresses, connected_protocol, account, messages_in, messages_out, refused_in, refused_out } =
    broker;
  return (
    <Section title={words.figures}>
      <Facts>
        <Fact name={words.address}>
          <code>{address ?? addresses[0]}</code> {connected_protocol !== null && `MQTT ${connected_protocol}`}
        </Fact>
        <Fact name={words.account}>{account ?? words.accountGone}</Fact>
        <Fact name={words.in}>{words.messages(messages_in, refused_in)}</Fact>
        <Fact name={words.out}>{words.messages(messages_out, refused_out)}</Fact>
        <Fact name={words.lag}>
          {broker.lag_rows === 0 ? words.upToDate : words.behind(broker.lag_rows, Math.round(broker.lag_seconds))}
          {broker.dropped > 0 && ` ${words.dropped(broker.dropped)}`}
        </Fact>
      </Facts>
    </Section>
  );
}
