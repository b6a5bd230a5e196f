import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { DeviceState, Heard } from "../../parts/device-state.tsx";
import { useOrder } from "../../parts/use-order.ts";
import { useText } from "../../text/index.ts";
import type { DeviceColumn } from "./columns.tsx";
import type { ListedField } from "./listed-fields.ts";
import type { Row } from "./rows.ts";
import css from "./devices.module.css";
import { LiveCell } from "./live-cell.tsx";
import { usePlace } from "./place.ts";

interface Props {
  readonly workspace: string;
  readonly rows: readonly Row[];
  /** What `sort` names. */
  readonly columns: readonly DeviceColumn[];
  readonly sort: string;
  readonly fields: readonly ListedField[];
}

/** Cards are bigger than rows: so many are drawn, and more as one comes to the last. */
const AT_ONCE = 8;
const MORE = 60;
const VALUES = 4;

/** The same list as cards: what phones show. */
export function Cards({ workspace, rows, columns, sort, fields }: Props) {
  const t = useText();
  const ordered = useOrder(rows, columns, sort);
  const list = useRef<HTMLUListElement>(null);
  const [shown, setShown] = usePlace(list, AT_ONCE);
  const more = useCallback(() => setShown((before) => before + MORE), [setShown]);
  const end = useNear(more);
  return (
    <>
      <ul ref={list} className={css.cards}>
        {ordered.slice(0, shown).map((row) => (
          <Card key={row.key} workspace={workspace} row={row} fields={fields} />
        ))}
      </ul>
      {ordered.length > shown && (
        <Button ref={end} key={shown} variant="default" onClick={more}>
          {t.common.more}
        </Button>
      )}
    </>
  );
}

/** So far from the edge of what is seen something counts as near, px. */
const NEAR = 600;

/** For an element: tells once that it is about to be seen. */
function useNear(tell: () => void): (element: HTMLElement | null) => (() => void) | undefined {
  return useCallback(
    (element) => {
      if (element === null) return undefined;
      const observer = new IntersectionObserver(
        (entries) => {
          if (entries.some(({ isIntersecting }) => isIntersecting)) tell();
        },
        { rootMargin: `${NEAR}px` },
      );
      observer.observe(element);
      return () => observer.disconnect();
    },
    [tell],
  );
}

function Card({
  workspace,
  row,
  fields,
}: {
  readonly workspace: string;
  readonly row: Row;
  readonly fields: readonly ListedField[];
}) {
  const { device, product, values, timeout } = row;
  const own = fields.filter(({ id }) => values.has(id)).slice(0, VALUES);
  return (
    <li className={css.card}>
      <header>
        <Link
          to="/w/$workspace/devices/$product/$device"
          params={{ workspace, product: device.product, device: device.id }}
        >
          {device.name}
        </Link>
        <span className={`small ${css.heard}`}>
          <DeviceState product={device.product} device={device.id} known={device.last_heard} timeout={timeout} />
          <Heard product={device.product} device={device.id} known={device.last_heard} beside />
        </span>
      </header>
      <p className="quiet small">{[product?.name ?? device.product, ...device.tags].join(" · ")}</p>
      <dl>
        {own.map(({ id, name, type, decimals }) => (
          <div key={id} data-wide={type === "GEO" || undefined}>
            <dt>{name}</dt>
            <dd>
              <LiveCell row={row} field={id} decimals={decimals} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
