import type { StepTold } from "../told.ts";
import type { MIGRATIONS } from "./migrations.ts";

type Told<Steps extends readonly string[]> = { readonly [n in keyof Steps]: StepTold };
/** What people are told of each step, in the same order. */
export const DATA_STEPS: Told<typeof MIGRATIONS> = [
  { does: "the first tables" },
  { does: "adds which devices are connected" },
  { does: "adds retained messages of free topics" },
  { does: "sets apart blocks of measurements that overlap in time", rewrites: true },
  { does: "adds rollups" },
  { does: "adds events of the inspector" },
  { does: "adds when a repeated refusal was the first time" },
  { does: "lets sessions share what waits for them" },
  { does: "lets records of the log go without their number" },
  { does: "adds when devices that left were seen" },
  { does: "orders parts of blocks by their end" },
  { does: "adds durable consumers" },
  { does: "adds what is noted of integrations" },
  { does: "adds journals" },
  { does: "adds alerts and actions of rules" },
];
