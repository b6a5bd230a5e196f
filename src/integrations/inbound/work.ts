import { errorText, Refusal } from "../../base/errors.ts";
import type { Clock, Log, Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { StoreOp } from "../../store/ports.ts";
import type { InboundListener, PassRow, Received } from "../types.ts";
import { type Arrivals, arrivalKey, type Done } from "./arrivals.ts";
import type { Decoding, Reading, Unit } from "./decode.ts";
import type { Judged } from "./judge.ts";
import { countOf, devicesOf, outcomeOf } from "./ended.ts";
import type { PassEnd } from "./pass-types.ts";
import type { Storing } from "./storing.ts";
import type { Suggestions } from "./suggestions.ts";

interface Needs {
  readonly decoding: Pick<Decoding, "read">;
  readonly arrivals: Arrivals;
  readonly suggestions: Suggestions;
  readonly storing: Storing;
  readonly clock: Clock;
  readonly log: Log;
  readonly passed: Passed;
}
/** Hears of every pass. */
export type Passed = (unit: Passing, end: PassEnd, devices: readonly DeviceNode[]) => void;
/** What passed, also where it is nobody's. */
export type Passing = Pick<Unit, "incoming" | "event"> & {
  readonly product: Unit["product"] | null;
  /** uid; of the product, or where it is suggested. */
  readonly workspace: number;
};

export const NOTHING: Received = { stored: 0, refused: 0, repeated: 0, unknown: 0, suggested: 0 };

/** One unit from the decoder to the commit. */
export class UnitWork {
  private readonly listeners: InboundListener[] = [];

  constructor(private readonly needs: Needs) {}

  listen(listener: InboundListener): void {
    this.listeners.push(listener);
  }

  /** @throws Refusal (rejects) storage_unavailable, clock_not_set, overloaded */
  async handle(unit: Unit): Promise<Received> {
    const { incoming, event, product, device, mapped } = unit;
    const now = this.needs.clock.micros();
    const given = event?.dedupeKeys ?? [...(mapped?.keys ?? []), ...incoming.dedupeKeys];
    const keys = given.map((key) => arrivalKey(product.row.uid, key));
    const begun = this.needs.clock.steady();
    const result = await this.needs.arrivals.once(keys, now, (ops) => this.work(unit, ops, now, begun));
    if (result !== null) return result;
    this.end(unit, { ...NO_END, event, outcome: "repeated", ms: this.since(begun) }, device === null ? [] : [device]);
    return { ...NOTHING, repeated: 1 };
  }

  private async work(unit: Unit, ops: readonly StoreOp[], now: Micros, begun: Micros): Promise<Done<Received>> {
    const { event, device } = unit;
    let reading: Reading = { decoded: null, rows: [], left: 0, messages: [] };
    let judged: readonly Judged[] = [];
    try {
      reading = await this.needs.decoding.read(unit);
      judged = await this.needs.storing.judge(unit, reading.rows, now);
      const fates = await this.needs.storing.store(unit, judged, ops);
      const stored = countOf(fates, "stored");
      this.suggest(judged, now);
      const outcome = outcomeOf(unit, reading, fates, stored);
      const { decoded, left, messages } = reading;
      await this.tell(unit, reading, fates, now);
      this.end(
        unit,
        { event, decoded, rows: fates, left, outcome, messages, ms: this.since(begun) },
        devicesOf(judged, device),
      );
      const suggested = countOf(fates, "suggested");
      return {
        result: { ...NOTHING, stored, refused: fates.length + left - stored, suggested },
        stored: stored > 0,
      };
    } catch (error) {
      const { decoded, left } = reading;
      const rows = judged.map(({ shown }) => ({ ...shown, fate: "refused" as const }));
      const messages = [
        ...reading.messages,
        error instanceof Refusal ? error.message : "Something went wrong inside the server.",
      ];
      this.end(
        unit,
        { event, decoded, rows, left, outcome: "failed", messages, ms: this.since(begun) },
        devicesOf(judged, device),
      );
      throw error;
    }
  }

  private suggest(judged: readonly Judged[], now: Micros): void {
    for (const { missing } of judged) if (missing !== null) this.needs.suggestions.note(missing, now);
  }

  private end(unit: Unit, end: PassEnd, devices: readonly DeviceNode[]): void {
    const { incoming, event, product } = unit;
    this.needs.passed({ incoming, event, product, workspace: product.row.workspace }, end, devices);
  }

  /** @throws Refusal storage_unavailable: an event is nothing but what is made of it, so it is worth sending it again */
  private async tell(
    { product, device, event }: Unit,
    { decoded }: Reading,
    rows: readonly PassRow[],
    time: Micros,
  ): Promise<void> {
    for (const listener of this.listeners) {
      try {
        if (event !== null && device !== null) await listener.event?.(device, event);
        if (decoded !== null) await listener.decoded?.({ product, device, time, decoded, rows });
      } catch (error) {
        if (event?.uplink === null && error instanceof Refusal) throw error;
        this.needs.log.error(
          { error: errorText(error) },
          "who hears of what came through failed; it is stored all the same",
        );
      }
    }
  }

  /** Milliseconds. */
  private since(begun: Micros): number {
    return Math.round((this.needs.clock.steady() - begun) / 100) / 10;
  }
}

const NO_END = { decoded: null, rows: [], left: 0, messages: [] } as const;
