import { FairQueue, type Turn } from "./queue.ts";
import type { Hasher } from "./types.ts";

/** argon2id: KiB of memory and passes. OWASP asks for at least 19 MiB and 2 passes. */
const MEMORY_KIB = 64 * 1024;
const PASSES = 2;
/** Two at the same time, each with its own memory and thread; about ten seconds' worth of strangers may wait. */
const RULES = { atOnce: 2, mostKnown: 256, mostStrangers: 256, mostOfSender: 4, retry: 5 };
/** Of random bytes that were thrown away, with the parameters above. */
const NOBODY =
  "$argon2id$v=19$m=65536,t=2,p=1$daMAENQWddkoKtA1DC0j0L/Q3N0AdxaC1HMR9F4M5Cw$oUczgPvJYdXH8rh9CoEtMMO3AxTfblV+nf54MLvttZM";

/**
 * argon2id on threads of its own: nothing else waits for it. Few at a time, so that a flood of sign-ins takes neither
 * the memory nor the processors from the broker.
 */
export class Argon implements Hasher {
  readonly nobody = NOBODY;
  private readonly queue = new FairQueue(RULES);

  hash(password: string, turn: Turn): Promise<string> {
    return this.queue.run(turn, () =>
      Bun.password.hash(password, { algorithm: "argon2id", memoryCost: MEMORY_KIB, timeCost: PASSES }),
    );
  }
  verify(password: string, hash: string, turn: Turn): Promise<boolean> {
    return this.queue.run(turn, () => Bun.password.verify(password, hash));
  }
}
