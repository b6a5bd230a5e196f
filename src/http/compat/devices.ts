import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import { Turns } from "../../base/turns.ts";
import type { Micros } from "../../base/types.ts";
import type { DeviceNode, FieldNode } from "../../fleet/directory.ts";
import { printTime, printValue } from "../../measure/index.ts";
import type { FieldType, Value } from "../../measure/types.ts";
import { findReadable } from "../../admin/readable.ts";
import { authenticate } from "../kit/access.ts";
import { quote } from "../../measure/bytes.ts";
import { jsonText } from "../kit/answer.ts";
import { readCursor, writeCursor } from "../api/paging.ts";
import type { Handler, HttpContext, HttpDeps } from "../deps.ts";
import { isOnline } from "../../fleet/online.ts";
import { devicesFor } from "../kit/pages.ts";
import type { Reads } from "../kit/reads.ts";

/**
 * `GET /v1/devices/` (docs/compatibility.md "What is the same, and what is not"): the devices that the caller may read, with
 * the filters `?serial_number=` and `?particle_id=` (no device here has one).
 */
export function listDevices(deps: HttpDeps, reads: Reads): Handler {
  return async (c) => {
    const principal = authenticate(deps, c);
    reads.allow(c, principal);
    return reads.within(principal, () => devicesAnswer(deps, c, principal));
  };
}

/** With `limit` a page, and in `X-Next-Cursor` where the next one goes on (`cursor`); without, all of them. */
async function devicesAnswer(deps: HttpDeps, c: HttpContext, principal: Principal): Promise<Response> {
  const { directory } = deps;
  const serial = c.req.query("serial_number") ?? "";
  if ((c.req.query("particle_id") ?? "") !== "") return jsonText("[]");
  const after = readCursor(c.req.query("cursor"));
  const devices =
    serial === ""
      ? devicesFor(directory, principal, null, after)
      : directory.devicesNamed(serial).filter(({ row }) => row.serial === serial && row.uid > after);
  const most = limitOf(c);
  const parts: string[] = [];
  const turns = new Turns();
  let last = 0;
  for (const device of devices) {
    if (turns.due) await turns.next();
    // looked at when a device is written: a list that takes several turns shows nothing that was just lost
    if (device.deleted || !principal.mayView(device)) continue;
    if (parts.length === most) return jsonText(`[${parts.join(",")}]`, { "X-Next-Cursor": writeCursor(last) });
    parts.push(JSON.stringify(summary(deps, device)));
    last = device.row.uid;
  }
  return jsonText(`[${parts.join(",")}]`);
}

/** @throws Refusal invalid_request */
function limitOf(c: HttpContext): number {
  const text = c.req.query("limit") ?? "";
  if (text === "") return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new Refusal(
    "invalid_request",
    `limit: ${quote(text)} is not a number of devices; use 100, or leave it out for all.`,
  );
}

/** `GET /v1/devices/<id or serial>/`: the same, with tags, product and the current values of the fields. */
export function showDevice(deps: HttpDeps, reads: Reads): Handler {
  return (c) => {
    const principal = authenticate(deps, c);
    reads.allow(c, principal);
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
    online: isOnline(deps, device, heard, deps.clock.micros()),
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
function jsonValue(type: FieldType, value: Value): number | boolean | string {
  return typeof value === "object" ? printValue(type, value) : value;
}
