import type { Micros } from "../base/types.ts";

/** The last use of a token. */
export interface TokenUse {
  /** uid */
  readonly token: number;
  readonly time: Micros;
  /** IP address of who used it. */
  readonly address: string;
}

/** Uses of one token from one address within this time are one. */
const SAME: Micros = 1_000_000;

/** When and from where each token was last used. In memory; whoever keeps it takes what is new from time to time. */
export class TokenUses {
  private readonly last = new Map<number, TokenUse>();
  private fresh = new Set<number>();

  /** What was kept before, or by another node; nothing of it is new. What is new here stays. */
  restore(uses: Iterable<TokenUse>): void {
    for (const use of uses) if (!this.fresh.has(use.token)) this.last.set(use.token, use);
  }
  /** @param token uid; 0 and below: somebody without one */
  note(token: number, time: Micros, address: string): void {
    if (token <= 0) return;
    const known = this.last.get(token);
    if (known && known.address === address && Math.abs(time - known.time) < SAME) return;
    this.last.set(token, { token, time, address });
    this.fresh.add(token);
  }
  of(token: number): TokenUse | null {
    return this.last.get(token) ?? null;
  }
  /** The token is gone. */
  forget(token: number): void {
    this.last.delete(token);
    this.fresh.delete(token);
  }
  /** What is new since the last call. */
  take(): TokenUse[] {
    const uses: TokenUse[] = [];
    for (const token of this.fresh) {
      const use = this.last.get(token);
      if (use) uses.push(use);
    }
    this.fresh = new Set();
    return uses;
  }
  /** Takes back what was taken and could not be kept. */
  again(uses: readonly TokenUse[]): void {
    for (const { token } of uses) if (this.last.has(token)) this.fresh.add(token);
  }
}
