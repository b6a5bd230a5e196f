// biome-ignore-all lint/a11y/useKeyWithClickEvents: the keys are heard by the tree
// biome-ignore-all lint/a11y/useFocusableInteractive: the focus stays on the tree (aria-activedescendant)
import { Button } from "@mantine/core";
import { ChevronDownIcon, ChevronRightIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { memo, useEffect, useRef, useState } from "react";
import { timeoutOf, valuesQuery } from "../../../api/fleet.ts";
import { LiveStore, liveStore, useLiveValues } from "../../../live/index.ts";
import { Heard } from "../../../parts/device-state.tsx";
import { formatNumber } from "../../../parts/format-value.ts";
import { bytesOf, type FreeTopic } from "../../../live/free-store.ts";
import { Ago } from "../../../parts/ago.tsx";
import { ValueCell } from "../../../parts/value-cell.tsx";
import { useText } from "../../../text/index.ts";
import { inLine } from "../desk/messages.ts";
import type { Row } from "./rows.ts";
import css from "./tree.module.css";

/** Further levels stand no further to the right. */
const DEEPEST = 8;

interface Props {
  readonly row: Row;
  readonly index: number;
  readonly start: number;
  readonly chosen: boolean;
  readonly onChoose: (index: number) => void;
  readonly onToggle: (key: string) => void;
  readonly onMore: (product: string) => void;
}

/** A level of a topic in a line: its name, what it has now, how long ago, how often. */
export const TreeLine = memo(function TreeLine({ row, index, start, chosen, onChoose, onToggle, onMore }: Props) {
  const t = useText();
  const { key, level, name, label, kind, open, count, product, path } = row;
  if (kind === "more")
    return (
      <div className={css.line} style={{ transform: `translateY(${start}px)` }} data-level={level} role="none">
        <Button variant="default" size="compact-xs" onClick={() => product && onMore(product.slug)}>
          {t.common.more}
        </Button>
      </div>
    );
  return (
    <div
      id={`topic-${index}`}
      role="treeitem"
      aria-level={level}
      aria-expanded={open}
      aria-selected={chosen}
      title={path ?? (kind === "freeRoot" ? t.tree.free.title : key)}
      data-topic={path ?? key}
      className={css.line}
      data-level={Math.min(level, DEEPEST)}
      style={{ transform: `translateY(${start}px)` }}
      onClick={() => onChoose(index)}
      onDoubleClick={() => open !== undefined && onToggle(key)}
    >
      <span className={css.name}>
        {open === undefined ? (
          <span className={css.leaf} />
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer; the keys are heard by the tree
          <span
            className={css.chevron}
            onClick={(event) => {
              event.stopPropagation();
              onToggle(key);
            }}
          >
            {open ? <ChevronDownIcon size={14} aria-hidden /> : <ChevronRightIcon size={14} aria-hidden />}
          </span>
        )}
        {kind === "freeRoot" ? <span>{t.tree.free.title}</span> : <code>{name === "" ? t.tree.free.level : name}</code>}
        <span className="quiet">{label === name ? "" : label}</span>
        {count !== undefined && <span className="quiet small">{formatNumber(count, 0, t.time.locale)}</span>}
      </span>
      <Cells row={row} />
    </div>
  );
});

function Cells({ row: { product, device, field, free } }: { readonly row: Row }) {
  if (free !== undefined) return <FreeCells free={free} />;
  if (product === undefined || device === undefined) return null;
  if (field !== undefined) return <FieldCells {...{ product, device, field }} />;
  return (
    <>
      <span />
      <span className={css.age}>
        <Heard product={product.slug} device={device.id} known={device.last_heard} />
      </span>
      <Rate product={product.slug} device={device.id} />
    </>
  );
}

function FieldCells({ product, device, field }: Required<Pick<Row, "product" | "device" | "field">>) {
  const { data } = useQuery(valuesQuery(product.slug, device.id));
  const live = useLiveValues(product.slug, device.id).get(field.id);
  const known = data?.values.find((one) => one.field === field.id);
  const newest = live !== undefined && (known?.time ?? "") <= live.time ? live : known;
  return (
    <>
      <span className={css.value}>
        <ValueCell
          value={newest?.value ?? null}
          time={newest?.time ?? null}
          unit={field.unit}
          decimals={field.decimals}
          timeout={timeoutOf(device, product)}
        />
      </span>
      <span />
      <Rate product={product.slug} device={device.id} field={field.id} />
    </>
  );
}

/** The last message on a free topic, in one line. */
function FreeCells({ free }: { readonly free: FreeTopic }) {
  const t = useText();
  return (
    <>
      <span className={css.value}>
        <code className={css.inLine}>{inLine(bytesOf(free))}</code>
        {free.retained && <span className={css.mark}>{t.desk.retained}</span>}
      </span>
      <span className={css.age}>{free.time !== null && <Ago time={free.time} short />}</span>
      <span className={css.rate}>{free.rate > 0 && t.tree.rate(formatNumber(free.rate, 1, t.time.locale))}</span>
    </>
  );
}

/** Samples that a rate is made of, one a second. */
const SAMPLES = 11;

/** Measurements a second over the last ten, of a field or of all of a device. */
function Rate({
  product,
  device,
  field,
}: {
  readonly product: string;
  readonly device: string;
  readonly field?: string;
}) {
  const t = useText();
  const samples = useRef<{ readonly at: number; readonly n: number }[]>([]);
  const [rate, setRate] = useState<number | null>(null);
  useEffect(() => {
    const key = LiveStore.key(product, device);
    const sample = () => ({ at: performance.now(), n: liveStore.heardOf(key, field) });
    samples.current = [sample()];
    const timer = setInterval(() => {
      if (document.hidden) return;
      const now = sample();
      samples.current = [...samples.current, now].slice(-SAMPLES);
      const [first] = samples.current;
      if (first !== undefined && first.at < now.at) setRate((1000 * (now.n - first.n)) / (now.at - first.at));
    }, 1000);
    return () => clearInterval(timer);
  }, [product, device, field]);
  return (
    <span className={css.rate}>
      {rate === null || rate === 0 ? "" : t.tree.rate(formatNumber(rate, 1, t.time.locale))}
    </span>
  );
}
