import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { bytesOf, type FreeTopic } from "../../../live/free-store.ts";
import { Ago } from "../../../parts/ago.tsx";
import { CopyButton } from "../../../parts/copy-button.tsx";
import { formatNumber } from "../../../parts/format-value.ts";
import { Status } from "../../../parts/status.tsx";
import { useText } from "../../../text/index.ts";
import { asText, type Form, inForm, usualForm } from "../desk/messages.ts";
import css from "./tree.module.css";

const FORMS: readonly Form[] = ["text", "json", "hex"];

/** The last message on a free topic: its payload as text, JSON or bytes, never as anything that a browser would perform. */
export function FreePayload({ free }: { readonly free: FreeTopic }) {
  const t = useText();
  const { desk } = t;
  const [wished, setForm] = useState<Form | null>(null);
  const payload = bytesOf(free);
  const form = wished ?? usualForm(payload);
  const text = inForm(payload, form);
  return (
    <div className={css.payload}>
      <div className={css.payloadHead}>
        <SegmentedControl
          aria-label={desk.form}
          size="xs"
          value={form}
          data={FORMS.map((value) => ({ value, label: desk.forms[value] }))}
          onChange={(value) => setForm(value as Form)} // one of them
        />
        <CopyButton text={asText(payload) ?? text} what={desk.publish.payload} />
        {free.retained && <Status kind="ok">{desk.retained}</Status>}
        <span className="quiet small">
          QoS {free.qos}, {desk.size(free.bytes)}
          {payload.length < free.bytes && `, ${t.tree.free.cut(payload.length)}`},{" "}
          {free.time === null ? t.tree.free.before : <Ago time={free.time} />}
          {free.rate > 0 && `, ${t.tree.rate(formatNumber(free.rate, 1, t.time.locale))}`}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre className={css.body} tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}
