import { Link } from "@tanstack/react-router";
import { useLiveValues } from "../../../live/index.ts";
import { useText } from "../text.ts";
import { DeviceState, Heard } from "../../device-state.tsx";
import { ValueCell } from "../../value-cell.tsx";
import { type Measured, newer, type ShownDevice, type ShownField, useData, useLooked } from "../data.ts";
import css from "../dashboard.module.css";
import type { DeviceSet, WidgetOf } from "../types.ts";
import { Note } from "./note.tsx";
import type { WidgetProps } from "./props.ts";

/** The set with its product; of a product's dashboard it is that one when none is named. */
export function useSet(set: DeviceSet): DeviceSet & { readonly product: string } {
  const looked = useLooked();
  return { ...set, product: set.product ?? looked?.product ?? "" };
}

/** Devices with their current values. */
export function TableWidget({ widget }: WidgetProps<WidgetOf<"table">>) {
  const t = useText();
  const data = useData();
  const set = useSet(widget.devices);
  const devices = data.useDevices(set);
  const fields = data.useFields(set.product);
  const values = data.useAllValues(set.product);
  const error = devices.error ?? fields.error ?? values.error;
  if (error !== null) return <Note error={error} />;
  const shown = widget.fields.map((id) => fields.data?.find((one) => one.id === id) ?? { ...UNKNOWN, id, name: id });
  return (
    // a table that scrolls is reached by the keyboard
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section className={css.table} tabIndex={0} aria-label={widget.title ?? t.dashboards.types.table}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.dashboards.device}</th>
            {shown.map(({ id, name }) => (
              <th key={id} scope="col" className={css.number}>
                {name}
              </th>
            ))}
            <th scope="col" className={css.number}>
              {t.dashboards.heard}
            </th>
          </tr>
        </thead>
        <tbody>
          {devices.data?.map((device) => (
            <Row key={device.id} device={device} fields={shown} known={values.data?.get(device.id)} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
const UNKNOWN = { type: "STRING", unit: null, decimals: null } as const;

function Row({
  device,
  fields,
  known,
}: {
  readonly device: ShownDevice;
  readonly fields: readonly ShownField[];
  readonly known: ReadonlyMap<string, Measured> | undefined;
}) {
  const live = useLiveValues(device.product, device.id);
  return (
    <tr>
      <th scope="row">
        <DeviceName device={device} />
      </th>
      {fields.map(({ id, unit, decimals }) => {
        const { value, time } = newer(known?.get(id), live.get(id));
        return (
          <td key={id} className={css.number}>
            <ValueCell value={value} time={time} unit={unit} decimals={decimals} timeout={device.timeout} age="stale" />
          </td>
        );
      })}
      <td className={css.number}>
        <Heard product={device.product} device={device.id} known={device.heard} />
      </td>
    </tr>
  );
}

/** The name, as a link where there is a page of the device. */
function DeviceName({ device }: { readonly device: ShownDevice }) {
  const to = useData().deviceLink(device.product, device.id);
  return to === null ? device.name : <Link to={to}>{device.name}</Link>;
}

/** Which devices were heard, and when. */
export function OnlineWidget({ widget }: WidgetProps<WidgetOf<"online">>) {
  const data = useData();
  const devices = data.useDevices(useSet(widget.devices));
  if (devices.error !== null) return <Note error={devices.error} />;
  return (
    <ul className={css.online}>
      {devices.data?.map((device) => (
        <li key={device.id}>
          <DeviceName device={device} />
          <DeviceState product={device.product} device={device.id} known={device.heard} timeout={device.timeout} />
          <span className={css.age}>
            <Heard product={device.product} device={device.id} known={device.heard} />
          </span>
        </li>
      ))}
    </ul>
  );
}
