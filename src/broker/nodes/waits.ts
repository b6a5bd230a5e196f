import type { Seq } from "../../store/ports.ts";
import type { Digest } from "./digest.ts";

/** A login that waits until it is known where its session is. */
export interface WaitingLogin {
  /** It goes on: the session is here, or nowhere. Returns whether the client is still there. */
  enter(): boolean;
  /** Nobody answered in time. */
  refused(): void;
  /** The same client has logged in elsewhere since, or wants to. */
  taken(): void;
  /** The client has not gone meanwhile. */
  isThere(): boolean;
}
export interface Wait extends WaitingLogin {
  readonly digest: Digest;
  /** Clean Start. */
  readonly isAnew: boolean;
  /** The how many-th row of this node it is that asks for the session. */
  readonly number: number;
  /** Number of that row, the first one, in the log; Infinity: this node has not heard it yet. */
  asked: Seq;
}

/** The logins of this node that wait, one of each session's key. */
export class Waits {
  private readonly all = new Map<string, Wait>();

  /** One more, in the place of an earlier one of the same key. */
  add(digest: Digest, isAnew: boolean, number: number, login: WaitingLogin): Wait {
    const wait: Wait = { ...login, digest, isAnew, number, asked: Number.POSITIVE_INFINITY };
    this.all.set(digest.join(), wait);
    return wait;
  }
  of(digest: Digest): Wait | undefined {
    return this.all.get(digest.join());
  }
  /** It waits no more. Returns whether it did. */
  remove(wait: Wait): boolean {
    const key = wait.digest.join();
    return this.all.get(key) === wait && this.all.delete(key);
  }
  values(): MapIterator<Wait> {
    return this.all.values();
  }
}
