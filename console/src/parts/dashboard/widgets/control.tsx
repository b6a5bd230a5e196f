import { Button, NumberInput, Slider, Switch, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import type { Field } from "../../../api/fleet.ts";
import { useText } from "../text.ts";
import { useAct } from "../../act.ts";
import { Ago } from "../../ago.tsx";
import { formatValue } from "../../format-value.ts";
import { RefusalNote } from "../../refusal-note.tsx";
import { typedValue } from "../../typed-value.ts";
import { useData, useSeries, useValue } from "../data.ts";
import css from "../dashboard.module.css";
import type { Source, WidgetOf } from "../types.ts";
import { Note } from "./note.tsx";
import type { WidgetProps } from "./props.ts";

/** Widgets that change something. What is refused is told in their place. */

function useRecord(source: Source) {
  const { act } = useData();
  const shown = useValue(source);
  const [wish, setWish] = useState<unknown>(undefined);
  const doing = useAct(async () => act?.record(shown.product, shown.device, source.field, wish));
  return { ...shown, doing, wish, setWish, off: act === null || shown.device === "" };
}
/** Runs once the wish is set: what is sent is what is shown. */
function useSending({ wish, doing }: Pick<ReturnType<typeof useRecord>, "wish" | "doing">) {
  const [sent, setSent] = useState<unknown>(undefined);
  useEffect(() => {
    if (wish === undefined || wish === sent) return;
    setSent(wish);
    void doing.run();
  }, [wish, sent, doing]);
}

export function SwitchWidget({ widget }: WidgetProps<WidgetOf<"switch">>) {
  const t = useText();
  const { act } = useData();
  const shown = useValue(widget.source);
  const doing = useAct(async () => act?.record(shown.product, shown.device, widget.source.field, !on));
  const on = shown.value.value === true;
  if (shown.error !== null || shown.missing)
    return <Note error={shown.error} missing={shown.missing ? widget.source.field : undefined} />;
  const word = on ? (widget.yes ?? t.common.yes) : (widget.no ?? t.common.no);
  return (
    <div className={css.control}>
      <Switch
        size="md"
        checked={on}
        disabled={act === null || doing.busy}
        onChange={() => void doing.run()}
        label={word}
        aria-label={widget.title ?? shown.field?.name ?? widget.source.field}
      />
      <Age time={shown.value.time} />
      <RefusalNote error={doing.error} />
    </div>
  );
}

export function SliderWidget({ widget }: WidgetProps<WidgetOf<"slider">>) {
  const shown = useRecord(widget.source);
  useSending(shown);
  const known = typeof shown.value.value === "number" ? shown.value.value : widget.min;
  const [held, setHeld] = useState<number | null>(null);
  // what comes live is shown, but not while somebody holds it
  // biome-ignore lint/correctness/useExhaustiveDependencies: another value lets go of it
  useEffect(() => {
    if (!shown.doing.busy) setHeld(null);
  }, [known, shown.doing.busy]);
  if (shown.error !== null || shown.missing)
    return <Note error={shown.error} missing={shown.missing ? widget.source.field : undefined} />;
  const { min, max, step = (max - min) / 100 } = widget;
  return (
    <div className={css.control}>
      <Slider
        min={min}
        max={max}
        step={step}
        value={held ?? known}
        disabled={shown.off}
        onChange={setHeld}
        onChangeEnd={shown.setWish}
        label={null}
        thumbLabel={widget.title ?? shown.field?.name ?? widget.source.field}
      />
      <p className={css.sliderValue}>
        <Shown value={held ?? shown.value.value} field={shown.field} />
        <Age time={shown.value.time} />
      </p>
      <RefusalNote error={shown.doing.error} />
    </div>
  );
}

export function SetValueWidget({ widget }: WidgetProps<WidgetOf<"set_value">>) {
  const t = useText();
  const { act } = useData();
  const shown = useValue(widget.source);
  const [text, setText] = useState("");
  const type = shown.field?.type;
  const doing = useAct(async () => {
    await act?.record(shown.product, shown.device, widget.source.field, typedValue(text, type));
    setText("");
  });
  if (shown.error !== null || shown.missing)
    return <Note error={shown.error} missing={shown.missing ? widget.source.field : undefined} />;
  const label = widget.title ?? shown.field?.name ?? widget.source.field;
  const submit = (event: FormEvent) => {
    if (text.trim() !== "") doing.submit(event);
    else event.preventDefault();
  };
  const numbers = type === "NUMERIC" || type === "INT" || type === "COUNTER";
  return (
    <form className={css.control} onSubmit={submit}>
      <div className={css.setValue}>
        {numbers ? (
          <NumberInput
            size="xs"
            aria-label={label}
            value={text}
            onChange={(next) => setText(String(next))}
            hideControls
          />
        ) : (
          <TextInput
            aria-label={label}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
            autoComplete="off"
          />
        )}
        <Button type="submit" loading={doing.busy} disabled={act === null}>
          {t.dashboards.set}
        </Button>
      </div>
      <p className={css.sliderValue}>
        <Shown value={shown.value.value} field={shown.field} />
        <Age time={shown.value.time} />
      </p>
      <RefusalNote error={doing.error} />
    </form>
  );
}

export function DownlinkWidget({ widget }: WidgetProps<WidgetOf<"downlink">>) {
  const t = useText().dashboards;
  const { act } = useData();
  const series = useSeries(widget);
  const [sent, setSent] = useState<string | null>(null);
  const doing = useAct(async () => {
    if (series === null) return;
    await act?.send(series.product, series.device, widget.downlink);
    setSent(new Date().toISOString());
  });
  return (
    <div className={css.control}>
      <Button
        variant="default"
        loading={doing.busy}
        disabled={act === null || series === null}
        onClick={() => void doing.run()}
      >
        {widget.text ?? widget.downlink}
      </Button>
      {sent !== null && doing.error === null && (
        <p className={css.age} role="status">
          {t.sent} · <Ago time={sent} />
        </p>
      )}
      <RefusalNote error={doing.error} />
    </div>
  );
}

function Shown({
  value,
  field,
}: {
  readonly value: unknown;
  readonly field: Pick<Field, "unit" | "decimals"> | undefined;
}) {
  const { locale } = useText().time;
  return (
    <span>
      {formatValue(value, { decimals: field?.decimals }, locale)}
      {field?.unit && <span className={css.unit}> {field.unit}</span>}
    </span>
  );
}
function Age({ time }: { readonly time: string | null }) {
  return (
    <span className={css.age}>
      <Ago time={time} />
    </span>
  );
}
