import { Button, TextInput } from "@mantine/core";
import { SearchIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { connectionQuery } from "../../../api/fleet.ts";
import { AsApi } from "../../../parts/as-api.tsx";
import { Section } from "../../../parts/section.tsx";
import { Status } from "../../../parts/status.tsx";
import { useText } from "../../../text/index.ts";
import type { LiveSearch, Watched } from "../search.ts";
import css from "./desk.module.css";
import { MessageDetails } from "./message-details.tsx";
import { MessageList } from "./message-list.tsx";
import { asText, type Message, MOST_MESSAGES } from "./messages.ts";
import { type PublishWish, publishLine, reachOf, subscribeLine } from "./mosquitto.ts";
import { PublishForm } from "./publish-form.tsx";
import { Subscriptions } from "./subscriptions.tsx";
import { useDesk, useOwnRefusals } from "./use-desk.ts";

interface Props {
  readonly workspace: string;
  readonly search: LiveSearch;
  readonly set: (more: Record<string, unknown>) => void;
}

const NOTHING: PublishWish = {
  topic: "",
  payload: "",
  qos: 1,
  retain: false,
  contentType: "",
  expiry: "",
  userProperties: [],
};
const STATES = { open: "live", connecting: "away", lost: "warn" } as const;

/** Publish and subscribe as a client of MQTT, with the rights of who is signed in. What is subscribed to is in the address. */
export default function DeskTab({ workspace, search, set }: Props) {
  const t = useText().desk;
  const { data: connection } = useQuery(connectionQuery);
  const prefix = connection?.prefix ?? "dtck";
  const { desk, view, clientId } = useDesk();
  const refusals = useOwnRefusals();
  const [wish, setWish] = useState<PublishWish>({ ...NOTHING, topic: search.topic ?? "" });
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<Message | null>(null);
  const change = useCallback((more: Partial<PublishWish>) => setWish((before) => ({ ...before, ...more })), []);
  // what another part of the page chose to publish on
  const { topic } = search;
  useEffect(() => {
    if (topic !== undefined) change({ topic });
  }, [topic, change]);
  useWatched(search.watch ?? [], desk);
  const { watch = [] } = search;
  const reach = connection && reachOf(connection, location.hostname);
  return (
    <div className={css.desk}>
      <div className={css.heard}>
        <Subscriptions
          {...{ workspace, prefix }}
          subscriptions={view.subscriptions}
          onAdd={(filter, qos) => set({ watch: [...watch.filter((one) => one.filter !== filter), { filter, qos }] })}
          onRemove={({ filter }) => set({ watch: watch.filter((one) => one.filter !== filter) })}
        />
        <Section
          title={t.messages}
          flush
          actions={
            <span className={css.state}>
              <Status kind={STATES[view.state]}>{t.states[view.state]}</Status>
              <span className={`quiet small ${css.client}`}>{t.as(clientId)}</span>
              {reach && (
                <AsApi
                  examples={[
                    { name: "mosquitto_sub", text: subscribeLine(reach, view.subscriptions) },
                    { name: "mosquitto_pub", text: publishLine(reach, wish) },
                  ]}
                />
              )}
            </span>
          }
        >
          {view.state === "lost" && (
            <p className={css.lost} role="alert">
              {t.lostHow(view.why)}
            </p>
          )}
          <div className={css.bar}>
            <TextInput
              aria-label={t.search}
              placeholder={t.search}
              leftSection={<SearchIcon size={14} />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Button variant="default" onClick={() => desk.pause(!view.paused)}>
              {view.paused ? t.resume : t.pause}
            </Button>
            <Button variant="default" disabled={view.messages.length === 0} onClick={() => desk.clear()}>
              {t.clear}
            </Button>
            <span className="quiet small" role="status">
              {view.paused && view.waiting > 0
                ? t.fresh(view.waiting)
                : view.messages.length >= MOST_MESSAGES
                  ? t.most(MOST_MESSAGES)
                  : t.count(view.messages.length)}
            </span>
          </div>
          <MessageList
            messages={view.messages}
            subscriptions={view.subscriptions}
            search={text}
            chosen={chosen}
            onChoose={setChosen}
          />
          {chosen !== null && (
            <MessageDetails
              key={chosen.key}
              message={chosen}
              subscriptions={view.subscriptions}
              onClose={() => setChosen(null)}
              onPublish={({ topic, payload }) =>
                change({ topic: topic.replace(`${prefix}/`, `${prefix}-pub/`), payload: asText(payload) ?? "" })
              }
            />
          )}
        </Section>
      </div>
      <PublishForm
        {...{ workspace, prefix, wish, change, refusals }}
        open={view.state === "open"}
        publish={(one) => desk.publish(one)}
      />
    </div>
  );
}

/** Keeps the subscriptions as the address says. */
function useWatched(wished: readonly Watched[], desk: ReturnType<typeof useDesk>["desk"]): void {
  const latest = useRef(wished);
  latest.current = wished;
  const key = JSON.stringify(wished);
  // biome-ignore lint/correctness/useExhaustiveDependencies: by what it says, not by which object says it
  useEffect(() => {
    const { subscriptions } = desk.view;
    for (const one of subscriptions)
      if (!latest.current.some(({ filter }) => filter === one.filter)) desk.unsubscribe(one.number);
    for (const { filter, qos } of latest.current)
      if (!subscriptions.some((one) => one.filter === filter && one.qos === qos)) desk.subscribe(filter, qos);
  }, [desk, key]);
}
