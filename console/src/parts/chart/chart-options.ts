import type uPlot from "uplot";
import type { Field } from "../../api/fleet.ts";
import { formatNumber } from "../format-value.ts";
import { drawAway, drawMarks } from "./chart-marks.ts";
import type { Silence } from "./counts.ts";
import type { Look } from "./look.ts";
import type { Range } from "./range.ts";

interface Wish {
  readonly fields: readonly Field[];
  readonly colors: readonly string[];
  readonly look: Look;
  /** "bool" for states. */
  readonly unit: string;
  readonly locale: string;
  /** The date of so many seconds since 1970, in the zone in which times are written. */
  readonly dateOf: (seconds: number) => Date;
  /** What the time is called. */
  readonly time: string;
  /** px. */
  readonly width: number;
  /** px; undefined: as high as charts of a page are. */
  readonly height: number | undefined;
  /** Below the line its colour, too. */
  readonly area: boolean;
  /** Where the line stands that says what is pointed at. */
  readonly legend: HTMLElement | null;
  /** What changes while the chart stays. */
  readonly latest: () => {
    readonly range: Range;
    /** Seconds. */
    readonly marks: readonly number[];
    /** When the device was silent, ms. */
    readonly away: readonly Silence[];
    readonly onZoom: (from: number, to: number) => void;
  };
}

/** All charts of a page have one crosshair. */
const TOGETHER = "device";
const HEIGHT = 220;
const LOW = 110;
const DAY = 86_400;

/** How a chart is drawn: 1.5 px lines, the least and most of buckets as a band, a quiet grid, and marks where something was refused. */
export function chartOptions({
  fields,
  colors,
  look,
  unit,
  locale,
  dateOf,
  time,
  width,
  height,
  area,
  legend,
  latest,
}: Wish): uPlot.Options {
  const isState = unit === "bool";
  const axis: uPlot.Axis = {
    stroke: look.text,
    font: look.font,
    grid: { stroke: look.grid, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    tzDate: dateOf,
    height: height ?? (isState ? LOW : HEIGHT),
    // the last label of an axis is half as wide as this, and must not be cut off
    padding: [6, 24, 0, 0],
    scales: {
      x: { time: true, range: () => [latest().range.from / 1000, latest().range.to / 1000] },
      ...(isState && { y: { range: [-0.1, 1.1] as uPlot.Range.MinMax } }),
    },
    axes: [
      { ...axis, values: (_, splits, __, ___, step) => timeLabels(splits, step, locale, dateOf), size: 28 },
      {
        ...axis,
        size: 56,
        ...(isState && { splits: () => [0, 1] }),
        values: (_, splits) => splits.map((one) => (isState ? String(one === 1) : formatNumber(one, null, locale))),
      },
    ],
    series: [
      {
        label: time,
        value: (_, seconds) => (seconds === null ? "–" : dateOf(seconds).toLocaleString(locale)),
      },
      ...fields.flatMap((field, n) => seriesOf(field, colors[n] ?? look.text, isState, locale, area)),
    ],
    bands: fields.map((_, n) => ({ series: [n * 3 + 2, n * 3 + 3], fill: `${colors[n] ?? look.text}26` })),
    cursor: { sync: { key: TOGETHER }, drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
    legend: { live: true, ...(legend !== null && { mount: (_, line) => void legend.replaceChildren(line) }) },
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width: wide } = plot.select;
          if (wide < 4) return;
          const at = (x: number) => plot.posToVal(x, "x");
          latest().onZoom(at(left), at(left + wide));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      // without a cursor there is nothing to say: the line is empty, and keeps its place
      setLegend: [(plot) => void legend?.classList.toggle("pointed", typeof plot.legend.idx === "number")],
      drawAxes: [(plot) => drawAway(plot, latest().away, look.away)],
      draw: [(plot) => drawMarks(plot, latest().marks, look.mark)],
    },
  };
}

/** A line, and the edges of its band, which stand in no legend. */
function seriesOf(
  { name, decimals, unit }: Field,
  color: string,
  isState: boolean,
  locale: string,
  area: boolean,
): uPlot.Series[] {
  const value = (_: unknown, one: number | null): string => {
    if (one === null || one === undefined) return "–";
    return isState ? String(one === 1) : `${formatNumber(one, decimals, locale)} ${unit ?? ""}`;
  };
  const edge: uPlot.Series = { show: true, stroke: "transparent", width: 0, points: { show: false }, class: "edge" };
  return [
    { label: name, stroke: color, width: 1.5, value, points: { size: 4 }, ...(area && { fill: `${color}26` }) },
    edge,
    edge,
  ];
}

/** Times of an axis: the hour, and where a day begins its date. */
function timeLabels(splits: readonly number[], step: number, locale: string, dateOf: Wish["dateOf"]): string[] {
  const hour = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    ...(step < 60 && { second: "2-digit" }),
  });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
  const month = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric" });
  return splits.map((seconds) => {
    const date = dateOf(seconds);
    if (step >= 28 * DAY) return month.format(date);
    if (step >= DAY) return day.format(date);
    const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
    return isMidnight ? day.format(date) : hour.format(date);
  });
}
