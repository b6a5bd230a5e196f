import type { Log } from "../../base/types.ts";
import type { Learnt } from "../../networks/downlinks/types.ts";
import type { JournalRow, JournalStore, Seq, StoreOp } from "../../store/ports.ts";
import { isDownlink, learntFrom, objectIn, valueIn } from "./stored.ts";
import type { Downlink } from "./types.ts";

/** Downlinks of a device that are kept when they are over. */
const KEPT = 100;
/** More than these are there for a moment, so that not every one that ends is followed by a deletion. */
const SLACK = 16;
/** Rows that are read at once. */
const PIECE = 500;

const OPEN = "downlinks";
const LEARNT = "downlink addresses";
const OF_DEVICE = "downlinks of ";
const ofDevice = (device: number) => `${OF_DEVICE}${device}`;
const seenOf = (field: number) => `downlink triggers of ${field}`;

/** The value of a trigger field by which a change was noticed last, as text. */
export interface Seen {
  readonly seq: Seq;
  readonly time: number;
  readonly value: string;
}

interface KeeperNeeds {
  readonly store: JournalStore;
  /** The commit that is being collected. */
  readonly commits: { readonly batch: { readonly ops: StoreOp[] }; durable(): Promise<void> };
  readonly log: Log;
}

/**
 * What the store keeps of downlinks, in journals: those that are open in one, those of a device in one of its own, what uplinks said
 * about how to reach a device, and what triggers have seen.
 */
export class Keeper {
  /** How many of a device's downlinks have ended since its journal was looked through. */
  private readonly ended = new Map<number, number>();

  constructor(private readonly needs: KeeperNeeds) {}

  /** Adds changes to the commit that is being collected; resolves when it is durable. @throws Refusal storage_unavailable */
  async commit(ops: readonly StoreOp[]): Promise<void> {
    this.needs.commits.batch.ops.push(...ops);
    await this.needs.commits.durable();
  }

  /** @param isOpen something can still become of it */
  put(downlink: Downlink, isOpen: boolean): readonly StoreOp[] {
    const rows = [{ key: downlink.number, time: downlink.created, body: JSON.stringify(downlink) }];
    const own: StoreOp = { op: "journal_put", journal: ofDevice(downlink.device), rows };
    if (isOpen) return [own, { op: "journal_put", journal: OPEN, rows }];
    this.count(downlink.device);
    return [own, { op: "journal_delete", journal: OPEN, keys: [downlink.number] }];
  }
  seen(device: number, field: number, { seq, time, value }: Seen): StoreOp {
    const rows = [{ key: device, time, body: JSON.stringify([seq, value]) }];
    return { op: "journal_put", journal: seenOf(field), rows };
  }
  learnt(device: number, time: number, learnt: Learnt): StoreOp {
    return { op: "journal_put", journal: LEARNT, rows: [{ key: device, time, body: JSON.stringify(learnt) }] };
  }
  /** Of devices that are gone. @param open numbers of their downlinks that were open */
  forgetDevices(devices: readonly number[], open: readonly number[], fields: readonly number[]): readonly StoreOp[] {
    for (const device of devices) this.ended.delete(device);
    const others = [LEARNT, ...fields.map(seenOf)];
    const ops: StoreOp[] = [{ op: "journal_forget", of: devices, own: OF_DEVICE, others }];
    return open.length === 0 ? ops : [...ops, { op: "journal_delete", journal: OPEN, keys: open }];
  }
  forgetField(field: number): StoreOp {
    return { op: "journal_trim", journal: seenOf(field), below: null };
  }

  /** All that are open, oldest first. */
  async open(): Promise<Downlink[]> {
    const found: Downlink[] = [];
    for await (const row of this.rows(OPEN)) {
      const downlink = this.downlinkOf(row);
      if (downlink !== null) found.push(downlink);
    }
    return found.reverse();
  }
  /** What was learnt of each device. */
  async addresses(): Promise<Map<number, Learnt>> {
    const found = new Map<number, Learnt>();
    for await (const { key, body } of this.rows(LEARNT)) {
      const value = objectIn(body);
      if (value !== null) found.set(key, learntFrom(value));
    }
    return found;
  }
  /** What triggers have seen of a field, by device. */
  async seenValues(field: number): Promise<Map<number, Seen>> {
    const found = new Map<number, Seen>();
    for await (const { key, time, body } of this.rows(seenOf(field))) {
      const value = valueIn(body);
      const [seq, text] = Array.isArray(value) ? (value as readonly unknown[]) : [];
      if (typeof seq === "number" && typeof text === "string") found.set(key, { seq, time, value: text });
    }
    return found;
  }
  /** Those of a device, newest first. @param before only numbers below this one */
  async list(device: number, before: number | undefined, limit: number): Promise<Downlink[]> {
    const rows = await this.needs.store.readJournal({ journal: ofDevice(device), before, limit });
    return rows.flatMap((row) => this.downlinkOf(row) ?? []);
  }

  private async *rows(journal: string): AsyncGenerator<JournalRow> {
    let before: number | undefined;
    for (;;) {
      const piece = await this.needs.store.readJournal({ journal, before, limit: PIECE });
      yield* piece;
      const last = piece.at(-1);
      if (last === undefined || piece.length < PIECE) return;
      before = last.key;
    }
  }
  private downlinkOf({ key, body }: JournalRow): Downlink | null {
    const value = objectIn(body);
    if (value !== null && isDownlink(value)) return value;
    this.needs.log.warn({ number: key }, "a stored downlink cannot be read, and is passed over");
    return null;
  }

  /** One more has ended: now and then the oldest ones go. */
  private count(device: number): void {
    // the first time also what an earlier run may have left
    const ended = (this.ended.get(device) ?? SLACK) + 1;
    this.ended.set(device, ended > SLACK ? 0 : ended);
    if (ended > SLACK) void this.trim(device).catch(() => this.ended.delete(device));
  }
  private async trim(device: number): Promise<void> {
    const journal = ofDevice(device);
    const rows = await this.needs.store.readJournal({ journal, limit: KEPT });
    const last = rows.at(-1);
    if (last !== undefined && rows.length === KEPT)
      await this.commit([{ op: "journal_trim", journal, below: last.key }]);
  }
}
