import { createHash } from "node:crypto";
import { Refusal } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";

const KEPT: Micros = 24 * 3600 * 1e6;
/** Requests remembered, of everybody and of one account; the oldest are forgotten first. */
const MOST = 10_000;
const MOST_OWN = 1000;
/** Characters of answers remembered, likewise. */
const MOST_TEXT = 32 * 1024 * 1024;
const MOST_OWN_TEXT = 8 * 1024 * 1024;
const LONGEST_KEY = 255;

/** An answer that can be given again. */
export interface Kept {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}
interface Entry {
  readonly account: string;
  readonly print: string;
  readonly at: Micros;
  readonly answer: Promise<Kept>;
  size: number;
}
/** What is remembered of an account. */
interface Share {
  n: number;
  text: number;
}

/**
 * Answers to requests with an Idempotency-Key, so that a repeated request gets the first one's answer and does nothing
 * again. Kept in memory for 24 hours, so not across a restart; answers that are no success are not kept. An account that
 * asks much makes its own requests be forgotten before those of others.
 */
export class Repeats {
  private readonly entries = new Map<string, Entry>();
  private readonly shares = new Map<string, Share>();
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
    const name = `${account} ${key}`;
    const print = createHash("sha256").update(JSON.stringify(request)).digest("hex");
    const known = this.entries.get(name);
    if (known && now - known.at < KEPT) {
      if (known.print !== print)
        throw new Refusal(
          "key_used",
          "This Idempotency-Key came with another request. Use a new key for each request.",
        );
      return { kept: await known.answer, repeated: true };
    }
    this.forget(now, account);
    const entry: Entry = { account, print, at: now, answer: work(), size: 0 };
    this.entries.set(name, entry);
    this.shareOf(account).n++;
    try {
      const kept = await entry.answer;
      if (this.entries.get(name) === entry) {
        entry.size = kept.text.length;
        this.text += entry.size;
        this.shareOf(account).text += entry.size;
      }
      return { kept, repeated: false };
    } catch (error) {
      if (this.entries.get(name) === entry) this.drop(name, entry);
      throw error;
    }
  }

  /** The oldest stand first, for they are added in their order. */
  private forget(now: Micros, account: string): void {
    for (const [name, entry] of this.entries) {
      if (now - entry.at < KEPT && this.entries.size < MOST && this.text < MOST_TEXT) break;
      this.drop(name, entry);
    }
    const own = this.shares.get(account);
    if (own === undefined || (own.n < MOST_OWN && own.text < MOST_OWN_TEXT)) return;
    for (const [name, entry] of this.entries) {
      if (entry.account === account) this.drop(name, entry);
      if (own.n < MOST_OWN && own.text < MOST_OWN_TEXT) return;
    }
  }
  private drop(name: string, { account, size }: Entry): void {
    this.entries.delete(name);
    this.text -= size;
    const share = this.shareOf(account);
    share.n--;
    share.text -= size;
    if (share.n === 0) this.shares.delete(account);
  }
  private shareOf(account: string): Share {
    const known = this.shares.get(account);
    if (known) return known;
    const share: Share = { n: 0, text: 0 };
    this.shares.set(account, share);
    return share;
  }
}
