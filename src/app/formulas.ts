import { Computing } from "../integrations/formulas/computing.ts";
import { Evaluator } from "../integrations/formulas/evaluator.ts";
import { readPlace } from "../integrations/formulas/place.ts";
import { Plans } from "../integrations/formulas/plan.ts";
import { Timelines } from "../integrations/formulas/timelines.ts";
import type { Core } from "./core.ts";

interface OpenFormulas {
  /** Begins to compute; once everything around is there. */
  start(): void;
  tick(): void;
  stop(): void;
}

/** Fields that are computed from others. */
export async function openFormulas({ engine, stores, log }: Core): Promise<OpenFormulas> {
  const { directory, series, consumers, ingest } = engine;
  const timelines = new Timelines(stores.data, (id, at) => (series.committedTime[id] ?? 0) <= at);
  const evaluator = new Evaluator(timelines, (device, field) => {
    const uid = device.product.fields.get(field)?.row.uid;
    return uid === undefined ? null : (series.idOf(device.row.uid, uid) ?? null);
  });
  const later = (fn: () => void, ms: number) => void setTimeout(fn, ms).unref();
  const { computed } = ingest;
  const needs = { directory, plans: new Plans(), evaluator, series, consumers, computed, log, later };
  const computing = new Computing(needs, await readPlace(stores.data));
  const state = { isOpen: false };
  directory.onChange(() => {
    if (state.isOpen) computing.look();
  });
  return {
    start() {
      state.isOpen = true;
      computing.look();
    },
    tick() {},
    stop() {
      state.isOpen = false;
      computing.stop();
    },
  };
}
