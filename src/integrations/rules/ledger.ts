import type { Micros } from "../../base/types.ts";
import type { Waiter } from "../../ingest/batch.ts";
import type { Happening } from "../../rules/types.ts";
import type { JournalStore, Seq, StoreOp } from "../../store/ports.ts";
import type { RuleNeeds } from "./needs.ts";
import { happeningsOf } from "./outbox.ts";
import type { RuleStates } from "./states.ts";

/** Up to where the feed was looked at is a row of this journal. */
const PLACE = "rule place";

/** Up to where rows of the feed were looked at, when that was, and the number that the next happening gets. */
interface Place {
  readonly upTo: Seq;
  readonly time: Micros;
  readonly next: number;
}

/**
 * What looks at rules change: states, what happened, lines of logs, and up to where the feed was looked at. All of one turn goes into the same
 * commit: so after a kill either all of it is there, or the same rows are looked at again from the same states.
 */
export class RuleLedger implements Waiter {
  /** Rows up to this one were looked at, with everything that this changed in the commit that is being collected, or before. */
  upTo: Seq = 0;
  /** When rows were looked at last, as the store has it. */
  time: Micros = 0;
  private next = 1;
  private readonly happened: Happening[] = [];
  private readonly lines: StoreOp[] = [];
  /** In commits that are not durable yet, by the number that they wait with. */
  private readonly waiting = new Map<number, readonly Happening[]>();
  private serial = 0;

  constructor(
    private readonly needs: Pick<RuleNeeds, "commits" | "taker" | "clock">,
    private readonly states: RuleStates,
  ) {}

  async load(store: JournalStore): Promise<void> {
    const [row] = await store.readJournal({ journal: PLACE, limit: 1 });
    if (row === undefined) return;
    const { upTo, time, next } = JSON.parse(row.body) as Place; // written by `flush`
    this.upTo = upTo;
    this.time = time;
    this.next = next;
  }

  /** A number that grows for ever. */
  number(): number {
    return this.next++;
  }
  add(happening: Omit<Happening, "id">): Happening {
    const whole = { id: this.number(), ...happening };
    this.happened.push(whole);
    return whole;
  }
  /** Something for the same commit. */
  line(op: StoreOp): void {
    this.lines.push(op);
  }

  /** Hands over what was changed in this turn, all of it to the same commit. */
  flush(): void {
    const { commits, clock } = this.needs;
    const now = clock.micros();
    const ops = [...this.states.ops(now), ...this.lines.splice(0)];
    const happened = this.happened.splice(0);
    if (ops.length === 0 && happened.length === 0) return;
    if (happened.length > 0) {
      ops.push(happeningsOf(happened));
      this.waiting.set(++this.serial, happened);
    }
    this.time = now;
    const place: Place = { upTo: this.upTo, time: now, next: this.next };
    ops.push({ op: "journal_put", journal: PLACE, rows: [{ key: 1, time: now, body: JSON.stringify(place) }] });
    for (const op of ops) commits.operation(op);
    if (happened.length > 0) commits.wait(this, this.serial);
  }

  committed(serial: number): void {
    const happened = this.waiting.get(serial);
    this.waiting.delete(serial);
    if (happened !== undefined) this.needs.taker.take(happened);
  }
  /** That commit was given up; its operations are in the next one. */
  failed(serial: number): void {
    this.needs.commits.wait(this, serial);
  }
}
