import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import type { Field } from "../../api/fleet.ts";
import { useEverySecond } from "../../parts/ago.tsx";
import { spanText } from "../../parts/ago-text.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { Chart } from "../../parts/chart/chart.tsx";
import css from "./device.module.css";
import { FieldChoice } from "./field-choice.tsx";
import { HistoryTable } from "./history-table.tsx";
import { ChartKey } from "../../parts/chart/chart-key.tsx";
import type { Silence } from "../../parts/chart/counts.ts";
import { isDrawn } from "../../parts/chart/question.ts";
import type { Range } from "../../parts/chart/range.ts";
import { refusalsQuery, seriesQuery, silencesQuery } from "./queries.ts";
import { RangeBar } from "./range-bar.tsx";
import { type DeviceSearch, rangeOf } from "./search.ts";
import type { Shared } from "./shared.ts";

const DownloadMeasurements = lazy(() => import("../../parts/download-measurements.tsx"));
/** A chart that ends now is made anew so often, s. */
const LIVE_STEP = 15;
/** Without a choice these many fields are drawn. */
const FIRST = 3;
const NONE: readonly Silence[] = [];

/** What the device said, over any range: lines by unit, or a table. The whole view is in the address. */
export default function History({ device, fields, search, timeout }: Shared & { readonly search: DeviceSearch }) {
  const t = useText();
  const navigate = useNavigate({ from: "/w/$workspace/devices/$product/$device" });
  const drawn = useMemo(() => fields.filter(isDrawn), [fields]);
  // a device that says only texts and positions has no lines: they stand in the table
  const ids = search.fields ?? (drawn.length === 0 ? fields : drawn).slice(0, FIRST).map(({ id }) => id);
  const as = search.as ?? (drawn.length === 0 ? "table" : "chart");
  const chosen = useMemo(() => fields.filter(({ id }) => ids.includes(id)), [fields, ids]);
  const step = useEverySecond((now) => Math.floor(now / (LIVE_STEP * 1000)));
  const range = useMemo(() => rangeOf(search, (step + 1) * LIVE_STEP * 1000), [search, step]);
  const lines = useMemo(() => chosen.filter(isDrawn), [chosen]);
  const series = useQuery(seriesQuery(device.product, device.id, lines, range));
  const refusals = useQuery(refusalsQuery(device.product, device.id));
  const marks = useMemo(() => (refusals.data ?? []).map(({ time }) => Date.parse(time) / 1000), [refusals.data]);
  const away = useQuery(silencesQuery(device.product, device.id, fields, range, timeout)).data ?? NONE;
  const change = (next: { [K in keyof DeviceSearch]?: DeviceSearch[K] | undefined }) =>
    void navigate({
      search: (before) =>
        Object.fromEntries(Object.entries({ ...before, ...next }).filter(([, value]) => value !== undefined)),
    });
  const zoom = (from: number, to: number) =>
    change({ from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString(), span: undefined });
  const [downloading, setDownloading] = useState<Range | null>(null);
  const isEmpty = series.data !== undefined && lines.every(({ id }) => (series.data.get(id)?.points.length ?? 0) === 0);
  const bucket = lines.length === 0 ? 0 : (series.data?.get(lines[0]?.id ?? "")?.step ?? 0);
  return (
    <div className={css.history}>
      <RangeBar
        range={range}
        search={search}
        as={as}
        change={change}
        csv={csvAddress(device, ids, range)}
        onDownload={() => setDownloading(range)}
      />
      {downloading !== null && (
        <Suspense>
          <DownloadMeasurements
            wishes={[{ product: device.product, devices: [device.id], fields: ids }]}
            range={downloading}
            onClose={() => setDownloading(null)}
          />
        </Suspense>
      )}
      <FieldChoice fields={fields} ids={ids} onChange={(next) => change({ fields: next })} />
      {series.error !== null && <RefusalNote error={series.error} again={() => void series.refetch()} />}
      {as === "table" ? (
        <HistoryTable
          device={device}
          fields={chosen}
          range={range}
          onEarlier={(before) =>
            change({ from: new Date(range.from).toISOString(), to: new Date(before).toISOString(), span: undefined })
          }
        />
      ) : lines.length === 0 ? (
        <EmptyState>{t.device.history.nothingChosen}</EmptyState>
      ) : (
        <>
          {byUnit(lines).map(([unit, own]) => (
            <Chart
              key={unit}
              unit={unit}
              fields={own}
              all={lines}
              series={series.data}
              range={range}
              marks={marks}
              away={away}
              onZoom={zoom}
            />
          ))}
          <ChartKey range={range} marks={marks} away={away} longer={spanText(timeout, t.time)} />
          {isEmpty && <p role="status">{t.device.history.nothing}</p>}
          <p className="quiet small">
            {bucket === 0 ? t.device.history.raw : t.device.history.buckets(spanText(bucket, t.time))}
            {range.live ? ` · ${t.device.history.live}` : ""}
          </p>
        </>
      )}
    </div>
  );
}

/** Fields of one unit share a chart. */
function byUnit(fields: readonly Field[]): [string, Field[]][] {
  const found = new Map<string, Field[]>();
  for (const field of fields) {
    const unit = field.type === "BOOL" ? "bool" : (field.unit ?? "");
    found.set(unit, [...(found.get(unit) ?? []), field]);
  }
  return [...found];
}

/** The measurements of the view as a table of the API; a cookie is enough to read. */
function csvAddress({ product, id }: Shared["device"], ids: readonly string[], { from, to }: Range): string {
  const wish = new URLSearchParams({
    products: product,
    devices: id,
    fields: ids.join(","),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    format: "csv",
    escape_formulas: "true",
  });
  return `/api/v1/history?${wish}`;
}
