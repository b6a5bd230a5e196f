import { Refusal } from "../base/errors.ts";
import type { Hasher } from "./types.ts";

/** argon2id: KiB of memory and passes. OWASP asks for at least 19 MiB and 2 passes. */
const MEMORY_KIB = 64 * 1024;
const PASSES = 2;
/** Hashes that are made at the same time, each with its own memory and thread. */
const AT_ONCE = 2;
/** Those that may wait for their turn. */
const MOST_WAITING = 64;
const RETRY_SECONDS = 5;
/** Of random bytes that were thrown away, with the parameters above. */
const NOBODY =
  "$argon2id$v=19$m=65536,t=2,p=1$daMAENQWddkoKtA1DC0j0L/Q3N0AdxaC1HMR9F4M5Cw$oUczgPvJYdXH8rh9CoEtMMO3AxTfblV+nf54MLvttZM";

/**
 * argon2id on threads of its own: nothing else waits for it. Few at a time, so that a flood of sign-ins takes neither
 * the memory nor the processors from the broker.
 */
export class Argon implements Hasher {
  readonly nobody = NOBODY;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  hash(password: string): Promise<string> {
    return this.inTurn(() =>
      Bun.password.hash(password, { algorithm: "argon2id", memoryCost: MEMORY_KIB, timeCost: PASSES }),
    );
  }
  verify(password: string, hash: string): Promise<boolean> {
    return this.inTurn(() => Bun.password.verify(password, hash));
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= AT_ONCE) {
      if (this.waiting.length >= MOST_WAITING)
        throw new Refusal("too_many_attempts", "Too many people sign in at this moment.", undefined, RETRY_SECONDS);
      // whoever ends hands its place over
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
