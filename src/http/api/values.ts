import { z } from "zod";
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

const current = z
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

function valuesOf({ series }: ApiDeps, device: DeviceNode, fields: readonly FieldNode[]) {
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
