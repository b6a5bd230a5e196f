import { z } from "zod";
import type { NamedUsage, Usage } from "../../history/usage.ts";
import { printTime } from "../../measure/time.ts";
import { findProduct } from "./find.ts";
import { findInstance, instanceOf, OPERATE } from "./instance.ts";
import { type AnyOperation, route } from "./route.ts";
import * as values from "../../admin/values.ts";

/** What is stored, for those who operate the instance. */

const usage = z
  .object({
    name: z.string().meta({ description: "`product`, `product/FIELD`, or `product/device`; empty: all." }),
    series: z.int(),
    measurements: z.int(),
    bytes: z.int().meta({ description: "Of those that are sealed; the log is counted by itself." }),
    oldest: values.time.nullable(),
    newest: values.time.nullable(),
    rollup_buckets: z.int(),
    rollup_bytes: z.int(),
  })
  .meta({ id: "Usage" });
const productStorage = usage
  .omit({ name: true })
  .extend({
    log_bytes_each: z.number().nullable().meta({
      description: "What a measurement takes in the log, where it lies before it is sealed; null: the log is empty.",
    }),
  })
  .meta({ id: "ProductStorage", description: "What the measurements of a product take of the disk." });
const storage = z
  .object({
    file_bytes: z.int(),
    free_bytes: z.int().meta({ description: "Of these free: used again before the file grows." }),
    disk_free_bytes: z.int().nullable().meta({ description: "What the file system has left; null: not known." }),
    log_rows: z.int(),
    log_bytes: z.int(),
    blocks: z.int(),
    rollups: z.int(),
    next_sweep: values.time.nullable().meta({ description: "When what retention does not keep goes next." }),
    all: usage,
    products: z.array(usage),
    fields: z.array(usage),
    devices: z.array(usage),
  })
  .meta({ id: "Storage", description: "What is stored, and the largest parts of it." });

function part({ name, ...rest }: NamedUsage) {
  return { name, ...sizes(rest) };
}
function sizes({ series, measurements, bytes, oldest, newest, buckets, rollupBytes }: Usage) {
  return {
    series,
    measurements,
    bytes,
    oldest: oldest === null ? null : printTime(oldest),
    newest: newest === null ? null : printTime(newest),
    rollup_buckets: buckets,
    rollup_bytes: rollupBytes,
  };
}

export const STORAGE: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/instance/storage",
    id: "getStorage",
    tag: "Instance",
    summary: "Get what is stored",
    description: `Sizes of the store, and the products, fields and devices with the most measurements. ${OPERATE}`,
    query: z.strictObject({
      top: z
        .string()
        .regex(/^\d{1,3}$/, "allowed is a number from 0 to 999")
        .transform(Number)
        .default(10)
        .meta({ type: "integer", minimum: 0, maximum: 999, description: "How long each list is at most." }),
    }),
    result: storage,
    refusals: ["not_permitted", "not_available"],
    find: findInstance,
    run: async ({ found, query }) => {
      const { store, nextSweep, diskFree, ...report } = await found.storage(query.top);
      return {
        body: {
          file_bytes: store.fileBytes,
          free_bytes: store.freeBytes,
          disk_free_bytes: diskFree,
          log_rows: store.logRows,
          log_bytes: store.logBytes,
          blocks: store.blocks,
          rollups: store.rollups,
          next_sweep: nextSweep === null ? null : printTime(nextSweep),
          all: part({ name: "", ...report.all }),
          products: report.products.map(part),
          fields: report.fields.map(part),
          devices: report.devices.map(part),
        },
      };
    },
  }),
  route({
    method: "get",
    path: "/products/{product}/storage",
    id: "getProductStorage",
    tag: "Products",
    summary: "Get what a product stores",
    description: "What the measurements of its devices that you may view take of the disk, and since when.",
    result: productStorage,
    refusals: ["not_available"],
    find: findProduct,
    run: async (call) => {
      const { principal } = call.who;
      const { logBytesEach, ...found } = await instanceOf(call.deps).productStorage(call.found, (device) =>
        principal.mayView(device),
      );
      call.again(); // rights may have changed while the store was asked
      return { body: { ...sizes(found), log_bytes_each: logBytesEach } };
    },
  }),
];
