import { z } from "zod";
import { erase } from "../../admin/erase.ts";
import { parseZone } from "../../measure/zone.ts";
import { parseRange } from "../history/range.ts";
import { Turns } from "../../base/turns.ts";
import { Refusal } from "../../base/errors.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import { printTime } from "../../measure/time.ts";
import { devicesFor } from "../kit/pages.ts";
import { findDevice, findProduct } from "./find.ts";
import { DEFAULT, PAGE_QUERY, pageOf, readCursor, writeCursor } from "./paging.ts";
import { type AnyOperation, type ApiDeps, route, type Seeker } from "./route.ts";
import * as values from "../../admin/values.ts";

/** Current values. */

const position = z.object({ lat: z.number(), lng: z.number() });
/** A value as JSON has it: of a GEO field a position. */
export const value = z.union([z.number(), z.boolean(), z.string(), position]).meta({ id: "Value" });

export const current = z
  .object({
    field: z.string(),
    name: z.string(),
    type: values.fieldType,
    unit: z.string().nullable(),
    value: value.nullable().meta({ description: "null: nothing was recorded yet." }),
    time: values.time.nullable(),
  })
  .meta({ id: "CurrentValue", description: "The value of a device's field with the latest time." });

const ofDevice = z
  .object({ device: z.string(), values: z.array(current) })
  .meta({ id: "DeviceValues", description: "The current values of a device, field by field." });

export function valuesOf({ series }: ApiDeps, device: DeviceNode, fields: readonly FieldNode[]) {
  return fields.map(({ row }) => {
    const id = series.idOf(device.row.uid, row.uid);
    const now = id === undefined ? null : series.current(id);
    return {
      field: row.id,
      name: row.name,
      type: row.type,
      unit: row.unit,
      value: now?.value ?? null,
      time: now === null ? null : printTime(now.time),
    };
  });
}

/** A device that who asks may read. @throws Refusal unknown_product, unknown_device, not_permitted */
export function findReadableDevice(seeker: Seeker): DeviceNode {
  const device = findDevice(seeker);
  if (seeker.who.principal.mayView(device)) return device;
  throw new Refusal("not_permitted", "You may see that there is this device, but not read what it measures.");
}

/** The fields that a list of names asks for; all without any. @throws Refusal unknown_field */
function chosen(fields: ReadonlyMap<string, FieldNode>, named: string | undefined, product: string): FieldNode[] {
  const names = (named ?? "").split(",").map((name) => name.trim().toUpperCase());
  if (names.every((name) => name === "")) return [...fields.values()];
  return names.map((name) => {
    const field = fields.get(name);
    if (field) return field;
    throw new Refusal("unknown_field", `${product} has no field "${name.slice(0, 80)}".`);
  });
}
const only = {
  fields: z.string().max(8000).optional().meta({ description: "Only these fields, with commas between." }),
};

export const VALUES: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/products/{product}/devices/{device}/values",
    id: "getDeviceValues",
    tag: "Measurements",
    summary: "Get a device's current values",
    query: z.strictObject(only),
    result: ofDevice,
    refusals: ["unknown_field"],
    find: findReadableDevice,
    run: ({ deps, found, query }) => {
      const { fields, row } = found.product;
      return { body: { device: found.row.id, values: valuesOf(deps, found, chosen(fields, query.fields, row.slug)) } };
    },
  }),
  route({
    method: "delete",
    path: "/products/{product}/devices/{device}/history",
    id: "deleteDeviceHistory",
    tag: "Measurements",
    summary: "Delete what a device measured in a range of time",
    description:
      "Of all fields, or of those that are named; current values stay. Both ends must be said. It takes the workspace permission `devices`, and view on the device.",
    query: z.strictObject({
      ...only,
      from: z.string().max(64).meta({ description: "ISO 8601, belongs to the range." }),
      to: z.string().max(64).meta({ description: "ISO 8601, does not belong to the range." }),
      zone: z.string().max(64).optional().meta({ description: "IANA time zone of moments without an offset." }),
      dry_run: values.flagQuery.optional().meta({ description: "Only count what would go." }),
    }),
    result: z
      .object({ dry_run: z.boolean(), series: z.int(), measurements: z.int().nullable() })
      .meta({ id: "HistoryDeletion", description: "`measurements` is counted in a dry run alone." }),
    refusals: ["unknown_field"],
    find: (seeker) => {
      const device = findReadableDevice(seeker);
      if (seeker.who.principal.may(device.product.row.workspace, "devices")) return device;
      throw new Refusal("not_permitted", 'Deleting measurements needs the workspace permission "devices".');
    },
    run: async ({ deps, who, found, query, again }) => {
      const names = ["from", "to"] as const;
      const range = parseRange(query.from, query.to, deps.clock.micros(), names, parseZone(query.zone));
      if (range.from >= range.to) throw new Refusal("invalid_request", "to: must be later than from.");
      const fields = (query.fields ?? "").split(",").filter((name) => name.trim() !== "");
      const { product, row } = found;
      const by = { key: who.principal.key, name: who.principal.name, from: who.address };
      const dryRun = query.dry_run === true;
      const done = await erase(deps, { product, devices: [found], named: [row.id], fields, range, by }, dryRun);
      if (dryRun) again(); // rights may have changed while it was counted
      return { body: { dry_run: dryRun, ...done } };
    },
  }),
  route({
    method: "get",
    path: "/products/{product}/values",
    id: "listDeviceValues",
    tag: "Measurements",
    summary: "List the current values of a product's devices",
    description: "Those devices that you may read, a page of them at a time.",
    query: z.strictObject({ ...PAGE_QUERY, ...only }),
    result: pageOf(ofDevice),
    refusals: ["unknown_field"],
    find: findProduct,
    run: async ({ deps, who, found, query }) => {
      const { limit = DEFAULT } = query;
      const fields = chosen(found.fields, query.fields, found.row.slug);
      const items: z.input<typeof ofDevice>[] = [];
      const turns = new Turns();
      let last = 0;
      for (const device of devicesFor(deps.directory, who.principal, found, readCursor(query.cursor))) {
        if (turns.due) await turns.next();
        if (device.deleted || !who.principal.mayView(device)) continue;
        if (items.length === limit) return { body: { items, next: writeCursor(last) } };
        items.push({ device: device.row.id, values: valuesOf(deps, device, fields) });
        last = device.row.uid;
      }
      return { body: { items, next: null } };
    },
  }),
];
