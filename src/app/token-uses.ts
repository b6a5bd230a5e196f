import { errorText } from "../base/errors.ts";
import type { TokenUses } from "../auth/uses.ts";
import type { Log, Micros } from "../base/types.ts";
import type { TokenUseStore } from "../store/ports.ts";

/** Other nodes keep what they know so much later, at most, and by clocks of their own, µs. */
const LATE: Micros = 300 * 1e6;

/** Keeps in the store when tokens were last used: once in a while, and at the end. Among several nodes it reads what the others kept. */
export class UseKeeper {
  private under: Promise<void> | null = null;
  private newest = 0;

  constructor(
    private readonly uses: TokenUses,
    private readonly store: TokenUseStore,
    private readonly log: Log,
    private readonly isShared = false,
  ) {}

  /** Takes over what was kept before. */
  async restore(): Promise<void> {
    await this.read();
  }
  private async read(): Promise<void> {
    const uses = await this.store.readUses(this.newest - LATE);
    this.uses.restore(uses);
    for (const { time } of uses) this.newest = Math.max(this.newest, time);
  }
  /** Begins to keep what is new; more often is no harm. */
  tick(): void {
    this.under ??= this.keep().finally(() => {
      this.under = null;
    });
  }
  /** Keeps all that is new, and waits for it. */
  async end(): Promise<void> {
    await this.under;
    await this.keep();
  }
  private async keep(): Promise<void> {
    const uses = this.uses.take();
    try {
      if (uses.length > 0) await this.store.keepUses(uses);
      if (this.isShared) await this.read();
    } catch (error) {
      this.uses.again(uses);
      this.log.warn({ error: errorText(error) }, "uses of tokens are not kept");
    }
  }
}
