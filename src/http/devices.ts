import type { Principal } from "../auth/principal.ts";
import type { Micros } from "../base/types.ts";
import type { DeviceNode, FieldNode } from "../fleet/directory.ts";
import { printTime, printValue } from "../measure/index.ts";
import type { FieldType, Value } from "../measure/types.ts";
import { authenticate, findReadable } from "./access.ts";
import { jsonArray, jsonText } from "./answer.ts";
import type { Handler, HttpDeps } from "./deps.ts";
import { onlineFor } from "./online.ts";

/**
 * `GET /v1/devices/` (ecosystem, REST): the devices that the caller may read, with the filters `?serial_number=` and
 * `?particle_id=` (no device here has one).
 */
export function listDevices(deps: HttpDeps): Handler {
  return async (c) => {
    const principal = authenticate(deps, c);
    const serial = c.req.query("serial_number") ?? "";
    const none = (c.req.query("particle_id") ?? "") !== "";
    return jsonText(await jsonArray(none ? [] : summaries(deps, principal, serial)));
  };
}

/** Rights are looked at when a device is written, so a list that takes several turns shows nothing that was just lost. */
function* summaries(deps: HttpDeps, principal: Principal, serial: string): Generator<string> {
  const { directory } = deps;
  const devices = serial === "" ? directory.devices() : directory.devicesNamed(serial);
  for (const device of devices) {
    if (serial !== "" && device.row.serial !== serial) continue;
    if (principal.mayView(device)) yield JSON.stringify(summary(deps, device));
  }
}

/** `GET /v1/devices/<id or serial>/`: the same, with tags, product and the current values of the fields. */
export function showDevice(deps: HttpDeps): Handler {
  return (c) => {
    const principal = authenticate(deps, c);
    const device = findReadable(deps.directory, principal, c.req.param("id") ?? "");
    const { product } = device;
    const fields = [...product.fields.values()].map((field) => {
      const now = current(deps, device, field);
      return {
        field: field.row.id,
        verbose_name: field.row.name,
        type: field.row.type,
        unit: field.row.unit,
        value: now === null ? null : jsonValue(field.row.type, now.value),
        time: now === null ? null : printTime(now.time),
      };
    });
    const detail = {
      ...summary(deps, device),
      tags: device.row.tags,
      product: { slug: product.row.slug, name: product.row.name },
      fields,
    };
    return jsonText(JSON.stringify(detail));
  };
}

function summary(deps: HttpDeps, device: DeviceNode) {
  const { time: heard, number: seenNumber } = deps.series.seen(device);
  const { connected, connectedAt, disconnectedAt, number } = deps.presence.of(device);
  return {
    id: device.row.id,
    serial_number: device.row.serial,
    verbose_name: device.row.name,
    online: heard !== null && deps.clock.micros() - heard <= onlineFor(deps, device),
    last_heard: timeOrNull(heard),
    particle_id: null,
    claim_code: null,
    product_slug: device.product.row.slug,
    connected,
    connected_at: timeOrNull(connectedAt),
    disconnected_at: timeOrNull(disconnectedAt),
    connection_number: number,
    seen: timeOrNull(heard),
    seen_number: seenNumber,
  };
}
function timeOrNull(time: Micros | null): string | null {
  return time === null ? null : printTime(time);
}

function current({ series }: HttpDeps, device: DeviceNode, field: FieldNode) {
  const id = series.idOf(device.row.uid, field.row.uid);
  return id === undefined ? null : series.current(id);
}

/** A value as the REST answers show it: a position as the text `(lat,lng)`, everything else as JSON has it. */
export function jsonValue(type: FieldType, value: Value): number | boolean | string {
  return typeof value === "object" ? printValue(type, value) : value;
}
