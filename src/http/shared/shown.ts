import type { DeviceNode } from "../../fleet/nodes.ts";
import { printTime } from "../../measure/time.ts";
import type { SharedReader } from "../../people/shared-reader.ts";
import type { HttpDeps } from "../deps.ts";

/** Devices of which an answer tells. */
const MOST_DEVICES = 1000;

/** The dashboard behind a link, and all that it shows now: nothing else of the fleet is in it. */
export function showShared(deps: Pick<HttpDeps, "series" | "clock" | "recentlySeen">, reader: SharedReader) {
  const { dashboard, content, device } = reader;
  if (dashboard === undefined || content === null) throw new Error("the dashboard of a link that is open is not there");
  const devices = reader.devices(MOST_DEVICES + 1);
  return {
    name: dashboard.name,
    description: dashboard.description ?? null,
    product: device === undefined ? null : device.product.row.slug,
    device: device === undefined || !reader.mayView(device) ? null : device.row.id,
    expires: reader.expires === null ? null : printTime(reader.expires),
    content,
    products: [...reader.products].map(({ row, fields }) => ({
      product: row.slug,
      name: row.name,
      online_timeout: row.onlineTimeout ?? null,
      fields: [...fields.values()]
        .filter((field) => devices.some((one) => one.product.row === row && reader.shows(one, field)))
        .map(({ row: { id, name, type, unit, decimals } }) => ({
          field: id,
          name,
          type,
          unit,
          decimals: decimals ?? null,
        })),
    })),
    devices: devices.slice(0, MOST_DEVICES).map((one) => showDevice(deps, reader, one)),
    more: devices.length > MOST_DEVICES,
  };
}

function showDevice({ series }: Pick<HttpDeps, "series">, reader: SharedReader, device: DeviceNode) {
  const { row, product } = device;
  const heard = reader.showsState(device) ? series.seen(device).time : null;
  const values = [...product.fields.values()]
    .filter((field) => reader.shows(device, field))
    .map((field) => {
      const id = series.idOf(row.uid, field.row.uid);
      const now = id === undefined ? null : series.current(id);
      return { field: field.row.id, value: now?.value ?? null, time: now === null ? null : printTime(now.time) };
    });
  return {
    product: product.row.slug,
    device: row.id,
    name: row.name,
    tags: reader.showsState(device) ? [...row.tags] : [],
    last_heard: heard === null ? null : printTime(heard),
    online_timeout: row.onlineTimeout ?? null,
    values,
  };
}
