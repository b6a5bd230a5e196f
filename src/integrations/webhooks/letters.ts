import type { Micros } from "../../base/types.ts";
import type { DeadLetter } from "./types.ts";

/** Dead letters that are kept: so many, so many characters, for so long. */
export const MOST_LETTERS = 1000;
const MOST_CHARS = 16 * 1024 * 1024;
const LONGEST: Micros = 30 * 24 * 3_600_000_000;

interface Size {
  readonly time: Micros;
  readonly chars: number;
}

/** Which dead letters there are of a webhook, and how large they are; the letters themselves are in the store. */
export class Letters {
  private readonly sizes = new Map<number, Size>();
  private chars = 0;
  private next = 1;

  get count(): number {
    return this.sizes.size;
  }
  get keys(): number[] {
    return [...this.sizes.keys()];
  }
  /** One that is in the store. */
  note(key: number, size: Size): void {
    this.sizes.set(key, size);
    this.chars += size.chars;
    this.next = Math.max(this.next, key + 1);
  }
  /** One more. @returns it as it is to be stored, and those that go for it */
  add(letter: Omit<DeadLetter, "letter">): {
    readonly key: number;
    readonly body: string;
    readonly gone: readonly number[];
  } {
    const key = this.next;
    const body = JSON.stringify({ ...letter, letter: key });
    this.note(key, { time: letter.time, chars: body.length });
    return { key, body, gone: this.bound(letter.time) };
  }
  /** Lets go of what is too old, or too much. */
  private bound(now: Micros): number[] {
    const gone: number[] = [];
    for (const [key, { time }] of this.sizes) {
      if (time >= now - LONGEST && this.sizes.size <= MOST_LETTERS && this.chars <= MOST_CHARS) break;
      gone.push(key);
      this.remove(key);
    }
    return gone;
  }
  /** Whether it was there. */
  remove(key: number): boolean {
    this.chars -= this.sizes.get(key)?.chars ?? 0;
    return this.sizes.delete(key);
  }
}
