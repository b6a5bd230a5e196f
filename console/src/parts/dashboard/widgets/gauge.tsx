import { useText } from "../../../text/index.ts";
import { Ago } from "../../ago.tsx";
import { formatNumber, formatValue } from "../../format-value.ts";
import { useValue } from "../data.ts";
import css from "../dashboard.module.css";
import { levelOf } from "../level.ts";
import type { WidgetOf } from "../types.ts";
import { useAgeing } from "./ageing.ts";
import { Note } from "./note.tsx";
import type { WidgetProps } from "./props.ts";

const RADIUS = 80;
/** A point of the half circle. @param part 0: left, 1: right */
const at = (part: number, radius: number) => {
  const angle = Math.PI * (1 - part);
  return `${(100 + radius * Math.cos(angle)).toFixed(2)} ${(96 - radius * Math.sin(angle)).toFixed(2)}`;
};
const arc = (from: number, to: number, radius = RADIUS) =>
  `M${at(from, radius)}A${radius} ${radius} 0 0 1 ${at(to, radius)}`;

/** A value between two ends. */
export default function GaugeWidget({ widget }: WidgetProps<WidgetOf<"gauge">>) {
  const t = useText().time;
  const { source, min, max, steps } = widget;
  const { value, field, error, missing, timeout } = useValue(source);
  const state = useAgeing(value.time, timeout);
  if (error !== null || missing) return <Note error={error} missing={missing ? source.field : undefined} />;
  const part = (n: number) => Math.min(1, Math.max(0, (n - min) / (max - min)));
  const now = typeof value.value === "number" ? value.value : null;
  const marks = [...(steps ?? [])].sort((a, b) => a.from - b.from);
  const text = now === null ? "–" : formatValue(now, { decimals: field?.decimals }, t.locale);
  return (
    <div className={css.gauge} data-fresh={state} data-level={levelOf(now, steps) ?? undefined}>
      <svg viewBox="0 0 200 112" role="img" aria-label={`${text} ${field?.unit ?? ""}`}>
        <path className={css.track} d={arc(0, 1)} />
        {marks.map(({ from, level }, n) => (
          <path
            key={from}
            className={css.mark}
            data-level={level}
            d={arc(part(from), part(marks[n + 1]?.from ?? max), 94)}
          />
        ))}
        {now !== null && part(now) > 0 && <path className={css.needle} d={arc(0, part(now))} />}
        <text x="100" y="92" className={css.gaugeValue}>
          {text}
          {field?.unit && <tspan className={css.gaugeUnit}> {field.unit}</tspan>}
        </text>
        <text x="20" y="110" className={css.gaugeEnd}>
          {formatNumber(min, null, t.locale)}
        </text>
        <text x="180" y="110" className={css.gaugeEnd}>
          {formatNumber(max, null, t.locale)}
        </text>
      </svg>
      <p className={css.age}>
        <Ago time={value.time} never={t.neverHeard} />
      </p>
    </div>
  );
}
