import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { noDevice, productNamed } from "../fleet/named.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { Directory } from "../fleet/directory.ts";
import type { NamedSeries } from "../history/types.ts";
import { fieldsNamed } from "../history/query.ts";
import type { ImportRow, Imported } from "../history/import.ts";
import type { Value } from "../measure/types.ts";
import { type Columns, MAX_MANY } from "../store/ports.ts";
import { checked } from "./checked.ts";
import * as values from "./values.ts";
import { seriesOf } from "./series.ts";
import type { OperationsDeps } from "./types.ts";

const moment = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Most rows of one import: checking them takes a turn of a few milliseconds, in which the server does nothing else. */
export const IMPORT_ROWS = 1000;

export const schemas = {
  exportSeries: z.strictObject({
    products: z.array(values.named).max(10_000).default([]),
    devices: z.array(values.named).max(10_000).default([]),
    fields: z.array(values.named).max(1000).default([]),
    after: z.number().int().min(-1).default(-1),
    limit: z.number().int().min(1).max(10_000).default(500),
  }),
  exportColumns: z.strictObject({
    series: z.number().int().min(1),
    from: moment,
    to: moment,
    limit: z.number().int().min(1).max(100_000),
  }),
  exportMany: z.strictObject({
    series: z.array(z.number().int().min(1)).min(1).max(MAX_MANY),
    from: moment,
    to: moment,
    limit: z.number().int().min(1).max(100_000),
  }),
  importRows: z.strictObject({
    rows: z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), z.string()])).max(IMPORT_ROWS),
  }),
};

/** Reading, exporting and importing measurements. @throws Refusal unknown_product, unknown_device, unknown_field, not_available, storage_unavailable */
export function measurementOperations(deps: OperationsDeps) {
  return {
    exportSeries: checked(schemas.exportSeries, (wish) => exportSeries(deps, wish)),
    exportMany: checked(schemas.exportMany, (wish) => exportMany(deps, wish)),
    exportColumns: checked(schemas.exportColumns, (wish) => exportColumns(deps, wish)),
    importRows: checked(schemas.importRows, ({ rows }) => recordRows(deps, rows)),
  };
}

/** A page of what there is to export, device by device. */
export interface SeriesPage {
  /** How many devices were asked for, on all pages. */
  readonly devices: number;
  /** How many of them stand before this page. */
  readonly before: number;
  readonly series: readonly (NamedSeries & { readonly uid: number })[];
  /** The last device of this page, to be given as `after`; null: there is no further page. */
  readonly next: number | null;
}

/** Columns as JSON has them. */
interface JsonColumns {
  readonly times: readonly number[];
  readonly values: readonly Value[];
}
/** The same of many series. */
interface JsonMany {
  readonly columns: readonly JsonColumns[];
  readonly more: boolean;
}
export function ofJson({ times, values }: JsonColumns): Columns {
  return { times: Float64Array.from(times), values };
}

/** A page of the devices that were asked for. */
interface DevicePage {
  readonly fields: ReadonlySet<string> | null;
  readonly page: readonly DeviceNode[];
  /** How many were asked for, and how many of them stand before this page. */
  readonly devices: number;
  readonly before: number;
  /** The last of this page; null: there is no further page. */
  readonly next: number | null;
}
type DeviceWish = z.output<typeof schemas.exportSeries>;

/**
 * Of the devices asked for those behind `after`: of some products, of all without any; then of some devices (ids or serials), of all
 * without any.
 * @throws Refusal unknown_product, unknown_device, unknown_field
 */
export function devicePage(directory: Directory, wish: DeviceWish): DevicePage {
  const devices = devicesOf(directory, wish);
  // as the directory has them, mostly
  if (devices.some(({ row }, i) => row.uid < (devices[i - 1]?.row.uid ?? 0)))
    devices.sort((a, b) => a.row.uid - b.row.uid);
  const fields = fieldsNamed(wish.fields, devices);
  const first = devices.findIndex(({ row }) => row.uid > wish.after);
  const before = first < 0 ? devices.length : first;
  const page = devices.slice(before, before + wish.limit);
  const more = before + page.length < devices.length;
  return { fields, page, devices: devices.length, before, next: more ? (page.at(-1)?.row.uid ?? null) : null };
}

/** The series of the devices asked for, see devicePage. @throws Refusal unknown_product, unknown_device, unknown_field */
async function exportSeries(deps: OperationsDeps, wish: DeviceWish): Promise<SeriesPage> {
  const { page, fields, devices, before, next } = devicePage(deps.directory, wish);
  const found = await seriesOf(deps.index, page, fields);
  const series = found.map(({ id, device, field }) => {
    const names = { product: field.product.row.slug, device: device.row.id, field: field.row.id };
    return { ...names, type: field.row.type, series: id, uid: device.row.uid };
  });
  return { devices, before, series, next };
}

function devicesOf(directory: Directory, wish: z.output<typeof schemas.exportSeries>): DeviceNode[] {
  const products = wish.products.map((slug) => productNamed(directory, slug));
  const chosen = products.length > 0 ? products : [...directory.products()];
  if (wish.devices.length === 0) {
    const of = new Set(chosen);
    return [...directory.devices()].filter(({ product }) => of.has(product));
  }
  const found = new Set<DeviceNode>();
  for (const id of wish.devices) {
    const own = chosen.map((product) => product.device(id)).filter((device) => device !== undefined);
    if (own.length === 0) throw new Refusal("unknown_device", noDevice(id));
    for (const device of own) found.add(device);
  }
  return [...found];
}

/** A part of a series, see SeriesStore.columns. */
async function exportColumns(
  deps: OperationsDeps,
  { series, from, to, limit }: z.output<typeof schemas.exportColumns>,
): Promise<JsonColumns> {
  const { times, values } = await deps.store.columns(series, from, to, limit);
  return { times: [...times], values: [...values] };
}

/** Parts of many series, see SeriesStore.columnsOfMany. */
async function exportMany(
  deps: OperationsDeps,
  { series, ...range }: z.output<typeof schemas.exportMany>,
): Promise<JsonMany> {
  const { columns, more } = await deps.store.columnsOfMany({ series: Uint32Array.from(series), ...range });
  return { columns: columns.map(({ times, values }) => ({ times: [...times], values: [...values] })), more };
}

/** Records rows with their times, and publishes none. @throws Refusal not_available without a server; storage_unavailable */
async function recordRows(deps: OperationsDeps, rows: readonly ImportRow[]): Promise<Imported> {
  if (deps.importRows) return deps.importRows(rows);
  throw new Refusal("not_available", "Only a running server records measurements, and none runs on this data folder.");
}
