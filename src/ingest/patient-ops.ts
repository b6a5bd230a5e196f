import type { StoreOp } from "../store/ports.ts";
import type { Batch, Waiter } from "./batch.ts";

/** Numbers of things that are gone which one commit takes: a few ms of the thread that writes, and well below one of the main thread. */
export const MOST_AT_ONCE = 2000;

type PatientOp = Extract<
  StoreOp,
  {
    op:
      | "series_delete"
      | "presence_delete"
      | "seen_put"
      | "seen_drop"
      | "passes_drop"
      | "journal_forget"
      | "alerts_forget";
  }
>;
const KINDS: ReadonlySet<string> = new Set<PatientOp["op"]>([
  "series_delete",
  "presence_delete",
  "seen_put",
  "seen_drop",
  "passes_drop",
  "journal_forget",
  "alerts_forget",
]);

/** Whether it is about what belonged to things that are gone: their numbers are never given again, so it does no harm that it comes later. */
export function isPatient(op: StoreOp): op is PatientOp {
  return KINDS.has(op.op);
}

/**
 * What is left of devices and fields that were deleted, on its way out of the store. With a product of a hundred thousand devices it is so much that one
 * commit of all would be a long message, and hold up the acknowledgements of everybody else: so it is done in the order in which it came, series last, some of
 * it with each commit. What a crash leaves is found by the next start, as the fleet does not have these numbers any more.
 */
export class PatientOps {
  private readonly first = new Line();
  /** Series: by these a start finds the devices of which something is left. */
  private readonly last = new Line();

  add(op: PatientOp): void {
    (op.op === "series_delete" ? this.last : this.first).items.push(op);
  }
  get any(): boolean {
    return this.first.any || this.last.any;
  }
  /** Who waits until all so far is durable: of these, and of the batch. */
  wait(waiter: Waiter, batch: Batch): void {
    if (this.any) this.last.items.push(waiter);
    else batch.wait(waiter, 0);
  }
  /** Puts the next ones into a commit, with those who wait for no more than these. */
  moveTo(batch: Batch): void {
    const room = this.first.moveTo(batch, MOST_AT_ONCE);
    if (!this.first.any) this.last.moveTo(batch, room);
  }
}

class Line {
  items: (PatientOp | Waiter)[] = [];
  private next = 0;

  get any(): boolean {
    return this.next < this.items.length;
  }
  /** @returns how much room is left of it */
  moveTo(batch: Batch, most: number): number {
    let room = most;
    for (; this.any; this.next++) {
      const one = this.items[this.next] as PatientOp | Waiter; // there are any
      if ("committed" in one) {
        batch.wait(one, 0);
        continue;
      }
      const { length } = numbersOf(one);
      // one that is larger than all the room there may be goes alone
      if (length > room && room < MOST_AT_ONCE) return room;
      batch.ops.push(one);
      room -= length;
    }
    this.items = [];
    this.next = 0;
    return room;
  }
}

function numbersOf(op: PatientOp): readonly unknown[] {
  switch (op.op) {
    case "series_delete":
      return op.ids;
    case "presence_delete":
    case "alerts_forget":
      return op.devices;
    case "seen_put":
      return op.rows;
    case "seen_drop":
      return op.products;
    case "passes_drop":
      return op.owners;
    case "journal_forget":
      return op.of;
    default:
      return op satisfies never;
  }
}
