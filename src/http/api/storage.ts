import { z } from "zod";
import type { NamedUsage } from "../../history/usage.ts";
import { printTime } from "../../measure/time.ts";
import { findInstance, OPERATE } from "./instance.ts";
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

function part({ name, series, measurements, bytes, oldest, newest, buckets, rollupBytes }: NamedUsage) {
  return {
    name,
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
];
