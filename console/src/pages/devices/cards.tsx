import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { DeviceState, Heard } from "../../parts/device-state.tsx";
import { useText } from "../../text/index.ts";
import type { ListedField, Row } from "./columns.tsx";
import css from "./devices.module.css";
import { LiveCell } from "./live-cell.tsx";

interface Props {
  readonly workspace: string;
  readonly rows: readonly Row[];
  readonly fields: readonly ListedField[];
}

/** Cards are bigger than rows: so many are drawn, and more when one asks. */
const AT_ONCE = 120;
const VALUES = 4;

/** The same list as cards: what phones show. */
export function Cards({ workspace, rows, fields }: Props) {
  const t = useText();
  const [shown, setShown] = useState(AT_ONCE);
  return (
    <>
      <ul className={css.cards}>
        {rows.slice(0, shown).map((row) => (
          <Card key={row.key} workspace={workspace} row={row} fields={fields} />
        ))}
      </ul>
      {rows.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + AT_ONCE)}>
          {t.common.more}
        </Button>
      )}
    </>
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
        <DeviceState product={device.product} device={device.id} known={device.last_heard} timeout={timeout} short />
        <Link
          to="/w/$workspace/devices/$product/$device"
          params={{ workspace, product: device.product, device: device.id }}
        >
          {device.name}
        </Link>
        <span className="quiet small">
          <Heard product={device.product} device={device.id} known={device.last_heard} />
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
