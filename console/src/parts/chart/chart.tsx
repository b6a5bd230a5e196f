import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import type { Field } from "../../api/fleet.ts";
import { formatNumber } from "../format-value.ts";
import { useText } from "../../text/index.ts";
import { chartOptions } from "./chart-options.ts";
import css from "./chart.module.css";
import type { Silence } from "./counts.ts";
import { lookOf } from "./look.ts";
import type { Range } from "./range.ts";
import { type Drawn, lineOf, type Series, together } from "./series.ts";

interface Props {
  /** "bool" for states. */
  readonly unit: string;
  readonly fields: readonly Field[];
  /** All that are drawn on the page, so that each keeps its colour. */
  readonly all: readonly Field[];
  readonly series: ReadonlyMap<string, Series> | undefined;
  readonly range: Range;
  /** Seconds: where something was refused. */
  readonly marks: readonly number[];
  /** When the device was silent. */
  readonly away?: readonly Silence[];
  /** Seconds. */
  readonly onZoom: (from: number, to: number) => void;
  /** px of all of it; absent: what the page of a device has. */
  readonly height?: number;
  /** Without a border of its own: in a widget. */
  readonly bare?: boolean;
  /** Below the line its colour, too. */
  readonly area?: boolean;
}

const NONE: readonly Silence[] = [];
const EMPTY: Drawn = { times: [], values: [], least: [], most: [] };

/** Lines over time, of fields with one unit; what is marked with the pointer becomes the range. */
export function Chart({ unit, fields, all, series, range, marks, away = NONE, onZoom, height, bare, area }: Props) {
  const t = useText();
  const scheme = useComputedColorScheme("light");
  const place = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ onZoom, marks, away, range });
  latest.current = { onZoom, marks, away, range };
  const names = fields.map(({ id }) => id).join(" ");
  const data = useMemo(() => dataOf(fields, series), [fields, series]);
  const shown = useRef(data);
  shown.current = data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names say which fields; the rest is read when it is needed
  useEffect(() => {
    const { current: box } = place;
    if (box === null) return;
    const look = lookOf(box);
    const colors = fields.map(
      ({ id }) => look.series[all.findIndex((one) => one.id === id) % look.series.length] ?? "",
    );
    const made = new uPlot(
      chartOptions({
        fields,
        colors,
        look,
        unit,
        locale: t.time.locale,
        dateOf: dateIn(t.time.zone),
        time: t.device.history.time,
        width: box.clientWidth,
        height: heightIn(box, height),
        area: area === true,
        legend: legend.current,
        latest: () => latest.current,
      }),
      shown.current,
      box,
    );
    plot.current = made;
    const watch = new ResizeObserver(() =>
      made.setSize({ width: box.clientWidth, height: heightIn(box, height) ?? made.height }),
    );
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, scheme, unit, t, height, area]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the range and the marks are drawn anew with the data
  useEffect(() => plot.current?.setData(data), [data, range.from, range.to, marks, away]);
  return (
    <figure className={css.chart} data-bare={bare || undefined}>
      <figcaption>
        {fields.map(({ id, name }, n) => (
          <span key={id} className={css.line} data-series={(all.findIndex((one) => one.id === fields[n]?.id) % 8) + 1}>
            {name}
          </span>
        ))}
        {unit !== "bool" && <span className="quiet">{unit}</span>}
        <span className="sr-only">{summary(fields, series, t.time.locale)}</span>
        <div className={css.pointed} ref={legend} />
      </figcaption>
      <div ref={place} />
    </figure>
  );
}

/** Dates whose hours and days are those of a zone. */
function dateIn(zone: string | undefined): (seconds: number) => Date {
  return (seconds) => {
    const date = new Date(seconds * 1000);
    return zone === undefined ? date : uPlot.tzDate(date, zone);
  };
}

/** What the names above a plot leave of the height of all. */
function heightIn(box: HTMLElement, all: number | undefined): number | undefined {
  if (all === undefined) return undefined;
  const names = box.previousElementSibling?.clientHeight ?? 0;
  return Math.max(60, all - names);
}

/** Each field as three columns: its line, and the least and most of its buckets. */
function dataOf(fields: readonly Field[], series: ReadonlyMap<string, Series> | undefined): uPlot.AlignedData {
  const lines = fields.map(({ id }) => {
    const own = series?.get(id);
    return own === undefined ? EMPTY : lineOf(own.points, own.step);
  });
  const [times, values] = together(lines, "values");
  const [, least] = together(lines, "least");
  const [, most] = together(lines, "most");
  return [times, ...fields.flatMap((_, n) => [values[n] ?? [], most[n] ?? [], least[n] ?? []])];
}

/** What a chart says to who does not see it. */
function summary(fields: readonly Field[], series: ReadonlyMap<string, Series> | undefined, locale: string): string {
  return fields
    .map(({ id, name, decimals, unit }) => {
      const points = series?.get(id)?.points ?? [];
      if (points.length === 0) return `${name}: –`;
      const low = Math.min(...points.map(({ least }) => least));
      const high = Math.max(...points.map(({ most }) => most));
      return `${name}: ${formatNumber(low, decimals, locale)} – ${formatNumber(high, decimals, locale)} ${unit ?? ""}`;
    })
    .join("; ");
}
