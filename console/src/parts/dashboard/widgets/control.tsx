import { Button, NumberInput, Slider, Switch, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { useText } from "../text.ts";
import { useAct } from "../../act.ts";
import { RefusalNote } from "../../refusal-note.tsx";
import { typedValue } from "../../typed-value.ts";
import { useData, useValue } from "../data.ts";
import css from "../dashboard.module.css";
import type { Source, WidgetOf } from "../types.ts";
import { Note } from "./note.tsx";
import type { WidgetProps } from "./props.ts";
import { Age, Shown, useWhyNot } from "./writing.tsx";

/** Widgets that change something. What is refused is told in their place. */

function useRecord(source: Source) {
  const { act } = useData();
  const shown = useValue(source);
  const [wish, setWish] = useState<unknown>(undefined);
  const doing = useAct(async () => act?.record(shown.product, shown.device, source.field, wish));
  const why = useWhyNot(shown.product, shown.device);
  return { ...shown, doing, wish, setWish, why, off: why !== undefined || shown.device === "" };
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
  const why = useWhyNot(shown.product, shown.device);
  const doing = useAct(async () => act?.record(shown.product, shown.device, widget.source.field, !on));
  const on = shown.value.value === true;
  if (shown.error !== null || shown.missing)
    return <Note error={shown.error} missing={shown.missing ? widget.source.field : undefined} />;
  const word = on ? (widget.yes ?? t.common.yes) : (widget.no ?? t.common.no);
  return (
    <div className={css.control} title={why}>
      <Switch
        size="md"
        checked={on}
        disabled={why !== undefined || doing.busy}
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
    <div className={css.control} title={shown.why}>
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
  const why = useWhyNot(shown.product, shown.device);
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
    <form className={css.control} onSubmit={submit} title={why}>
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
        <Button type="submit" loading={doing.busy} disabled={why !== undefined}>
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
