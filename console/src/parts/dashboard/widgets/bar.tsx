import { useQueries } from "@tanstack/react-query";
import { useText } from "../text.ts";
import { formatNumber } from "../../format-value.ts";
import { numberOf } from "../../chart/question.ts";
import { useData, useValue } from "../data.ts";
import css from "../dashboard.module.css";
import { useRange } from "../history.ts";
import type { WidgetOf } from "../types.ts";
import { Note } from "./note.tsx";
import type { WidgetProps } from "./props.ts";
import { type KnownSource, useSources } from "./sources.ts";

/** Bars over time, or of the current values beside each other. */
export default function BarWidget({ widget, span }: WidgetProps<WidgetOf<"bar">>) {
  const wanted = useSources(widget.sources);
  const missing = wanted.find((one) => one.missing)?.source.field;
  const error = wanted.find((one) => one.error !== null)?.error ?? null;
  if (error !== null || missing !== undefined) return <Note error={error} missing={missing} />;
  if (widget.bucket === undefined) return <NowBars wanted={wanted} />;
  return <TimeBars widget={widget} wanted={wanted} span={span} />;
}

const labelOf = ({ source, field, name, several }: KnownSource) =>
  source.label ?? (several ? name : (field?.name ?? source.field));

function NowBars({ wanted }: { readonly wanted: readonly KnownSource[] }) {
  return (
    <ul className={css.nowBars}>
      {wanted.map((one, n) => (
        <NowBar key={`${one.product}/${one.device}/${one.source.field}`} one={one} series={(n % 8) + 1} />
      ))}
    </ul>
  );
}
/** Bars are as long as their values beside the round number above the value itself. */
function NowBar({ one, series }: { readonly one: KnownSource; readonly series: number }) {
  const t = useText().time;
  const { value, field } = useValue(one.source);
  const number = numberOf(value.value);
  const size = Math.abs(number ?? 0);
  const most = size === 0 ? 1 : 10 ** Math.ceil(Math.log10(size));
  return (
    <li>
      <span>{labelOf(one)}</span>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" data-series={series} aria-hidden>
        <rect className={css.track} width="100" height="8" />
        <rect className={css.bar} width={(size / most) * 100} height="8" />
      </svg>
      <strong>
        {number === null ? "–" : formatNumber(number, field?.decimals ?? null, t.locale)}
        {field?.unit && <span className={css.unit}> {field.unit}</span>}
      </strong>
    </li>
  );
}

const WIDTH = 600;
const HEIGHT = 160;
type Bucket = { readonly time: string; readonly value: number };

function TimeBars({
  widget,
  wanted,
  span,
}: WidgetProps<WidgetOf<"bar">> & { readonly wanted: readonly KnownSource[] }) {
  const t = useText();
  const data = useData();
  const range = useRange(widget.range ?? span);
  const aggregation = widget.aggregation ?? "AVG";
  const resolution = widget.bucket ?? "1d";
  const answers = useQueries({
    queries: wanted.map(({ product, device, field }) => ({
      queryKey: ["history", data.key, "bars", product, device, field?.id ?? null, resolution, aggregation, range.from],
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Bucket[]> => {
        const column = `${field?.id ?? ""}:${aggregation}`;
        const rows = (await data.history(
          {
            ...{ products: [product], devices: [device], fields: [column], resolution },
            from: new Date(range.from).toISOString(),
            to: new Date(range.to).toISOString(),
            zone: t.time.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
          },
          signal,
        )) as readonly Readonly<Record<string, unknown>>[]; // plain JSON
        return rows.flatMap((row) => {
          const value = numberOf(row[column]);
          return value === null ? [] : [{ time: String(row.time), value }];
        });
      },
      enabled: field !== undefined && device !== "",
      placeholderData: (before: Bucket[] | undefined) => before,
    })),
  });
  const error = answers.find((one) => one.error !== null)?.error ?? null;
  if (error !== null) return <Note error={error} />;
  const times = [...new Set(answers.flatMap(({ data }) => (data ?? []).map(({ time }) => time)))].sort();
  const values = answers.map(({ data }) => new Map((data ?? []).map(({ time, value }) => [time, value])));
  if (times.length === 0) return <p className="quiet">{t.dashboards.nothingMeasured}</p>;
  const all = values.flatMap((map) => [...map.values()]);
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const y = (value: number) => HEIGHT - ((value - low) / (high - low || 1)) * HEIGHT;
  const slot = WIDTH / times.length;
  const wide = (slot * 0.8) / Math.max(1, values.length);
  const unit = wanted[0]?.field?.unit ?? "";
  const day = new Intl.DateTimeFormat(t.time.locale, {
    ...(resolution === "1h" ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" }),
    timeZone: t.time.zone,
  });
  const label = (time: string | undefined) => (time === undefined ? "" : day.format(new Date(time)));
  return (
    <figure className={css.timeBars}>
      <figcaption>
        {wanted.map((one, n) => (
          <span key={`${one.product}/${one.device}/${one.source.field}`} className={css.key} data-series={(n % 8) + 1}>
            {labelOf(one)}
          </span>
        ))}
        <span className="quiet">{unit}</span>
        <span className={css.most}>{formatNumber(high, wanted[0]?.field?.decimals ?? null, t.time.locale)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={wanted.map(labelOf).join(", ")}
      >
        {times.map((time, i) =>
          values.map((map, n) => {
            const value = map.get(time);
            if (value === undefined) return null;
            const [top, bottom] = [y(Math.max(0, value)), y(Math.min(0, value))];
            return (
              <rect
                // series have no identity but their place
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                key={`${time} ${n}`}
                className={css.bar}
                data-series={(n % 8) + 1}
                x={i * slot + slot * 0.1 + n * wide}
                y={top}
                width={wide}
                height={Math.max(1, bottom - top)}
              >
                <title>{`${label(time)}: ${formatNumber(value, wanted[n]?.field?.decimals ?? null, t.time.locale)} ${unit}`}</title>
              </rect>
            );
          }),
        )}
      </svg>
      <p className={css.ends}>
        <span>{label(times[0])}</span>
        <span>{label(times.at(-1))}</span>
      </p>
    </figure>
  );
}
