import { ActionIcon, Button, Group, SegmentedControl } from "@mantine/core";
import { ChevronLeftIcon, ChevronRightIcon, DownloadIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { serverNow } from "../../api/clock.ts";
import type { Field } from "../../api/fleet.ts";
import { useEverySecond } from "../../parts/ago.tsx";
import { exactText, spanText } from "../../parts/ago-text.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { Chart } from "../../parts/chart/chart.tsx";
import css from "./device.module.css";
import { HistoryTable } from "./history-table.tsx";
import { isDrawn } from "../../parts/chart/question.ts";
import { type Range, SPANS, type Span } from "../../parts/chart/range.ts";
import { refusalsQuery, seriesQuery } from "./queries.ts";
import { type DeviceSearch, moved, rangeOf } from "./search.ts";
import type { Shared } from "./shared.ts";

const DownloadMeasurements = lazy(() => import("../../parts/download-measurements.tsx"));
/** A chart that ends now is made anew so often, s. */
const LIVE_STEP = 15;
/** Without a choice these many fields are drawn. */
const FIRST = 3;

/** What the device said, over any range: lines by unit, or a table. The whole view is in the address. */
export default function History({ workspace, device, fields, search }: Shared & { readonly search: DeviceSearch }) {
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
  const change = (next: { [K in keyof DeviceSearch]?: DeviceSearch[K] | undefined }) =>
    void navigate({
      search: (before) =>
        Object.fromEntries(Object.entries({ ...before, ...next }).filter(([, value]) => value !== undefined)),
    });
  const zoom = (from: number, to: number) =>
    change({ from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString(), span: undefined });
  const [downloading, setDownloading] = useState<Range | null>(null);
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
        <HistoryTable workspace={workspace} device={device} fields={chosen} range={range} />
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
              onZoom={zoom}
            />
          ))}
          <p className="quiet small">
            {bucket === 0 ? t.device.history.raw : t.device.history.buckets(spanText(bucket, t.time))}
            {range.live ? ` · ${t.device.history.live}` : ""}
          </p>
        </>
      )}
    </div>
  );
}

interface RangeBarProps {
  readonly range: Range;
  readonly search: DeviceSearch;
  readonly as: "chart" | "table";
  readonly change: (next: { [K in keyof DeviceSearch]?: DeviceSearch[K] | undefined }) => void;
  readonly csv: string;
  readonly onDownload: () => void;
}

function RangeBar({ range, search, as, change, csv, onDownload }: RangeBarProps) {
  const t = useText();
  const span = search.from === undefined ? (search.span ?? "24h") : "";
  return (
    <Group gap="sm">
      <SegmentedControl
        aria-label={t.device.history.range}
        data={Object.keys(SPANS).map((one) => ({ value: one, label: t.device.history.spans[one as Span] }))}
        value={span}
        onChange={(next) => change({ span: next as Span, from: undefined, to: undefined })} // one of the labels above
      />
      <ActionIcon
        variant="default"
        size={30}
        aria-label={t.device.history.earlier}
        title={t.device.history.earlier}
        onClick={() => change({ ...moved(range, -1, serverNow()), span: undefined })}
      >
        <ChevronLeftIcon size={14} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={t.device.history.later}
        title={t.device.history.later}
        disabled={range.live}
        onClick={() => change({ ...moved(range, 1, serverNow()), span: undefined })}
      >
        <ChevronRightIcon size={14} />
      </ActionIcon>
      <span className="quiet small">
        {exactText(new Date(range.from).toISOString(), t.time)} – {exactText(new Date(range.to).toISOString(), t.time)}
      </span>
      <Group gap="sm" ml="auto">
        <SegmentedControl
          aria-label={t.device.history.as}
          data={[
            { value: "chart", label: t.device.history.chart, disabled: as === "table" && search.as === undefined },
            { value: "table", label: t.device.history.table },
          ]}
          value={as}
          onChange={(next) => change({ as: next === "table" ? "table" : undefined })}
        />
        <Button variant="default" component="a" href={csv} download leftSection={<DownloadIcon size={14} />}>
          CSV
        </Button>
        <Button variant="default" onClick={onDownload}>
          {t.device.history.every}
        </Button>
      </Group>
    </Group>
  );
}

interface ChoiceProps {
  readonly fields: readonly Field[];
  readonly ids: readonly string[];
  readonly onChange: (ids: string[]) => void;
}

/** So many are offered at first. */
const MANY = 24;

/** Which fields are shown; buttons that stay down. */
function FieldChoice({ fields, ids, onChange }: ChoiceProps) {
  const { device, common } = useText();
  const t = device.history;
  const [all, setAll] = useState(false);
  // those that are chosen are always among them
  const shown = all ? fields : fields.filter(({ id }, n) => n < MANY || ids.includes(id));
  const toggle = (id: string) => {
    const next = fields.map((one) => one.id).filter((one) => (one === id ? !ids.includes(id) : ids.includes(one)));
    if (next.length > 0) onChange(next);
  };
  return (
    <fieldset className={css.choice}>
      <legend className="sr-only">{t.fields}</legend>
      {shown.map(({ id, name }) => (
        <button key={id} type="button" aria-pressed={ids.includes(id)} title={id} onClick={() => toggle(id)}>
          {name}
        </button>
      ))}
      {shown.length < fields.length && (
        <button type="button" onClick={() => setAll(true)}>
          {common.showAll(fields.length)}
        </button>
      )}
    </fieldset>
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
