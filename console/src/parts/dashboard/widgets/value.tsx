import { useText } from "../../../text/index.ts";
import { Ago } from "../../ago.tsx";
import { exactText } from "../../ago-text.ts";
import { sparkPath } from "../../chart/series.ts";
import { formatValue } from "../../format-value.ts";
import { useValue } from "../data.ts";
import css from "../dashboard.module.css";
import { useHistories, useRange } from "../history.ts";
import { levelOf } from "../level.ts";
import type { WidgetOf } from "../types.ts";
import type { WidgetProps } from "./props.ts";
import { Note } from "./note.tsx";
import { useAgeing } from "./ageing.ts";

/** A value, large, with its unit and its age. */
export default function ValueWidget({ widget, span }: WidgetProps<WidgetOf<"value">>) {
  const t = useText().time;
  const { source, steps, sparkline = false } = widget;
  const shown = useValue(source);
  const { value, field, error, missing } = shown;
  const state = useAgeing(value.time, shown.timeout);
  if (error !== null || missing) return <Note error={error} missing={missing ? source.field : undefined} />;
  const decimals = widget.decimals ?? field?.decimals ?? null;
  const text = value.time === null ? "–" : formatValue(value.value, { decimals }, t.locale);
  return (
    <div className={css.valueWidget} data-level={levelOf(value.value, steps) ?? undefined} data-fresh={state}>
      <p
        className={css.big}
        data-long={text.length > 12 || undefined}
        title={value.time === null ? undefined : exactText(value.time, t)}
      >
        <span>{text}</span>
        {field?.unit && <span className={css.unit}>{field.unit}</span>}
      </p>
      {sparkline && <Spark {...shown} span={widget.range ?? span} />}
      <p className={css.age}>
        <Ago time={value.time} never={t.neverHeard} />
      </p>
    </div>
  );
}

const WIDTH = 200;
const HEIGHT = 32;
function Spark({
  product,
  device,
  field,
  span,
}: Pick<ReturnType<typeof useValue>, "product" | "device" | "field"> & Pick<WidgetProps<never>, "span">) {
  const range = useRange(span);
  const { series } = useHistories([{ product, device, field }], range);
  const path = sparkPath(series[0]?.points ?? [], range.from, range.to, WIDTH, HEIGHT);
  return (
    <svg className={css.spark} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      {path !== "" && <path d={path} vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}
