import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { COMMAND_LINE } from "../fleet/audit.ts";
import { productNamed } from "../fleet/named.ts";
import { erase } from "./erase.ts";
import { devicePage, schemas } from "./measurements.ts";
import { checked } from "./checked.ts";
import * as values from "./values.ts";
import type { OperationsDeps } from "./types.ts";

const { exportColumns, exportSeries: series } = schemas;

/** Most devices of one call: counting reads what they measured, and an answer has to come within a minute. */
const DEVICES = 100;

const schema = z.strictObject({
  product: values.named,
  devices: series.shape.devices,
  fields: series.shape.fields,
  from: exportColumns.shape.from,
  to: exportColumns.shape.to,
  dryRun: z.boolean(),
  after: series.shape.after,
});

/** A page of a deletion, or of what it would take. */
export interface DeletedPage {
  /** Devices asked for, on all pages, and how many of them stand before this page. */
  readonly devices: number;
  readonly before: number;
  /** In a dry run those that have measurements in the range. */
  readonly series: number;
  /** Only in a dry run. */
  readonly measurements: number | null;
  /** To be given as `after`; null: there is no further page. */
  readonly next: number | null;
}

/** Deleting measurements. @throws Refusal unknown_product, unknown_device, unknown_field, invalid_request, storage_unavailable */
export function dataOperations(deps: OperationsDeps) {
  return { dataDelete: checked(schema, (wish) => deleteData(deps, wish)) };
}

/**
 * Deletes the measurements of a range, of some devices and fields of a product, or counts them.
 * @throws Refusal unknown_product, unknown_device, unknown_field; invalid_request; storage_unavailable
 */
async function deleteData(deps: OperationsDeps, wish: z.output<typeof schema>): Promise<DeletedPage> {
  const { product, devices, fields, from, to, dryRun, after } = wish;
  if (from >= to) throw new Refusal("invalid_request", "The range ends before it begins, and has nothing in it.");
  const { page, ...at } = devicePage(deps.directory, { products: [product], devices, fields, after, limit: DEVICES });
  const counts = { devices: at.devices, before: at.before, next: at.next };
  const of = { product: productNamed(deps.directory, product), devices: page, named: devices, fields };
  return { ...counts, ...(await erase(deps, { ...of, range: { from, to }, by: COMMAND_LINE }, dryRun)) };
}
