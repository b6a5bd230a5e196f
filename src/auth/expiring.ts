import type { Micros } from "../base/types.ts";
import type { AppliedChange, Directory } from "../fleet/directory.ts";
import type { Token } from "../fleet/types.ts";

/** Tokens with an expiry that was not announced yet. */
export class Expiring {
  /** uid to µs. */
  private readonly times = new Map<number, Micros>();

  constructor(private readonly directory: Pick<Directory, "tokens" | "token">) {
    for (const token of directory.tokens()) if (token.expires !== null) this.times.set(token.uid, token.expires);
  }
  follow(change: AppliedChange & { kind: "token" }): void {
    if (change.op === "delete") this.times.delete(change.uid);
    else if (change.row.expires === null) this.times.delete(change.row.uid);
    else if (change.before?.expires !== change.row.expires) this.times.set(change.row.uid, change.row.expires);
  }
  /** Whether a token is good. One that has an expiry and waits for it no longer was announced as expired before. */
  isGood({ uid, expires }: Token): boolean {
    return expires === null || this.times.has(uid);
  }
  /** Takes out those that have expired by `now`, µs; next: when the next one will, or null. */
  take(now: Micros): { readonly gone: readonly Token[]; readonly next: Micros | null } {
    let next: Micros | null = null;
    const gone: Token[] = [];
    for (const [uid, expires] of this.times) {
      const token = this.directory.token(uid);
      if (expires > now) next = next === null ? expires : Math.min(next, expires);
      else if (token) gone.push(token);
    }
    for (const { uid } of gone) this.times.delete(uid);
    return { gone, next };
  }
}
