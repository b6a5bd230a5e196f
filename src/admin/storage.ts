import { z } from "zod";
import type { Micros } from "../base/types.ts";
import { type UsageReport, usageOf } from "../history/usage.ts";
import type { StoreStats } from "../store/ports.ts";
import type { OperationsDeps } from "./types.ts";

export const schemas = { stats: z.strictObject({ top: z.number().int().min(0).max(100_000).default(10) }) };

export interface StorageReport extends UsageReport {
  readonly store: StoreStats;
  /** When what retention does not keep goes next; null: no server runs. */
  readonly nextSweep: Micros | null;
}

/** What is stored, and what the next sweep will take. @throws Refusal storage_unavailable */
export async function storeStats(
  deps: OperationsDeps,
  { top }: z.output<typeof schemas.stats>,
): Promise<StorageReport> {
  const nextSweep = deps.sweeps.next();
  const report = await usageOf(await deps.index.all(), deps.store, nextSweep ?? Date.now() * 1000, top);
  return { ...report, store: await deps.store.stats(), nextSweep };
}
