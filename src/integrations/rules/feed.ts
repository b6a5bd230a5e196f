import { errorText } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";
import type { FeedHandler } from "../../feed/consumer.ts";
import type { Cursor } from "../../feed/row.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Seq } from "../../store/ports.ts";
import type { ActiveRule } from "./active.ts";
import { type Came, pick, readsFor } from "./came.ts";
import type { FeedParts } from "./parts.ts";

/**
 * Looks at rules by the rows of the feed, in their order, each once: what a row changes goes into one commit with its number, and rows up to
 * that are passed over when they come again. Where values have to be read first, the next rows wait for that, and nothing else does.
 */
export class RuleFeed implements FeedHandler {
  /** When rows that are handled now arrived, at least: known while the server was down; null: they arrive now. */
  private arrived: Micros | null = null;
  private isStopped = false;

  constructor(private readonly parts: FeedParts) {}

  /** Rows that come now arrived at this time or later, since the server was down. */
  catchUp(since: Micros): void {
    this.arrived = since;
  }
  /** All rows that came while the server was down were looked at. */
  caughtUp(): void {
    this.arrived = null;
  }
  get isCatchingUp(): boolean {
    return this.arrived !== null;
  }
  stop(): void {
    this.isStopped = true;
  }

  rows(rows: Cursor, done: () => void): void {
    const came = pick(rows, this.parts);
    if (came.length === 0) return done();
    const reads = readsFor(came, this.parts);
    if (reads.length > 0) {
      void this.afterReads(reads, came, done);
      return;
    }
    this.handle(came);
    done();
  }
  gap(from: Seq, to: Seq, done: () => void): void {
    this.parts.needs.log.error({ from, to }, "measurements were left out: rules did not look at them");
    done();
  }

  private async afterReads(reads: readonly (() => Promise<void>)[], came: readonly Came[], done: () => void) {
    for (const read of reads) {
      try {
        await read();
      } catch (error) {
        const text = errorText(error);
        this.parts.needs.log.warn({ error: text }, "values that a rule needs cannot be read; it goes on without");
      }
    }
    if (this.isStopped) return;
    this.handle(came);
    done();
  }

  private handle(came: readonly Came[]): void {
    const { ledger } = this.parts;
    for (const one of came) {
      this.row(one);
      ledger.upTo = one.seq;
    }
    ledger.flush();
  }
  private row(came: Came): void {
    const { needs, facts } = this.parts;
    const { plan, series, device, field, time, value, seq } = came;
    const { clock } = needs;
    const now = clock.micros();
    if (this.arrived !== null) this.arrived = Math.min(now, Math.max(this.arrived, time));
    const isNewest = facts.see(series, came, seq);
    facts.slide(series, plan.spans, came);
    const age = (this.arrived ?? now) - time;
    const isLate = !came.isPublished || !isNewest;
    const moment = { at: time, steady: clock.steady() - (now - time) };
    const depth = needs.depthOf(device.row.uid, field.row.uid, time);
    const reason = { cause: { field: field.row.id, value, time }, depth };
    for (const rule of plan.rules) {
      const { maxAge, isPulse } = rule.compiled;
      if (maxAge !== Number.POSITIVE_INFINITY && (isLate || age > maxAge)) {
        needs.metrics.late++;
        continue;
      }
      if (isPulse) this.parts.engine.pulse(rule, device, moment, reason, false);
      else this.parts.engine.look(rule, device, moment, reason);
    }
    if (plan.silence.length > 0 && isNewest) this.back(plan.silence, device, came);
  }
  /** A device that was silent says something. */
  private back(rules: readonly ActiveRule[], device: DeviceNode, { time }: Came): void {
    const { states, engine, needs } = this.parts;
    const now = needs.clock.micros();
    for (const rule of rules) {
      const state = states.find(rule.uid, device.row.uid);
      if (state === undefined || state.since === null || time < state.since) continue;
      engine.look(
        rule,
        device,
        { at: time, steady: needs.clock.steady() - (now - time) },
        { cause: null, silent: false, depth: 0 },
      );
    }
  }
}
