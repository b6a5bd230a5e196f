import type { StoreOp } from "../store/ports.ts";

/** Operations of commits that were given up: what is true all the same (sessions, series), for the next one; what has expired is found again. */
export function lastingOps(ops: readonly StoreOp[]): StoreOp[] {
  return mergeOps(ops.filter(({ op }) => op !== "retained" && op !== "arrivals_put"));
}

/** Operations with the same key replace each other; null: each must be done. */
function keyOf(op: StoreOp): string | null {
  switch (op.op) {
    case "checkpoint":
      return op.state === null ? null : `state ${op.session}`;
    case "session_put":
      return `row ${op.session.id}`;
    case "consumer_put":
      return `consumer ${op.consumer.name}`;
    case "consumer_delete":
      return `consumer ${op.name}`;
    case "presence_put":
      return `presence ${op.presence.device}`;
    default:
      return null;
  }
}
/** Of each session's rows and checkpoints, and each device's presence, and each consumer, the newest only, so that a long failure does not pile them up. */
function mergeOps(ops: readonly StoreOp[]): StoreOp[] {
  const places = new Map<string, number>();
  const merged: StoreOp[] = [];
  for (const op of ops) {
    const key = keyOf(op);
    if (key === null) {
      merged.push(op);
      continue;
    }
    const place = places.get(key);
    if (place === undefined) places.set(key, merged.push(op) - 1);
    // in the place of the first: what refers to the row may stand between them
    else merged[place] = op;
  }
  return merged;
}
