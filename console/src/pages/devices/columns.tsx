import { Link } from "@tanstack/react-router";
import { serverNow } from "../../api/clock.ts";
import { liveStore } from "../../live/index.ts";
import { DeviceState, Heard } from "../../parts/device-state.tsx";
import { plainValue } from "../../parts/format-value.ts";
import type { Column } from "../../parts/table-types.ts";
import type { Text } from "../../text/index.ts";
import css from "./devices.module.css";
import type { ListedField } from "./listed-fields.ts";
import { LiveCell } from "./live-cell.tsx";
import type { Row } from "./rows.ts";

/** So many tags have room in their column. */
const TAGS = 2;

/** A column, and what it is in a CSV. */
export interface DeviceColumn extends Column<Row> {
  readonly text: (row: Row) => string;
  /** Shown when nobody has chosen columns. */
  readonly usual: boolean;
}

/** The columns of a list: those of every device, and one for each field, under its identifier. */
export function columnsOf(t: Text, workspace: string, fields: readonly ListedField[], many: boolean): DeviceColumn[] {
  const names = t.devices.columns;
  return [
    {
      id: "name",
      head: names.name,
      width: 220,
      grow: true,
      fixed: true,
      usual: true,
      cell: ({ device }) => (
        <span className={css.name}>
          <Link
            to="/w/$workspace/devices/$product/$device"
            params={{ workspace, product: device.product, device: device.id }}
          >
            {device.name}
          </Link>
        </span>
      ),
      sortBy: ({ device }) => device.name,
      text: ({ device }) => device.name,
    },
    {
      id: "product",
      head: names.product,
      width: 140,
      usual: many,
      cell: ({ device, product }) => <span className="quiet">{product?.name ?? device.product}</span>,
      sortBy: ({ device, product }) => product?.name ?? device.product,
      text: ({ device }) => device.product,
    },
    {
      id: "heard",
      head: names.heard,
      width: 140,
      whole: true,
      right: true,
      usual: true,
      cell: ({ device, timeout }) => (
        <span className={css.heard}>
          <DeviceState product={device.product} device={device.id} known={device.last_heard} timeout={timeout} />
          <Heard product={device.product} device={device.id} known={device.last_heard} beside />
        </span>
      ),
      sortBy: ({ device }) => (device.last_heard === null ? undefined : Date.parse(device.last_heard)),
      text: ({ key, device }) => liveStore.heard(key) ?? device.last_heard ?? "",
    },
    {
      id: "state",
      head: names.state,
      width: 120,
      usual: false,
      cell: ({ device, timeout }) => (
        <DeviceState product={device.product} device={device.id} known={device.last_heard} timeout={timeout} />
      ),
      text: ({ key, device, timeout }) => {
        const heard = liveStore.heard(key) ?? device.last_heard;
        if (heard === null) return t.state.never;
        return serverNow() - Date.parse(heard) <= timeout ? t.state.online : t.state.away;
      },
    },
    ...fields.map((field) => valueColumn(field)),
    {
      id: "tags",
      head: names.tags,
      width: 210,
      usual: true,
      cell: ({ device }) => (
        <span className={css.tags} title={device.tags.join(", ")}>
          {device.tags.slice(0, TAGS).map((tag) => (
            <span key={tag}>{tag}</span>
          ))}
          {device.tags.length > TAGS && <span>+{device.tags.length - TAGS}</span>}
        </span>
      ),
      sortBy: ({ device }) => (device.tags.length === 0 ? undefined : device.tags.join(" ")),
      text: ({ device }) => device.tags.join("; "),
    },
    plain("location", names.location, 200, ({ device }) => device.location),
    plain("serial", names.serial, 150, ({ device }) => device.serial, true),
    plain("id", names.id, 170, ({ device }) => device.id, true),
    {
      id: "connected",
      head: names.connected,
      width: 120,
      usual: false,
      cell: ({ device }) => (
        <span className="quiet">{device.connected === true ? t.devices.connected : t.devices.notConnected}</span>
      ),
      sortBy: ({ device }) => device.connected,
      text: ({ device }) => String(device.connected ?? ""),
    },
  ];
}

function plain(id: string, head: string, width: number, of: (row: Row) => string | null, mono = false): DeviceColumn {
  return {
    id,
    head,
    width,
    usual: false,
    cell: (row) => (mono ? <code>{of(row)}</code> : of(row)),
    sortBy: (row) => of(row) ?? undefined,
    text: (row) => of(row) ?? "",
  };
}

function valueColumn({ id, name, type, decimals, usual }: ListedField): DeviceColumn {
  const isText = type === "STRING" || type === "GEO";
  return {
    id: `f:${id}`,
    head: name,
    width: isText ? 180 : 118,
    right: !isText,
    usual,
    cell: (row) => <LiveCell row={row} field={id} decimals={decimals} />,
    sortBy: ({ values }) => {
      const value = values.get(id)?.value;
      return typeof value === "object" ? undefined : (value ?? undefined);
    },
    text: ({ key, values }) => {
      const [known, live] = [values.get(id), liveStore.valuesOf(key).get(id)];
      return plainValue((live !== undefined && (known?.time ?? "") <= live.time ? live : known)?.value);
    },
  };
}
