import type { InboundOp, PassList, StoreOp } from "../../ports.ts";
import { createRetained, readRetained } from "../../retained.ts";
import { toStored } from "../text.ts";
import { isAlertOp } from "../../sqlite/data/alerts.ts";
import { alertOp } from "./alert-ops.ts";
import { eventRow } from "./event-row.ts";
import type { SharedBodies } from "./bodies.ts";
import { inOrder } from "./op-order.ts";

/** The operations of a commit as `commit_batch` takes them (functions.ts). */
interface EncodedOps {
  /** JSON; null: there are none. */
  readonly json: string | null;
  /** The bytes in them, which JSON has by their numbers, from 1. */
  readonly blobs: readonly Uint8Array[];
  /** The first free ids behind those that are put; 0: none is. */
  readonly series: number;
  readonly session: number;
}

const LISTS: readonly PassList[] = ["workspace", "product", "device"];
/** @param bodies has begun with all operations of the commit */
export function encodeOps(ops: readonly StoreOp[], bodies: SharedBodies): EncodedOps {
  const blobs = new Blobs();
  let [series, session] = [0, 0];
  for (const op of ops) {
    if (op.op === "series_put") series = Math.max(series, op.id + 1);
    else if (op.op === "session_put") session = Math.max(session, op.session.id + 1);
  }
  const all = inOrder(ops).flatMap((op) => encodeOp(op, blobs, bodies));
  const json =
    all.length === 0 ? null : JSON.stringify(all, (_, value) => (typeof value === "string" ? toStored(value) : value));
  return { json, blobs: blobs.all, series, session };
}

/** Bytes of a commit, each once. */
class Blobs {
  readonly all: Uint8Array[] = [];
  private readonly numbers = new Map<Uint8Array, number>();
  of(bytes: Uint8Array | null): number | null {
    if (bytes === null) return null;
    const number = this.numbers.get(bytes) ?? this.all.push(bytes);
    this.numbers.set(bytes, number);
    return number;
  }
}

/** One operation as the function of its port takes it. */
type Encoded = { readonly port: string; readonly op: string } & Readonly<Record<string, unknown>>;

function encodeOp(op: StoreOp, blobs: Blobs, bodies: SharedBodies): readonly Encoded[] {
  switch (op.op) {
    case "series_put":
    case "series_delete":
      return [{ port: "series", ...op }];
    case "points_delete":
      return [{ port: "series", ...op, from: micros(op.from), to: micros(op.to) }];
    case "retain": {
      const rollups = (op.rollups ?? []).map(({ step, before }) => ({ step, before: micros(before) }));
      const series = blobs.of(new Uint8Array(Uint32Array.from(op.series).buffer));
      return [{ port: "series", op: op.op, before: micros(op.before), series, rollups: JSON.stringify(rollups) }];
    }
    case "session_put":
      return [{ port: "session", op: op.op, row: { ...op.session, will: blobs.of(op.session.will) } }];
    case "session_delete":
    case "subscription_put":
    case "subscription_delete":
    case "chunk_delete":
    case "session_owner":
    case "sessions_adopt":
      return [{ port: "session", ...op }];
    case "checkpoint":
      return [{ port: "session", ...op, state: blobs.of(op.state) }];
    case "chunk_put": {
      const [body, shared] = [blobs.of(op.body), bodies.idOf(op.body)];
      if (shared === null) return [{ port: "session", ...op, body, shared }];
      // behind the chunk, so that what the chunk takes the place of does not take the body along
      return [
        { port: "session", ...op, body: null, shared },
        { port: "session", op: "body_put", id: shared, body },
      ];
    }
    case "retained":
      return [...retained(op.changes, blobs)].sort((a, b) => inTopicOrder(a, b, blobs.all));
    case "events_put": {
      return [{ port: "note", ...op, rows: op.rows.map(eventRow), before: micros(op.before) }];
    }
    case "refusals_put":
    case "presence_put":
    case "presence_told":
    case "presence_delete":
    case "seen_floor":
    case "seen_put":
    case "seen_drop":
    case "consumer_put":
    case "consumer_delete":
    case "trim":
    case "node_up":
      return [{ port: "note", ...op }];
    case "journal_put":
    case "journal_delete":
    case "journal_trim":
    case "journal_forget":
      return [{ port: "journal", ...op }];
    default:
      return [isAlertOp(op) ? alertOp(op) : inbound(op)];
  }
}

function inbound(op: InboundOp): Encoded {
  switch (op.op) {
    case "passes_drop":
      return { port: "inbound", op: op.op, kind: LISTS.indexOf(op.list), owners: op.owners };
    case "arrivals_put":
      return op.bound === undefined
        ? { port: "inbound", ...op }
        : { port: "inbound", ...op, bound: { ...op.bound, before: micros(op.bound.before) } };
    case "passes_put":
    case "suggestions_put":
    case "suggestions_delete":
      return { port: "inbound", ...op };
    default:
      return op satisfies never;
  }
}

type Retained = Encoded & { readonly workspace: number; readonly topic: number };
/** Nodes lock the same topics in the same order; of one topic the last holds. */
function inTopicOrder(a: Retained, b: Retained, blobs: readonly Uint8Array[]): number {
  const [first, second] = [blobs[a.topic - 1], blobs[b.topic - 1]] as [Uint8Array, Uint8Array]; // numbers of blobs
  return a.workspace - b.workspace || Buffer.compare(first, second);
}
/** Each of the packed messages by itself. */
function* retained(changes: Uint8Array, blobs: Blobs): Generator<Retained> {
  const r = createRetained();
  for (let at = 0; at < changes.length && readRetained(changes, at, r); at = r.next) {
    const { workspace, deadline } = r;
    const topic = blobs.of(changes.subarray(r.topicStart, r.topicEnd)) ?? 0;
    if (r.removed) yield { port: "retained", op: "retained_remove", workspace, topic, deadline };
    else yield { port: "retained", op: "retained_put", workspace, topic, body: blobs.of(changes.subarray(at, r.next)) };
  }
}

/** The first whole microsecond that is not before a time, within what a column takes. */
function micros(time: number): number {
  return Math.ceil(Math.max(Number.MIN_SAFE_INTEGER, Math.min(time, Number.MAX_SAFE_INTEGER)));
}
