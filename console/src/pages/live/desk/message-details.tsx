import { ActionIcon, Button, SegmentedControl } from "@mantine/core";
import { XIcon } from "@primer/octicons-react";
import { useState } from "react";
import { Copyable, CopyButton } from "../../../parts/copy-button.tsx";
import { Fact, Facts } from "../../../parts/section.tsx";
import { useText } from "../../../text/index.ts";
import type { Subscription } from "./desk-types.ts";
import css from "./desk.module.css";
import { timeOf } from "./message-list.tsx";
import { asText, type Form, inForm, type Message, usualForm } from "./messages.ts";

const FORMS: readonly Form[] = ["text", "json", "hex"];

interface Props {
  readonly message: Message;
  readonly subscriptions: readonly Subscription[];
  readonly onClose: () => void;
  readonly onPublish: (message: Message) => void;
}

/** One message whole: its payload in three forms, and everything that MQTT 5 says of it. */
export function MessageDetails({ message, subscriptions, onClose, onPublish }: Props) {
  const t = useText().desk;
  const [wished, setForm] = useState<Form | null>(null);
  const { topic, payload, qos, retain, dup, by, properties, at } = message;
  const form = wished ?? usualForm(payload);
  const text = inForm(payload, form);
  const filters = subscriptions.filter(({ number }) => by.includes(number)).map(({ filter }) => filter);
  return (
    <section className={css.details} aria-label={topic}>
      <header>
        <Copyable text={topic} what={t.publish.topic} />
        <ActionIcon aria-label={t.close} title={t.close} onClick={onClose}>
          <XIcon size={14} />
        </ActionIcon>
      </header>
      <div className={css.bodyHead}>
        <SegmentedControl
          aria-label={t.form}
          size="xs"
          value={form}
          data={FORMS.map((value) => ({ value, label: t.forms[value] }))}
          onChange={(value) => setForm(value as Form)} // one of them
        />
        <CopyButton text={asText(payload) ?? text} what={t.publish.payload} />
        <Button variant="default" size="compact-sm" onClick={() => onPublish(message)}>
          {t.publishOn}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre className={css.body} tabIndex={0}>
        {text}
      </pre>
      <Facts>
        <Fact name="QoS">
          {qos}
          {retain && `, ${t.retained}`}
          {dup && `, ${t.dup}`}, {t.size(payload.length)}, {timeOf(at)}
        </Fact>
        {filters.length > 0 && (
          <Fact name={t.by}>
            <code>{filters.join(", ")}</code>
          </Fact>
        )}
        {properties.map(([name, value], n) => (
          // two may have one name
          // biome-ignore lint/suspicious/noArrayIndexKey: they never move
          <Fact key={n} name={name}>
            <code>{value}</code>
          </Fact>
        ))}
      </Facts>
    </section>
  );
}
