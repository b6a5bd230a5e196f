import { lazy, Suspense, useMemo } from "react";
import type { Field } from "../../../api/fleet.ts";
import { useText } from "../text.ts";
import type { Series } from "../../chart/series.ts";
import css from "../dashboard.module.css";
import { useHistories, useRange } from "../history.ts";
import { useSize } from "../size.ts";
import type { WidgetOf } from "../types.ts";
import { Note } from "./note.tsx";
import type { WidgetProps } from "./props.ts";
import { useSources } from "./sources.ts";

const Chart = lazy(async () => ({ default: (await import("../../chart/chart.tsx")).Chart }));
const NO_MARKS: readonly number[] = [];

/** Lines over time; series of other devices beside each other. */
export default function ChartWidget({ widget, span }: WidgetProps<WidgetOf<"chart">>) {
  const t = useText().dashboards;
  const { sources, area = false } = widget;
  const range = useRange(widget.range ?? span);
  const wanted = useSources(sources);
  const { series, error } = useHistories(wanted, range);
  const [place, { height }] = useSize();
  const fields = useMemo(() => wanted.map(asField), [wanted]);
  const byId = useMemo(() => {
    const found = new Map<string, Series>();
    for (const [n, one] of series.entries()) if (one !== undefined) found.set(String(n), one);
    return found;
  }, [series]);
  const missing = wanted.find((one) => one.missing)?.source.field;
  const problem = error ?? wanted.find((one) => one.error !== null)?.error ?? null;
  if (problem !== null || (missing !== undefined && wanted.length === 1))
    return <Note error={problem} missing={missing} />;
  const units = new Set(fields.map(({ unit }) => unit ?? ""));
  const bool = wanted.every(({ field }) => field?.type === "BOOL");
  const empty = series.length > 0 && series.every((one) => one !== undefined && one.points.length === 0);
  return (
    <div ref={place} className={css.chart}>
      {empty ? (
        <p className="quiet">{t.nothingMeasured}</p>
      ) : (
        height > 0 && (
          <Suspense>
            <Chart
              bare
              area={area}
              unit={bool ? "bool" : [...units].filter((one) => one !== "").join(", ")}
              fields={fields}
              all={fields}
              series={byId}
              range={range}
              marks={NO_MARKS}
              onZoom={noZoom}
              height={height}
            />
          </Suspense>
        )
      )}
    </div>
  );
}
const noZoom = () => undefined;

/** A series as the chart knows fields: by its place in the list. */
function asField({ source, field, name, several, alike }: ReturnType<typeof useSources>[number], n: number): Field {
  const own = field?.name ?? source.field;
  const label = source.label ?? (!several ? own : alike ? name : `${name} · ${own}`);
  return { ...(field as Field), id: String(n), name: label }; // the chart reads no more of it than there is
}
