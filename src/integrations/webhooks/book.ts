import type { Micros } from "../../base/types.ts";
import type { JournalRow, JournalStore, StoreOp } from "../../store/ports.ts";
import { Hours, MOST_HOURS } from "./hours.ts";
import { Letters, MOST_LETTERS } from "./letters.ts";
import type { DeadLetter, WebhookCall } from "./types.ts";

/** What is kept of one webhook's work, in journals: its last calls, how many there were in each hour, dead letters, who was told online, what waits beside the feed. */

/** Calls that are kept. */
const MOST_CALLS = 100;

const JOURNALS = ["calls", "hours", "letters", "sizes", "told", "waiting"] as const;
type Journal = (typeof JOURNALS)[number];
export const nameOf = (hook: number, journal: Journal): string => `webhook:${hook}:${journal}`;

/** Forgets everything that was kept of a webhook. */
export function forgetBook(hook: number): StoreOp[] {
  return JOURNALS.map((journal) => ({ op: "journal_trim", journal: nameOf(hook, journal), below: null }));
}

/** The books of one webhook. What is new is written about once a second. */
export class HookBook {
  private readonly hours = new Hours();
  readonly letters = new Letters();
  private nextCall = 1;
  private newCalls: WebhookCall[] = [];
  private newTold: JournalRow[] = [];
  private isDropping = false;
  private ops: StoreOp[] = [];
  /** Events that were given up and are not kept, or were never taken. */
  dropped = 0;

  constructor(
    private readonly hook: number,
    private readonly store: JournalStore,
  ) {}

  /** Reads what was kept. @returns who was told online */
  async load(): Promise<JournalRow[]> {
    const [last] = await this.read("calls", undefined, 1);
    this.nextCall = (last?.key ?? 0) + 1;
    for (const { key, body } of await this.read("hours", undefined, MOST_HOURS + 1)) {
      const hour = JSON.parse(body) as { calls: number; failed: number; dropped?: number }; // as `flush` wrote it
      if (key === 0) this.dropped = hour.dropped ?? 0;
      else this.hours.load(key, hour);
    }
    const sizes = await this.read("sizes", undefined, MOST_LETTERS);
    for (const { key, time, body } of sizes.reverse()) this.letters.note(key, { time, chars: Number(body) });
    const told: JournalRow[] = [];
    for (let before: number | undefined; ; ) {
      const piece = await this.read("told", before, 10_000);
      told.push(...piece);
      before = piece.at(-1)?.key;
      if (before === undefined || piece.length < 10_000) return told;
    }
  }
  private read(journal: Journal, before: number | undefined, limit: number): Promise<JournalRow[]> {
    return this.store.readJournal({ journal: nameOf(this.hook, journal), before, limit });
  }

  call(call: Omit<WebhookCall, "call">): void {
    this.newCalls.push({ ...call, call: this.nextCall++ });
    if (this.newCalls.length > MOST_CALLS) this.newCalls.shift();
    if (call.request !== null) this.hours.count(call.time, call.error !== null);
  }
  told(row: JournalRow): void {
    this.newTold.push(row);
  }
  /** @param devices uids */
  forgetTold(devices: readonly number[]): void {
    this.newTold = this.newTold.filter(({ key }) => !devices.includes(key));
    this.ops.push({ op: "journal_delete", journal: nameOf(this.hook, "told"), keys: devices });
  }
  /** @param count of events that went without being kept */
  drop(count: number): void {
    this.dropped += count;
    this.isDropping = true;
  }
  /** Tries of the last seven days. @param now µs */
  week(now: Micros): { readonly calls: number; readonly failed: number } {
    return this.hours.week(now);
  }

  // dead letters

  /** Keeps one; old ones go for it. */
  bury(letter: Omit<DeadLetter, "letter">): void {
    const { key, body, gone } = this.letters.add(letter);
    this.put("letters", [{ key, time: letter.time, body }]);
    this.put("sizes", [{ key, time: letter.time, body: String(body.length) }]);
    if (gone.length === 0) return;
    this.drop(gone.length);
    this.remove(gone);
  }
  /** @returns how many there were @param letter null: all */
  discard(letter: number | null): number {
    const keys = (letter === null ? this.letters.keys : [letter]).filter((key) => this.letters.remove(key));
    this.remove(keys);
    return keys.length;
  }
  private remove(keys: readonly number[]): void {
    for (const journal of ["letters", "sizes"] as const)
      this.ops.push({ op: "journal_delete", journal: nameOf(this.hook, journal), keys });
  }

  // reading, of what was written

  async calls(before: number | undefined, limit: number): Promise<WebhookCall[]> {
    return (await this.read("calls", before, limit)).map(({ body }) => JSON.parse(body) as WebhookCall); // as it was put
  }
  async readLetters(before: number | undefined, limit: number): Promise<DeadLetter[]> {
    return (await this.read("letters", before, limit)).map(({ body }) => JSON.parse(body) as DeadLetter); // as it was put
  }

  private put(journal: Journal, rows: readonly JournalRow[]): void {
    this.ops.push({ op: "journal_put", journal: nameOf(this.hook, journal), rows });
  }
  /** What is to be written. @param now µs */
  flush(now: Micros): StoreOp[] {
    if (this.newTold.length > 0) this.put("told", this.newTold);
    if (this.newCalls.length > 0) {
      this.put(
        "calls",
        this.newCalls.map((call) => ({ key: call.call, time: call.time, body: JSON.stringify(call) })),
      );
      this.ops.push({ op: "journal_trim", journal: nameOf(this.hook, "calls"), below: this.nextCall - MOST_CALLS });
    }
    this.flushHours(now);
    this.newTold = [];
    this.newCalls = [];
    const { ops } = this;
    this.ops = [];
    return ops;
  }
  private flushHours(now: Micros): void {
    const { rows, gone } = this.hours.take(now);
    if (this.isDropping) rows.push({ key: 0, time: now, body: JSON.stringify({ dropped: this.dropped }) });
    this.isDropping = false;
    if (rows.length > 0) this.put("hours", rows);
    if (gone.length > 0) this.ops.push({ op: "journal_delete", journal: nameOf(this.hook, "hours"), keys: gone });
  }
}
