import { errorText } from "../base/errors.ts";
import type { TokenUses } from "../auth/uses.ts";
import type { Log } from "../base/types.ts";
import type { TokenUseStore } from "../store/ports.ts";

/** Keeps in the store when tokens were last used: once in a while, and at the end. */
export class UseKeeper {
  private under: Promise<void> | null = null;

  constructor(
    private readonly uses: TokenUses,
    private readonly store: TokenUseStore,
    private readonly log: Log,
  ) {}

  /** Takes over what was kept before. */
  async restore(): Promise<void> {
    this.uses.restore(await this.store.readUses());
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
    if (uses.length === 0) return;
    try {
      await this.store.keepUses(uses);
    } catch (error) {
      this.uses.again(uses);
      this.log.warn({ error: errorText(error) }, "uses of tokens are not kept");
    }
  }
}
