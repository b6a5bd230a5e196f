import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import { type Text, useText } from "../../text/index.ts";
import css from "./system.module.css";

interface Props {
  /** RFC 3339. */
  readonly times: readonly string[];
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** A value with its unit. */
  readonly write: (value: number) => string;
}

const HEIGHT = 180;
/** s that the axis shows at least. */
const LEAST = 600;
/** All charts of the page have one crosshair. */
const TOGETHER = "day";

/** Lines over the last day; gaps stay gaps. */
export function DayChart({ times, lines, write }: Props) {
  const t = useText();
  const scheme = useComputedColorScheme("light");
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = useMemo(
    (): uPlot.AlignedData => [times.map((time) => Date.parse(time) / 1000), ...lines.map(({ values }) => [...values])],
    [times, lines],
  );
  const latest = useRef({ data, write });
  latest.current = { data, write };
  const names = lines.map(({ name }) => name).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew for other lines and colours; the data follow below
  useEffect(() => {
    const { current: box } = place;
    if (box === null) return;
    const options = optionsOf(box, names.split("\n"), (n) => latest.current.write(n), t.system.day.time, t.time);
    const made = new uPlot(options, latest.current.data, box);
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: HEIGHT }));
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, scheme, t]);
  useEffect(() => plot.current?.setData(data), [data]);
  return (
    <figure className={css.chart}>
      <figcaption>
        {lines.map(({ name, values }, n) => (
          <span key={name} className={css.line} data-series={n + 1}>
            {name} <b>{lastOf(values, write)}</b>
          </span>
        ))}
      </figcaption>
      <div ref={place} />
    </figure>
  );
}

function lastOf(values: readonly (number | null)[], write: (n: number) => string): string {
  const last = values.at(-1);
  return last === null || last === undefined ? "–" : write(last);
}

function optionsOf(
  box: HTMLElement,
  names: readonly string[],
  write: (n: number) => string,
  time: string,
  { locale, zone }: Text["time"],
): uPlot.Options {
  const style = getComputedStyle(box);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  const axis: uPlot.Axis = {
    stroke: read("--text-2"),
    font: `11px ${read("--font")}`,
    grid: { stroke: read("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: box.clientWidth,
    height: HEIGHT,
    padding: [12, 20, 0, 0],
    // a server that has just started has one value
    scales: {
      x: { time: true, range: (_, from, to) => [Math.min(from, to - LEAST), to] },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] },
    },
    axes: [
      { ...axis, size: 28, values: (_, splits) => splits.map((s) => clock.format(s * 1000)) },
      { ...axis, size: 64, values: (_, splits) => splits.map(write) },
    ],
    series: [
      { label: time, value: (_, s) => (s === null ? "–" : clock.format(s * 1000)) },
      ...names.map(
        (label, n): uPlot.Series => ({
          label,
          stroke: read(`--series-${n + 1}`),
          width: 1.5,
          points: { show: false },
          value: (_, one) => (one === null || one === undefined ? "–" : write(one)),
        }),
      ),
    ],
    cursor: { sync: { key: TOGETHER }, drag: { x: false, y: false }, points: { size: 6 } },
    legend: { show: false },
  };
}
