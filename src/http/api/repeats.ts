import { createHash } from "node:crypto";
import { Refusal } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";

const KEPT: Micros = 24 * 3600 * 1e6;
/** Requests remembered; the oldest are forgotten first. */
const MOST = 10_000;
/** Characters of answers remembered. */
const MOST_TEXT = 32 * 1024 * 1024;
const LONGEST_KEY = 255;

/** An answer that can be given again. */
export interface Kept {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}
interface Entry {
  readonly print: string;
  readonly at: Micros;
  readonly answer: Promise<Kept>;
  size: number;
}

/**
 * Answers to requests with an Idempotency-Key, so that a repeated request gets the first one's answer and does nothing
 * again. Kept in memory for 24 hours, so not across a restart; answers that are no success are not kept.
 */
export class Repeats {
  private readonly entries = new Map<string, Entry>();
  private text = 0;

  /**
   * @param account key of who asks: keys of different accounts have nothing to do with each other
   * @param request all that makes up the request
   * @param work does what is asked for
   * @throws Refusal key_used, invalid_request; what `work` throws
   */
  async once(
    { account, key, request, now }: { account: string; key: string; request: readonly string[]; now: Micros },
    work: () => Promise<Kept>,
  ): Promise<{ readonly kept: Kept; readonly repeated: boolean }> {
    if (key.trim() === "" || key.length > LONGEST_KEY)
      throw new Refusal(
        "invalid_request",
        `An Idempotency-Key has 1 to ${LONGEST_KEY} characters, best a random UUID.`,
      );
    this.forget(now);
    const name = `${account} ${key}`;
    const print = createHash("sha256").update(JSON.stringify(request)).digest("hex");
    const known = this.entries.get(name);
    if (known) {
      if (known.print !== print)
        throw new Refusal(
          "key_used",
          "This Idempotency-Key came with another request. Use a new key for each request.",
        );
      return { kept: await known.answer, repeated: true };
    }
    const entry: Entry = { print, at: now, answer: work(), size: 0 };
    this.entries.set(name, entry);
    try {
      const kept = await entry.answer;
      if (this.entries.get(name) === entry) {
        entry.size = kept.text.length;
        this.text += entry.size;
      }
      return { kept, repeated: false };
    } catch (error) {
      if (this.entries.get(name) === entry) this.entries.delete(name);
      throw error;
    }
  }

  /** The oldest stand first, for they are added in their order. */
  private forget(now: Micros): void {
    for (const [name, entry] of this.entries) {
      if (now - entry.at < KEPT && this.entries.size < MOST && this.text < MOST_TEXT) return;
      this.entries.delete(name);
      this.text -= entry.size;
    }
  }
}
