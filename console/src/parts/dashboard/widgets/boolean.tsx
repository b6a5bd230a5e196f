import { useText } from "../../../text/index.ts";
import { Ago } from "../../ago.tsx";
import { Status, type StatusKind } from "../../status.tsx";
import { useValue } from "../data.ts";
import css from "../dashboard.module.css";
import type { Level, WidgetOf } from "../types.ts";
import { useAgeing } from "./ageing.ts";
import { Note } from "./note.tsx";
import type { WidgetProps } from "./props.ts";

/** One of two states, by word and colour. */
export default function BooleanWidget({ widget }: WidgetProps<WidgetOf<"boolean">>) {
  const t = useText();
  const { source, yes, no, yes_level, no_level } = widget;
  const { value, error, missing, timeout } = useValue(source);
  const state = useAgeing(value.time, timeout);
  if (error !== null || missing) return <Note error={error} missing={missing ? source.field : undefined} />;
  const on = value.value === true || (typeof value.value === "number" && value.value !== 0);
  const level: Level | undefined = on ? yes_level : no_level;
  const kind: StatusKind = value.time === null ? "away" : (level ?? (on ? "live" : "away"));
  const word = value.time === null ? t.time.never : on ? (yes ?? t.common.yes) : (no ?? t.common.no);
  return (
    <div className={css.valueWidget} data-fresh={state}>
      <p className={css.word}>
        <Status kind={kind}>{word}</Status>
      </p>
      <p className={css.age}>
        <Ago time={value.time} never={t.time.neverHeard} />
      </p>
    </div>
  );
}
