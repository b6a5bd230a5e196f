import { ActionIcon, Button, NativeSelect } from "@mantine/core";
import { XIcon } from "@primer/octicons-react";
import { type FormEvent, useState } from "react";
import { Section } from "../../../parts/section.tsx";
import { Status } from "../../../parts/status.tsx";
import { useText } from "../../../text/index.ts";
import type { Qos, Subscription } from "./desk-types.ts";
import css from "./desk.module.css";
import { TopicInput } from "./topic-input.tsx";

interface Props {
  readonly workspace: string;
  readonly prefix: string;
  readonly subscriptions: readonly Subscription[];
  readonly onAdd: (filter: string, qos: Qos) => void;
  readonly onRemove: (one: Subscription) => void;
}

/** What one has subscribed to, and subscribing to more. */
export function Subscriptions({ workspace, prefix, subscriptions, onAdd, onRemove }: Props) {
  const t = useText().desk;
  const [filter, setFilter] = useState("");
  const [qos, setQos] = useState<Qos>(0);
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (filter.trim() === "") return;
    onAdd(filter.trim(), qos);
    setFilter("");
  };
  return (
    <Section title={t.subscriptions}>
      <form className={css.subscribe} onSubmit={add}>
        <TopicInput {...{ workspace, prefix }} use="subscribe" label={t.filter} value={filter} onChange={setFilter} />
        <QosSelect value={qos} onChange={setQos} />
        <Button type="submit">{t.subscribe}</Button>
      </form>
      {subscriptions.length === 0 ? (
        <p className="quiet small">{t.noneOf(prefix)}</p>
      ) : (
        <ul className={css.subscriptions}>
          {subscriptions.map((one) => (
            <li key={one.number}>
              <Colour number={one.number} />
              <span className={css.subscription}>
                <code>{one.filter}</code>
                <span className="quiet small">
                  QoS {one.qos} · {t.count(one.count)}
                </span>
                {one.state === "waiting" && <Status kind="away">{t.waiting}</Status>}
                {one.state === "refused" && <Status kind="bad">{t.refused}</Status>}
              </span>
              <ActionIcon
                aria-label={t.unsubscribe(one.filter)}
                title={t.unsubscribe(one.filter)}
                onClick={() => onRemove(one)}
              >
                <XIcon size={14} />
              </ActionIcon>
              {one.why !== null && (
                <p className={css.why} role="alert">
                  {one.why}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

export function QosSelect({ value, onChange }: { readonly value: Qos; readonly onChange: (qos: Qos) => void }) {
  const t = useText().desk;
  return (
    <NativeSelect
      label={t.qos}
      value={String(value)}
      data={["0", "1", "2"]}
      onChange={(event) => onChange(Number(event.currentTarget.value) as Qos)} // one of them
    />
  );
}

/** The colour of a subscription, and its number for who sees none. */
export function Colour({ number, title }: { readonly number: number; readonly title?: string | undefined }) {
  return (
    <span className={css.colour} data-series={((number - 1) % 8) + 1} title={title}>
      {number}
    </span>
  );
}
