import { errorText } from "../../base/errors.ts";
import type { Log } from "../../base/types.ts";
import type { FeedHandler } from "../../feed/consumer.ts";
import type { OpenConsumer } from "../../feed/needs.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { ComputedRow, ComputedRows } from "../../ingest/computed.ts";
import type { Seq } from "../../store/ports.ts";
import type { Evaluator } from "./evaluator.ts";
import { grouped, type Row } from "./groups.ts";
import { type CurrentValues, isCurrent } from "./is-current.ts";
import { pick, type PickNeeds } from "./pick.ts";
import { placeOp } from "./place.ts";
import type { Plans } from "./plan.ts";

/** The consumer of the feed; its name is stored. */
const CONSUMER = "formulas";
/** Rows that wait while others are computed; the rest waits in the log. */
const MOST_WAITING = 4096;
/** ms until what failed is tried again. */
const REST_MS = 1000;

interface ComputingNeeds {
  readonly directory: Directory;
  readonly plans: Pick<Plans, "of">;
  readonly evaluator: Pick<Evaluator, "compute">;
  readonly series: PickNeeds["series"] & CurrentValues;
  readonly consumers: {
    open(name: string, handler: FeedHandler, holds: boolean): OpenConsumer;
    remove(name: string): void;
  };
  readonly computed: Pick<ComputedRows, "submit">;
  readonly log: Log;
  later(fn: () => void, ms: number): void;
}

/** What was handed over and is not computed yet. */
interface Waiting {
  rows: Row[];
  upTo: Seq;
  /** Says that more may come. */
  goOn: (() => void) | null;
}

/**
 * Computes fields from others as their values come: a durable consumer of the feed. It reads rows that are committed, so nobody's
 * acknowledgement waits for it; what it makes goes into a later commit together with how far it is, all or nothing.
 */
export class Computing {
  private opened: OpenConsumer | null = null;
  private waiting: Waiting = { rows: [], upTo: 0, goOn: null };
  private isBusy = false;
  private isStopped = false;
  private epoch = -1;
  /** Fields of which something was refused, that it was told of. */
  private readonly told = new Set<string>();

  /** @param place rows up to this one were computed in an earlier life */
  constructor(
    private readonly needs: ComputingNeeds,
    private readonly place: Seq,
  ) {}

  /** Looks at the fleet: the feed is read only while something is computed. At the start, and when the fleet has changed. */
  look(): void {
    const { directory, consumers, plans } = this.needs;
    if (this.isStopped || directory.epoch === this.epoch) return;
    this.epoch = directory.epoch;
    const isAny = [...directory.products()].some((product) => plans.of(product) !== null);
    if (isAny) this.opened ??= consumers.open(CONSUMER, this.handler, true);
    else if (this.opened !== null) {
      this.opened = null;
      consumers.remove(CONSUMER);
    }
  }

  private readonly handler: FeedHandler = {
    rows: (cursor, done) => {
      const { waiting } = this;
      waiting.upTo = pick(cursor, this.needs, this.place, waiting.rows) ?? waiting.upTo;
      if (waiting.rows.length < MOST_WAITING) done();
      else waiting.goOn = done;
      this.poke();
    },
    gap: (from, to, done) => {
      this.needs.log.error({ from, to }, "measurements were left out: what formulas make of them was not computed");
      this.waiting.upTo = to;
      done();
      this.poke();
    },
  };
  /** Computes what waits, one heap after the other. */
  private poke(): void {
    if (this.isBusy || this.isStopped) return;
    const { waiting } = this;
    if (waiting.rows.length === 0) return this.handled(waiting.upTo);
    this.isBusy = true;
    this.waiting = { rows: [], upTo: waiting.upTo, goOn: null };
    void this.work(waiting);
  }
  private async work(heap: Waiting): Promise<void> {
    while (!this.isStopped) {
      try {
        await this.compute(heap);
        break;
      } catch (error) {
        this.needs.log.warn({ error: errorText(error) }, "formulas cannot be computed; it is tried again");
        await new Promise<void>((resolve) => this.needs.later(resolve, REST_MS));
      }
    }
    if (this.isStopped) return;
    this.handled(heap.upTo);
    this.isBusy = false;
    heap.goOn?.();
    this.poke();
  }
  private handled(upTo: Seq): void {
    if (upTo > 0) this.opened?.handled(upTo);
  }
  private async compute({ rows, upTo }: Waiting): Promise<void> {
    const made: ComputedRow[] = [];
    for (const came of grouped(rows)) {
      const plan = came.device.deleted ? null : this.needs.plans.of(came.device.product);
      if (plan === null) continue;
      for (const row of await this.needs.evaluator.compute(plan, came))
        if (!isCurrent(row, this.needs.series)) made.push(row);
    }
    if (made.length === 0) return;
    await this.needs.computed.submit(made, [placeOp(upTo)], (row, why) => this.refused(row, why));
  }
  private refused({ device, field }: ComputedRow, why: string): void {
    const key = `${device.product.row.slug}/${field}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    this.needs.log.warn({ field: key, device: device.row.id, why }, "a computed value is not taken by its field");
  }

  /** Nothing is computed any more; what came since is at the next start. */
  stop(): void {
    this.isStopped = true;
    this.opened?.close();
  }
}
