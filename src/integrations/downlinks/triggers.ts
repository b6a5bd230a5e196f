import { errorText } from "../../base/errors.ts";
import type { Log } from "../../base/types.ts";
import type { FeedHandler } from "../../feed/consumer.ts";
import type { Cursor } from "../../feed/row.ts";
import type { AppliedChange } from "../../fleet/applied.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import type { Downlink as Definition } from "../../fleet/types.ts";
import { specOf, type Value } from "../../measure/types.ts";
import type { StoreOp } from "../../store/ports.ts";
import type { Intake, Wish } from "./intake.ts";
import type { Keeper, Seen } from "./keeper.ts";
import { tableOf, wishOf } from "./trigger-table.ts";

/** The consumer of the feed; its name is stored. */
const CONSUMER = "downlinks";
/** ms until what failed is tried again. */
const REST_MS = 1000;

interface TriggerNeeds {
  readonly directory: Directory;
  readonly series: { device(id: number): DeviceNode | null; field(id: number): FieldNode | null };
  readonly consumers: { open(name: string, handler: FeedHandler): { close(): void }; remove(name: string): void };
  readonly intake: Pick<Intake, "trigger">;
  readonly keeper: Pick<Keeper, "seen" | "seenValues">;
  readonly log: Log;
  later(fn: () => void, ms: number): void;
}

/** A value that came for a field by which something is triggered. */
interface Came extends Seen {
  readonly device: DeviceNode;
  readonly field: FieldNode;
  readonly told: Value;
}

/**
 * Sends a product's downlinks when the fields change that trigger them: a durable consumer of the feed. What a field was seen as last is
 * stored in the same commit as the downlinks that its change queues, so each change queues them once, however often its row comes again.
 */
export class Triggers {
  /** By the uid of the field. */
  private table = new Map<number, readonly Definition[]>();
  private epoch = -1;
  /** By the uids of the field and the device. */
  private readonly seen = new Map<number, Map<number, Seen>>();
  private opened: { close(): void } | null = null;
  private isStopped = false;

  constructor(private readonly needs: TriggerNeeds) {}

  /** Looks at the fleet: the feed is read only while something is triggered by it. At the start, and when the fleet has changed. */
  look(): void {
    const { directory, consumers } = this.needs;
    if (this.isStopped || directory.epoch === this.epoch) return;
    this.epoch = directory.epoch;
    this.table = tableOf(directory);
    for (const field of this.seen.keys()) if (!this.table.has(field)) this.seen.delete(field);
    if (this.table.size > 0) this.opened ??= consumers.open(CONSUMER, this.handler);
    else {
      this.opened = null;
      consumers.remove(CONSUMER);
    }
  }
  /** uids of all fields that trigger something. */
  get fields(): readonly number[] {
    return [...this.table.keys()];
  }

  /** Devices that are gone. */
  forget(changes: readonly AppliedChange[]): void {
    for (const change of changes)
      if (change.kind === "device" && change.op === "delete")
        for (const known of this.seen.values()) known.delete(change.uid);
  }

  private readonly handler: FeedHandler = {
    rows: (rows, done) => {
      const came = this.pick(rows);
      if (came.length === 0) done();
      else void this.handle(came, done);
    },
    gap: (from, to, done) => {
      this.needs.log.error({ from, to }, "changes of fields were left out: downlinks that they trigger were not sent");
      done();
    },
  };
  /** What concerns triggers, copied. */
  private pick(rows: Cursor): Came[] {
    const came: Came[] = [];
    while (rows.next()) {
      if (rows.isMessage || !rows.isPublished) continue;
      const field = this.needs.series.field(rows.series);
      const device = this.needs.series.device(rows.series);
      if (field === null || device === null || !this.table.has(field.row.uid)) continue;
      const told = rows.value(specOf(field.row.type).form);
      came.push({ device, field, told, value: JSON.stringify(told), seq: rows.seq, time: rows.time });
    }
    return came;
  }
  /** Until it is durable: what fails is tried again. */
  private async handle(came: readonly Came[], done: () => void): Promise<void> {
    while (!this.isStopped) {
      try {
        await this.change(came);
        return done();
      } catch (error) {
        this.needs.log.warn(
          { error: errorText(error) },
          "downlinks that a change triggers cannot be queued; it is tried again",
        );
        await new Promise<void>((resolve) => this.needs.later(resolve, REST_MS));
      }
    }
  }
  private async change(came: readonly Came[]): Promise<void> {
    const fresh = new Map<string, Came>();
    const wishes: Wish[] = [];
    for (const one of came) {
      const { device, field, seq, time, value } = one;
      if (device.deleted || field.deleted) continue;
      const key = `${field.row.uid} ${device.row.uid}`;
      const before = fresh.get(key) ?? (await this.seenOf(field.row.uid)).get(device.row.uid);
      // it came before, or it is not the current value
      if (before !== undefined && (seq <= before.seq || time < before.time)) continue;
      if (before?.value === value) continue;
      fresh.set(key, one);
      for (const definition of this.table.get(field.row.uid) ?? [])
        wishes.push(wishOf(definition, device, field, one.told));
    }
    if (fresh.size === 0) return;
    const ops = [...fresh.values()].map(
      (one): StoreOp => this.needs.keeper.seen(one.device.row.uid, one.field.row.uid, one),
    );
    await this.needs.intake.trigger(wishes, ops);
    for (const { device, field, seq, time, value } of fresh.values())
      this.seen.get(field.row.uid)?.set(device.row.uid, { seq, time, value });
  }
  private async seenOf(field: number): Promise<Map<number, Seen>> {
    const known = this.seen.get(field) ?? (await this.needs.keeper.seenValues(field));
    this.seen.set(field, known);
    return known;
  }

  /** Nothing is queued any more; what came since is looked at at the next start. */
  stop(): void {
    this.isStopped = true;
    this.opened?.close();
  }
}
